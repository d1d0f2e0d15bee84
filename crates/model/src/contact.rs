//! Contacts: where a subscription's messages go, one shape per channel.

use crate::Code;
use crate::channel::Channel;
use crate::email::Email;
use crate::error::Invalid;
use crate::field::{Context, short_key};
use crate::phone::Phone;
use crate::readers::text_of;
use crate::text::clean;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// The longest push provider, in characters.
pub const MAX_PROVIDER_CHARS: usize = 64;
/// The longest device token or chat id, in characters.
pub const MAX_TOKEN_CHARS: usize = 2048;

/// Where messages of one channel go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// An address, kept as given.
    Email(Email),
    /// A number for text messages.
    Sms(Phone),
    /// A device of a push service.
    Push {
        /// The service: letters, digits, `.`, `_` and `-`.
        provider: String,
        /// The device token, without white space.
        subscription_id: String,
    },
    /// A chat with a Telegram bot.
    TelegramBot {
        /// The chat's id, without white space.
        id: String,
    },
    /// A WhatsApp number.
    Whatsapp(Phone),
    /// A Viber number.
    Viber(Phone),
    /// A number of the operator's notification service.
    Notify(Phone),
}

impl Contact {
    /// Reads the contact of `channel` from the members of a subscription (or of
    /// a request that names one): flat (`email`, `phone`, `provider` and
    /// `subscription_id`) or nested (`email_data`, `sms_data`, `push_data`,
    /// `cc_data` and so on). `cc_data: {id}` is the only form for Telegram,
    /// since a flat `id` is the subscription's own.
    ///
    /// Codes: `contact_missing`, `contradiction` (flat and nested differ),
    /// `invalid_email`, `invalid_phone`, `invalid_contact`, `wrong_type`.
    pub fn parse(
        channel: Channel,
        members: &Map<String, Value>,
        ctx: &Context,
    ) -> Result<Self, Invalid> {
        let source = Source { channel, members };
        let phone = || {
            source.required("phone", |value| match value {
                Value::Number(number) => Phone::parse(&number.to_string(), ctx.region.copied()),
                _ => Phone::parse(text_of(value)?, ctx.region.copied()),
            })
        };
        Ok(match channel {
            Channel::Email => {
                Contact::Email(source.required("email", |v| Email::parse(text_of(v)?))?)
            }
            Channel::Sms => Contact::Sms(phone()?),
            Channel::Push => Contact::Push {
                provider: source.required("provider", provider)?,
                subscription_id: source.required("subscription_id", token)?,
            },
            Channel::TelegramBot => Contact::TelegramBot {
                id: source.required("id", token)?,
            },
            Channel::Whatsapp => Contact::Whatsapp(phone()?),
            Channel::Viber => Contact::Viber(phone()?),
            Channel::Notify => Contact::Notify(phone()?),
        })
    }

    /// Whether a member of a subscription belongs to the contact of `channel`.
    pub(crate) fn is_member(channel: Channel, name: &str) -> bool {
        nested_name(channel) == name
            || match channel {
                Channel::Email => name == "email",
                Channel::Sms => name == "phone",
                Channel::Push => name == "provider" || name == "subscription_id",
                Channel::TelegramBot => name == "cc_data",
                Channel::Whatsapp | Channel::Viber | Channel::Notify => {
                    name == "cc_data" || name == "phone"
                }
            }
    }

    /// The channel.
    pub fn channel(&self) -> Channel {
        match self {
            Contact::Email(_) => Channel::Email,
            Contact::Sms(_) => Channel::Sms,
            Contact::Push { .. } => Channel::Push,
            Contact::TelegramBot { .. } => Channel::TelegramBot,
            Contact::Whatsapp(_) => Channel::Whatsapp,
            Contact::Viber(_) => Channel::Viber,
            Contact::Notify(_) => Channel::Notify,
        }
    }

