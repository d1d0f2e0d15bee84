//! What a column of a file becomes: a field, part of a subscription, nothing.

use super::relation::RelationTarget;
use crate::Code;
use crate::channel::Channel;
use crate::contact::Contact;
use crate::database::Database;
use crate::error::{Invalid, excerpt, excerpt_json};
use crate::field::{Field, FieldType};
use crate::functional::{check_action, path};
use crate::id::ResourceId;
use crate::matching::Matching;
use crate::read::Members;
use crate::readers::{each, text_of};
use crate::subscription::subscription_field;
use crate::write::Schema;
use crate::write::edits::{ReadOptions, no_field};
use crate::write::subscribe::{resource_has, subscription};
use serde_json::{Map, Value, json};

/// The most things that one column may become at once.
pub const MAX_TARGETS: usize = 20;
/// The longest label of a subscription, in characters.
pub const MAX_LABEL_CHARS: usize = 64;

/// The member of a profile's data that has whole subscriptions, as a column may too.
pub(super) const SUBSCRIPTIONS: &str = "subscriptions";

/// What a column becomes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    Ignore,
    Field(FieldTarget),
    Subscription(Box<SubscriptionTarget>),
    Relation(Box<RelationTarget>),
}

/// A field and what its new value does to the old one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FieldTarget {
    /// A field's name, `_status`, `subscriptions` for whole ones in JSON, or `id` for
    /// the profile's own.
    pub name: String,
    pub action: Action,
    /// The path inside an object that `upsert` sets.
    pub submatch: Option<String>,
}

/// The functional updates that a cell can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Set,
    Incr,
    Add,
    Delete,
    Upsert,
}

impl Action {
    const ALL: [Action; 5] = [
        Action::Set,
        Action::Incr,
        Action::Add,
        Action::Delete,
        Action::Upsert,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Action::Set => "set",
            Action::Incr => "incr",
            Action::Add => "add",
            Action::Delete => "delete",
            Action::Upsert => "upsert",
        }
    }
}

/// A part of a subscription, and what all rows have in common of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SubscriptionTarget {
    pub resource: ResourceId,
    pub channel: Channel,
    /// Tells subscriptions by one channel of one resource apart.
    pub label: String,
    /// What was given beside: members of a subscription, without a contact.
    pub members: Map<String, Value>,
    pub part: Part,
}

/// What a cell says of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Contact,
    Provider,
    Status,
    LeftBy,
    LeftAt,
    Withheld,
    OptIn,
    Priority,
    Cats,
    LeftCats,
    Date,
    Ip,
    Url,
    Custom(String),
}

impl Part {
    /// Whether a cell that says several things says them of several contacts, one by
    /// one: what tells who agreed and who left.
    pub fn is_paired(&self) -> bool {
        matches!(
            self,
            Part::Status | Part::OptIn | Part::LeftBy | Part::LeftAt | Part::Withheld
        )
    }

    /// The member of a subscription that it is, if it is one that is plain.
    pub fn member(&self) -> Option<&'static str> {
        match self {
            Part::Contact | Part::Custom(_) => None,
            Part::Provider => Some("provider"),
            Part::Status | Part::OptIn => Some("status"),
            Part::LeftBy => Some("left_by"),
            Part::LeftAt => Some("left_at"),
            Part::Withheld => Some("withheld"),
            Part::Priority => Some("priority"),
            Part::Cats => Some("cats"),
            Part::LeftCats => Some("left_cats"),
            Part::Date => Some("date"),
            Part::Ip => Some("ip"),
            Part::Url => Some("url"),
        }
    }
}

/// Reads `to`: `"ignore"`, an object, or several in an array.
pub(super) fn targets(
    value: &Value,
    schema: &Schema,
    matching: Matching,
) -> Result<Vec<Target>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return target(value, schema, matching).map(|target| vec![target]);
    };
    if !(1..=MAX_TARGETS).contains(&items.len()) {
        let detail = format!("{} targets: a column has 1 to {MAX_TARGETS}.", items.len());
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    each(items, |item| target(item, schema, matching))
}

