//! People who sign in to the console: who they are, and what their role is called. What a
//! role may do stands where scopes are known.

use crate::Code;
use crate::define::settings;
use crate::email::Email;
use crate::error::Invalid;
use crate::id::DatabaseId;
use crate::readers::{MAX_TITLE_CHARS, choice, database_ids, line_text, name_text, text_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// The most users of an installation.
pub const MAX_USERS: i64 = 10_000;
/// The shortest password, in characters.
pub const MIN_PASSWORD_CHARS: usize = 12;
/// The longest password, in characters.
pub const MAX_PASSWORD_CHARS: usize = 200;

/// What somebody does here: a set of scopes by name. Each has all that those before it have.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks.
    Viewer,
    /// Helps people: their profiles, subscriptions, links, and who is in a segment.
    Agent,
    /// Loads, exports, builds audiences, forms and resources.
    Marketer,
    /// Everything.
    Admin,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Role; 4] = [Role::Viewer, Role::Agent, Role::Marketer, Role::Admin];

    /// The word, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Agent => "agent",
            Role::Marketer => "marketer",
            Role::Admin => "admin",
        }
    }
}

/// The language in which somebody sees the console.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 2] = [Language::En, Language::Ru];

    /// The language tag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Ru => "ru",
        }
    }
}

settings! {
    /// What is chosen for a user.
    #[derive(Eq)]
    #[schema(example = json!({
        "email": "mary@example.org", "name": "Mary Adeyemi", "role": "marketer",
        "language": "en", "databases": null
    }))]
    pub struct UserSettings {
        /// What they sign in with, unique among users.
        #[schema(max_length = 254, example = "mary@example.org")]
        pub email: String = needed(email),
        /// What history calls them, at most 200 characters; empty until they choose one.
        #[schema(max_length = 200, example = "Mary Adeyemi")]
        pub name: String = optional(String::new(), line_text(MAX_TITLE_CHARS)),
        /// What they may do.
        pub role: Role = needed(role),
        /// In which language they see the console.
        pub language: Language = never_null(Language::En, language),
        /// The databases they may know of; `null` for all.
        #[schema(value_type = Option<Vec<String>>, min_items = 1)]
        pub databases: Option<Vec<DatabaseId>> = optional(None, databases),
    }
}

/// An address, as it is given. Two that mean one mailbox are one ([`Email::key`]).
fn email(value: &Value) -> Result<String, Invalid> {
    Ok(Email::parse(text_of(value)?)?.given().to_owned())
}

/// A role by its word.
fn role(value: &Value) -> Result<Role, Invalid> {
    choice(value, &Role::ALL.map(|role| (role.as_str(), role)))
}

/// A language by its tag.
///
/// # Errors
/// `not_an_option`, `wrong_type`.
pub fn language(value: &Value) -> Result<Language, Invalid> {
    choice(value, &Language::ALL.map(|one| (one.as_str(), one)))
}

/// A name that somebody chose for themselves: never empty.
///
/// # Errors
/// `empty`, `too_long`, `wrong_type` and what else a text can be wrong with.
pub fn own_name(value: &Value) -> Result<String, Invalid> {
    name_text(value)
}

fn databases(value: &Value) -> Result<Option<Vec<DatabaseId>>, Vec<Invalid>> {
    let ids = database_ids(value)?;
    if ids.is_empty() {
        let detail = "A limited user has at least one database; null stands for all.";
        return Err(vec![Invalid::new(Code::Empty, detail)]);
    }
    Ok(Some(ids))
}

impl UserSettings {
    /// What tells users apart: the mailbox, however its address is spelled.
    #[must_use]
    pub fn email_key(&self) -> String {
        Email::stored(&self.email).into_parts().1
    }

    /// Whether this is somebody who may manage everything and everybody.
    #[must_use]
    pub fn is_full_admin(&self) -> bool {
        self.role == Role::Admin && self.databases.is_none()
    }
}

/// A password of a length that is allowed. Its text is in Unicode's composed form, so that
/// a keyboard which writes é as two characters opens the same account.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// A password that somebody chooses.
    ///
    /// # Errors
    /// `too_short`, `too_long`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let given = Self::given(text);
        let chars = given.0.chars().count();
        let code = match chars {
            0..MIN_PASSWORD_CHARS => Code::TooShort,
            MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS => return Ok(given),
            _ => Code::TooLong,
        };
        let detail =
            format!("A password has {MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters.");
        Err(Invalid::new(code, detail))
    }

    /// A password that somebody says is theirs, right or wrong.
    #[must_use]
    pub fn given(text: &str) -> Self {
        Password(text.nfc().collect())
    }

    /// What is hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Never shows it.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::Settings;
    use serde_json::json;

    fn codes(read: Result<UserSettings, Vec<Invalid>>) -> Vec<(String, Code)> {
        let wrong = read.unwrap_err().into_iter();
        wrong.map(|one| (one.pointer, one.code)).collect()
    }

    #[test]
    fn a_user_is_read_with_what_is_usual() {
        let given = json!({"email": " Ann@Example.org ", "role": "agent"});
        let user = UserSettings::create(&given).unwrap();
        assert_eq!(user.email, "Ann@Example.org");
        assert_eq!(user.email_key(), "ann@example.org");
        assert_eq!((user.name.as_str(), user.language), ("", Language::En));
        assert_eq!(user.databases, None);
        let patch = json!({"role": "admin", "databases": ["2", "1", "2"]});
        let limited = user.patch(&patch).unwrap();
        assert_eq!(limited.databases.as_ref().map(Vec::len), Some(2));
        assert!(!limited.is_full_admin());
        let all = limited.patch(&json!({"databases": null})).unwrap();
        assert!(all.is_full_admin());
    }

    #[test]
    fn what_is_wrong_with_a_user_is_said_by_its_place() {
        let given = json!({"email": "ann", "role": "king", "language": "de", "databases": []});
        let wrong = codes(UserSettings::create(&given));
        let expected = [
            ("/email", Code::InvalidEmail),
            ("/role", Code::NotAnOption),
            ("/language", Code::NotAnOption),
            ("/databases", Code::Empty),
        ];
        assert_eq!(wrong, expected.map(|(at, code)| (at.to_owned(), code)));
    }

    #[test]
    fn roles_grow() {
        assert!(Role::ALL.is_sorted());
        for role in Role::ALL {
            assert_eq!(json!(role), json!(role.as_str()));
        }
    }

    #[test]
    fn a_password_has_a_length_in_characters_and_is_never_shown() {
        let code = |text: &str| Password::parse(text).map_err(|wrong| wrong.code);
        assert_eq!(code("elevenchars"), Err(Code::TooShort));
        assert!(code("двенадцатьбу").is_ok());
        assert!(code(&"x".repeat(200)).is_ok());
        assert_eq!(code(&"x".repeat(201)), Err(Code::TooLong));
        let (one, two) = ("cafe\u{301} cafe cafe", "café cafe cafe");
        assert_eq!(Password::parse(one), Password::parse(two));
        assert!(!format!("{:?}", Password::given("secret")).contains("secret"));
    }
}