    /// The kind of its match key: 50 and the channel's code, so 51 (e-mail) to
    /// 57 (notify).
    pub fn kind(&self) -> i64 {
        kind_of(self.channel())
    }

    /// What tells contacts of one channel apart: an e-mail's key, a phone in
    /// E.164, `provider:subscription_id` (no provider has a colon), a chat id.
    pub fn key(&self) -> Cow<'_, str> {
        match self {
            Contact::Email(email) => Cow::Borrowed(email.key()),
            Contact::Sms(phone)
            | Contact::Whatsapp(phone)
            | Contact::Viber(phone)
            | Contact::Notify(phone) => Cow::Borrowed(phone.as_str()),
            Contact::Push {
                provider,
                subscription_id,
            } => Cow::Owned(format!("{provider}:{subscription_id}")),
            Contact::TelegramBot { id } => Cow::Borrowed(id),
        }
    }

    /// The text under which the store keeps it for matching: the key, or a
    /// hash of a long one (see [`crate::Field::keys`]).
    pub fn index_key(&self) -> String {
        match self.key() {
            Cow::Owned(key) if key.len() <= crate::field::MAX_KEY_BYTES => key,
            key => short_key(&key),
        }
    }

    /// Whether both reach the same place: channel and key are equal. An e-mail
    /// may be spelled differently.
    pub fn same(&self, other: &Contact) -> bool {
        match (self, other) {
            (Contact::Email(a), Contact::Email(b)) => a.key() == b.key(),
            _ => self == other,
        }
    }

    /// Writes the contact's members as answers show them, into a map that is
    /// being serialised.
    pub(crate) fn serialize_into<S: Serializer>(
        &self,
        map: &mut <S as Serializer>::SerializeMap,
    ) -> Result<(), S::Error> {
        match self {
            Contact::Email(email) => map.serialize_entry("email", email.given()),
            Contact::Sms(phone) => map.serialize_entry("phone", phone.as_str()),
            Contact::Push {
                provider,
                subscription_id,
            } => {
                map.serialize_entry("provider", provider)?;
                map.serialize_entry("subscription_id", subscription_id)
            }
            Contact::TelegramBot { id } => map.serialize_entry("cc_data", &json!({ "id": id })),
            Contact::Whatsapp(phone) | Contact::Viber(phone) | Contact::Notify(phone) => {
                map.serialize_entry("cc_data", &json!({ "phone": phone.as_str() }))
            }
        }
    }

    /// The contact that history names by its key, spelled as `members` of the entry say if they
    /// do.
    pub(crate) fn of_history(channel: Channel, key: &str, members: &Value) -> Option<Self> {
        let given = members.get("email").and_then(Value::as_str);
        let named = match channel {
            Channel::Email => given.unwrap_or(key).into(),
            Channel::Push => json!(key.split_once(':')?),
            _ => key.into(),
        };
        Self::from_stored(channel, &named)
    }

    /// The compact form that the store keeps: a text, or `[provider, token]`.
    pub fn to_stored(&self) -> Value {
        match self {
            Contact::Email(email) => Value::from(email.given()),
            Contact::Push {
                provider,
                subscription_id,
            } => json!([provider, subscription_id]),
            other => Value::from(other.key()),
        }
    }

    /// Reads what [`Contact::to_stored`] wrote.
    pub fn from_stored(channel: Channel, value: &Value) -> Option<Self> {
        let text = || value.as_str().map(str::to_owned);
        let phone = || text().map(Phone::stored);
        match channel {
            Channel::Email => Some(Contact::Email(Email::stored(value.as_str()?))),
            Channel::Sms => phone().map(Contact::Sms),
            Channel::Push => match value.as_array()?.as_slice() {
                [Value::String(provider), Value::String(token)] => Some(Contact::Push {
                    provider: provider.clone(),
                    subscription_id: token.clone(),
                }),
                _ => None,
            },
            Channel::TelegramBot => text().map(|id| Contact::TelegramBot { id }),
            Channel::Whatsapp => phone().map(Contact::Whatsapp),
            Channel::Viber => phone().map(Contact::Viber),
            Channel::Notify => phone().map(Contact::Notify),
        }
    }
}

