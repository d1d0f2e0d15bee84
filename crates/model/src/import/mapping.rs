//! The mapping of an import: which column becomes what, before any file is
//! looked at.

use super::relation::{RelationGroup, RelationPart};
use super::target::{
    Action, FieldTarget, Part, SUBSCRIPTIONS, SubscriptionTarget, Target, common, is_list, targets,
};
use crate::Code;
use crate::channel::Channel;
use crate::contact::Contact;
use crate::error::{Invalid, excerpt, excerpt_json, valid};
use crate::id::ResourceId;
use crate::matching::Matching;
use crate::read::{Members, any};
use crate::readers::text_of;
use crate::write::Schema;
use crate::write::edits::{ParsedData, ReadOptions};
use crate::write::subscribe::subscription;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The most columns a mapping may name.
pub const MAX_MAPPED: usize = 2000;
/// The longest name of a column, in characters.
pub const MAX_COLUMN_CHARS: usize = 1000;

/// How a mapping names a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ColumnRef {
    /// By its header.
    Name(String),
    /// By its place, from 1.
    Number(usize),
}

/// Which columns become what.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    /// Whether records are taken as the data of a profile, as they are.
    pub whole: bool,
    pub links: Vec<Link>,
    pub groups: Vec<Group>,
    pub relations: Vec<RelationGroup>,
    /// Values that every row gets, but for subscriptions.
    pub constants: Map<String, Value>,
    /// Subscriptions that every row gets as they are.
    pub fixed: Vec<Value>,
}

/// One column and one thing that it becomes.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub column: ColumnRef,
    /// Its place in `mapping`, from 0; for messages.
    pub entry: usize,
    pub to: Destination,
}

/// What a column becomes.
#[derive(Clone, Debug)]
pub(super) enum Destination {
    Nothing,
    Field(FieldTarget),
    /// A part of the group with this index.
    Part(usize, Part),
    /// A part of the relation with this index.
    Relation(usize, RelationPart),
}

/// A subscription that every row gets for its own contact.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub channel: Channel,
    /// The members that are the same for all rows, resource and channel too.
    pub members: Map<String, Value>,
    target: SubscriptionTarget,
    /// Where it is first spoken of, as a pointer into the settings.
    place: String,
}

impl Group {
    /// The resource.
    pub fn resource(&self) -> ResourceId {
        self.target.resource
    }

    /// The field whose columns give the contact if no column is given for it.
    pub fn contact_field(&self) -> Option<&'static str> {
        match self.channel {
            Channel::Email => Some("email"),
            Channel::Sms | Channel::Whatsapp | Channel::Viber | Channel::Notify => Some("phones"),
            Channel::Push | Channel::TelegramBot => None,
        }
    }
}

impl Mapping {
    /// Reads `mapping`: `"data"`, or an array of `{column, to}`. Pointers are
    /// inside it.
    pub fn parse(value: &Value, schema: &Schema, matching: Matching) -> Result<Self, Vec<Invalid>> {
        let mut mapping = Mapping::default();
        let items = match value {
            Value::String(text) if text == "data" => {
                mapping.whole = true;
                return Ok(mapping);
            }
            Value::Array(items) => items,
            other => {
                let detail = format!(
                    r#"This must be an array of columns, or "data", not {}."#,
                    excerpt_json(other)
                );
                return Err(vec![Invalid::new(Code::WrongType, detail)]);
            }
        };
        if items.len() > MAX_MAPPED {
            let detail = format!("{} columns: at most {MAX_MAPPED} fit.", items.len());
            return Err(vec![Invalid::new(Code::TooMany, detail)]);
        }
        let mut wrong = Vec::new();
        for (entry, item) in items.iter().enumerate() {
            if let Err(all) = mapping.entry(entry, item, schema, matching) {
                wrong.extend(all.into_iter().map(|e| e.at_index(entry)));
            }
        }
        valid(mapping, wrong)
    }

    fn entry(
        &mut self,
        entry: usize,
        item: &Value,
        schema: &Schema,
        matching: Matching,
    ) -> Result<(), Vec<Invalid>> {
        let mut members = Members::of(item)?;
        let column = members.required("column", column);
        let given = members.required("to", any);
        let read = given.map(|value| targets(value, schema, matching));
        let read = match read {
            Some(Ok(read)) => read,
            Some(Err(all)) => {
                let placed = all.into_iter().map(|e| e.at("to"));
                let mut wrong: Vec<Invalid> = placed.collect();
                wrong.extend(members.finish().err().into_iter().flatten());
                return Err(wrong);
            }
            None => Vec::new(),
        };
        members.finish()?;
        let Some(column) = column else {
            return Ok(());
        };
        let mut wrong = Vec::new();
        for target in read {
            match self.place(entry, target, schema) {
                Ok(to) => self.links.push(Link {
                    column: column.clone(),
                    entry,
                    to,
                }),
                Err(invalid) => wrong.push(invalid.at("to")),
            }
        }
        valid((), wrong)
    }

