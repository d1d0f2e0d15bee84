//! What an item is matched by: the values beside it, else its own data.

use super::Schema;
use super::edits::{Edits, FieldEdit, ParsedData, ReadOptions};
use super::request::{Request, Values, profile_id};
use super::subscribe::{SubscriptionEdit, resource_has};
use crate::Code;
use crate::channel::Channel;
use crate::contact::Contact;
use crate::database::Database;
use crate::email::Email;
use crate::error::Invalid;
use crate::field::{Field, FieldType};
use crate::functional::Op;
use crate::id::{ProfileId, ResourceId};
use crate::matching::{MatchKey, Matching, Selector};
use crate::phone::Phone;
use crate::profile::Profile;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// How a profile is found, and what it gets if it must be created.
pub(crate) struct Selection {
    pub selector: Selector,
    /// Match values that stood beside the data: a new profile gets those that
    /// its data lacks.
    pub fields: Vec<FieldEdit>,
    /// The subscriptions that a new profile gets for what matched.
    pub subscriptions: Vec<SubscriptionEdit>,
}

impl Selector {
    /// Reads a request that looks for a profile and writes nothing: `matching`
    /// and its values beside `data`, or within it. Pointers are inside the
    /// request.
    ///
    /// Codes: those of [`Request::parse`] and of the values, and
    /// `match_value_missing`.
    pub fn parse(
        request: &Map<String, Value>,
        data: Option<&Map<String, Value>>,
        schema: &Schema,
    ) -> Result<Selector, super::Refusal> {
        let request = Request::parse(request, schema, false)?;
        let matters = |name: &str| {
            matches!(
                name,
                "email" | "phones" | "subscriptions" | "id" | "_id" | "profile_id"
            ) || request.field.as_deref() == Some(name)
        };
        let members = data.into_iter().flatten();
        let members = members.filter(|(name, _)| matters(name));
        let data = members.map(|(n, v)| (n.clone(), v.clone())).collect();
        let reading = ReadOptions {
            id_allowed: request.matching == Matching::ProfileId,
            ..ReadOptions::default()
        };
        let read = ParsedData::data(&data, schema, reading);
        if let Some(error) = super::Refusal::all(read.errors) {
            return Err(error.under("/data"));
        }
        let selection = select(&request, &read.edits, read.id.as_ref(), schema)?;
        Ok(selection.selector)
    }

    /// The profile with this id.
    pub fn of_profile(id: ProfileId) -> Selector {
        Selector {
            matching: Matching::ProfileId,
            keys: Vec::new(),
            all: false,
            resource: None,
            profile_id: Some(id),
        }
    }

    /// Anyone who has this contact: in a live subscription, or as the profile's own e-mail
    /// or phone.
    pub fn of_contact(contact: &Contact, database: &Database) -> Selector {
        let mut keys = vec![MatchKey::of_contact(contact)];
        if let Some((field, value)) = own_value(contact, database) {
            keys.extend(MatchKey::of_field(field, &value));
        }
        keys.sort_unstable();
        let matching = match contact.channel() {
            Channel::Email => Matching::Email,
            Channel::Sms => Matching::Phone,
            Channel::Push => Matching::PushSub,
            Channel::TelegramBot | Channel::Whatsapp | Channel::Viber | Channel::Notify => {
                Matching::CustomSub
            }
        };
        Selector {
            matching,
            keys,
            all: false,
            resource: None,
            profile_id: None,
        }
    }

    /// Anyone who has a live subscription to the resource with this contact.
    pub fn of_subscription(contact: &Contact, resource: ResourceId) -> Selector {
        let matching = match contact.channel() {
            Channel::Email => Matching::EmailSub,
            Channel::Sms => Matching::PhoneSub,
            Channel::Push => Matching::PushSub,
            Channel::TelegramBot | Channel::Whatsapp | Channel::Viber | Channel::Notify => {
                Matching::CustomSub
            }
        };
        Selector {
            matching,
            keys: vec![MatchKey::of_contact(contact)],
            all: false,
            resource: Some(resource),
            profile_id: None,
        }
    }
}

