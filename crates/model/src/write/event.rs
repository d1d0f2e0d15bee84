//! Events: what became of a message, or what its reader did (spec/altcraft.md
//! 11). Reading one and finding out whom it concerns.

use super::Schema;
use super::command::{Action, Command};
use super::outcome::Mark;
use super::refusal::Refusal;
use super::request::profile_id;
use crate::Code;
use crate::channel::Channel;
use crate::contact::{Contact, present};
use crate::error::{Invalid, excerpt};
use crate::id::ResourceId;
use crate::ip;
use crate::matching::Selector;
use crate::readers::text_of;
use crate::resource::MAX_URL_CHARS;
use crate::text::clean;
use crate::time::{Timestamp, parse_date};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The most events in one request.
pub const MAX_EVENTS: usize = 1000;
/// The longest id or name of an event, in characters.
const MAX_ID_CHARS: usize = 200;
/// The most bytes of an event's own data, as JSON.
const MAX_DATA_BYTES: usize = 8 * 1024;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// The message arrived.
    Delivered,
    /// It did not, for now or for an unknown reason.
    Undelivered,
    /// The address refused it this time.
    SoftBounce,
    /// The address refused it for good.
    HardBounce,
    /// It was opened.
    Opened,
    /// It was open for a while.
    Read,
    /// A link in it was followed.
    Clicked,
    /// The subscription was confirmed.
    Confirmed,
    /// They left.
    Unsubscribed,
    /// They reported it as spam.
    Complained,
    /// Anything else, by its name.
    Custom(String),
}

impl EventKind {
    const NAMED: [EventKind; 10] = [
        EventKind::Delivered,
        EventKind::Undelivered,
        EventKind::SoftBounce,
        EventKind::HardBounce,
        EventKind::Opened,
        EventKind::Read,
        EventKind::Clicked,
        EventKind::Confirmed,
        EventKind::Unsubscribed,
        EventKind::Complained,
    ];

    /// The name, as in JSON.
    pub fn as_str(&self) -> &str {
        match self {
            EventKind::Delivered => "delivered",
            EventKind::Undelivered => "undelivered",
            EventKind::SoftBounce => "soft_bounce",
            EventKind::HardBounce => "hard_bounce",
            EventKind::Opened => "opened",
            EventKind::Read => "read",
            EventKind::Clicked => "clicked",
            EventKind::Confirmed => "confirmed",
            EventKind::Unsubscribed => "unsubscribed",
            EventKind::Complained => "complained",
            EventKind::Custom(name) => name,
        }
    }

    /// A name of somebody's own, as apps give their events: none of those above, which do more
    /// than stand in a history.
    #[must_use]
    pub fn of_own(text: &str) -> Option<Self> {
        let kind = Self::parse(text).ok()?;
        matches!(kind, EventKind::Custom(_)).then_some(kind)
    }

    /// One of the names above, or another one of letters, digits, `_`, `-` and
    /// `.` that begins with a letter. Code `invalid_event_type`.
    pub(crate) fn parse(text: &str) -> Result<Self, Invalid> {
        if let Some(kind) = Self::NAMED.into_iter().find(|kind| kind.as_str() == text) {
            return Ok(kind);
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        let named = text.len() <= MAX_ID_CHARS
            && text.chars().all(plain)
            && text.starts_with(|c: char| c.is_ascii_alphabetic());
        if named {
            return Ok(EventKind::Custom(text.to_owned()));
        }
        let detail = format!(
            "{} is no type of event: it must be one of {}, or a name of your own in plain letters.",
            excerpt(text),
            Self::NAMED.map(|kind| kind.as_str().to_owned()).join(", ")
        );
        Err(Invalid::new(Code::InvalidEventType, detail))
    }
}

/// An event and whom it concerns.
#[derive(Clone, Debug)]
pub(crate) struct MessageEvent {
    pub kind: EventKind,
    pub at: Timestamp,
    pub selector: Selector,
    /// The subscription's resource, where the message had one.
    pub resource: Option<ResourceId>,
    /// The contact, where the event names one.
    pub contact: Option<Contact>,
    pub channel: Channel,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
}

impl Command {
    /// Prepares one event: an object with `type`, whom it concerns (`profile_id`,
    /// or `email`, `phone`, or another channel's contact with `channel`), and any
    /// of `id`, `at` (now otherwise), `resource_id`, `message_id`, `ip`,
    /// `user_agent`, `url`, `reason`, `data` (an object of at most 8 KiB).
    /// Pointers are inside the event.
    ///
    /// Codes: `required`, `invalid_event_type`, `contact_missing`,
    /// `unknown_member`, `too_large`, and those of contacts, ids and dates.
    pub fn event(given: &Value, now: Timestamp, schema: &Schema) -> Result<Self, Refusal> {
        let Some(members) = given.as_object() else {
            return Err(Invalid::new(Code::WrongType, "An event is an object.").into());
        };
        let mut reading = EventMembers::default();
        for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            if let Err(invalid) = reading.take(name, value, now, schema) {
                reading.wrong.push(invalid.at(name));
            }
        }
        if reading.kind.is_none() && !members.contains_key("type") {
            let detail = "An event has a type, such as delivered.";
            reading
                .wrong
                .push(Invalid::new(Code::Required, detail).at("type"));
        }
        let whom = whom(members, reading.channel, schema);
        if let Err(error) = &whom {
            reading.wrong.extend(error.errors.iter().cloned());
            if error.errors.is_empty() {
                reading
                    .wrong
                    .push(Invalid::new(error.code, error.detail.clone()));
            }
        }
        let wrong = std::mem::take(&mut reading.wrong);
        if let Some(error) = Refusal::all(wrong) {
            return Err(error);
        }
        let (selector, contact) = whom?;
        let kind = reading.kind.unwrap_or(EventKind::Delivered);
        let at = reading.at.unwrap_or(now).min(now);
        reading
            .about
            .insert("event".to_owned(), kind.as_str().into());
        reading.about.insert("at".to_owned(), json!(at));
        let channel = contact.as_ref().map(Contact::channel);
        if let Some(channel) = channel.or(reading.channel) {
            let name = channel.as_str().into();
            reading.about.insert("channel".to_owned(), name);
        }
        let happened = MessageEvent {
            kind,
            at,
            selector,
            resource: reading.resource,
            channel: channel.or(reading.channel).unwrap_or(Channel::Email),
            contact,
            ip: reading.ip,
            user_agent: reading.user_agent,
        };
        let mut command = Command::of(Action::Event(Box::new(happened)), schema);
        command.about = Some(Arc::new(Value::Object(reading.about)));
        command.once = reading
            .id
            .map(|id| Mark::of(format!("event/{}", schema.database.id), &id));
        Ok(command)
    }
}

