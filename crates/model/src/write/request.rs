//! The members beside `data` in a request that writes profiles: mode,
//! matching, and by what to match. Read once for all items of a batch.

use super::act::{ACT_MEMBERS, Act};
use super::leniency::{Leniency, lenience};
use super::memberships::{MEMBERS, Memberships};
use super::refusal::Refusal;
use super::show::{SHOW, show};
use super::start::{START, start};
use super::{Mode, Schema};
use crate::Code;
use crate::channel::Channel;
use crate::contact::{Contact, present};
use crate::database::Database;
use crate::email::Email;
use crate::error::{Invalid, excerpt};
use crate::field::{Field, FieldType};
use crate::id::{ProfileId, ResourceId};
use crate::matching::Matching;
use crate::phone::Phone;
use crate::readers::text_of;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The members that a request has beside `data`; whatever else a client sends
/// is its door's business.
pub const REQUEST_MEMBERS: [&str; 20] = [
    "mode",
    "matching",
    "email",
    "phone",
    "profile_id",
    "field_name",
    "field_value",
    "provider",
    "subscription_id",
    "resource_id",
    "invalid",
    "line_breaks",
    "skip_invalid_subscriptions",
    MEMBERS[0],
    MEMBERS[1],
    ACT_MEMBERS[0],
    ACT_MEMBERS[1],
    ACT_MEMBERS[2],
    START,
    SHOW,
];

/// The members beside `data`, checked against the schema.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub(crate) mode: Mode,
    pub(crate) matching: Matching,
    pub(crate) resource: Option<ResourceId>,
    /// What is left out instead of refusing the item.
    pub(crate) leniency: Leniency,
    /// Whether line breaks and tabs in texts become spaces.
    pub(crate) join_lines: bool,
    /// Match values beside the data that can't be read.
    pub(crate) unread: Vec<Invalid>,
    /// Whether anyone who matches is left alone.
    pub(crate) only_new: bool,
    pub(crate) memberships: Option<Arc<Memberships>>,
    /// Whether those who left agreed again.
    pub(crate) resubscribe: bool,
    /// What history keeps of the act.
    pub(crate) about: Option<Arc<Value>>,
    /// What watchers are asked to start.
    pub(crate) start: Option<Arc<Value>>,
    /// The fields whose values the answer has.
    pub(crate) show: Option<Arc<[String]>>,
    /// The field that `custom` matches by.
    pub(crate) field: Option<String>,
    /// The channels that the mode looks for in subscriptions.
    pub(crate) channels: Vec<Channel>,
    pub(crate) values: Values,
}

/// The match values that a request itself gives, not its items.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub profile_id: Option<ProfileId>,
    /// The canonical value of the field that `custom` matches by.
    pub field: Option<Value>,
    pub contacts: Vec<Contact>,
}

impl Values {
    fn is_empty(&self) -> bool {
        self.email.is_none()
            && self.phone.is_none()
            && self.profile_id.is_none()
            && self.field.is_none()
            && self.contacts.is_empty()
    }
}

/// What is said of the act itself, `resubscribe`, `reason`, `consent` and `start`, without
/// which no request is read: wrong for all profiles of a batch, whatever the definitions are.
///
/// # Errors
/// What is wrong, by pointer.
pub fn check_act(members: &Map<String, Value>) -> Result<(), Vec<Invalid>> {
    let act = Act::parse(members).map(|_| ());
    match (act, start(members)) {
        (Err(mut wrong), Err(more)) => {
            wrong.extend(more);
            Err(wrong)
        }
        (act, start) => act.and(start.map(|_| ())),
    }
}