/// What the item is matched by. `id` is the member of its data that names a
/// profile. Pointers are inside the data.
pub(crate) fn select(
    request: &Request,
    edits: &Edits,
    id: Option<&Value>,
    schema: &Schema,
) -> Result<Selection, Invalid> {
    let mode = request.matching;
    let mut selection = Selection {
        selector: Selector {
            matching: mode,
            keys: Vec::with_capacity(2),
            all: false,
            resource: request.resource,
            profile_id: None,
        },
        fields: Vec::new(),
        subscriptions: Vec::new(),
    };
    match mode {
        Matching::ProfileId => {
            let given = match (request.values.profile_id, id) {
                (Some(given), _) => Some(given),
                (None, Some(id)) => Some(profile_id(id).map_err(|invalid| invalid.at("id"))?),
                (None, None) => None,
            };
            selection.selector.profile_id = Some(given.ok_or_else(|| missing(request))?);
        }
        Matching::Custom => custom(&mut selection, request, edits, schema)?,
        _ => contacts(&mut selection, request, edits, schema)?,
    }
    if selection.selector.keys.is_empty() && mode != Matching::ProfileId {
        return Err(missing(request));
    }
    Ok(selection)
}

/// The edits without the values that only say who is meant: plain values by
/// which this profile is found, and which it has, as its own or as a contact.
/// Of a list, what it lacks is added. Functional updates stay.
///
/// The complaints tell which values the profile does not have as its own.
pub(crate) fn without_matched<'a>(
    edits: &'a Edits,
    selector: &Selector,
    profile: &Profile,
    database: &Database,
) -> (Cow<'a, Edits>, Vec<Invalid>) {
    let mut kept = Vec::new();
    let holds = |field: &Field, value: &Value| {
        // Most fields are none that anybody is matched by.
        let is_contact = matches!(field.field_type, FieldType::Email | FieldType::Phones);
        let by = |key: &MatchKey| key.kind == field.id.get() || is_contact && key.is_contact();
        if !selector.keys.iter().any(by) {
            return false;
        }
        let own = MatchKey::of_field(field, value);
        let contact = contact_of(field, value).map(|contact| MatchKey::of_contact(&contact));
        let mut keys = own.chain(contact);
        keys.any(|key| selector.keys.contains(&key) && selector.holds(profile, database, &key))
    };
    let rest = |edit: &FieldEdit| -> Option<Option<FieldEdit>> {
        let Op::Set(value) = &edit.op else {
            return None;
        };
        let field = database.field(&edit.name).filter(|_| !edit.outright)?;
        let Value::Array(items) = value else {
            return holds(field, value).then_some(None);
        };
        let one = |item: &Value| Value::Array(vec![item.clone()]);
        let new = items.iter().filter(|item| !holds(field, &one(item)));
        let new: Vec<Value> = new.cloned().collect();
        (new.len() < items.len()).then(|| {
            (!new.is_empty()).then(|| FieldEdit {
                op: Op::Add(new),
                ..edit.clone()
            })
        })
    };
    let changed: Vec<_> = edits.fields.iter().map(rest).collect();
    if changed.iter().all(Option::is_none) {
        return (Cow::Borrowed(edits), kept);
    }
    let mut fields = Vec::with_capacity(edits.fields.len());
    for (edit, changed) in edits.fields.iter().zip(changed) {
        match changed {
            None => fields.push(edit.clone()),
            Some(Some(less)) => fields.push(less),
            Some(None) => kept.extend(other_than_own(edit, profile, database)),
        }
    }
    let edits = Edits {
        status: edits.status,
        status_unread: edits.status_unread,
        fields,
        subscriptions: edits.subscriptions.clone(),
    };
    (Cow::Owned(edits), kept)
}