#[derive(Default)]
struct EventMembers {
    id: Option<String>,
    kind: Option<EventKind>,
    at: Option<Timestamp>,
    channel: Option<Channel>,
    resource: Option<ResourceId>,
    ip: Option<String>,
    user_agent: Option<String>,
    about: Map<String, Value>,
    wrong: Vec<Invalid>,
}

impl EventMembers {
    fn take(
        &mut self,
        name: &str,
        given: &Value,
        now: Timestamp,
        schema: &Schema,
    ) -> Result<(), Invalid> {
        match name {
            "id" => self.id = Some(clean(text_of(given)?.trim(), MAX_ID_CHARS)?),
            "type" => self.kind = Some(EventKind::parse(text_of(given)?)?),
            "at" => {
                let at: Timestamp = parse_date(given, &schema.database.time_zone)?.parse()?;
                // Clocks differ a little; a far future would never be overtaken.
                if at.ms() > now.ms().saturating_add(FUTURE_MS) {
                    let detail = "This time is still to come.";
                    return Err(Invalid::new(Code::OutOfRange, detail));
                }
                self.at = Some(at);
            }
            "channel" => self.channel = Some(text_of(given)?.parse()?),
            "resource_id" => {
                let id = schema.resource(given)?.id;
                self.about.insert(name.to_owned(), json!(id));
                self.resource = Some(id);
            }
            "ip" => {
                let ip = ip::parse_ip(text_of(given)?)?;
                self.about.insert(name.to_owned(), ip.as_str().into());
                self.ip = Some(ip);
            }
            "user_agent" => {
                let text = clean(text_of(given)?.trim(), MAX_URL_CHARS)?;
                self.about.insert(name.to_owned(), text.as_str().into());
                self.user_agent = Some(text);
            }
            "message_id" | "url" | "reason" => {
                let text = clean(text_of(given)?.trim(), MAX_URL_CHARS)?;
                self.about.insert(name.to_owned(), text.into());
            }
            "data" => {
                if !given.is_object() || crate::value::json_size(given) > MAX_DATA_BYTES {
                    let detail = "An event's data is an object of at most 8 KiB.";
                    return Err(Invalid::new(Code::TooLarge, detail));
                }
                self.about.insert(name.to_owned(), given.clone());
            }
            "email" | "phone" | "profile_id" | "provider" | "subscription_id" | "cc_data" => {}
            _ => {
                let detail = format!("An event has no {}.", excerpt(name));
                return Err(Invalid::new(Code::UnknownMember, detail));
            }
        }
        Ok(())
    }
}

/// How far in the future an event's time may lie, in milliseconds.
const FUTURE_MS: i64 = 5 * 60 * 1000;

/// Whom an event concerns: its profile, or everybody with its contact.
fn whom(
    members: &Map<String, Value>,
    channel: Option<Channel>,
    schema: &Schema,
) -> Result<(Selector, Option<Contact>), Refusal> {
    let has = |name: &str| present(members, name).is_some();
    let channel = channel.or(match () {
        () if has("email") => Some(Channel::Email),
        () if has("phone") => Some(Channel::Sms),
        () if has("provider") => Some(Channel::Push),
        () => None,
    });
    let named = ["email", "phone", "provider", "subscription_id", "cc_data"];
    let contact = match channel {
        Some(channel) if named.iter().any(|name| has(name)) => {
            let ctx = schema.database.context();
            Some(Contact::parse(channel, members, &ctx)?)
        }
        _ => None,
    };
    if let Some(id) = present(members, "profile_id") {
        let id = profile_id(id).map_err(|invalid| invalid.at("profile_id"))?;
        return Ok((Selector::of_profile(id), contact));
    }
    match contact {
        Some(contact) => Ok((
            Selector::of_contact(&contact, schema.database),
            Some(contact),
        )),
        None => {
            let detail = "An event names whom it concerns: profile_id, email, phone, or a channel and its contact.";
            Err(Invalid::new(Code::ContactMissing, detail).into())
        }
    }
}