impl Request {
    /// Reads the members beside `data`; `null` counts as absent, and members
    /// that the mode does not use are not looked at. Pointers are inside the
    /// request.
    ///
    /// With `batch` a match value is refused (`match_value_in_batch`): it would
    /// make all items one profile. They bring their own.
    ///
    /// Codes: `wrong_type`, `invalid_mode`, `invalid_matching`,
    /// `not_an_option`, `match_value_missing` (no `field_name`), `unknown_field`,
    /// `not_matchable`, and those of the values, of [`Memberships::parse`], of `start` and of
    /// `show`.
    pub fn parse(
        members: &Map<String, Value>,
        schema: &Schema,
        batch: bool,
    ) -> Result<Self, Refusal> {
        let mut request = Request::default();
        let mut errors = Vec::new();
        let mut take = |name: &str, read: &mut dyn FnMut(&Value) -> Result<(), Invalid>| {
            if let Some(given) = present(members, name)
                && let Err(invalid) = read(given)
            {
                errors.push(invalid.at(name));
            }
        };
        take("mode", &mut |v| {
            text_of(v)?.parse().map(|m| request.mode = m)
        });
        take("matching", &mut |v| {
            text_of(v)?.parse().map(|m| request.matching = m)
        });
        let mut resource = None;
        take("resource_id", &mut |v| {
            schema.resource(v).map(|r| resource = Some(r))
        });
        request.resource = resource.map(|r| r.id);
        match lenience(members) {
            Ok(read) => (request.leniency, request.join_lines) = read,
            Err(wrong) => errors.extend(wrong),
        }
        match Memberships::parse(members, schema) {
            Ok(memberships) => request.memberships = memberships,
            Err(wrong) => errors.extend(wrong),
        }
        match Act::parse(members) {
            Ok(act) => (request.resubscribe, request.about) = (act.resubscribe, act.about),
            Err(wrong) => errors.extend(wrong),
        }
        match start(members) {
            Ok(start) => request.start = start,
            Err(wrong) => errors.extend(wrong),
        }
        match show(members, schema) {
            Ok(show) => request.show = show,
            Err(wrong) => errors.extend(wrong),
        }
        let mut unread = Vec::new();
        if let Err(invalid) = request.take_values(members, schema.database, &mut unread) {
            errors.push(invalid);
        }
        let gives_values = !request.values.is_empty() || !unread.is_empty();
        if request.leniency.values {
            request.unread = unread;
        } else {
            errors.extend(unread);
        }
        if let Some(resource) = resource
            && request.matching.is_sub()
            && !request
                .channels
                .iter()
                .any(|c| resource.channels.contains(c))
            && errors.is_empty()
        {
            let detail = format!(
                "Resource {} has no channel that {} looks at.",
                resource.id, request.matching
            );
            errors.push(Invalid::new(Code::ChannelNotOfResource, detail).at("resource_id"));
        }
        if batch && gives_values {
            errors.push(Invalid::new(
                Code::MatchValueInBatch,
                "Match values of a batch stand in its items, not beside them: they would make all items one profile.",
            ));
        }
        match Refusal::all(errors) {
            Some(error) => Err(error),
            None => Ok(request),
        }
    }

    /// The same for a file import that only adds: anyone who matches is left alone
    /// and refused with `exists` (409). (Mode `add` alone looks nobody up.)
    #[must_use]
    pub fn only_new(mut self) -> Self {
        self.mode = Mode::Import;
        self.only_new = true;
        self
    }

    /// What the request may do.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// How it matches.
    pub fn matching(&self) -> Matching {
        self.matching
    }

    /// Whether the member of an item's data, or beside it, says who is meant.
    pub(crate) fn matches_by(&self, member: &str) -> bool {
        match self.matching {
            Matching::ProfileId => matches!(member, "profile_id" | "id" | "_id"),
            Matching::Custom => member == "field_value" || self.field.as_deref() == Some(member),
            _ => match member {
                "email" => self.channels.contains(&Channel::Email),
                "phone" | "phones" => self.channels.contains(&Channel::Sms),
                "provider" | "subscription_id" | "push_data" => {
                    self.channels.contains(&Channel::Push)
                }
                "field_value" => self.matching == Matching::CustomSub,
                "subscriptions" => true,
                _ => false,
            },
        }
    }

    /// Reads the match values; what can't be read of them goes to `unread`.
    fn take_values(
        &mut self,
        members: &Map<String, Value>,
        db: &Database,
        unread: &mut Vec<Invalid>,
    ) -> Result<(), Invalid> {
        let ctx = db.context();
        let one = |name| present(members, name);
        match self.matching {
            Matching::Email | Matching::EmailProfile | Matching::EmailSub => {
                self.channels = vec![Channel::Email];
            }
            Matching::Phone | Matching::PhoneSub => self.channels = vec![Channel::Sms],
            Matching::EmailPhone | Matching::EmailPhoneSub => {
                self.channels = vec![Channel::Email, Channel::Sms];
            }
            Matching::ProfileId => {
                let read = one("profile_id").map(profile_id);
                self.values.profile_id = take("profile_id", read, unread);
            }
            Matching::PushSub => {
                self.channels = vec![Channel::Push];
                let given = ["provider", "subscription_id", "push_data"];
                if given.iter().any(|name| one(name).is_some()) {
                    match Contact::parse(Channel::Push, members, &ctx) {
                        Ok(contact) => self.values.contacts.push(contact),
                        Err(invalid) => unread.push(invalid),
                    }
                }
            }
            Matching::Custom => {
                let field = matched_field(members, db)?;
                let read = one("field_value").map(|v| field.normalise(&listed(field, v), &ctx));
                self.values.field = take("field_value", read, unread);
                self.field = Some(field.name.clone());
            }
            Matching::CustomSub => {
                self.channels = custom_channels(one("field_name"))?;
                if let Some(value) = one("field_value") {
                    for channel in &self.channels {
                        let read = Some(custom_contact(*channel, value, db));
                        let contact = take("field_value", read, unread);
                        self.values.contacts.extend(contact);
                        if !unread.is_empty() {
                            break;
                        }
                    }
                }
            }
        }
        let sub = matches!(self.matching, Matching::PushSub | Matching::CustomSub);
        if !sub && self.channels.contains(&Channel::Email) {
            let read = one("email").map(|v| Email::parse(text_of(v)?));
            self.values.email = take("email", read, unread);
        }
        if !sub && self.channels.contains(&Channel::Sms) {
            let read = one("phone").map(|v| phone(v, db));
            self.values.phone = take("phone", read, unread);
        }
        Ok(())
    }
}

