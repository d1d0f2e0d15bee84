//! What lets apps on people's devices in: the token of a resource, which all copies of an app
//! carry, and keys of a database, by which somebody's own server signs a token for one person.

use crate::Code;
use crate::define::settings;
use crate::error::Invalid;
use crate::id::ResourceId;
use crate::readers::{choice, flag, name_text, text_of};
use crate::time::Timestamp;
use serde_json::Value;

/// The most keys of one database: one in use, the next, and what old apps still have.
pub const MAX_APP_KEYS: i64 = 10;
/// The shortest token of a resource, in characters.
pub const MIN_APP_TOKEN_CHARS: usize = 16;
/// The longest token of a resource, in characters.
pub const MAX_APP_TOKEN_CHARS: usize = 128;

settings! {
    /// What people choose for a key by which tokens of an app are checked.
    #[derive(Eq)]
    #[schema(example = json!({"name": "2027", "resource_id": "1"}))]
    pub struct AppKeySettings {
        /// 1 to 200 characters, unique among the keys of the database.
        #[schema(max_length = 200, example = "2027")]
        pub name: String = needed(name_text),
        /// What the app subscribes its people to; it must serve the database.
        #[schema(value_type = String, example = "1")]
        pub resource_id: ResourceId = needed(ResourceId::from_json),
        /// From when on it checks nothing any more, RFC 3339; never, if absent.
        #[schema(value_type = Option<String>, format = DateTime)]
        pub ends_at: Option<Timestamp> = optional(None, time),
        /// Whether tokens without `exp` are taken: they hold until the key ends.
        pub endless: bool = never_null(false, flag),
    }
}

settings! {
    /// What a new key is made of: what people choose for it, and the key itself.
    #[derive(Eq)]
    #[schema(example = json!({
        "name": "2027", "algorithm": "HS256", "resource_id": "1",
        "secret": "fP8mN2vQ7xRtY4wZ1kLc6hJ9bD3sGaEu", "ends_at": "2099-12-31T00:00:00Z"
    }))]
    pub struct NewAppKeySettings {
        /// 1 to 200 characters, unique among the keys of the database.
        #[schema(max_length = 200, example = "2027")]
        pub name: String = needed(name_text),
        /// `HS256`, with `secret`, or `RS256`, with `public_key`.
        #[schema(example = "HS256")]
        pub algorithm: String = needed(algorithm),
        /// What both sides sign with: 32 to 1,024 bytes of UTF-8. One is made for HS256 if none is
        /// given, and shown this once.
        #[schema(min_length = 32, max_length = 1024)]
        pub secret: Option<String> = optional(None, text),
        /// The public half of a pair of RSA keys, 2,048 to 4,096 bits, in PEM.
        #[schema(max_length = 8192)]
        pub public_key: Option<String> = optional(None, text),
        /// What the app subscribes its people to; it must serve the database.
        #[schema(value_type = String, example = "1")]
        pub resource_id: ResourceId = needed(ResourceId::from_json),
        /// From when on it checks nothing any more, RFC 3339; never, if absent.
        #[schema(value_type = Option<String>, format = DateTime)]
        pub ends_at: Option<Timestamp> = optional(None, time),
        /// Whether tokens without `exp` are taken: they hold until the key ends.
        pub endless: bool = never_null(false, flag),
    }
}

impl From<NewAppKeySettings> for AppKeySettings {
    fn from(new: NewAppKeySettings) -> Self {
        AppKeySettings {
            name: new.name,
            resource_id: new.resource_id,
            ends_at: new.ends_at,
            endless: new.endless,
        }
    }
}

fn algorithm(value: &Value) -> Result<String, Invalid> {
    let all = ["HS256", "RS256"].map(|name| (name, name));
    choice(value, &all).map(str::to_owned)
}

fn text(value: &Value) -> Result<Option<String>, Invalid> {
    text_of(value).map(|text| Some(text.to_owned()))
}

fn time(value: &Value) -> Result<Option<Timestamp>, Invalid> {
    text_of(value)?.parse().map(Some)
}

/// The token of a resource as somebody sets it: 16 to 128 letters, digits, `-`, `.`, `_`, `~`.
///
/// # Errors
/// `wrong_type`, `too_short`, `too_long`, `invalid_secret`.
pub fn app_token(value: &Value) -> Result<String, Invalid> {
    let text = text_of(value)?;
    let chars = text.chars().count();
    if chars < MIN_APP_TOKEN_CHARS {
        let detail = format!("{chars} characters: a token has {MIN_APP_TOKEN_CHARS} or more.");
        return Err(Invalid::new(Code::TooShort, detail));
    }
    if chars > MAX_APP_TOKEN_CHARS {
        let detail = format!("{chars} characters: a token has at most {MAX_APP_TOKEN_CHARS}.");
        return Err(Invalid::new(Code::TooLong, detail));
    }
    match text.bytes().all(is_of_token) {
        true => Ok(text.to_owned()),
        false => {
            let detail = "A token is made of letters, digits, -, ., _ and ~.";
            Err(Invalid::new(Code::InvalidSecret, detail))
        }
    }
}

/// Whether a text could be the token of a resource at all.
#[must_use]
pub fn may_be_app_token(text: &str) -> bool {
    (MIN_APP_TOKEN_CHARS..=MAX_APP_TOKEN_CHARS).contains(&text.len())
        && text.bytes().all(is_of_token)
}

/// What needs no encoding in a URL (RFC 3986).
fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::Settings;
    use serde_json::json;

    #[test]
    fn a_token_has_letters_that_need_no_encoding() {
        let good = "2fHLS9YR9daS-a90b371eecc2952f";
        assert_eq!(app_token(&json!(good)).unwrap(), good);
        let long = "a".repeat(129);
        for (value, code) in [
            (json!(null), Code::WrongType),
            (json!("a".repeat(15)), Code::TooShort),
            (json!(long), Code::TooLong),
            (json!("sixteen letters "), Code::InvalidSecret),
            (json!("sixteen letterß"), Code::TooShort),
            (json!("seventeen letterß"), Code::InvalidSecret),
        ] {
            assert_eq!(app_token(&value).unwrap_err().code, code, "{value}");
            let text = value.as_str().unwrap_or_default();
            assert!(!may_be_app_token(text), "{value}");
        }
        assert!(may_be_app_token(good));
    }

    #[test]
    fn a_key_is_read_and_patched() {
        let key = json!({"name": " New ", "resource_id": 3});
        let key = AppKeySettings::create(&key).unwrap();
        assert_eq!(
            (key.name.as_str(), key.ends_at, key.endless),
            ("New", None, false)
        );
        let ends = key.patch(&json!({"ends_at": "2027-01-01T00:00:00Z", "endless": true}));
        let ends = ends.unwrap();
        assert!(ends.ends_at.is_some() && ends.endless);
        assert_eq!(ends.patch(&json!({"ends_at": null})).unwrap().ends_at, None);
        for (patch, place) in [
            (json!({"name": ""}), "/name"),
            (json!({"resource_id": null}), "/resource_id"),
            (json!({"ends_at": "soon"}), "/ends_at"),
            (json!({"endless": null}), "/endless"),
            (json!({"key": "x"}), "/key"),
        ] {
            assert_eq!(key.patch(&patch).unwrap_err()[0].pointer, place, "{patch}");
        }
    }
}
