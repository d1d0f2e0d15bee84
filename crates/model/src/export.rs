//! What an export writes of a profile: its columns, and the value that each
//! has.
//!
//! The names are those that an import reads, and values are canonical, so a file
//! that comes back changes nothing.

mod contacts;
mod related;

pub(crate) use contacts::ContactHeader;
pub use contacts::ContactPart;
pub(crate) use related::named as relation_column;
pub use related::{MAX_RELATIONS_SHOWN, RelationPart, RelationSummary};

use crate::Code;
use crate::activity;
use crate::barrier::CONTROL_GROUP;
use crate::channel::Channel;
use crate::contact::Contact;
use crate::error::{Invalid, excerpt, excerpt_json, valid};
use crate::field::FieldType;
use crate::functional::is_functional;
use crate::id::{RelationTypeId, ResourceId};
use crate::import::cell;
use crate::profile::{MAX_DATA_FIELDS, Profile};
use crate::read::Members;
use crate::readers::flag;
use crate::relation::Side;
use crate::restrictions::Outlook;
use crate::status::Status;
use crate::write::Schema;
use crate::write::subscribe::resource_has;
use contacts::writable;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;

/// The most columns of fields, and of subscriptions.
pub const MAX_COLUMNS: usize = MAX_DATA_FIELDS + 10;

/// One column of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The profile's id; `id`.
    Id,
    /// The global status as a word; `_status`.
    Status,
    /// When it was created; `created_at`.
    CreatedAt,
    /// When it was last changed; `updated_at`.
    UpdatedAt,
    /// Whether it is in the control group; `control_group`.
    ControlGroup,
    /// The relations of a type in which it stands on a side; `relations/<type>/<side>`,
    /// with `/count` how many there are.
    Relations {
        /// The type.
        relation_type: RelationTypeId,
        /// The profile's own side.
        side: Side,
        /// What of them.
        part: RelationPart,
    },
    /// The value of the field with this name.
    Field(String),
    /// All subscriptions but deleted ones, each with what an import would set;
    /// `subscriptions`.
    Subscriptions,
    /// The contacts of subscriptions to a resource by a channel, but of deleted
    /// ones; `subscriptions/<resource>/<channel>`, for push with `/<provider>`,
    /// with `/<status>` if only those with a status are asked for, with
    /// `/deliverable` if only those that may be sent to. Beside them what each of
    /// these contacts has: `/status`, `/left_by`, `/left_at`, `/withheld`.
    Contacts {
        /// The resource.
        resource: ResourceId,
        /// The channel.
        channel: Channel,
        /// The service whose devices are meant; there for push alone.
        provider: Option<String>,
        /// Only subscriptions with this status.
        status: Option<Status>,
        /// Only subscriptions by which messages may be sent now.
        #[serde(default)]
        deliverable: bool,
        /// What of each subscription.
        #[serde(default)]
        part: ContactPart,
    },
}

impl Column {
    /// The name that stands in the file.
    pub fn name(&self) -> String {
        match self {
            Column::Id => "id".to_owned(),
            Column::Status => "_status".to_owned(),
            Column::CreatedAt => "created_at".to_owned(),
            Column::UpdatedAt => "updated_at".to_owned(),
            Column::ControlGroup => CONTROL_GROUP.to_owned(),
            Column::Relations {
                relation_type,
                side,
                part,
            } => format!("relations/{relation_type}/{side}{}", part.suffix()),
            Column::Field(name) => name.clone(),
            Column::Subscriptions => "subscriptions".to_owned(),
            Column::Contacts {
                resource,
                channel,
                provider,
                status,
                deliverable,
                part,
            } => {
                let mut name = format!("subscriptions/{resource}/{channel}");
                let parts = [
                    provider.as_deref(),
                    status.map(Status::as_str),
                    deliverable.then_some("deliverable"),
                    part.suffix(),
                ];
                for part in parts.into_iter().flatten() {
                    name.push('/');
                    name.push_str(part);
                }
                name
            }
        }
    }

    /// Whether it tells of relations.
    pub fn tells_of_relations(&self) -> bool {
        matches!(self, Column::Relations { .. })
    }

