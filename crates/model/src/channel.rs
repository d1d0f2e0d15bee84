//! The channels a subscription can have.

use crate::Code;
use crate::error::{Invalid, excerpt};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A way to reach somebody. The names are Altcraft's.
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
#[serde(rename_all = "snake_case")]
#[schema(as = ChannelName)]
pub enum Channel {
    /// Contact: an e-mail address.
    Email,
    /// Contact: a phone number.
    Sms,
    /// Contact: provider and device token.
    Push,
    /// Contact: a chat id.
    TelegramBot,
    /// Contact: a phone number.
    Whatsapp,
    /// Contact: a phone number.
    Viber,
    /// Contact: a phone number.
    Notify,
}

impl Channel {
    /// All channels, in the order of their codes.
    pub const ALL: [Channel; 7] = [
        Channel::Email,
        Channel::Sms,
        Channel::Push,
        Channel::TelegramBot,
        Channel::Whatsapp,
        Channel::Viber,
        Channel::Notify,
    ];

    /// The number the store keeps; never changed, never used twice.
    pub fn code(self) -> i64 {
        match self {
            Channel::Email => 1,
            Channel::Sms => 2,
            Channel::Push => 3,
            Channel::TelegramBot => 4,
            Channel::Whatsapp => 5,
            Channel::Viber => 6,
            Channel::Notify => 7,
        }
    }

    /// The channel with this code.
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.code() == code)
    }

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Sms => "sms",
            Channel::Push => "push",
            Channel::TelegramBot => "telegram_bot",
            Channel::Whatsapp => "whatsapp",
            Channel::Viber => "viber",
            Channel::Notify => "notify",
        }
    }
}

impl FromStr for Channel {
    type Err = Invalid;

    /// Refuses anything but a channel's name, with code `invalid_channel`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|c| c.as_str() == text)
            .ok_or_else(|| {
                Invalid::new(
                    Code::InvalidChannel,
                    format!(
                        "{} is no channel: it must be one of {}.",
                        excerpt(text),
                        Self::ALL.map(Self::as_str).join(", ")
                    ),
                )
            })
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_are_one_to_one() {
        for channel in Channel::ALL {
            assert_eq!(Channel::from_code(channel.code()), Some(channel));
            assert_eq!(channel.as_str().parse::<Channel>().unwrap(), channel);
            assert_eq!(serde_json::to_value(channel).unwrap(), channel.as_str());
        }
        assert_eq!(
            "Email".parse::<Channel>().unwrap_err().code.as_str(),
            "invalid_channel"
        );
        assert_eq!(Channel::from_code(0), None);
    }
}
