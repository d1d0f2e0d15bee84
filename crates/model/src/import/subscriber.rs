//! The subscriptions that a row gets for its own contacts.

use super::cell;
use super::convert::Conversion;
use super::mapping::Group;
use super::plan::{Plan, Row};
use super::reader::Cell;
use super::sheet_error;
use super::target::Part;
use crate::Code;
use crate::channel::Channel;
use crate::error::Invalid;
use crate::field::Field;
use crate::status::Status;
use crate::subscription::subscription_field;
use crate::write::Schema;
use crate::write::edits::opt_in_missing;
use crate::write::leniency::Omissions;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// What makes subscriptions by one channel to one resource.
#[derive(Debug)]
pub(super) struct Subscriber {
    pub channel: Channel,
    /// The members that are the same for all rows.
    members: Map<String, Value>,
    /// The columns that give contacts: one of its own, or those of a field.
    contacts: Vec<usize>,
    parts: Vec<PartPlan>,
}

/// What a row gives of one kind.
pub(super) struct Subscriptions {
    /// They, each with the column of its contact, or what keeps the row from having any.
    pub result: Result<Vec<(usize, Value)>, Invalid>,
    /// What they are without, values or whole subscriptions.
    pub left_out: Omissions,
}

#[derive(Debug)]
struct PartPlan {
    column: usize,
    /// Whether no subscription may be without it.
    required: bool,
    part: Part,
    convert: Conversion,
    /// Whether it is read though the mapping doesn't name it: a record may lack it.
    adopted: bool,
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
                let field = custom_field(part, group, schema);
                subscriber.parts.push(PartPlan {
                    column: *column,
                    required: field.is_some_and(|field| field.required),
                    part: (*part).clone(),
                    convert: convert(part, field),
                    adopted: false,
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

    /// The row's subscriptions. Where the column of a status or an opt-in says
    /// nothing, there are none: code `opt_in_missing`. A cell that says several things
    /// says them of the contacts one by one.
    pub fn subscriptions(&self, plan: &Plan, row: Row) -> Subscriptions {
        let mut left_out = Omissions::default();
        let result = self.made(plan, row, &mut left_out);
        Subscriptions { result, left_out }
    }

    fn made(
        &self,
        plan: &Plan,
        row: Row,
        left_out: &mut Omissions,
    ) -> Result<Vec<(usize, Value)>, Invalid> {
        let contacts = self.contacts(plan, row);
        if contacts.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(invalid) = plan.against(self, row) {
            return Err(invalid);
        }
        let mut members = self.members.clone();
        let mut lists = Vec::new();
        for part in &self.parts {
            let cell = plan.cell(row, part.column);
            if part.is_missing(cell) {
                continue;
            }
            match part.list(plan, cell, contacts.len()) {
                Ok(Some(items)) => lists.push((part, items)),
                Ok(None) => part.read(plan, cell, &mut members, &mut left_out.told)?,
                Err(invalid) => return Err(plan.at(part.column, invalid)),
            }
        }
        let mut made = Vec::with_capacity(contacts.len());
        for (place, (column, contact)) in contacts.into_iter().enumerate() {
            let mut members = members.clone();
            let mut own = lists.iter();
            let read = own.try_for_each(|(part, items)| {
                let cell = items.get(place).map_or(Cell::Missing, |item| match item {
                    Value::String(text) => Cell::Text(text),
                    other => Cell::Json(other),
                });
                part.read(plan, cell, &mut members, &mut left_out.told)
            });
            match read {
                Ok(()) => {}
                // Of the others something is said.
                Err(invalid)
                    if invalid.code == Code::OptInMissing || plan.leniency.subscriptions =>
                {
                    left_out.subscription = true;
                    left_out.told.push(invalid);
                    continue;
                }
                Err(invalid) => return Err(invalid),
            }
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
            made.push((column, Value::Object(members)));
        }
        Ok(made)
    }

    /// The column of the contacts, if it is one.
    pub fn contact_column(&self) -> Option<usize> {
        match self.contacts.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The columns that it comes from.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        let parts = self.parts.iter().map(|part| part.column);
        self.contacts.iter().copied().chain(parts)
    }

    /// Whether a column says it, and in a row that is given that row.
    pub fn says(&self, plan: &Plan, row: Option<Row>, is: impl Fn(&Part) -> bool) -> bool {
        self.parts.iter().any(|part| {
            let missing = row.is_some_and(|row| part.is_missing(plan.cell(row, part.column)));
            is(&part.part) && !missing
        })
    }

    /// Whether all of its subscriptions have the same status, and get no messages.
    pub fn subscribes_nobody(&self) -> bool {
        let status = self.members.get("status").map(Status::from_json);
        !matches!(
            status,
            None | Some(Err(_) | Ok(Status::Subscribed | Status::Unconfirmed))
        )
    }

    /// Whether nothing else gives that part.
    pub fn can_take(&self, part: &Part) -> bool {
        let same = |other: &PartPlan| other.part.member() == part.member();
        let member = part.member();
        !self.parts.iter().any(same) && !member.is_some_and(|one| self.members.contains_key(one))
    }

    /// Takes a part from a column that the mapping doesn't name.
    pub fn adopt(&mut self, column: usize, part: Part) {
        self.parts.push(PartPlan {
            column,
            required: false,
            convert: convert(&part, None),
            part,
            adopted: true,
        });
    }

    /// The columns that say whether somebody agreed.
    pub fn consents(&self) -> impl Iterator<Item = usize> {
        let parts = self.parts.iter();
        let consent = parts.filter(|part| part.part.member() == Some("status"));
        consent.map(|part| part.column)
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
    /// Whether a record has no member of a column that the mapping doesn't name.
    fn is_missing(&self, cell: Cell) -> bool {
        self.adopted && matches!(cell, Cell::Missing)
    }

    /// The items of a cell that says something of each of several contacts, in their
    /// order; nothing where it says one thing of all of them. Code `count_mismatch` where
    /// nobody can tell which is whose.
    fn list(
        &self,
        plan: &Plan,
        cell: Cell,
        contacts: usize,
    ) -> Result<Option<Vec<Value>>, Invalid> {
        if !self.part.is_paired() {
            return Ok(None);
        }
        let mut items: Vec<Value> = Vec::new();
        match plan.reader.content(cell) {
            Some(Cell::Json(Value::Array(given))) => items.clone_from(given),
            Some(Cell::Text(text)) if contacts > 1 => {
                cell::split(text, plan.reader.separator(), |item| {
                    items.push(Value::from(item));
                });
                if items.len() == 1 {
                    return Ok(None);
                }
            }
            Some(_) | None => return Ok(None),
        }
        if items.len() == contacts {
            return Ok(Some(items));
        }
        let name = self.part.member().unwrap_or_default();
        let detail = format!(
            "There are {contacts} contacts and {} values of {name}: nobody can tell which is whose, so nobody is subscribed.",
            items.len()
        );
        Err(Invalid::new(Code::CountMismatch, detail))
    }

    /// Reads a cell into a subscription's members, or says what keeps the subscription
    /// from being. What it does without is told.
    fn read(
        &self,
        plan: &Plan,
        cell: Cell,
        members: &mut Map<String, Value>,
        told: &mut Vec<Invalid>,
    ) -> Result<(), Invalid> {
        let speaks = matches!(self.part, Part::Status | Part::OptIn);
        let must = speaks || self.required || matches!(self.part, Part::Withheld | Part::LeftCats);
        match plan.reader.value(&self.convert, cell) {
            Ok(Some(value)) => self.put(members, value),
            Ok(None) if speaks => return Err(plan.at(self.column, opt_in_missing())),
            Ok(None) if plan.reader.clear => self.put(members, Value::Null),
            Ok(None) => {}
            Err(invalid) if must || !plan.leniency.values => {
                return Err(plan.at(self.column, invalid));
            }
            // That something stands there says that they left: whether that is enough
            // without it, what is said of the status tells.
            Err(_) if matches!(self.part, Part::LeftBy | Part::LeftAt) => {
                let given = match plan.reader.content(cell) {
                    Some(Cell::Text(text)) => Value::from(text),
                    Some(Cell::Json(value)) => value.clone(),
                    Some(Cell::Missing) | None => Value::Null,
                };
                self.put(members, given);
            }
            Err(invalid) => told.push(plan.at(self.column, invalid)),
        }
        Ok(())
    }

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

fn custom_field<'a>(part: &Part, group: &Group, schema: &Schema<'a>) -> Option<&'a Field> {
    let Part::Custom(name) = part else {
        return None;
    };
    let resource = group.resource();
    let resource = schema.resources.iter().find(|r| r.id == resource)?;
    subscription_field(resource, group.channel, name)
}

fn convert(part: &Part, field: Option<&Field>) -> Conversion {
    match part {
        Part::Contact
        | Part::Provider
        | Part::Status
        | Part::LeftBy
        | Part::Withheld
        | Part::Ip
        | Part::Url => Conversion::Text,
        Part::OptIn => Conversion::OptIn,
        Part::Priority => Conversion::Integer,
        Part::Cats | Part::LeftCats => Conversion::List,
        Part::Date | Part::LeftAt => Conversion::Date { past: true },
        Part::Custom(_) => field.map_or(Conversion::Text, Conversion::of),
    }
}