/// A value that could be read; else the complaint goes to `unread`.
fn take<T>(name: &str, read: Option<Result<T, Invalid>>, unread: &mut Vec<Invalid>) -> Option<T> {
    let read = read?;
    read.map_err(|invalid| unread.push(invalid.at(name))).ok()
}

pub(crate) fn profile_id(value: &Value) -> Result<ProfileId, Invalid> {
    text_of(value)?.parse()
}

fn phone(value: &Value, db: &Database) -> Result<Phone, Invalid> {
    match value {
        Value::Number(number) => Phone::parse(&number.to_string(), db.region),
        _ => Phone::parse(text_of(value)?, db.region),
    }
}

/// The field that `custom` matches by.
fn matched_field<'a>(members: &Map<String, Value>, db: &'a Database) -> Result<&'a Field, Invalid> {
    let given = present(members, "field_name").ok_or_else(|| {
        let detail = "Matching by custom needs field_name.";
        Invalid::new(Code::MatchValueMissing, detail).at("field_name")
    })?;
    let name = text_of(given).map_err(|invalid| invalid.at("field_name"))?;
    let field = db.field(name).ok_or_else(|| {
        let detail = format!("The database has no field {}.", excerpt(name));
        Invalid::new(Code::UnknownField, detail).at("field_name")
    })?;
    if !field.matchable && !field.unique {
        let detail = format!("Field {name} is not matchable: change the field first.");
        return Err(Invalid::new(Code::NotMatchable, detail).at("field_name"));
    }
    Ok(field)
}

/// Tags to match by may come as one text with commas.
fn listed(field: &Field, value: &Value) -> Value {
    match (field.field_type, value) {
        (FieldType::Tags, Value::String(text)) => {
            let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty());
            tags.map(Value::from).collect()
        }
        _ => value.clone(),
    }
}

/// The messengers that `custom_sub` looks at: the one whose channel
/// `field_name` names, or those whose `cc_data` has a member of that name.
fn custom_channels(field_name: Option<&Value>) -> Result<Vec<Channel>, Invalid> {
    let phones = [Channel::Whatsapp, Channel::Viber, Channel::Notify];
    let name = match field_name {
        Some(given) => text_of(given).map_err(|invalid| invalid.at("field_name"))?,
        None => {
            let detail = "Matching by custom_sub needs field_name: a channel, or id or phone.";
            return Err(Invalid::new(Code::MatchValueMissing, detail).at("field_name"));
        }
    };
    match name {
        "id" | "telegram_bot" => Ok(vec![Channel::TelegramBot]),
        "phone" => Ok(phones.to_vec()),
        _ => match phones.into_iter().find(|channel| channel.as_str() == name) {
            Some(channel) => Ok(vec![channel]),
            None => {
                let detail = format!(
                    "{} is not what messengers are matched by: it must be telegram_bot, whatsapp, viber or notify, or id or phone.",
                    excerpt(name)
                );
                Err(Invalid::new(Code::UnknownField, detail).at("field_name"))
            }
        },
    }
}

fn custom_contact(channel: Channel, value: &Value, db: &Database) -> Result<Contact, Invalid> {
    let part = if channel == Channel::TelegramBot {
        "id"
    } else {
        "phone"
    };
    let data = Map::from_iter([(part.to_owned(), value.clone())]);
    let members = Map::from_iter([("cc_data".to_owned(), Value::Object(data))]);
    let contact = Contact::parse(channel, &members, &db.context());
    // The pointer would lead into what was made here.
    contact.map_err(|invalid| Invalid::new(invalid.code, invalid.detail))
}