    /// What a target becomes beside the others; code `double_target` if
    /// another column is that already.
    fn place(
        &mut self,
        entry: usize,
        target: Target,
        schema: &Schema,
    ) -> Result<Destination, Invalid> {
        match target {
            Target::Ignore => Ok(Destination::Nothing),
            Target::Field(target) => {
                let taken = self.links.iter().find_map(|link| match &link.to {
                    Destination::Field(other) if other.name == target.name => {
                        Some((link.entry, other))
                    }
                    _ => None,
                });
                let listed = schema.database.field(&target.name).is_some_and(is_list);
                match taken {
                    Some((other, _)) if !listed => Err(double(&target.name, other)),
                    Some((_, other)) if other.action != target.action => {
                        let detail = format!(
                            "{} is given by several columns, which must all do the same to it.",
                            target.name
                        );
                        Err(Invalid::new(Code::DoubleTarget, detail))
                    }
                    _ => Ok(Destination::Field(target)),
                }
            }
            Target::Subscription(target) => {
                let place = format!("/mapping/{entry}/to");
                let part = target.part.clone();
                let group = self.group(*target, place)?;
                // A status and an opt-in say the same thing, perhaps otherwise.
                let same = |p: &Part| match part.member() {
                    Some(member) => p.member() == Some(member),
                    None => *p == part,
                };
                let taken = self.links.iter().find(
                    |link| matches!(&link.to, Destination::Part(g, p) if *g == group && same(p)),
                );
                match taken {
                    Some(link) => Err(double_part("subscriptions", link.entry)),
                    None => Ok(Destination::Part(group, part)),
                }
            }
            Target::Relation(target) => {
                let part = target.part.clone();
                let index = RelationGroup::join(&mut self.relations, *target, entry)?;
                let to = Destination::Relation(index, part);
                let same = |link: &&Link| match (&link.to, &to) {
                    (Destination::Relation(a, part), Destination::Relation(b, other)) => {
                        a == b && part == other
                    }
                    _ => false,
                };
                match self.links.iter().find(same) {
                    Some(link) => Err(double_part("relations", link.entry)),
                    None => Ok(to),
                }
            }
        }
    }

    /// The group that a target belongs to, with what the target adds to it.
    fn group(&mut self, target: SubscriptionTarget, place: String) -> Result<usize, Invalid> {
        let found = self.groups.iter_mut().enumerate().find(|(_, group)| {
            group.target.resource == target.resource
                && group.channel == target.channel
                && group.target.label == target.label
        });
        let Some((index, group)) = found else {
            self.groups.push(Group {
                channel: target.channel,
                members: target.members.clone(),
                target,
                place,
            });
            return Ok(self.groups.len() - 1);
        };
        for (name, value) in &target.members {
            // Ids may be spelt as numbers or texts; they are equal, as found.
            if name == "resource_id" {
                continue;
            }
            match group.members.get(name) {
                Some(other) if other != value => {
                    let detail = format!("Another column gives this subscription another {name}.");
                    return Err(Invalid::new(Code::Contradiction, detail)
                        .at(name)
                        .at("subscription"));
                }
                Some(_) => {}
                None => {
                    group.members.insert(name.clone(), value.clone());
                }
            }
        }
        Ok(index)
    }