/// The kind of the match keys of a channel's contacts, 51 to 57.
pub fn kind_of(channel: Channel) -> i64 {
    50 + channel.code()
}

fn nested_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "email_data",
        Channel::Sms => "sms_data",
        Channel::Push => "push_data",
        Channel::TelegramBot => "telegram_bot_data",
        Channel::Whatsapp => "whatsapp_data",
        Channel::Viber => "viber_data",
        Channel::Notify => "notify_data",
    }
}

/// Where the parts of a contact may stand.
struct Source<'a> {
    channel: Channel,
    members: &'a Map<String, Value>,
}

impl<'a> Source<'a> {
    /// Reads one part, wherever it stands; parts of it in several places must
    /// agree.
    fn required<T>(
        &self,
        part: &str,
        read: impl Fn(&Value) -> Result<T, Invalid>,
    ) -> Result<T, Invalid> {
        let mut found: Option<(&'a Value, Option<&'static str>)> = None;
        // A flat `id` names the subscription, not a chat.
        let flat = (part != "id")
            .then(|| present(self.members, part))
            .flatten()
            .map(|value| (value, None));
        let is_custom = Contact::is_member(self.channel, "cc_data");
        let containers = [
            Some(nested_name(self.channel)),
            is_custom.then_some("cc_data"),
        ];
        let mut places = Vec::from_iter(flat);
        for container in containers.into_iter().flatten() {
            match present(self.members, container) {
                Some(Value::Object(inner)) => {
                    if let Some(value) = present(inner, part) {
                        places.push((value, Some(container)));
                    }
                }
                Some(other) => {
                    return Err(Invalid::wrong_type(other, "an object").at(container));
                }
                None => {}
            }
        }
        for (value, container) in places {
            if found.is_some_and(|(first, _)| first != value) {
                let detail = format!("{part} is given twice, with different values.");
                return Err(placed(
                    Invalid::new(Code::Contradiction, detail),
                    part,
                    container,
                ));
            }
            found = found.or(Some((value, container)));
        }
        let Some((value, container)) = found else {
            let shown = match self.channel {
                Channel::TelegramBot => "cc_data: {id}",
                Channel::Whatsapp | Channel::Viber | Channel::Notify => "cc_data: {phone}",
                _ => part,
            };
            return Err(Invalid::new(
                Code::ContactMissing,
                format!("A contact of channel {} needs {shown}.", self.channel),
            )
            .at(if part == "id" { "cc_data" } else { part }));
        };
        read(value).map_err(|invalid| placed(invalid, part, container))
    }
}

fn placed(invalid: Invalid, part: &str, container: Option<&str>) -> Invalid {
    let invalid = invalid.at(part);
    match container {
        Some(container) => invalid.at(container),
        None => invalid,
    }
}

/// A member that is there and not `null`.
pub(crate) fn present<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}

fn provider(value: &Value) -> Result<String, Invalid> {
    let name = clean(text_of(value)?, MAX_PROVIDER_CHARS)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if name.is_empty() || !name.bytes().all(plain) {
        return Err(Invalid::new(
            Code::InvalidContact,
            "A push provider is a name of letters, digits, dots, underscores and hyphens, such as android-firebase.",
        ));
    }
    Ok(name)
}

/// A device token or chat id: text, or a whole number as chat ids are.
fn token(value: &Value) -> Result<String, Invalid> {
    let given = match value {
        Value::Number(number) if !number.is_f64() => number.to_string(),
        _ => clean(text_of(value)?, MAX_TOKEN_CHARS)?,
    };
    if given.is_empty() || given.contains(char::is_whitespace) {
        return Err(Invalid::new(
            Code::InvalidContact,
            "This must be a text without white space, and not empty.",
        ));
    }
    Ok(given)
}
