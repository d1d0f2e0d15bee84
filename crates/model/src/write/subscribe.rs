//! A subscription as a client sent it, read against the schema: which one it
//! is, and what is to change.

use super::Schema;
use super::edits::{FieldEdit, ReadOptions, is_blank, opt_in_missing};
use super::subscription_values::{Fields, categories, known_categories};
use crate::Code;
use crate::barrier::{SourceBarrier, withheld};
use crate::category::{CategoryOptOut, left_before};
use crate::channel::Channel;
use crate::contact::{Contact, present};
use crate::error::{Invalid, excerpt, valid};
use crate::field::read_only;
use crate::id::ResourceId;
use crate::origin::Party;
use crate::readers::{clean_lines, flag, text_of};
use crate::resource::{MAX_URL_CHARS, Resource};
use crate::status::Status;
use crate::subscription::MAX_PRIORITY;
use crate::text::clean;
use crate::time::{Timestamp, Zone, parse_date};
use crate::{ip, value};
use serde_json::{Map, Value};

/// What happens to one subscription, which is made if it does not exist.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SubscriptionEdit {
    /// Its place in the array that was sent; for messages.
    pub index: Option<usize>,
    pub resource: ResourceId,
    pub contact: Contact,
    pub status: Option<Status>,
    /// Whether a status stood there that says nothing (`null`, -1): what exists
    /// keeps its own, and nothing is made by that.
    pub status_unsaid: bool,
    /// Who left, where `status` says that somebody did.
    pub left_by: Option<Party>,
    /// When they left.
    pub left_at: Option<Timestamp>,
    /// What kept messages back where the data comes from, whatever `status` says.
    pub withheld: Option<SourceBarrier>,
    /// Until when it is suspended, where `status` suspends it.
    pub suspended_until: Option<Timestamp>,
    /// Whether they who left agreed again; `reason` says how that is known.
    pub resubscribe: bool,
    pub reason: Option<String>,
    pub priority: Option<i64>,
    pub categories: Option<CategoryOp>,
    /// Categories that were left before.
    pub left_categories: Vec<CategoryOptOut>,
    /// Whether the old fields go before new ones come.
    pub clear_fields: bool,
    pub fields: Vec<FieldEdit>,
    pub registered_at: Option<Option<Timestamp>>,
    pub ip: Option<Option<String>>,
    pub url: Option<Option<String>>,
}

/// What happens to a subscription's categories.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CategoryOp {
    Set(Vec<String>),
    Add(Vec<String>),
    Delete(Vec<String>),
}

impl SubscriptionEdit {
    /// Only makes sure that it exists.
    pub fn of(resource: ResourceId, contact: Contact) -> Self {
        SubscriptionEdit {
            index: None,
            resource,
            contact,
            status: None,
            status_unsaid: false,
            left_by: None,
            left_at: None,
            withheld: None,
            suspended_until: None,
            resubscribe: false,
            reason: None,
            priority: None,
            categories: None,
            left_categories: Vec::new(),
            clear_fields: false,
            fields: Vec::new(),
            registered_at: None,
            ip: None,
            url: None,
        }
    }

    /// The member that says that somebody left, if one does.
    fn left(&self) -> Option<&'static str> {
        let by = self.left_by.map(|_| "left_by");
        by.or(self.left_at.map(|_| "left_at"))
    }

    /// This edit with the status of the next of `all` that has one for the same
    /// subscription: what one item says of it counts as a whole, or the item
    /// sent again would add what it left out before.
    pub fn worded_later(&self, all: &[Self]) -> Option<Self> {
        let is_word = |e: &&Self| e.index > self.index && !e.status_unsaid && e.is_of_same(self);
        let word = all.iter().find(is_word)?;
        Some(SubscriptionEdit {
            status: word.status,
            left_by: word.left_by,
            left_at: word.left_at,
            withheld: self.withheld.or(word.withheld),
            suspended_until: word.suspended_until,
            resubscribe: word.resubscribe,
            reason: word.reason.clone(),
            ..self.clone()
        })
    }

    /// Whether both are about one subscription.
    fn is_of_same(&self, other: &Self) -> bool {
        self.resource == other.resource && self.contact.same(&other.contact)
    }

    /// This edit with what another of `all` says kept messages from the same
    /// subscription: what one item says of it counts as a whole.
    pub fn withheld_by(&self, all: &[Self]) -> Option<Self> {
        if self.withheld.is_some() {
            return None;
        }
        let other = all
            .iter()
            .find(|e| e.withheld.is_some() && e.is_of_same(self))?;
        Some(SubscriptionEdit {
            withheld: other.withheld,
            ..self.clone()
        })
    }

    /// A complaint's place in the profile's data.
    pub fn place(&self, invalid: Invalid) -> Invalid {
        match self.index {
            Some(index) => invalid.at_index(index).at("subscriptions"),
            None => invalid,
        }
    }
}

