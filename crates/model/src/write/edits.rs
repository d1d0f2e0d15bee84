//! A profile's data as a client sent it, read against the schema: which
//! values, status and subscriptions are to change, and how.

use super::Schema;
use super::subscribe::{SubscriptionEdit, subscription};
use crate::error::{Invalid, excerpt, excerpt_json};
use crate::field::read_only;
use crate::functional::Op;
use crate::status::Status;
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
}

/// How data is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading {
    /// Objects are merge patches of old objects.
    pub merge: bool,
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
                let op = field.writable();
                let op = op.and_then(|field| Op::parse(field, given, reading.merge, &ctx));
                match op {
                    Ok(op) => read.edits.fields.push(FieldEdit {
                        name: name.clone(),
                        op,
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
        return read_only(name);
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