    /// A value of this column as the one text that an import reads: lists have
    /// `separator` between their elements. A token or a chat's id may hold any
    /// separator: it stands alone as it is, and several are a JSON array.
    pub fn text<'a>(&self, value: &'a Value, separator: &str) -> Cow<'a, str> {
        let alone = matches!(
            self,
            Column::Contacts {
                channel: Channel::Push | Channel::TelegramBot,
                part: ContactPart::Contact,
                ..
            }
        );
        match value.as_array().map(Vec::as_slice) {
            Some([Value::String(text)]) if alone && !text.starts_with('[') => Cow::Borrowed(text),
            Some(_) if alone => Cow::Owned(value.to_string()),
            _ => cell::write(value, separator),
        }
    }

    /// The column that `fields` asks for by this name. A field of the database
    /// comes first: nothing else can be called `created_at` then.
    fn named(name: &str, schema: &Schema) -> Result<Self, Invalid> {
        if schema.database.field(name).is_some() {
            return Ok(Column::Field(name.to_owned()));
        }
        if let Some(read) = related::named(name, schema) {
            return read.map(|(relation_type, side, part)| Column::Relations {
                relation_type,
                side,
                part,
            });
        }
        match name {
            "id" => Ok(Column::Id),
            "_status" => Ok(Column::Status),
            "created_at" => Ok(Column::CreatedAt),
            "updated_at" => Ok(Column::UpdatedAt),
            CONTROL_GROUP => Ok(Column::ControlGroup),
            _ => Err(Invalid::new(
                Code::UnknownField,
                format!(
                    "The database has no field {}: give names of its fields, or id, _status, created_at, updated_at, control_group, relations/<type>.",
                    excerpt(name)
                ),
            )),
        }
    }

    /// What a profile has in this column; none if nothing. `outlook` has
    /// what is known of its subscriptions beside.
    pub fn value(&self, profile: &Profile, outlook: &Outlook) -> Option<Value> {
        match self {
            Column::Id => Some(Value::from(profile.id.to_string())),
            Column::Status => Some(Value::from(profile.status.as_str())),
            Column::CreatedAt => Some(Value::from(profile.created_at.to_string())),
            Column::UpdatedAt => Some(Value::from(profile.updated_at.to_string())),
            Column::ControlGroup => Some(Value::from(profile.control.is_member())),
            Column::Relations {
                relation_type,
                side,
                part,
            } => {
                let held = outlook.relations(*relation_type, *side, profile.id);
                RelationSummary::value(held, *part)
            }
            Column::Field(name) => profile.data.get(name).cloned().map(plain),
            Column::Subscriptions => {
                let shown = profile.subscriptions.iter().filter(|s| !s.deleted);
                list(
                    shown
                        .map(|s| writable(s, outlook.barrier(profile.id, s)))
                        .collect(),
                )
            }
            Column::Contacts {
                resource,
                channel,
                provider,
                status,
                deliverable,
                part,
            } => {
                let meant = profile.subscriptions.iter().filter(|s| {
                    !s.deleted
                        && s.resource == *resource
                        && s.contact.channel() == *channel
                        && status.is_none_or(|status| s.status == status)
                        && (!deliverable || outlook.is_sendable(profile.id, s))
                });
                let texts = meant.filter_map(|s| {
                    let contact = contact_text(&s.contact, provider.as_deref())?;
                    Some(part.of(s, outlook.barrier(profile.id, s), contact))
                });
                let texts: Vec<String> = texts.collect();
                if texts.iter().all(String::is_empty) {
                    return None;
                }
                list(texts.into_iter().map(Value::from).collect())
            }
        }
    }
}

/// An empty list says no more than no value.
fn list(items: Vec<Value>) -> Option<Value> {
    (!items.is_empty()).then_some(Value::Array(items))
}

/// A value that a write takes for that value: an object that looks like a
/// functional update is put into one.
fn plain(value: Value) -> Value {
    match &value {
        Value::Object(members) if is_functional(FieldType::Object, members) => {
            json!({ "action": "set", "value": value })
        }
        _ => value,
    }
}

/// A contact as one text: an address, a number in E.164, a device's token if
/// it is of the provider, a chat's id.
fn contact_text(contact: &Contact, of: Option<&str>) -> Option<String> {
    match contact {
        Contact::Email(email) => Some(email.given().to_owned()),
        Contact::Push {
            provider,
            subscription_id,
        } => (of == Some(provider)).then(|| subscription_id.clone()),
        other => Some(other.key().into_owned()),
    }
}

/// The columns that a request asks for: the members `fields` (by default all)
/// and `subscriptions` (by default none).
///
/// `fields` is an array of names in the order of the columns. `subscriptions`
/// is `none`, `json` (one column) or an array of `{resource_id, channel,
/// provider, status, deliverable, statuses}`, contacts with their statuses each;
/// `provider` for push alone. What is wrong is noted in `members`: codes
/// `wrong_type`, `unknown_field`, `duplicate`, `too_many`, `empty`, and those of
/// resources and channels.
pub fn take_columns(members: &mut Members, schema: &Schema) -> Vec<Column> {
    let fields = members.take("fields", |given| fields(given, schema));
    let subscriptions = members.take("subscriptions", |given| subscriptions(given, schema));
    let mut columns = match fields.flatten() {
        Some(columns) => columns,
        None => all_fields(schema),
    };
    columns.extend(subscriptions.flatten().unwrap_or_default());
    if columns.is_empty() {
        let detail = "There must be a column at least: a name in fields, or subscriptions.";
        members.refuse("fields", Invalid::new(Code::Empty, detail));
    }
    columns
}

