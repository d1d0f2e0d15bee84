//! Subscriptions and statuses in conditions.

use super::operand::list;
use crate::Code;
use crate::channel::Channel;
use crate::contact::Contact;
use crate::error::{Invalid, excerpt, valid};
use crate::id::ResourceId;
use crate::readers::text_of;
use crate::resource::Resource;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::write::Schema;
use crate::write::subscribe::resource_has;
use serde_json::{Map, Value};

/// A set of statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statuses(i64);

impl Statuses {
    /// Reads a status or a list of them; codes `invalid_status`, `empty`.
    pub(crate) fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        let read = list(value, Status::from_json)?;
        Ok(Statuses(
            read.into_iter().fold(0, |set, one| set | 1 << one.number()),
        ))
    }

    /// One bit for each status, at the place of its number.
    pub fn bits(self) -> i64 {
        self.0
    }

    /// Whether a status is in it.
    pub fn has(self, status: Status) -> bool {
        (self.0 >> status.number()) & 1 == 1
    }
}

/// A live (not deleted) subscription that is all of this; what is none is not
/// asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SubscriptionTest {
    /// To this resource.
    pub resource: Option<ResourceId>,
    /// On this channel.
    pub channel: Option<Channel>,
    /// With one of these statuses.
    pub statuses: Option<Statuses>,
    /// With this category.
    pub category: Option<String>,
    /// To this contact of the channel.
    pub contact: Option<Contact>,
}

/// What names a contact, as in a subscription that is written.
const CONTACT: [&str; 5] = ["email", "phone", "provider", "subscription_id", "cc_data"];

impl SubscriptionTest {
    /// Reads `{"resource_id", "channel", "status", "category"}` and the members
    /// of a contact, all of them optional, none of them `null`.
    ///
    /// Codes: `wrong_type`, `unknown_member`, `unknown_resource`,
    /// `resource_not_for_database`, `invalid_channel`,
    /// `channel_not_of_resource`, `invalid_status`, `empty`,
    /// `unknown_category`, `required` (a contact without `channel`), and those
    /// of contacts.
    pub(super) fn parse(value: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let Value::Object(members) = value else {
            return Err(vec![Invalid::wrong_type(value, "an object")]);
        };
        let mut test = SubscriptionTest::default();
        let mut resource = None;
        let mut wrong = Vec::new();
        for (name, given) in members {
            let read = match name.as_str() {
                "resource_id" => schema
                    .resource(given)
                    .map_err(|one| vec![one])
                    .map(|found| {
                        resource = Some(found);
                        test.resource = Some(found.id);
                    }),
                "channel" => text_of(given)
                    .and_then(str::parse)
                    .map_err(|one| vec![one])
                    .map(|found| test.channel = Some(found)),
                "status" => Statuses::parse(given).map(|found| test.statuses = Some(found)),
                "category" => text_of(given)
                    .map_err(|one| vec![one])
                    .map(|found| test.category = Some(found.to_owned())),
                _ if given.is_null() => Err(vec![Invalid::wrong_type(given, "a value")]),
                name if CONTACT.contains(&name) => Ok(()),
                _ => Err(vec![Invalid::new(
                    Code::UnknownMember,
                    format!(
                        "A subscription is asked for by resource_id, channel, status, category and its contact ({}).",
                        CONTACT.join(", ")
                    ),
                )]),
            };
            if let Err(all) = read {
                wrong.extend(all.into_iter().map(|one| one.at(name)));
            }
        }
        if let Some(resource) = resource {
            test.check(resource, &mut wrong);
        }
        if let Err(invalid) = test.read_contact(members, schema) {
            wrong.push(invalid);
        }
        valid(test, wrong)
    }

    /// Whether the resource has the channel and the category.
    fn check(&self, resource: &Resource, wrong: &mut Vec<Invalid>) {
        if let Some(channel) = self.channel
            && let Err(invalid) = resource_has(resource, channel)
        {
            wrong.push(invalid.at("channel"));
        }
        if let Some(category) = &self.category
            && !resource.categories.iter().any(|one| one.name == *category)
        {
            let (id, shown) = (resource.id, excerpt(category));
            let detail = format!("Resource {id} has no category {shown}.");
            wrong.push(Invalid::new(Code::UnknownCategory, detail).at("category"));
        }
    }

    fn read_contact(
        &mut self,
        members: &Map<String, Value>,
        schema: &Schema,
    ) -> Result<(), Invalid> {
        let given = CONTACT
            .iter()
            .find(|name| members.get(**name).is_some_and(|v| !v.is_null()));
        if given.is_none() {
            return Ok(());
        }
        match self.channel {
            Some(channel) => {
                let context = schema.database.context();
                // What belongs to the contact of another channel asks for
                // something that can't be.
                for name in CONTACT {
                    if members.contains_key(name) && !Contact::is_member(channel, name) {
                        let detail = format!("A contact of channel {channel} has no {name}.");
                        return Err(Invalid::new(Code::UnknownMember, detail).at(name));
                    }
                }
                self.contact = Some(Contact::parse(channel, members, &context)?);
                Ok(())
            }
            None if members.contains_key("channel") => Ok(()),
            None => {
                let detail = "A contact is asked for together with its channel.";
                Err(Invalid::new(Code::Required, detail).at("channel"))
            }
        }
    }

    /// Whether a subscription is what is asked for.
    pub fn accepts(&self, one: &Subscription) -> bool {
        self.accepts_but_status(one)
            && self
                .statuses
                .is_none_or(|statuses| statuses.has(one.status))
    }

    /// Whether it is, whatever its status.
    pub(crate) fn accepts_but_status(&self, one: &Subscription) -> bool {
        !one.deleted
            && self.resource.is_none_or(|id| id == one.resource)
            && self
                .channel
                .is_none_or(|channel| channel == one.contact.channel())
            && self
                .category
                .as_ref()
                .is_none_or(|name| one.categories.contains(name))
            && self
                .contact
                .as_ref()
                .is_none_or(|contact| one.contact.same(contact))
    }
}