/// Reads one subscription: identity and whatever else is given. Gives what was
/// left out of it too.
pub(crate) fn subscription(
    item: &Value,
    index: Option<usize>,
    schema: &Schema,
    reading: ReadOptions,
) -> Result<(SubscriptionEdit, Vec<Invalid>), Vec<Invalid>> {
    let Value::Object(members) = item else {
        return Err(vec![Invalid::wrong_type(item, "an object")]);
    };
    let (resource, contact) = identity(members, schema)?;
    let channel = contact.channel();
    let mut edit = SubscriptionEdit::of(resource.id, contact);
    edit.index = index;
    let is_contact = |name: &str| Contact::is_member(channel, name);
    let dropped = edit.read(members, resource, channel, &is_contact, schema, reading)?;
    Ok((edit, dropped))
}

/// Whether a member that nobody knows may say whether somebody wants messages, by its
/// name: without it a subscription might be one that it says is none.
fn is_about_consent(name: &str) -> bool {
    const WORDS: [&str; 13] = [
        "status",
        "optin",
        "optout",
        "subscri",
        "consent",
        "permission",
        "left",
        "withh",
        "suspend",
        "complain",
        "bounce",
        "active",
        "enabled",
    ];
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// What says whether somebody wants messages: a subscription in which one of
/// these can't be read is not had at all.
const CONSENT: [&str; 8] = [
    "status",
    "left_cats",
    "withheld",
    "suspended_until",
    "resubscribe",
    "reason",
    "deleted",
    "is_delete",
];

impl SubscriptionEdit {
    /// Reads everything but what says which subscription it is. `is_identity`
    /// knows what else does so. Gives what was left out.
    pub fn read(
        &mut self,
        members: &Map<String, Value>,
        resource: &Resource,
        channel: Channel,
        is_identity: &dyn Fn(&str) -> bool,
        schema: &Schema,
        reading: ReadOptions,
    ) -> Result<Vec<Invalid>, Vec<Invalid>> {
        let edit = self;
        let lenient = reading.leniency.values;
        let mut errors = Vec::new();
        let mut dropped = Vec::new();
        let mut left_unread = Vec::new();
        let mut deleted = None;
        for (name, given) in members {
            let mut inner = Vec::new();
            let result = match &**name {
                "resource_id" | "channel" => Ok(()),
                "status" if lenient && given.as_str().is_some() && is_blank(given) => {
                    Err(opt_in_missing())
                }
                "status" => unless_unchanged(given, Status::from_json).map(|status| {
                    edit.status = status;
                    edit.status_unsaid = status.is_none();
                }),
                "priority" => unless_unchanged(given, priority).map(|p| edit.priority = p),
                "cats" if lenient => {
                    known_categories(given, resource, &mut inner).map(|op| edit.categories = op)
                }
                "cats" => categories(given, resource).map(|op| edit.categories = Some(op)),
                "left_cats" => left_before(given, left_by, |at| until(at, schema))
                    .map(|left| edit.left_categories = left),
                "custom_fields" => {
                    let fields = Fields {
                        resource,
                        channel,
                        schema,
                        reading,
                    };
                    fields.read(given, edit, &mut inner, &mut errors)
                }
                "reg_info" => reg_info(given, schema, edit, &mut inner),
                "date" | "ip" | "url" => registration(name, given, schema, edit),
                "left_by" => left_by(given).map(|party| edit.left_by = party),
                "left_at" if is_blank(given) => Ok(()),
                "left_at" => until(given, schema).map(|at| edit.left_at = at),
                "withheld" => withheld(given).map(|barrier| edit.withheld = barrier),
                "suspended_until" => until(given, schema).map(|at| edit.suspended_until = at),
                "resubscribe" => flag(given).map(|yes| edit.resubscribe = yes),
                "reason" => reason(given).map(|reason| edit.reason = reason),
                // Files have what Altcraft shows of each subscription.
                "hash_id" if lenient => Ok(()),
                "deleted" | "is_delete" if lenient && is_blank(given) => Ok(()),
                "deleted" | "is_delete" if lenient => flag(given).map(|yes| {
                    deleted = yes.then_some(name).or(deleted);
                }),
                "id" | "hash_id" | "status_by" | "deleted" | "is_delete" | "created_at"
                | "updated_at" => Err(read_only(name)),
                name if is_identity(name) => Ok(()),
                _ => Err(Invalid::new(
                    Code::UnknownMember,
                    format!(
                        "A subscription of channel {channel} has no {}.",
                        excerpt(name)
                    ),
                )),
            };
            let unknown = matches!(&result, Err(invalid) if invalid.code == Code::UnknownMember);
            let must = CONSENT.contains(&&**name) || (unknown && is_about_consent(name));
            if lenient && matches!(&**name, "left_by" | "left_at") {
                left_unread.extend(result.err().map(|invalid| invalid.at(name)));
                continue;
            }
            for invalid in result.err().into_iter().chain(inner) {
                match lenient && !must {
                    true => dropped.push(invalid.at(name)),
                    false => errors.push(invalid.at(name)),
                }
            }
        }
        // That something stands there says that they left, and only a status that says
        // so too says enough without it.
        match edit.status.is_some_and(Status::is_end) {
            true => dropped.append(&mut left_unread),
            false => errors.append(&mut left_unread),
        }
        // Nobody is subscribed by what was deleted; that somebody left still stands.
        if let Some(name) = deleted.filter(|_| !edit.status.is_some_and(Status::is_end)) {
            let detail = "It was deleted, and its status says of nobody that they left: it is not taken over.";
            errors.push(Invalid::new(Code::ReadOnly, detail).at(name));
        }
        if edit.suspended_until.is_some() && edit.status != Some(Status::Suspended) {
            let detail = "Only a suspension ends by itself: it needs status suspended beside it.";
            errors.push(Invalid::new(Code::Contradiction, detail).at("suspended_until"));
        }
        if let Some(name) = edit.left() {
            match edit.status {
                // That somebody left says enough.
                None => edit.status = Some(Status::Unsubscribed),
                Some(status) if status.is_end() => {}
                // The contact left, though not by this subscription.
                Some(_) if edit.withheld.is_some() => {}
                Some(status) => {
                    let detail = format!(
                        "Anyone who is {status} has not left: it needs status unsubscribed, complained or hardbounced beside it."
                    );
                    errors.push(Invalid::new(Code::Contradiction, detail).at(name));
                }
            }
        }
        if edit.resubscribe && edit.reason.is_none() {
            errors.push(no_reason());
        }
        valid(dropped, errors)
    }
}

/// Resource and contact, and whether they fit the database and each other.
pub(crate) fn identity<'a>(
    members: &Map<String, Value>,
    schema: &Schema<'a>,
) -> Result<(&'a Resource, Contact), Vec<Invalid>> {
    let resource = resource(members, schema);
    let channel = channel(members);
    let contact = channel
        .clone()
        .ok()
        .map(|channel| Contact::parse(channel, members, &schema.database.context()));
    match (fitting(resource, channel), contact) {
        (Ok((resource, _)), Some(Ok(contact))) => Ok((resource, contact)),
        (place, contact) => {
            let mut errors = place.err().unwrap_or_default();
            errors.extend(contact.and_then(Result::err));
            Err(errors)
        }
    }
}