/// The contact that a value of the profile can be, too.
fn contact_of(field: &Field, value: &Value) -> Option<Contact> {
    match (field.field_type, value) {
        (FieldType::Email, Value::String(text)) => Some(Contact::Email(Email::stored(text))),
        (FieldType::Phones, Value::Array(items)) => {
            let text = items.first().and_then(Value::as_str)?;
            Some(Contact::Sms(Phone::stored(text.to_owned())))
        }
        _ => None,
    }
}

/// What to tell of a value that matched and is another than the profile's own.
fn other_than_own(edit: &FieldEdit, profile: &Profile, database: &Database) -> Option<Invalid> {
    let Op::Set(new @ Value::String(_)) = &edit.op else {
        return None;
    };
    let field = database.field(&edit.name)?;
    let own = profile.data.get(&edit.name);
    if own.is_some_and(|own| field.same(own, new)) {
        return None;
    }
    let detail = format!(
        "The profile was found by this {name}, which is one of its contacts; its own {name} stays. To write it, use the action set.",
        name = edit.name
    );
    Some(Invalid::new(Code::MatchedOnly, detail).at(&edit.name))
}

fn missing(request: &Request) -> Invalid {
    let give = match request.matching {
        Matching::Email | Matching::EmailProfile => {
            "email, beside data or in it, or an email subscription"
        }
        Matching::EmailSub => "email beside data, or an email subscription in it",
        Matching::Phone => "phone beside data, or phones or an sms subscription in it",
        Matching::PhoneSub => "phone beside data, or an sms subscription in it",
        Matching::ProfileId => "profile_id beside data, or id in it",
        Matching::PushSub => {
            "provider and subscription_id beside data, or a push subscription in it"
        }
        Matching::Custom => "field_value beside data, or a value of the field in it",
        Matching::CustomSub => "field_value beside data, or such a subscription in it",
        Matching::EmailPhone => "email or phone beside data, or email or phones in it",
        Matching::EmailPhoneSub => {
            "email or phone beside data, or an email or sms subscription in it"
        }
    };
    Invalid::new(
        Code::MatchValueMissing,
        format!(
            "Matching by {} needs a value: give {give}.",
            request.matching
        ),
    )
}

/// The value that an edit brings whatever was there: elements that are added
/// count, what only changes an old value doesn't.
fn brought<'a>(edits: &'a Edits, name: &str) -> Vec<&'a Value> {
    let edit = edits.fields.iter().find(|edit| edit.name == name);
    match edit.map(|edit| &edit.op) {
        Some(Op::Set(Value::Array(items))) => items.iter().collect(),
        Some(Op::Set(value)) => vec![value],
        Some(Op::Add(items)) => items.iter().collect(),
        _ => Vec::new(),
    }
}

fn custom(
    selection: &mut Selection,
    request: &Request,
    edits: &Edits,
    schema: &Schema,
) -> Result<(), Invalid> {
    let name = request.field.as_deref().unwrap_or_default();
    let Some(field) = schema.database.field(name) else {
        return Err(Invalid::new(
            Code::UnknownField,
            "The database has no such field.",
        ));
    };
    let value = match &request.values.field {
        Some(value) => {
            selection.fields.push(seed(field, value.clone()));
            value.clone()
        }
        None => {
            let mut values = brought(edits, name);
            if field.field_type == FieldType::Tags || field.field_type == FieldType::Phones {
                values.into_iter().cloned().collect()
            } else {
                values.pop().cloned().unwrap_or_default()
            }
        }
    };
    selection.selector.all = field.field_type == FieldType::Tags;
    selection
        .selector
        .keys
        .extend(MatchKey::of_field(field, &value));
    Ok(())
}

/// What puts a match value into a new profile. A list keeps what it has.
fn seed(field: &Field, value: Value) -> FieldEdit {
    let op = match value {
        Value::Array(items) => Op::Add(items),
        value => Op::Set(value),
    };
    FieldEdit {
        name: field.name.clone(),
        op,
        outright: false,
    }
}

