//! What a definition is: settings that people choose for one kind of thing, read from JSON
//! and changed by merge patches (RFC 7396). [`settings!`] says each member once: its type,
//! its reader, what it is without being given, and its description.

use crate::error::Invalid;
use crate::history::Noun;
use crate::read::Members;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What people choose for one kind of thing.
pub trait Settings: Clone + PartialEq + Serialize + DeserializeOwned + 'static {
    /// The members in order.
    const MEMBERS: &'static [Member];

    /// A new one of the members that are given; none where a needed one is missing or
    /// wrong, which is noted.
    fn read_new(members: &mut Members) -> Option<Self>;

    /// Takes over the members that are given; what is wrong is noted.
    fn read_patch(&mut self, members: &mut Members);

    /// Reads a new one's settings from a JSON object. Everything that is wrong is
    /// reported at once.
    ///
    /// # Errors
    /// What is wrong, with its place: codes of the members' readers, `required`,
    /// `unknown_field`, `wrong_type`.
    fn create(json: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let settings = Self::read_new(&mut members);
        members.finish()?;
        // A needed member that is missing was noted, so that `finish` has refused it.
        let missing = || vec![Invalid::new(crate::Code::Required, "A member is missing.")];
        settings.ok_or_else(missing)
    }

    /// The settings as a merge patch changes them: absent members stay, `null` goes back
    /// to what a new one has, and a member that is given replaces the whole member.
    ///
    /// # Errors
    /// As [`Settings::create`].
    fn patch(&self, patch: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let mut settings = self.clone();
        settings.read_patch(&mut members);
        members.finish()?;
        Ok(settings)
    }
}

/// Settings of a definition that belongs to a database and has no table of its own: the
/// store keeps them as JSON under a name.
pub trait Definition: Settings {
    /// What history and the store call it.
    const NOUN: Noun;
    /// The most of them that a database may have.
    const LIMIT: i64;

    /// Its name, unique in its database.
    fn name(&self) -> &str;
}

/// What becomes of a member that is not given, and of one that is `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It must be given, and never `null`.
    Needed,
    /// Without it, and for `null`, it is its default.
    Optional,
    /// Without it it is its default; it is never `null`.
    NeverNull,
}

/// One member of settings, as the API's description shows it.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What becomes of it when it is not given.
    pub presence: Presence,
    /// What it is then, as JSON; `null` where it is needed.
    pub default: fn() -> Value,
}

/// A value as JSON; `null` for what can't be written, which no default is.
pub fn as_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// A struct of settings, with its members said once.
///
/// Each member has one of
/// - `needed(reader)`: it must be given;
/// - `optional(default, reader)`: `null` and absence are the default;
/// - `merged(reader)`: it must be given; the reader gets what there is, to merge with;
/// - `never_null(default, reader)`: absence is the default, `null` is refused;
/// - `special(default, presence)`: the type's own code reads it.
///
/// A reader turns a JSON value into the member, or says what is wrong with it.
macro_rules! settings {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$about:meta])* pub $member:ident: $type:ty = $presence:ident($($how:tt)*),)*
        }
    ) => {
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        $(#[$meta])*
        pub struct $name {
            $($(#[$about])* pub $member: $type,)*
        }

        impl $crate::define::Settings for $name {
            const MEMBERS: &'static [$crate::define::Member] = &[
                $($crate::define::settings!(@member $member, $type, $presence($($how)*)),)*
            ];

            fn read_new(members: &mut $crate::read::Members) -> Option<Self> {
                $(let $member: Option<$type> =
                    $crate::define::settings!(@new members, $member, $presence($($how)*));)*
                Some($name { $($member: $member?,)* })
            }

            fn read_patch(&mut self, members: &mut $crate::read::Members) {
                $($crate::define::settings!(@patch self, members, $member, $presence($($how)*));)*
            }
        }
    };

    (@new $members:ident, $member:ident, needed($read:expr)) => {
        $members.required(stringify!($member), $read)
    };
    (@new $members:ident, $member:ident, merged($read:expr)) => {
        $members.required(stringify!($member), |value| $read(value, None))
    };
    (@new $members:ident, $member:ident, optional($default:expr, $read:expr)) => {
        Some($members.optional(stringify!($member), $read).unwrap_or_else(|| $default))
    };
    (@new $members:ident, $member:ident, never_null($default:expr, $read:expr)) => {
        Some($members.not_null(stringify!($member), $read).unwrap_or_else(|| $default))
    };
    (@new $members:ident, $member:ident, special($default:expr, $presence:ident)) => {
        Some($default)
    };

    (@patch $self:ident, $members:ident, $member:ident, needed($read:expr)) => {
        if let Some(given) = $members.not_null(stringify!($member), $read) {
            $self.$member = given;
        }
    };
    (@patch $self:ident, $members:ident, $member:ident, merged($read:expr)) => {
        let read = |value| $read(value, Some(&$self.$member));
        if let Some(given) = $members.not_null(stringify!($member), read) {
            $self.$member = given;
        }
    };
    (@patch $self:ident, $members:ident, $member:ident, optional($default:expr, $read:expr)) => {
        if let Some(given) = $members.take(stringify!($member), $read) {
            $self.$member = given.unwrap_or_else(|| $default);
        }
    };
    (@patch $self:ident, $members:ident, $member:ident, never_null($default:expr, $read:expr)) => {
        if let Some(given) = $members.not_null(stringify!($member), $read) {
            $self.$member = given;
        }
    };
    (@patch $self:ident, $members:ident, $member:ident, special($default:expr, $presence:ident)) => {};

    (@member $member:ident, $type:ty, needed($read:expr)) => {
        $crate::define::Member {
            name: stringify!($member),
            presence: $crate::define::Presence::Needed,
            default: || serde_json::Value::Null,
        }
    };
    (@member $member:ident, $type:ty, merged($read:expr)) => {
        $crate::define::settings!(@member $member, $type, needed($read))
    };
    (@member $member:ident, $type:ty, optional($default:expr, $read:expr)) => {
        $crate::define::settings!(@member $member, $type, special($default, Optional))
    };
    (@member $member:ident, $type:ty, never_null($default:expr, $read:expr)) => {
        $crate::define::settings!(@member $member, $type, special($default, NeverNull))
    };
    (@member $member:ident, $type:ty, special($default:expr, $presence:ident)) => {
        $crate::define::Member {
            name: stringify!($member),
            presence: $crate::define::Presence::$presence,
            default: || {
                let value: $type = $default;
                $crate::define::as_json(&value)
            },
        }
    };
}
pub(crate) use settings;
