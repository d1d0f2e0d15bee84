//! Subscriptions that many profiles get, or have changed, alike: the contact of
//! each comes from the profile itself.

use super::Schema;
use super::bulk_scope::{BulkScope, Verdict};
use super::edits::ReadOptions;
use super::subscribe::{CategoryOp, SubscriptionEdit, place};
use crate::Code;
use crate::channel::Channel;
use crate::condition::Condition;
use crate::contact::{Contact, present};
use crate::error::{Invalid, excerpt, excerpt_json};
use crate::field::FieldType;
use crate::id::ResourceId;
use crate::profile::Profile;
use crate::standing::ChangeContext;
use crate::subscription::Subscription;
use serde_json::{Map, Value, json};

/// What happens to subscriptions to one resource by one channel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template {
    pub resource: ResourceId,
    channel: Channel,
    source: Source,
    /// Which of those that are there it is about.
    scope: BulkScope,
    /// What is to change. Its contact is replaced by those of each profile.
    edit: SubscriptionEdit,
}

/// Where a profile's contacts come from.
#[derive(Clone, Debug, PartialEq)]
enum Source {
    /// Those that it is subscribed with already: nothing new is made.
    Own,
    /// The values of a field.
    Field(String),
    /// Its live subscriptions to another resource, or by another channel.
    Subscription(ResourceId, Channel),
}

impl Template {
    /// Reads one: what an element of `subscriptions` in a write has, but for the
    /// contact, and `contact`: `{field}` or `{subscription: {resource_id,
    /// channel}}`; without it only existing subscriptions are changed. `where`
    /// says which of the existing ones ([`BulkScope::parse`]).
    ///
    /// Codes beside those of a write: `not_supported` and `contradiction` (no
    /// contact of this channel comes from there).
    pub fn parse(item: &Value, index: usize, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let Value::Object(members) = item else {
            return Err(vec![Invalid::wrong_type(item, "an object")]);
        };
        let (resource, channel) = place(members, schema)?;
        let source = match present(members, "contact") {
            None => Ok(Source::Own),
            Some(contact) => source(contact, channel, schema),
        };
        let nowhere = Contact::TelegramBot { id: String::new() };
        let mut edit = SubscriptionEdit::of(resource.id, nowhere);
        edit.index = Some(index);
        let scope = present(members, "where").map(BulkScope::parse).transpose();
        let is_own = |name: &str| matches!(name, "contact" | "where");
        let read = edit.read(
            members,
            resource,
            channel,
            &is_own,
            schema,
            ReadOptions::default(),
        );
        match (source, scope, read) {
            (Ok(source), Ok(scope), Ok(_)) => Ok(Template {
                resource: resource.id,
                channel,
                source,
                scope: scope.unwrap_or_default(),
                edit,
            }),
            (source, scope, read) => {
                let wrong = source.err().unwrap_or_default().into_iter();
                let mut wrong: Vec<Invalid> = wrong.map(|one| one.at("contact")).collect();
                let odd = scope.err().unwrap_or_default().into_iter();
                wrong.extend(odd.map(|one| one.at("where")));
                wrong.extend(read.err().unwrap_or_default());
                Err(wrong)
            }
        }
    }

    /// Takes over what a condition says of the subscriptions that it is about.
    pub fn about(&mut self, condition: &Condition) {
        self.scope.narrow(condition, self.resource, self.channel);
    }

    /// What it makes of a subscription.
    pub(super) fn edit(&self) -> &SubscriptionEdit {
        &self.edit
    }

    /// The categories that it gives.
    pub fn categories(&self) -> &[String] {
        let op = self.edit.categories.as_ref();
        op.map_or(&[], CategoryOp::named)
    }

    /// What is done to a profile; and complaints: it has no contact to be
    /// subscribed with, or a subscription's status isn't what this is about.
    pub fn edits(
        &self,
        profile: &Profile,
        schema: &Schema,
        by: &ChangeContext,
        edits: &mut Vec<SubscriptionEdit>,
    ) -> Vec<Invalid> {
        let contacts = match self.contacts(profile, schema) {
            Ok(contacts) => contacts,
            Err(invalid) => return vec![self.edit.place(invalid.at("contact"))],
        };
        let again = self.edit.resubscribe || by.resubscribe;
        let mut kept = Vec::new();
        for contact in contacts {
            let mut there = profile.subscriptions.iter();
            let there = there.find(|one| one.is(self.resource, &contact));
            match there.map(|one| self.scope.verdict(one, &self.edit, again, by.party)) {
                None | Some(Verdict::Change) => edits.push(SubscriptionEdit {
                    contact,
                    ..self.edit.clone()
                }),
                Some(Verdict::Leave) => {}
                Some(Verdict::Keep(invalid)) => kept.push(self.edit.place(invalid)),
            }
        }
        kept
    }

    /// The contacts of a profile that this is about.
    pub fn contacts(&self, profile: &Profile, schema: &Schema) -> Result<Vec<Contact>, Invalid> {
        let live = |resource: ResourceId, channel: Channel| {
            let all = profile.subscriptions.iter();
            all.filter(move |one: &&Subscription| {
                !one.deleted && one.resource == resource && one.contact.channel() == channel
            })
        };
        let found: Vec<Contact> = match &self.source {
            Source::Own => {
                let own = live(self.resource, self.channel);
                return Ok(own.map(|one| one.contact.clone()).collect());
            }
            Source::Field(name) => {
                let Some(value) = profile.data.get(name) else {
                    return Err(missing(format!("The profile has no {name}.")));
                };
                let values = match value {
                    Value::Array(items) => items.as_slice(),
                    value => std::slice::from_ref(value),
                };
                let read = |value| of_value(self.channel, value, schema);
                values.iter().map(read).collect::<Result<_, _>>()?
            }
            Source::Subscription(resource, channel) => live(*resource, *channel)
                .filter_map(|one| of_contact(self.channel, &one.contact))
                .collect(),
        };
        if found.is_empty() {
            let what = match &self.source {
                Source::Subscription(resource, channel) => {
                    format!("subscription to resource {resource} by {channel}")
                }
                Source::Field(name) => name.clone(),
                Source::Own => "subscription".to_owned(),
            };
            return Err(missing(format!("The profile has no {what}.")));
        }
        Ok(found)
    }
}