fn target(value: &Value, schema: &Schema, matching: Matching) -> Result<Target, Vec<Invalid>> {
    match value {
        Value::String(text) if text == "ignore" => Ok(Target::Ignore),
        Value::Object(members) if members.contains_key("field") => {
            field_target(value, schema.database, matching).map(Target::Field)
        }
        Value::Object(members) if members.contains_key("subscription") => {
            subscription_target(value, schema).map(|t| Target::Subscription(Box::new(t)))
        }
        Value::Object(members) if members.contains_key("relation") => {
            RelationTarget::read(value, schema).map(|target| Target::Relation(Box::new(target)))
        }
        other => {
            let detail = format!(
                r#"{} says nothing that a column can become: it must be an object with field, subscription or relation, or "ignore"."#,
                excerpt_json(other)
            );
            Err(vec![Invalid::new(Code::InvalidTarget, detail)])
        }
    }
}

fn field_target(
    value: &Value,
    database: &Database,
    matching: Matching,
) -> Result<FieldTarget, Vec<Invalid>> {
    let mut members = Members::of(value)?;
    let name = members.required("field", |v| {
        let name = text_of(v)?;
        let known = match database.field(name) {
            Some(field) => field.writable().map(|_| true)?,
            None => {
                matches!(name, "_status" | SUBSCRIPTIONS)
                    || (name == "id" && matching == Matching::ProfileId)
            }
        };
        if known {
            Ok(name.to_owned())
        } else {
            Err(no_field(name))
        }
    });
    let action = members.optional("action", action);
    let action = action.unwrap_or(Action::Set);
    let submatch = members.take("submatch", |v| {
        path(Some(v))?;
        text_of(v).map(str::to_owned)
    });
    let submatch = submatch.flatten();
    if let Some(name) = &name
        && let Err(invalid) = fits(database.field(name), name, action)
    {
        members.refuse("action", invalid);
    }
    match (action, &submatch) {
        (Action::Upsert, None) => {
            let detail = "upsert needs a submatch: the path of what it sets, such as a.b.";
            members.refuse("submatch", Invalid::new(Code::Required, detail));
        }
        (Action::Upsert, Some(_)) | (_, None) => {}
        (other, Some(_)) => {
            let detail = format!("{} takes no submatch, only upsert does.", other.as_str());
            members.refuse("submatch", Invalid::new(Code::NotSupported, detail));
        }
    }
    members.finish()?;
    Ok(FieldTarget {
        name: name.unwrap_or_default(),
        action,
        submatch,
    })
}

fn action(value: &Value) -> Result<Action, Invalid> {
    let text = text_of(value)?;
    let found = Action::ALL.into_iter().find(|a| a.as_str() == text);
    found.ok_or_else(|| {
        let detail = format!(
            "{} is nothing that a cell can do: it must be one of {}.",
            excerpt(text),
            Action::ALL.map(Action::as_str).join(", ")
        );
        Invalid::new(Code::InvalidAction, detail)
    })
}

/// Whether a field can be changed so; `None` is the global status or the id.
fn fits(field: Option<&Field>, name: &str, action: Action) -> Result<(), Invalid> {
    match (field, action) {
        (_, Action::Set) => Ok(()),
        (None, _) => {
            let detail = format!("{name} can only be set.");
            Err(Invalid::new(Code::NotSupported, detail))
        }
        (Some(field), _) => check_action(field, action.as_str()),
    }
}

/// Whether several columns can together be one value of the field.
pub(super) fn is_list(field: &Field) -> bool {
    matches!(field.field_type, FieldType::Tags | FieldType::Phones)
}

fn subscription_target(value: &Value, schema: &Schema) -> Result<SubscriptionTarget, Vec<Invalid>> {
    let mut members = Members::of(value)?;
    let common = members.optional("subscription", |v| common(v, schema));
    let label = members.take("label", |v| {
        crate::text::clean(text_of(v)?.trim(), MAX_LABEL_CHARS)
    });
    let part = match &common {
        Some(common) => {
            let read = members.optional("part", |v| part(text_of(v)?, common, schema));
            read.unwrap_or(Part::Contact)
        }
        None => {
            members.take("part", |v| text_of(v).map(|_| ()));
            Part::Contact
        }
    };
    if let Some(common) = &common
        && let Some(member) = part.member()
        && common.members.contains_key(member)
    {
        let detail = format!("{member} is given both here and by the column.");
        members.refuse(
            "subscription",
            Invalid::new(Code::DoubleTarget, detail).at(member),
        );
    }
    members.finish()?;
    let Some(common) = common else {
        let detail = "subscription must be an object.";
        return Err(vec![
            Invalid::new(Code::Required, detail).at("subscription"),
        ]);
    };
    Ok(SubscriptionTarget {
        label: label.flatten().unwrap_or_default(),
        part,
        ..common
    })
}

