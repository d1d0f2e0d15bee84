//! What can be defined, as history names it.

use crate::Code;
use crate::error::{Invalid, excerpt};
use std::fmt::Display;
use std::str::FromStr;

/// A kind of definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Noun {
    /// A database.
    Database,
    /// A field of a database.
    Field,
    /// A resource.
    Resource,
    /// A segment.
    Segment,
    /// A suppression list.
    Suppression,
    /// A watcher.
    Watcher,
    /// A connector to another database.
    Connector,
    /// A webhook.
    Hook,
    /// A form.
    Form,
    /// A saved view.
    View,
    /// A scheduled import.
    Schedule,
    /// Saved import settings.
    ImportSettings,
    /// An API token.
    Token,
    /// A relation type.
    RelationType,
    /// The control group of a database.
    ControlGroup,
    /// A person who signs in to the console.
    User,
}

impl Noun {
    /// All of them.
    pub const ALL: [Noun; 16] = [
        Noun::Database,
        Noun::Field,
        Noun::Resource,
        Noun::Segment,
        Noun::Suppression,
        Noun::Watcher,
        Noun::Connector,
        Noun::Hook,
        Noun::Form,
        Noun::View,
        Noun::Schedule,
        Noun::ImportSettings,
        Noun::Token,
        Noun::RelationType,
        Noun::ControlGroup,
        Noun::User,
    ];

    /// The word, as kinds of entries begin: `form` of `form.created`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Noun::Database => "database",
            Noun::Field => "field",
            Noun::Resource => "resource",
            Noun::Segment => "segment",
            Noun::Suppression => "suppression",
            Noun::Watcher => "watcher",
            Noun::Connector => "connector",
            Noun::Hook => "hook",
            Noun::Form => "form",
            Noun::View => "view",
            Noun::Schedule => "schedule",
            Noun::ImportSettings => "import_settings",
            Noun::Token => "token",
            Noun::RelationType => "relation_type",
            Noun::ControlGroup => "control_group",
            Noun::User => "user",
        }
    }

    /// The word for many, as the fields of changes begin: `forms` of `forms/12/name`.
    pub const fn plural(self) -> &'static str {
        match self {
            Noun::Database => "databases",
            Noun::Field => "fields",
            Noun::Resource => "resources",
            Noun::Segment => "segments",
            Noun::Suppression => "suppressions",
            Noun::Watcher => "watchers",
            Noun::Connector => "connectors",
            Noun::Hook => "hooks",
            Noun::Form => "forms",
            Noun::View => "views",
            Noun::Schedule => "schedules",
            Noun::ImportSettings => "import_settings",
            Noun::Token => "tokens",
            Noun::RelationType => "relation_types",
            Noun::ControlGroup => "control_groups",
            Noun::User => "users",
        }
    }

    /// Whether writes of profiles depend on it: instances remember it, and a change must
    /// make them read again.
    pub const fn is_remembered(self) -> bool {
        match self {
            Noun::Database
            | Noun::Field
            | Noun::Resource
            | Noun::Segment
            | Noun::Suppression
            | Noun::Watcher
            | Noun::RelationType
            | Noun::ControlGroup => true,
            Noun::Hook
            | Noun::Connector
            | Noun::Form
            | Noun::View
            | Noun::Schedule
            | Noun::ImportSettings
            | Noun::Token
            | Noun::User => false,
        }
    }

    /// What the fields of its changes begin with: `forms/12`. A name is escaped as in a
    /// JSON pointer (RFC 6901). A database's field is named alone.
    pub fn path(self, id: impl Display) -> String {
        if self == Noun::Field {
            return id.to_string();
        }
        let id = id.to_string().replace('~', "~0").replace('/', "~1");
        format!("{}/{id}", self.plural())
    }

    /// The id in the field of a change; none where it names something else.
    pub fn id_in(self, field: &str) -> Option<String> {
        if self == Noun::Field {
            return Some(field.to_owned());
        }
        let rest = field.strip_prefix(self.plural())?.strip_prefix('/')?;
        let id = rest.split('/').next()?;
        Some(id.replace("~1", "/").replace("~0", "~"))
    }
}

impl FromStr for Noun {
    type Err = Invalid;

    /// Refuses anything but a noun's word, with code `invalid_noun`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|noun| noun.as_str() == text);
        found.ok_or_else(|| {
            let detail = format!(
                "{} is nothing that is defined: it must be one of {}.",
                excerpt(text),
                Self::ALL.map(Self::as_str).join(", ")
            );
            Invalid::new(Code::InvalidNoun, detail)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::kind;

    #[test]
    fn every_noun_has_kinds_of_entries() {
        for noun in Noun::ALL {
            assert_eq!(noun.as_str().parse::<Noun>().unwrap(), noun);
            kind(&format!("{}.created", noun.as_str())).unwrap();
            let end = if noun == Noun::Token {
                "revoked"
            } else {
                "deleted"
            };
            kind(&format!("{}.{end}", noun.as_str())).unwrap();
            if noun != Noun::Token {
                kind(&format!("{}.updated", noun.as_str())).unwrap();
            }
        }
    }

    #[test]
    fn a_path_gives_its_id_back() {
        let path = Noun::ImportSettings.path("a/b~c");
        assert_eq!(path, "import_settings/a~1b~0c");
        let id = Noun::ImportSettings.id_in(&format!("{path}/separator"));
        assert_eq!(id.as_deref(), Some("a/b~c"));
        assert_eq!(Noun::Form.id_in("fields/x"), None);
    }
}