/// Id, all fields as they are shown, the status, and what the system keeps: what an
/// import by id takes back as it is.
fn all_fields(schema: &Schema) -> Vec<Column> {
    let fields = schema.database.fields.iter();
    let fields = fields.map(|field| Column::Field(field.name.clone()));
    let mut columns = vec![Column::Id];
    columns.extend(fields);
    columns.push(Column::Status);
    let kept = activity::fields().iter();
    columns.extend(kept.map(|field| Column::Field(field.name.clone())));
    columns
}

fn array(given: &Value) -> Result<&[Value], Vec<Invalid>> {
    match given {
        Value::Array(items) if items.len() <= MAX_COLUMNS => Ok(items),
        Value::Array(items) => Err(vec![Invalid::new(
            Code::TooMany,
            format!("{} columns: at most {MAX_COLUMNS} fit.", items.len()),
        )]),
        _ => Err(vec![Invalid::wrong_type(given, "an array")]),
    }
}

/// The same where an item is several columns.
fn columns(
    items: &[Value],
    read: impl Fn(&Value) -> Result<Vec<Column>, Vec<Invalid>>,
) -> Result<Vec<Column>, Vec<Invalid>> {
    let first = |item: &Value| match read(item)?.into_iter().next() {
        Some(column) => Ok(column),
        None => Err(Vec::new()),
    };
    each(items, first)?;
    let all = items.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().flatten().collect())
}

/// Reads each item, and refuses a column that is asked for twice.
fn each(
    items: &[Value],
    read: impl Fn(&Value) -> Result<Column, Vec<Invalid>>,
) -> Result<Vec<Column>, Vec<Invalid>> {
    let mut columns: Vec<Column> = Vec::with_capacity(items.len());
    let mut wrong = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match read(item) {
            Ok(column) if columns.contains(&column) => {
                let detail = format!("The column {} is asked for twice.", column.name());
                wrong.push(Invalid::new(Code::Duplicate, detail).at_index(index));
            }
            Ok(column) => columns.push(column),
            Err(errors) => wrong.extend(errors.into_iter().map(|e| e.at_index(index))),
        }
    }
    valid(columns, wrong)
}

fn fields(given: &Value, schema: &Schema) -> Result<Vec<Column>, Vec<Invalid>> {
    each(array(given)?, |item| match item {
        Value::String(name) => Column::named(name, schema).map_err(|invalid| vec![invalid]),
        _ => Err(vec![Invalid::wrong_type(item, "a field's name")]),
    })
}

fn subscriptions(given: &Value, schema: &Schema) -> Result<Vec<Column>, Vec<Invalid>> {
    match given {
        Value::String(word) if word == "none" => Ok(Vec::new()),
        Value::String(word) if word == "json" => Ok(vec![Column::Subscriptions]),
        Value::Array(_) => columns(array(given)?, |item| contacts(item, schema)),
        _ => Err(vec![Invalid::new(
            Code::InvalidSubscriptions,
            format!(
                "This must be none, json or an array of {{resource_id, channel, status}}, not {}.",
                excerpt_json(given)
            ),
        )]),
    }
}

fn contacts(item: &Value, schema: &Schema) -> Result<Vec<Column>, Vec<Invalid>> {
    let mut members = Members::of(item)?;
    let resource = members.required("resource_id", |v| schema.resource(v));
    let channel = members.required("channel", |v| match v {
        Value::String(name) => name.parse::<Channel>(),
        _ => Err(Invalid::wrong_type(v, "a channel's name")),
    });
    let provider = members.take("provider", |v| match v {
        Value::String(name) => Ok(name.clone()),
        _ => Err(Invalid::wrong_type(v, "a provider's name")),
    });
    let provider = provider.flatten();
    let status = members.optional("status", Status::from_json);
    let deliverable = members.optional("deliverable", flag);
    let statuses = members.optional("statuses", flag);
    match (channel, &provider) {
        (Some(Channel::Push), None) => {
            let detail = "A column of push needs a provider: tokens mean nothing without.";
            members.refuse("provider", Invalid::new(Code::Required, detail));
        }
        (Some(Channel::Push), Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            let detail = "Only push has providers.";
            members.refuse("provider", Invalid::new(Code::NotSupported, detail));
        }
    }
    if let (Some(resource), Some(channel)) = (resource, channel)
        && let Err(invalid) = resource_has(resource, channel)
    {
        members.refuse("channel", invalid);
    }
    members.finish()?;
    match (resource, channel) {
        (Some(resource), Some(channel)) => {
            // A contact without its status would be subscribed wherever it comes to.
            let all = statuses.unwrap_or(true);
            let parts = ContactPart::ALL.into_iter();
            let parts = parts.filter(|part| all || *part == ContactPart::Contact);
            let columns = parts.map(|part| Column::Contacts {
                resource: resource.id,
                channel,
                provider: provider.clone(),
                status,
                deliverable: deliverable.unwrap_or(false),
                part,
            });
            Ok(columns.collect())
        }
        // Both are required, so `finish` has refused already.
        _ => Err(Vec::new()),
    }
}
