//! A profile's data as a client sent it, read against the schema: which
//! values, status and subscriptions are to change, and how.

use super::Schema;
use super::leniency::{Leniency, Omissions, joined, rest};
use super::subscribe::{SubscriptionEdit, subscription};
use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::field::{Context, Field, FieldType, read_only};
use crate::functional::{Op, is_functional};
use crate::status::Status;
use crate::text::same;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The most complaints that are noted about members which no field has.
const MAX_NOTED: usize = 1000;

/// What one item changes in a profile.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Edits {
    pub status: Option<Status>,
    /// Whether a status was given that says nothing, or nothing that is known:
    /// no profile is made reachable by that.
    pub status_unread: bool,
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
pub(crate) struct ReadOptions {
    /// Objects are merge patches of old objects.
    pub merge: bool,
    /// Every change is asked for outright.
    pub outright: bool,
    /// What is left out and told instead of being an error of the item.
    pub leniency: Leniency,
    /// Line breaks and tabs in texts become spaces.
    pub join_lines: bool,
    /// A member `profile_id`, `id` or `_id` names the profile, so it is no
    /// attempt to write it.
    pub id_allowed: bool,
}

/// What reading gives beside the edits.
#[derive(Debug, Default)]
pub(crate) struct ParsedData {
    pub edits: Edits,
    /// What was left out.
    pub left_out: Omissions,
    pub errors: Vec<Invalid>,
    /// The value of a member that names the profile.
    pub id: Option<Value>,
}

impl ParsedData {
    /// Reads one profile's data.
    pub fn data(data: &Map<String, Value>, schema: &Schema, reading: ReadOptions) -> Self {
        let mut read = ParsedData::default();
        read.edits.fields.reserve_exact(data.len());
        let ctx = schema.database.context();
        for (name, given) in data {
            if let Some(field) = schema.database.field(name) {
                match field.writable() {
                    Ok(field) => read.field(field, given, &ctx, reading),
                    Err(invalid) => read.wrong(invalid.at(name), reading),
                }
            } else if name == "_status" {
                read.status(given, reading);
            } else if name == "subscriptions" {
                read.subscriptions(given, schema, reading);
            } else if reading.id_allowed && matches!(&**name, "profile_id" | "id" | "_id") {
                read.id = Some(given.clone());
            } else {
                read.wrong(no_field(name).at(name), reading);
            }
        }
        read
    }

    /// A complaint about an optional value.
    fn wrong(&mut self, invalid: Invalid, reading: ReadOptions) {
        let told = match reading.leniency.values {
            true => &mut self.left_out.told,
            false => &mut self.errors,
        };
        // An object may have any number of members that no field has.
        if told.len() < MAX_NOTED {
            told.push(invalid);
        }
    }

    fn field(&mut self, field: &Field, given: &Value, ctx: &Context, reading: ReadOptions) {
        let given = match reading.join_lines {
            true => joined(field, given),
            false => Cow::Borrowed(given),
        };
        let op = match Op::parse(field, &given, reading.merge, ctx) {
            Ok(op) => Some(op),
            // What every profile must have is no value to be left out.
            Err(invalid) if reading.leniency.values && !field.required => {
                let (op, told) = rest(field, &given, reading.merge, ctx, invalid);
                let told = told.into_iter().map(|one| one.at(&field.name));
                self.left_out.told.extend(told);
                op
            }
            Err(invalid) => {
                self.errors.push(invalid.at(&field.name));
                None
            }
        };
        let updates = given
            .as_object()
            .is_some_and(|given| is_functional(field.field_type, given));
        self.edits.fields.extend(op.map(|op| FieldEdit {
            name: field.name.clone(),
            op,
            outright: reading.outright || updates,
        }));
    }

    fn status(&mut self, given: &Value, reading: ReadOptions) {
        match status(given) {
            Ok(status) => self.edits.status = Some(status),
            Err(invalid) => {
                let blank = reading.leniency.values && is_blank(given);
                let invalid = if blank { opt_in_missing() } else { invalid };
                self.edits.status_unread = true;
                self.wrong(invalid.at("_status"), reading);
            }
        }
    }

    fn subscriptions(&mut self, given: &Value, schema: &Schema, reading: ReadOptions) {
        let Value::Array(items) = given else {
            let invalid = Invalid::wrong_type(given, "an array").at("subscriptions");
            // The array itself is no subscription.
            if reading.leniency.values {
                self.left_out.subscription = true;
                self.left_out.told.push(invalid);
            } else {
                self.errors.push(invalid);
            }
            return;
        };
        self.edits.subscriptions.reserve_exact(items.len());
        for (index, item) in items.iter().enumerate() {
            let placed = |e: Invalid| e.at_index(index).at("subscriptions");
            match subscription(item, Some(index), schema, reading) {
                Ok((edit, told)) => {
                    self.edits.subscriptions.push(edit);
                    self.left_out.told.extend(told.into_iter().map(placed));
                }
                Err(errors) if reading.leniency.subscriptions => {
                    self.left_out.subscription = true;
                    let first = errors.into_iter().next();
                    self.left_out.told.extend(first.map(placed));
                }
                Err(errors) => self.errors.extend(errors.into_iter().map(placed)),
            }
        }
    }
}

/// Whether a value says nothing.
pub(crate) fn is_blank(given: &Value) -> bool {
    match given {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// That nothing is said where a status or a yes should stand.
pub(crate) fn opt_in_missing() -> Invalid {
    let detail = "Nothing is said of consent here, and nothing said is no yes.";
    Invalid::new(Code::OptInMissing, detail)
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
    if is_computed_by_altcraft(name) {
        return read_only(name);
    }
    let detail = format!("The database has no field {}.", excerpt(name));
    Invalid::new(Code::UnknownField, detail)
}

/// What Altcraft shows of a profile but computes itself.
#[must_use]
pub fn is_computed_by_altcraft(name: &str) -> bool {
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
