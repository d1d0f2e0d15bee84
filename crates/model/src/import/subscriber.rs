//! The subscriptions that a row gets for its own contacts.

use super::convert::Convert;
use super::mapping::Group;
use super::plan::{Plan, Row};
use super::reader::Cell;
use super::sheet_error;
use super::target::Part;
use crate::channel::Channel;
use crate::error::Invalid;
use crate::subscription::subscription_field;
use crate::write::Schema;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What makes subscriptions by one channel to one resource.
#[derive(Debug)]
pub(super) struct Subscriber {
    channel: Channel,
    /// The members that are the same for all rows.
    members: Map<String, Value>,
    /// The columns that give contacts: one of its own, or those of a field.
    contacts: Vec<usize>,
    parts: Vec<PartPlan>,
}

#[derive(Debug)]
struct PartPlan {
    column: usize,
    part: Part,
    convert: Convert,
}

impl Subscriber {
    /// `own` has the columns that give contacts if `parts` have none.
    pub fn new(group: &Group, parts: &[(usize, &Part)], own: Vec<usize>, schema: &Schema) -> Self {
        let mut subscriber = Subscriber {
            channel: group.channel,
            members: group.members.clone(),
            contacts: own,
            parts: Vec::new(),
        };
        for (column, part) in parts {
            if **part == Part::Contact {
                subscriber.contacts = vec![*column];
            } else {
                subscriber.parts.push(PartPlan {
                    column: *column,
                    part: (*part).clone(),
                    convert: convert(part, group, schema),
                });
            }
        }
        subscriber
    }

    /// The contacts that a row has, each with its column. Addresses and numbers
    /// may stand several in a cell; a token or a chat is the cell as it is,
    /// unless that is a JSON array of them.
    pub fn contacts<'a>(&self, plan: &Plan, row: Row<'a>) -> Vec<(usize, Cow<'a, Value>)> {
        let several = !matches!(self.channel, Channel::Push | Channel::TelegramBot);
        let mut contacts = Vec::new();
        for &column in &self.contacts {
            match plan.reader.content(plan.cell(row, column)) {
                Some(Cell::Text(text)) if sheet_error::is_error(text) => {}
                Some(Cell::Text(text)) if several => plan.reader.elements(text, |item| {
                    contacts.push((column, Cow::Owned(Value::from(item))));
                }),
                Some(Cell::Text(text)) => match array(text) {
                    Some(items) => {
                        let items = items.into_iter().map(Value::from);
                        contacts.extend(items.map(|item| (column, Cow::Owned(item))));
                    }
                    None => contacts.push((column, Cow::Owned(Value::from(text)))),
                },
                Some(Cell::Json(Value::Array(items))) => {
                    contacts.extend(items.iter().map(|item| (column, Cow::Borrowed(item))));
                }
                Some(Cell::Json(value)) => contacts.push((column, Cow::Borrowed(value))),
                Some(Cell::Missing) | None => {}
            }
        }
        contacts
    }

    /// The row's subscriptions, or what can't be read.
    pub fn subscriptions(&self, plan: &Plan, row: Row) -> (Vec<Value>, Option<Invalid>) {
        let contacts = self.contacts(plan, row);
        if contacts.is_empty() {
            return (Vec::new(), None);
        }
        let mut members = self.members.clone();
        for part in &self.parts {
            let value = plan
                .reader
                .value(&part.convert, plan.cell(row, part.column));
            match value {
                Ok(Some(value)) => part.put(&mut members, value),
                Ok(None) if plan.reader.clear => part.put(&mut members, Value::Null),
                Ok(None) => {}
                Err(invalid) => return (Vec::new(), Some(plan.at(part.column, invalid))),
            }
        }
        let made = contacts.into_iter().map(|(_, contact)| {
            let mut members = members.clone();
            let contact = contact.into_owned();
            let (name, value) = match self.channel {
                Channel::Email => ("email", contact),
                Channel::Push => ("subscription_id", contact),
                Channel::TelegramBot => ("cc_data", json!({ "id": contact })),
                Channel::Sms | Channel::Whatsapp | Channel::Viber | Channel::Notify => {
                    ("phone", contact)
                }
            };
            members.insert(name.to_owned(), value);
            Value::Object(members)
        });
        (made.collect(), None)
    }

    /// The column that a place inside a subscription comes from; that of its
    /// contact if no other does.
    pub fn column<'a>(&self, mut steps: impl Iterator<Item = &'a str>, contact: usize) -> usize {
        let Some(member) = steps.next() else {
            return contact;
        };
        let inner = steps.next();
        let part = self.parts.iter().find(|part| match &part.part {
            Part::Custom(name) => member == "custom_fields" && inner == Some(name),
            plain => plain.member() == Some(member),
        });
        part.map_or(contact, |part| part.column)
    }
}

/// The texts of a JSON array of texts.
fn array(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if !text.starts_with('[') {
        return None;
    }
    serde_json::from_str(text).ok()
}

impl PartPlan {
    fn put(&self, members: &mut Map<String, Value>, value: Value) {
        match &self.part {
            Part::Custom(name) => {
                let fields = members.entry("custom_fields").or_insert_with(|| json!({}));
                // Fields that are cleared for all rows get what this one has.
                if !fields.is_object() {
                    *fields = json!({});
                }
                fields[name] = value;
            }
            // A provider is part of the contact: there is no clearing it.
            Part::Provider if value.is_null() => {}
            plain => {
                if let Some(name) = plain.member() {
                    members.insert(name.to_owned(), value);
                }
            }
        }
    }
}

fn convert(part: &Part, group: &Group, schema: &Schema) -> Convert {
    match part {
        Part::Contact | Part::Provider | Part::Status | Part::Ip | Part::Url => Convert::Text,
        Part::OptIn => Convert::OptIn,
        Part::Priority => Convert::Integer,
        Part::Cats => Convert::List,
        Part::Date => Convert::Date { past: true },
        Part::Custom(name) => {
            let resource = group.resource();
            let resource = schema.resources.iter().find(|r| r.id == resource);
            let field = resource.and_then(|r| subscription_field(r, group.channel, name));
            field.map_or(Convert::Text, Convert::of)
        }
    }
}
