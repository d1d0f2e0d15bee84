//! A profile's data as a client sent it, read against the schema: which
//! values, status and subscriptions are to change, and how.

use super::Schema;
use super::subscribe::{SubscriptionEdit, subscription};
use crate::error::{Invalid, excerpt, excerpt_json};
use crate::field::{Context, Field, FieldType};
use crate::functional::{Op, is_functional};
use crate::status::Status;
use crate::text::same;
use serde_json::{Map, Value};

/// What one item changes in a profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Edits {
    pub status: Option<Status>,
    pub fields: Vec<FieldEdit>,
    pub subscriptions: Vec<SubscriptionEdit>,
}

/// What happens to one field's value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FieldEdit {
    pub name: String,
    pub op: Op,
    /// Whether the change was asked for outright: by a functional update, by a
    /// patch, in a bulk update. A plain value of a write that matches may only
    /// say who is meant, and what is there already stays as it is spelled.
    pub outright: bool,
}

impl FieldEdit {
    /// The new value of a field. `Err` leaves the old one.
    ///
    /// A plain value that is the old one in another spelling leaves that too,
    /// or every file would write it as it spells it. An old spelling that would
    /// not be stored today goes.
    pub fn apply(
        &self,
        field: &Field,
        old: Option<&Value>,
        ctx: &Context,
    ) -> Result<Option<Value>, Invalid> {
        match (&self.op, old) {
            (Op::Set(new), Some(old)) if !self.outright && new != old => {
                Ok(Some(respelled(field, old, new, ctx)))
            }
            _ => self.op.apply(field, old, ctx),
        }
    }
}

/// The new value, in the spelling of the old one where they are the same.
fn respelled(field: &Field, old: &Value, new: &Value, ctx: &Context) -> Value {
    let is_clean = |old: &Value| field.normalise(old, ctx).as_ref() == Ok(old);
    match (field.field_type, old, new) {
        (FieldType::String | FieldType::Email, old, new) => {
            let stays = field.same(old, new) && is_clean(old);
            if stays { old } else { new }.clone()
        }
        (FieldType::Tags, Value::Array(before), Value::Array(items)) if is_clean(old) => {
            let known = |item: &Value| {
                let text = item.as_str().unwrap_or_default();
                let alike = |tag: &&Value| tag.as_str().is_some_and(|tag| same(tag, text));
                before.iter().find(alike).unwrap_or(item).clone()
            };
            items.iter().map(known).collect()
        }
        _ => new.clone(),
    }
}

/// How data is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    /// Objects are merge patches of old objects.
    pub merge: bool,
    /// Every change is asked for outright.
    pub outright: bool,
    /// Subscriptions with errors are left out, not errors of the item.
    pub skip_invalid_subscriptions: bool,
    /// A member `profile_id`, `id` or `_id` names the profile, so it is no
    /// attempt to write it.
    pub id_allowed: bool,
}

/// What reading gives beside the edits.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub edits: Edits,
    /// One complaint for each subscription left out.
    pub skipped: Vec<Invalid>,
    pub errors: Vec<Invalid>,
    /// The value of a member that names the profile.
    pub id: Option<Value>,
}

impl Read {
    /// Reads one profile's data.
    pub fn data(data: &Map<String, Value>, schema: &Schema, reading: Reading) -> Self {
        let mut read = Read::default();
        read.edits.fields.reserve_exact(data.len());
        let ctx = schema.database.context();
        for (name, given) in data {
            if let Some(field) = schema.database.field(name) {
                match Op::parse(field, given, reading.merge, &ctx) {
                    Ok(op) => read.edits.fields.push(FieldEdit {
                        name: name.clone(),
                        op,
                        outright: reading.outright
                            || given
                                .as_object()
                                .is_some_and(|given| is_functional(field.field_type, given)),
                    }),
                    Err(invalid) => read.errors.push(invalid.at(name)),
                }
            } else if name == "_status" {
                match status(given) {
                    Ok(status) => read.edits.status = Some(status),
                    Err(invalid) => read.errors.push(invalid.at(name)),
                }
            } else if name == "subscriptions" {
                read.subscriptions(given, schema, reading);
            } else if reading.id_allowed && matches!(&**name, "profile_id" | "id" | "_id") {
                read.id = Some(given.clone());
            } else {
                read.errors.push(no_field(name).at(name));
            }
        }
        read
    }

    fn subscriptions(&mut self, given: &Value, schema: &Schema, reading: Reading) {
        let Value::Array(items) = given else {
            let detail = format!("This must be an array, not {}.", excerpt_json(given));
            let invalid = Invalid::new("wrong_type", detail);
            return self.errors.push(invalid.at("subscriptions"));
        };
        self.edits.subscriptions.reserve_exact(items.len());
        for (index, item) in items.iter().enumerate() {
            match subscription(item, Some(index), schema) {
                Ok(edit) => self.edits.subscriptions.push(edit),
                Err(errors) => {
                    let kept = if reading.skip_invalid_subscriptions {
                        1
                    } else {
                        usize::MAX
                    };
                    let placed = errors.into_iter().take(kept);
                    let placed = placed.map(|e| e.at_index(index).at("subscriptions"));
                    if reading.skip_invalid_subscriptions {
                        self.skipped.extend(placed);
                    } else {
                        self.errors.extend(placed);
                    }
                }
            }
        }
    }
}

/// A status, or the functional update that sets one.
fn status(given: &Value) -> Result<Status, Invalid> {
    if let Value::Object(members) = given
        && let (Some("set"), Some(value), 2) = (
            members.get("action").and_then(Value::as_str),
            members.get("value"),
            members.len(),
        )
    {
        return Status::from_json(value).map_err(|invalid| invalid.at("value"));
    }
    Status::from_json(given)
}

/// The complaint about a name that no field of the database has.
pub(crate) fn no_field(name: &str) -> Invalid {
    if is_system(name) {
        let detail = format!("{name} is kept by the system and can't be written.");
        return Invalid::new("read_only", detail);
    }
    let detail = format!("The database has no field {}.", excerpt(name));
    Invalid::new("unknown_field", detail)
}

/// What Altcraft shows of a profile but computes itself.
fn is_system(name: &str) -> bool {
    const NAMES: [&str; 16] = [
        "id",
        "_id",
        "db_id",
        "database_id",
        "_acid",
        "_md5",
        "_xxh",
        "_xxm",
        "_createtime",
        "_emaildomain",
        "_domaingroup",
        "_lat",
        "_lon",
        "_is_desktop",
        "_is_test",
        "_revision",
    ];
    let activity = ["_deliv_", "_open_", "_click_", "_confirm_"];
    NAMES.contains(&name) || activity.iter().any(|prefix| name.starts_with(prefix))
}
