//! Subscriptions that come with a delivery.

use super::condition::Condition;
use super::place::Delivery;
use super::rule::{Extraction, Rule, Use};
use roster_model::Code;
use roster_model::error::{Invalid, valid};
use roster_model::read::{Members, any};
use roster_model::readers::text_of;
use roster_model::subscription::subscription_field;
use roster_model::write::Schema;
use roster_model::{Channel, Field, ResourceId, Status};
use serde_json::{Map, Value, json};

/// What can be said of every subscription, beside its contact.
const MEMBERS: [&str; 6] = ["status", "priority", "cats", DATE, "ip", "url"];
/// When somebody subscribed, which is over.
const DATE: &str = "date";

/// A subscription to be made or changed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subscription {
    pub resource: Value,
    pub channel: Channel,
    condition: Option<Condition>,
    contact: Vec<(&'static str, Rule)>,
    members: Vec<(&'static str, Rule)>,
    custom_fields: Vec<(String, Rule)>,
}

impl Subscription {
    /// Reads `{"resource_id", "channel", "condition", …}`, everything else
    /// being rules: the channel's contact, which must be there, [`MEMBERS`] and
    /// the rules within `custom_fields`.
    pub fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(value)?;
        let resource = members.required("resource_id", ResourceId::from_json);
        let channel = members.required("channel", |v| text_of(v)?.parse::<Channel>());
        let condition = members.optional("condition", Condition::parse);
        let mut contact = Vec::new();
        if channel.is_none() {
            // What its contact would be is open, so none of them is a mistake.
            for name in Channel::ALL.into_iter().flat_map(contact_members) {
                members.take(name, any);
            }
        }
        for name in channel.map(contact_members).unwrap_or_default() {
            if value.get(name).is_none_or(Value::is_null) {
                let detail = format!("A subscription of this channel needs a rule for {name}.");
                members.refuse(name, Invalid::new(Code::Required, detail));
            }
            let rule = members.take(name, |v| Rule::parse(v, Use::Plain));
            contact.extend(rule.flatten().map(|rule| (*name, rule)));
        }
        let mut others = Vec::new();
        for name in MEMBERS {
            let rule = members.take(name, |v| Rule::parse(v, used(name)));
            others.extend(rule.flatten().map(|rule| (name, rule)));
        }
        let default = value.get("status").and_then(|rule| rule.get("default"));
        if default.is_some_and(|word| Status::from_json(word) == Ok(Status::Subscribed)) {
            let detail = "Nothing said is no yes: no default subscribes.";
            let invalid = Invalid::new(Code::NotSupported, detail).at("default");
            members.refuse("status", invalid);
        }
        let custom_fields = members.optional("custom_fields", super::definition::rules);
        let sound = members.is_sound();
        match (resource, channel) {
            (Some(resource), Some(channel)) if sound => {
                members.finish()?;
                Ok(Subscription {
                    resource: Value::from(resource.to_string()),
                    channel,
                    condition,
                    contact,
                    members: others,
                    custom_fields: custom_fields.unwrap_or_default(),
                })
            }
            _ => {
                members.finish()?;
                Err(Vec::new())
            }
        }
    }

    /// Whether the dates of a field of its own lie in the past.
    fn lies_in_past(&self, schema: &Schema<'_>, name: &str) -> bool {
        let resource = schema.resource(&self.resource);
        let field = resource.ok();
        let field = field.and_then(|one| subscription_field(one, self.channel, name));
        field.is_some_and(Field::lies_in_past)
    }

    /// How many rules it has.
    pub fn rules(&self) -> usize {
        self.contact.len() + self.members.len() + self.custom_fields.len()
    }

    /// The element of `subscriptions`; none if the condition doesn't hold, the
    /// contact is missing, or a rule for `status` finds nothing (told with code
    /// `opt_in_missing`): nothing said is no yes. Pointers are inside it.
    pub fn value(
        &self,
        delivery: Delivery,
        schema: &Schema<'_>,
        taking: &mut Extraction,
    ) -> Result<Option<Value>, Vec<Invalid>> {
        if let Some(condition) = &self.condition
            && condition.check(delivery).is_err()
        {
            return Ok(None);
        }
        let mut made = Map::new();
        let mut wrong = Vec::new();
        for (name, rule) in &self.contact {
            let from = taking.told.len();
            let value = rule.value(delivery, Use::Plain, false, taking);
            taking.place(from, |one| one.at(name));
            match value {
                Ok(Some(value)) => made.insert((*name).to_owned(), value),
                Ok(None) => return Ok(None),
                Err(invalid) => {
                    wrong.push(invalid.at(name));
                    None
                }
            };
        }
        if let (Channel::TelegramBot, Some(id)) = (self.channel, made.remove("id")) {
            // A flat id would be the subscription's own.
            made.insert("cc_data".to_owned(), json!({ "id": id }));
        }
        made.insert("resource_id".to_owned(), self.resource.clone());
        made.insert("channel".to_owned(), self.channel.as_str().into());
        for (name, rule) in &self.members {
            let from = taking.told.len();
            let value = rule.value(delivery, used(name), *name == DATE, taking);
            taking.place(from, |one| one.at(name));
            match value {
                Ok(Some(value)) => {
                    made.insert((*name).to_owned(), value);
                }
                Ok(None) if *name == "status" => {
                    // What could not be read was told already.
                    if taking.told.len() == from {
                        let detail = "The delivery says nothing here, and nothing said is no yes.";
                        let invalid = Invalid::new(Code::OptInMissing, detail);
                        taking.told.push(invalid.at("status"));
                    }
                    return Ok(None);
                }
                Ok(None) => {}
                Err(invalid) => wrong.push(invalid.at(name)),
            }
        }
        let mut fields = Map::new();
        for (name, rule) in &self.custom_fields {
            let from = taking.told.len();
            let past = self.lies_in_past(schema, name);
            let value = rule.value(delivery, Use::Data, past, taking);
            taking.place(from, |one| one.at(name).at("custom_fields"));
            match value {
                Ok(Some(value)) => {
                    fields.insert(name.clone(), value);
                }
                Ok(None) => {}
                Err(invalid) => wrong.push(invalid.at(name).at("custom_fields")),
            }
        }
        if !fields.is_empty() {
            made.insert("custom_fields".to_owned(), Value::Object(fields));
        }
        valid(Some(Value::Object(made)), wrong)
    }
}

fn used(member: &str) -> Use {
    if member == "cats" {
        Use::Data
    } else {
        Use::Plain
    }
}

/// What says where messages of a channel go.
fn contact_members(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Email => &["email"],
        Channel::Sms | Channel::Whatsapp | Channel::Viber | Channel::Notify => &["phone"],
        Channel::Push => &["provider", "subscription_id"],
        Channel::TelegramBot => &["id"],
    }
}