/// Resource and channel, and whether they fit the database and each other.
pub(crate) fn place<'a>(
    members: &Map<String, Value>,
    schema: &Schema<'a>,
) -> Result<(&'a Resource, Channel), Vec<Invalid>> {
    fitting(resource(members, schema), channel(members))
}

fn fitting(
    resource: Result<&Resource, Invalid>,
    channel: Result<Channel, Invalid>,
) -> Result<(&Resource, Channel), Vec<Invalid>> {
    match (resource, channel) {
        (Ok(resource), Ok(channel)) => {
            resource_has(resource, channel).map_err(|invalid| invalid.at("channel"))?;
            Ok((resource, channel))
        }
        (resource, channel) => {
            let resource = resource.err().map(|invalid| invalid.at("resource_id"));
            let channel = channel.err().map(|invalid| invalid.at("channel"));
            Err(resource.into_iter().chain(channel).collect())
        }
    }
}

fn resource<'a>(
    members: &Map<String, Value>,
    schema: &Schema<'a>,
) -> Result<&'a Resource, Invalid> {
    match present(members, "resource_id") {
        Some(given) => schema.resource(given),
        None => Err(Invalid::new(
            Code::Required,
            "A subscription needs a resource_id.",
        )),
    }
}

fn channel(members: &Map<String, Value>) -> Result<Channel, Invalid> {
    match present(members, "channel") {
        Some(given) => text_of(given)?.parse(),
        None => Err(Invalid::new(
            Code::Required,
            "A subscription needs a channel.",
        )),
    }
}