    /// Reads `constants`: the data of a profile. A subscription without a
    /// contact is one for each row's own. Pointers are inside it.
    pub fn constants(&mut self, value: &Value, schema: &Schema) -> Result<(), Vec<Invalid>> {
        let Value::Object(members) = value else {
            return Err(vec![Invalid::wrong_type(value, "an object")]);
        };
        let mut constants = members.clone();
        let subscriptions = constants.remove("subscriptions");
        let mut wrong = ParsedData::data(&constants, schema, ReadOptions::default()).errors;
        for name in constants.keys() {
            let taken = self.links.iter().find(
                |link| matches!(&link.to, Destination::Field(target) if target.name == *name),
            );
            if let Some(link) = taken {
                wrong.push(double(name, link.entry).at(name));
            }
        }
        self.constants = constants;
        match subscriptions {
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) => {
                for (index, item) in items.into_iter().enumerate() {
                    if let Err(all) = self.constant_subscription(index, item, schema) {
                        let placed = all.into_iter();
                        wrong.extend(placed.map(|e| e.at_index(index).at("subscriptions")));
                    }
                }
            }
            Some(other) => {
                wrong.push(Invalid::wrong_type(&other, "an array").at("subscriptions"));
            }
        }
        valid((), wrong)
    }

    fn constant_subscription(
        &mut self,
        index: usize,
        item: Value,
        schema: &Schema,
    ) -> Result<(), Vec<Invalid>> {
        let channel = item.get("channel").and_then(Value::as_str);
        let channel = channel.and_then(|name| name.parse::<Channel>().ok());
        let has_contact = channel.is_some_and(|channel| {
            let mut names = item.as_object().into_iter().flat_map(Map::keys);
            names.any(|name| name != "provider" && Contact::is_member(channel, name))
        });
        if has_contact {
            subscription(&item, None, schema, ReadOptions::default())?;
            self.fixed.push(item);
            return Ok(());
        }
        let mut target = common(&item, schema)?;
        // It is one of its own, whatever columns say of others.
        target.label = format!("\u{0}{index}");
        self.group(target, format!("/constants/subscriptions/{index}"))?;
        Ok(())
    }

    /// Whether each relation has what it needs. Pointers are inside the settings.
    pub fn check_relations(&self, schema: &Schema) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        for (index, relation) in self.relations.iter().enumerate() {
            let parts = self.links.iter().filter_map(|link| match &link.to {
                Destination::Relation(of, part) if *of == index => Some((link.entry, part)),
                _ => None,
            });
            let parts: Vec<_> = parts.collect();
            wrong.extend(relation.check(&parts, schema));
        }
        wrong
    }

    /// Whether each subscription will have a contact; code `contact_missing`.
    /// Pointers are inside the settings.
    pub fn check_contacts(&self) -> Vec<Invalid> {
        let mut wrong = Vec::new();
        let parts = self.links.iter().filter_map(|link| match &link.to {
            Destination::Part(group, part) => Some((*group, part)),
            _ => None,
        });
        let mut given: HashMap<usize, Vec<&Part>> = HashMap::new();
        for (group, part) in parts {
            given.entry(group).or_default().push(part);
        }
        for (index, group) in self.groups.iter().enumerate() {
            let has = |part: Part| given.get(&index).is_some_and(|p| p.contains(&&part));
            let own = has(Part::Contact)
                || group
                    .contact_field()
                    .is_some_and(|name| self.whole || self.brings(name));
            let detail = if !own {
                match group.contact_field() {
                    Some(name) => format!(
                        "A subscription by {} needs a column for its contact, or one for the field {name}.",
                        group.channel
                    ),
                    None => format!(
                        "A subscription by {} needs a column for its contact.",
                        group.channel
                    ),
                }
            } else if group.channel == Channel::Push
                && !has(Part::Provider)
                && !group.members.contains_key("provider")
            {
                "A subscription by push needs a provider: one for all, or a column.".to_owned()
            } else {
                continue;
            };
            let mut invalid = Invalid::new(Code::ContactMissing, detail);
            invalid.pointer.clone_from(&group.place);
            wrong.push(invalid);
        }
        wrong
    }

    /// Whether rows can have a value of the field that does not depend on an
    /// old one.
    pub fn brings(&self, name: &str) -> bool {
        self.links.iter().any(|link| match &link.to {
            Destination::Field(target) => {
                target.name == name && matches!(target.action, Action::Set | Action::Add)
            }
            _ => false,
        })
    }

    /// Whether rows can have a subscription by the channel.
    pub fn subscribes(&self, channel: Channel) -> bool {
        let fixed = self.fixed.iter().filter_map(|item| item.get("channel"));
        // Whole subscriptions in JSON may be by any.
        self.brings(SUBSCRIPTIONS)
            || self.groups.iter().any(|group| group.channel == channel)
            || fixed.into_iter().any(|name| name == channel.as_str())
    }
}

/// That another column is the same part; labels tell several of `what` apart.
fn double_part(what: &str, entry: usize) -> Invalid {
    let detail = format!(
        "Column number {} of the mapping gives that part already: give the {what} different labels.",
        entry + 1
    );
    Invalid::new(Code::DoubleTarget, detail)
}

fn double(name: &str, entry: usize) -> Invalid {
    let detail = format!(
        "{name} is given already, by column number {} of the mapping.",
        entry + 1
    );
    Invalid::new(Code::DoubleTarget, detail)
}

fn column(value: &Value) -> Result<ColumnRef, Invalid> {
    if let Value::Number(number) = value {
        let place = number.as_u64().and_then(|n| usize::try_from(n).ok());
        return match place {
            Some(place @ 1..) => Ok(ColumnRef::Number(place)),
            _ => {
                let detail = format!("{number} is no column: they are counted from 1.");
                Err(Invalid::new(Code::OutOfRange, detail))
            }
        };
    }
    let name = text_of(value)?;
    if name.chars().count() > MAX_COLUMN_CHARS {
        let detail = format!(
            "{} is too long for a column's name: at most {MAX_COLUMN_CHARS} characters fit.",
            excerpt(name)
        );
        return Err(Invalid::new(Code::TooLong, detail));
    }
    Ok(ColumnRef::Name(name.to_owned()))
}
