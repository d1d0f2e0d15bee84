//! The seven statuses of a profile and of a subscription.

use crate::Code;
use crate::error::{Invalid, excerpt_json};
use crate::text::canonical;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// Whether and why somebody may or may not be sent messages. The words and
/// numbers are Altcraft's; the number is what the store keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Ready for messaging.
    #[default]
    Subscribed = 0,
    /// Left.
    Unsubscribed = 1,
    /// Reported a message as spam.
    Complained = 2,
    /// The address bounced for good.
    Hardbounced = 3,
    /// Double opt-in not confirmed yet.
    Unconfirmed = 4,
    /// Paused.
    Suspended = 5,
    /// Invalid for another reason.
    Invalid = 6,
}

impl Status {
    /// All statuses in the order of their numbers.
    pub const ALL: [Status; 7] = [
        Status::Subscribed,
        Status::Unsubscribed,
        Status::Complained,
        Status::Hardbounced,
        Status::Unconfirmed,
        Status::Suspended,
        Status::Invalid,
    ];

    /// Whether it ends messages until the person agrees again: they left, complained,
    /// or the address bounced for good.
    pub const fn is_end(self) -> bool {
        match self {
            Status::Unsubscribed | Status::Complained | Status::Hardbounced => true,
            Status::Subscribed | Status::Unconfirmed | Status::Suspended | Status::Invalid => false,
        }
    }

    /// The number, 0 to 6.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The status with this number.
    pub fn from_number(number: i64) -> Option<Self> {
        usize::try_from(number)
            .ok()
            .and_then(|n| Self::ALL.get(n).copied())
    }

    /// The word, as shown in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Subscribed => "subscribed",
            Status::Unsubscribed => "unsubscribed",
            Status::Complained => "complained",
            Status::Hardbounced => "hardbounced",
            Status::Unconfirmed => "unconfirmed",
            Status::Suspended => "suspended",
            Status::Invalid => "invalid",
        }
    }

    /// Reads a status from JSON: the word in any case, the number, or the
    /// number's text. Refuses others with code `invalid_status`.
    pub fn from_json(value: &Value) -> Result<Self, Invalid> {
        let status = match value {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_i64().and_then(Self::from_number),
            _ => None,
        };
        status.ok_or_else(|| {
            Invalid::new(
                Code::InvalidStatus,
                format!(
                    "{} is no status: it must be one of {} or its number, 0 to 6.",
                    excerpt_json(value),
                    Self::ALL.map(Self::as_str).join(", ")
                ),
            )
        })
    }
}

impl FromStr for Status {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = &*canonical(text);
        Self::ALL
            .into_iter()
            .find(|s| s.as_str().eq_ignore_ascii_case(text) || s.number().to_string() == text)
            .ok_or_else(|| {
                Invalid::new(
                    Code::InvalidStatus,
                    format!(
                        "{} is no status: it must be one of {} or its number, 0 to 6.",
                        crate::error::excerpt(text),
                        Self::ALL.map(Self::as_str).join(", ")
                    ),
                )
            })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_json(&value).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_numbers_and_texts_are_read() {
        for status in Status::ALL {
            assert_eq!(Status::from_json(&json!(status.as_str())).unwrap(), status);
            assert_eq!(Status::from_json(&json!(status.number())).unwrap(), status);
            assert_eq!(
                Status::from_json(&json!(status.number().to_string())).unwrap(),
                status
            );
            assert_eq!(
                serde_json::to_value(status).unwrap(),
                json!(status.as_str())
            );
        }
        for wrong in [
            json!(7),
            json!(-1),
            json!(0.5),
            json!("gone"),
            json!(null),
            json!([]),
        ] {
            assert_eq!(
                Status::from_json(&wrong).unwrap_err().code.as_str(),
                "invalid_status"
            );
        }
    }
}