/// The modes that look for e-mails, phones and contacts.
fn contacts(
    selection: &mut Selection,
    request: &Request,
    edits: &Edits,
    schema: &Schema,
) -> Result<(), Invalid> {
    let mode = request.matching;
    let wanted = wanted(request, edits);
    let looks_at_profile = !mode.is_sub();
    let looks_at_subs = !matches!(mode, Matching::EmailProfile | Matching::EmailPhone);
    let given = request.values.email.is_some() || request.values.phone.is_some();
    for contact in wanted {
        if looks_at_profile && let Some((field, value)) = own_value(&contact, schema.database) {
            selection
                .selector
                .keys
                .extend(MatchKey::of_field(field, &value));
            if given {
                selection.fields.push(seed(field, value));
            }
        }
        if looks_at_subs {
            selection.selector.keys.push(MatchKey::of_contact(&contact));
        }
        if mode.is_sub()
            && let Some(id) = request.resource
            && let Some(resource) = schema.resources.iter().find(|r| r.id == id)
            && resource_has(resource, contact.channel()).is_ok()
        {
            let edit = SubscriptionEdit::of(id, contact);
            selection.subscriptions.push(edit);
        }
    }
    // A number alone does not say which of several messengers is meant.
    let mut new = selection.subscriptions.iter().map(|s| s.contact.channel());
    let first = new.next();
    if mode == Matching::CustomSub && new.any(|channel| Some(channel) != first) {
        selection.subscriptions.clear();
    }
    let keys = &mut selection.selector.keys;
    keys.sort_unstable();
    keys.dedup();
    Ok(())
}

/// The profile's own field that may have a contact, and its value there.
fn own_value<'a>(contact: &Contact, database: &'a Database) -> Option<(&'a Field, Value)> {
    let (name, value) = match contact {
        Contact::Email(email) => ("email", Value::from(email.given())),
        Contact::Sms(phone) => ("phones", Value::from(vec![phone.as_str().to_owned()])),
        Contact::Push { .. }
        | Contact::TelegramBot { .. }
        | Contact::Whatsapp(_)
        | Contact::Viber(_)
        | Contact::Notify(_) => return None,
    };
    Some((database.field(name)?, value))
}

/// The contacts to look for: beside the data, else in the place of it that the
/// mode looks at, else in the other one.
fn wanted(request: &Request, edits: &Edits) -> Vec<Contact> {
    let Values {
        email,
        phone,
        contacts,
        ..
    } = &request.values;
    let mut found: Vec<Contact> = contacts.clone();
    found.extend(email.clone().map(Contact::Email));
    found.extend(phone.clone().map(Contact::Sms));
    if !found.is_empty() {
        return found;
    }
    let subscribed = |channel: Channel| -> Vec<Contact> {
        let contacts = edits.subscriptions.iter().map(|s| &s.contact);
        contacts
            .filter(|c| c.channel() == channel)
            .cloned()
            .collect()
    };
    let own = |channel: Channel| -> Vec<Contact> {
        let texts = |name| brought(edits, name).into_iter().filter_map(Value::as_str);
        match channel {
            Channel::Email => texts("email")
                .filter_map(|text| Email::parse(text).ok())
                .map(Contact::Email)
                .collect(),
            Channel::Sms => texts("phones")
                .map(|text| Contact::Sms(Phone::stored(text.to_owned())))
                .collect(),
            _ => Vec::new(),
        }
    };
    for channel in request.channels.iter().copied() {
        let first = if request.matching.is_sub() {
            subscribed(channel)
        } else {
            own(channel)
        };
        if !first.is_empty() {
            found.extend(first);
        } else if request.matching.is_sub() {
            found.extend(own(channel));
        } else {
            found.extend(subscribed(channel));
        }
    }
    found
}