fn missing(detail: String) -> Invalid {
    Invalid::new(Code::ContactMissing, detail)
}

fn source(contact: &Value, channel: Channel, schema: &Schema) -> Result<Source, Vec<Invalid>> {
    let refuse = || {
        let detail = "A contact comes from {\"field\": …} or from {\"subscription\": {\"resource_id\": …, \"channel\": …}}.";
        vec![Invalid::new(Code::WrongType, detail)]
    };
    let members = contact.as_object().ok_or_else(refuse)?;
    let mut names = members.iter();
    match (names.next(), names.next()) {
        (Some((name, given)), None) if name == "field" => {
            let read = field(given, channel, schema);
            read.map_err(|invalid| vec![invalid.at("field")])
        }
        (Some((name, Value::Object(inner))), None) if name == "subscription" => {
            let read = subscription(inner, channel, schema);
            read.map_err(|wrong| {
                wrong
                    .into_iter()
                    .map(|one| one.at("subscription"))
                    .collect()
            })
        }
        _ => Err(refuse()),
    }
}

/// A field whose values can be contacts of the channel.
fn field(given: &Value, channel: Channel, schema: &Schema) -> Result<Source, Invalid> {
    let name = given.as_str().unwrap_or_default();
    let found = schema.database.field(name).ok_or_else(|| {
        let shown = given.as_str().map_or_else(|| excerpt_json(given), excerpt);
        let detail = format!("The database has no field {shown}.");
        Invalid::new(Code::UnknownField, detail)
    })?;
    let fits = match channel {
        Channel::Email => matches!(found.field_type, FieldType::Email | FieldType::String),
        Channel::Sms | Channel::Whatsapp | Channel::Viber | Channel::Notify => matches!(
            found.field_type,
            FieldType::Phones | FieldType::String | FieldType::Integer
        ),
        Channel::TelegramBot => {
            matches!(found.field_type, FieldType::String | FieldType::Integer)
        }
        // A device is known by its service too.
        Channel::Push => false,
    };
    if fits {
        return Ok(Source::Field(found.name.clone()));
    }
    let detail = format!(
        "A field of type {} has no contacts of channel {channel}.",
        found.field_type
    );
    Err(Invalid::new(Code::NotSupported, detail))
}

/// Another subscription whose contact can be one of the channel.
fn subscription(
    members: &Map<String, Value>,
    channel: Channel,
    schema: &Schema,
) -> Result<Source, Vec<Invalid>> {
    let (resource, from) = place(members, schema)?;
    if let Some(name) = members
        .keys()
        .find(|name| !matches!(name.as_str(), "resource_id" | "channel"))
    {
        let detail = "Another subscription is named by resource_id and channel.";
        return Err(vec![Invalid::new(Code::UnknownMember, detail).at(name)]);
    }
    if from != channel && !(has_numbers(from) && has_numbers(channel)) {
        let detail = format!("A contact of channel {from} is none of channel {channel}.");
        return Err(vec![
            Invalid::new(Code::Contradiction, detail).at("channel"),
        ]);
    }
    Ok(Source::Subscription(resource.id, from))
}

fn has_numbers(channel: Channel) -> bool {
    match channel {
        Channel::Sms | Channel::Whatsapp | Channel::Viber | Channel::Notify => true,
        Channel::Email | Channel::Push | Channel::TelegramBot => false,
    }
}

/// The same contact by another channel that has such contacts.
fn of_contact(channel: Channel, contact: &Contact) -> Option<Contact> {
    if contact.channel() == channel {
        return Some(contact.clone());
    }
    match contact {
        Contact::Sms(phone)
        | Contact::Whatsapp(phone)
        | Contact::Viber(phone)
        | Contact::Notify(phone) => match channel {
            Channel::Sms => Some(Contact::Sms(phone.clone())),
            Channel::Whatsapp => Some(Contact::Whatsapp(phone.clone())),
            Channel::Viber => Some(Contact::Viber(phone.clone())),
            Channel::Notify => Some(Contact::Notify(phone.clone())),
            Channel::Email | Channel::Push | Channel::TelegramBot => None,
        },
        Contact::Email(_) | Contact::Push { .. } | Contact::TelegramBot { .. } => None,
    }
}

/// A value of a field as a contact.
fn of_value(channel: Channel, value: &Value, schema: &Schema) -> Result<Contact, Invalid> {
    let text = match value {
        Value::Number(number) => Value::from(number.to_string()),
        other => other.clone(),
    };
    let member = match channel {
        Channel::Email => json!({ "email": text }),
        Channel::TelegramBot => json!({ "cc_data": { "id": text } }),
        _ => json!({ "phone": text }),
    };
    let members = member.as_object().cloned().unwrap_or_default();
    let contact = Contact::parse(channel, &members, &schema.database.context());
    // The pointer would lead into what was made here.
    contact.map_err(|invalid| Invalid::new(invalid.code, invalid.detail))
}