pub(crate) fn resource_has(resource: &Resource, channel: Channel) -> Result<(), Invalid> {
    if resource.channels.contains(&channel) {
        return Ok(());
    }
    let detail = format!("Resource {} has no channel {channel}.", resource.id);
    Err(Invalid::new(Code::ChannelNotOfResource, detail))
}

/// The longest reason, in characters.
pub(crate) const MAX_REASON_CHARS: usize = 500;

/// Reads why a subscription changes; a blank reason is none. Codes: `wrong_type`, `too_long`
/// and others of texts.
pub fn reason(given: &Value) -> Result<Option<String>, Invalid> {
    let text = clean_lines(text_of(given)?, MAX_REASON_CHARS)?;
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

pub(crate) fn no_reason() -> Invalid {
    let detail = "Anyone who left is subscribed again only with a reason, which history keeps.";
    Invalid::new(Code::Required, detail).at("reason")
}

/// Who left: the person, a provider that tells so, or an operator for them.
/// `null` and an empty text say nothing.
fn left_by(given: &Value) -> Result<Option<Party>, Invalid> {
    let name = match given {
        Value::Null => return Ok(None),
        given => text_of(given)?.trim(),
    };
    if name.is_empty() {
        return Ok(None);
    }
    Party::left_by(name).map(Some).ok_or_else(|| {
        let detail = format!(
            "{} ends no subscription: left_by is person, provider or operator.",
            excerpt(name)
        );
        Invalid::new(Code::NotAnOption, detail)
    })
}

fn until(given: &Value, schema: &Schema) -> Result<Option<Timestamp>, Invalid> {
    match given {
        Value::Null => Ok(None),
        _ => instant(given, &schema.database.time_zone).map(Some),
    }
}

/// `null` and -1 mean "as it is" (the latter in Altcraft's `update_batch`).
fn unless_unchanged<T>(
    given: &Value,
    read: impl Fn(&Value) -> Result<T, Invalid>,
) -> Result<Option<T>, Invalid> {
    if given.is_null() || given.as_i64() == Some(-1) {
        return Ok(None);
    }
    read(given).map(Some)
}

fn priority(given: &Value) -> Result<i64, Invalid> {
    let number = value::integer(given)?.as_i64();
    number
        .filter(|n| (0..=MAX_PRIORITY).contains(n))
        .ok_or_else(|| {
            let detail = format!("A priority lies between 0, the highest, and {MAX_PRIORITY}.");
            Invalid::new(Code::OutOfRange, detail)
        })
}

fn reg_info(
    given: &Value,
    schema: &Schema,
    edit: &mut SubscriptionEdit,
    inner: &mut Vec<Invalid>,
) -> Result<(), Invalid> {
    let Value::Object(members) = given else {
        if given.is_null() {
            (edit.registered_at, edit.ip, edit.url) = (Some(None), Some(None), Some(None));
            return Ok(());
        }
        return Err(Invalid::wrong_type(given, "an object"));
    };
    for (name, given) in members {
        if let Err(invalid) = registration(name, given, schema, edit) {
            inner.push(invalid.at(name));
        }
    }
    Ok(())
}

/// One of date, IP and URL of a registration.
fn registration(
    name: &str,
    given: &Value,
    schema: &Schema,
    edit: &mut SubscriptionEdit,
) -> Result<(), Invalid> {
    let text = |given: &Value| text_of(given).map(str::to_owned);
    let given = Some(given).filter(|given| !given.is_null());
    match name {
        "date" => {
            let zone = &schema.database.time_zone;
            edit.registered_at = Some(given.map(|v| instant(v, zone)).transpose()?);
        }
        "ip" => {
            let read = |v| ip::parse_ip(&text(v)?);
            edit.ip = Some(given.map(read).transpose()?);
        }
        "url" => {
            let read = |v| clean(text(v)?.trim(), MAX_URL_CHARS);
            edit.url = Some(given.map(read).transpose()?.filter(|url| !url.is_empty()));
        }
        _ => {
            let detail = "Registration has date, ip and url only.";
            return Err(Invalid::new(Code::UnknownMember, detail));
        }
    }
    Ok(())
}

/// An instant; a date alone is its first moment in the database's zone.
fn instant(given: &Value, zone: &Zone) -> Result<Timestamp, Invalid> {
    let mut date = parse_date(given, zone)?;
    if date.len() == "2001-12-31".len() {
        date.push_str("T00:00:00");
        date = parse_date(&Value::String(date), zone)?;
    }
    date.parse()
}