/// Reads what all rows have in common of a subscription: its members without a
/// contact. Pointers are inside it.
pub(super) fn common(value: &Value, schema: &Schema) -> Result<SubscriptionTarget, Vec<Invalid>> {
    let Value::Object(members) = value else {
        return Err(vec![Invalid::wrong_type(value, "an object")]);
    };
    let channel = members.get("channel").and_then(Value::as_str);
    let channel = channel.and_then(|name| name.parse::<Channel>().ok());
    let mut tried = members.clone();
    if let Some(channel) = channel {
        let given = members
            .keys()
            .find(|name| Contact::is_member(channel, name) && *name != "provider");
        if let Some(given) = given {
            let detail = "The contact comes from the row, it can't be the same for all.";
            return Err(vec![Invalid::new(Code::NotSupported, detail).at(given)]);
        }
        stand_in(channel, &mut tried);
    }
    // Everything but the contact is checked as it will be for each row.
    subscription(&Value::Object(tried), None, schema, ReadOptions::default())?;
    let (Some(channel), Some(resource)) = (channel, members.get("resource_id")) else {
        // Checked just now.
        return Err(vec![Invalid::new(
            Code::Required,
            "A subscription needs a channel.",
        )]);
    };
    let resource = schema.resource(resource).map_err(|e| e.at("resource_id"))?;
    resource_has(resource, channel).map_err(|e| e.at("channel"))?;
    Ok(SubscriptionTarget {
        resource: resource.id,
        channel,
        label: String::new(),
        members: members.clone(),
        part: Part::Contact,
    })
}

/// Puts some valid contact of the channel in.
fn stand_in(channel: Channel, members: &mut Map<String, Value>) {
    let mut put = |name: &str, value: Value| {
        members.entry(name).or_insert(value);
    };
    match channel {
        Channel::Email => put("email", json!("someone@example.org")),
        Channel::Push => {
            put("provider", json!("some"));
            put("subscription_id", json!("token"));
        }
        Channel::TelegramBot => put("cc_data", json!({"id": "1"})),
        Channel::Sms | Channel::Whatsapp | Channel::Viber | Channel::Notify => {
            put("phone", json!("+442079460018"));
        }
    }
}

/// Reads the name of a part: `contact`, a part of it by its own name, a member
/// of a subscription (`status`, `left_by`, `left_at`, `withheld`, …), `opt_in`, or `custom_fields.` and a field's name.
fn part(text: &str, common: &SubscriptionTarget, schema: &Schema) -> Result<Part, Invalid> {
    let channel = common.channel;
    let part = match (text, channel) {
        ("contact", _)
        | ("email", Channel::Email)
        | ("subscription_id", Channel::Push)
        | ("id", Channel::TelegramBot)
        | ("phone", Channel::Sms | Channel::Whatsapp | Channel::Viber | Channel::Notify) => {
            Part::Contact
        }
        ("provider", Channel::Push) => Part::Provider,
        ("status", _) => Part::Status,
        ("left_by", _) => Part::LeftBy,
        ("left_at", _) => Part::LeftAt,
        ("withheld", _) => Part::Withheld,
        ("opt_in", _) => Part::OptIn,
        ("priority", _) => Part::Priority,
        ("cats", _) => Part::Cats,
        ("left_cats", _) => Part::LeftCats,
        ("date", _) => Part::Date,
        ("ip", _) => Part::Ip,
        ("url", _) => Part::Url,
        _ => {
            let name = text.strip_prefix("custom_fields.").ok_or_else(|| {
                let detail = format!(
                    "{} is no part of a subscription by {channel}: it must be contact, status, left_by, left_at, withheld, opt_in, priority, cats, left_cats, date, ip, url, custom_fields. and a name, or for push provider.",
                    excerpt(text)
                );
                Invalid::new(Code::InvalidPart, detail)
            })?;
            let resources = schema.resources.iter();
            let resource = resources.into_iter().find(|r| r.id == common.resource);
            let field = resource.and_then(|r| subscription_field(r, channel, name));
            if field.is_none() {
                let detail = format!(
                    "Subscriptions of resource {} by {channel} have no field {}.",
                    common.resource,
                    excerpt(name)
                );
                return Err(Invalid::new(Code::UnknownField, detail));
            }
            Part::Custom(name.to_owned())
        }
    };
    Ok(part)
}
