//! Preparing: reads what a client sent for one profile and checks all of it
//! that can be checked without knowing any stored profile.

use super::Mode;
use super::Schema;
use super::act::{ACT_MEMBERS, Act};
use super::command::{Action, Command, Reason, Target, Write};
use super::edits::{FieldEdit, ParsedData, ReadOptions};
use super::leniency::lenience;
use super::memberships::{MEMBERS, Memberships};
use super::refusal::Refusal;
use super::request::Request;
use super::select::{Selection, select};
use super::subscribe::SubscriptionEdit;
use crate::Code;
use crate::error::Invalid;
use crate::functional::Op;
use crate::id::ProfileId;
use crate::matching::{MatchKey, Matching};
use crate::status::Status;
use serde_json::{Map, Value};

/// Why subscriptions change. Why one is subscribed again goes before why others end.
pub(super) fn reason_of<'a>(
    edits: impl IntoIterator<Item = &'a SubscriptionEdit>,
) -> Option<Reason> {
    let given = edits.into_iter().filter_map(|edit| {
        Some(Reason {
            text: edit.reason.clone()?,
            resubscribe: edit.resubscribe,
        })
    });
    given.reduce(|first, next| match next.resubscribe && !first.resubscribe {
        true => next,
        false => first,
    })
}

/// The keys of the unique values that the edits set.
pub(crate) fn unique_keys<'a>(
    edits: impl IntoIterator<Item = &'a FieldEdit>,
    schema: &Schema,
) -> Vec<MatchKey> {
    let mut keys = Vec::new();
    for edit in edits {
        if let Some(field) = schema.database.field(&edit.name)
            && field.unique
        {
            match &edit.op {
                Op::Set(value) => keys.extend(MatchKey::of_field(field, value)),
                Op::Add(items) => {
                    let list = Value::Array(items.clone());
                    keys.extend(MatchKey::of_field(field, &list));
                }
                // A unique value is neither a number that is counted up nor an
                // object; going away needs no look.
                Op::Clear | Op::Incr(_) | Op::Delete(_) | Op::Upsert(..) | Op::Merge(_) => {}
            }
        }
    }
    keys
}

impl Request {
    /// Prepares one item: an object with a profile's fields, `_status` and
    /// `subscriptions`. Pointers are inside the item.
    ///
    /// Codes: `match_value_missing`, `unknown_field`, `read_only`,
    /// `unknown_resource`, `resource_not_for_database`,
    /// `channel_not_of_resource`, `unknown_category`, and those of values and
    /// contacts.
    pub fn prepare(&self, data: &Value, schema: &Schema) -> Result<Command, Refusal> {
        self.prepare_with(object(data)?, None, schema)
    }

    /// [`Request::prepare`] with a subscription beside those of the data.
    pub(super) fn prepare_with(
        &self,
        data: &Map<String, Value>,
        subscription: Option<SubscriptionEdit>,
        schema: &Schema,
    ) -> Result<Command, Refusal> {
        let reading = ReadOptions {
            merge: false,
            outright: false,
            leniency: self.leniency,
            join_lines: self.join_lines,
            id_allowed: self.matching == Matching::ProfileId && self.mode != Mode::Add,
        };
        let mut read = ParsedData::data(data, schema, reading);
        read.edits.subscriptions.extend(subscription);
        if let Some(error) = Refusal::all(std::mem::take(&mut read.errors)) {
            return Err(error);
        }
        let selection = match select(self, &read.edits, read.id.as_ref(), schema) {
            Ok(selection) => Some(selection),
            // Anyone who would be meant by what can't be read is told that.
            Err(invalid) if invalid.code == Code::MatchValueMissing && self.is_unread(&read) => {
                let told = read.left_out.told.into_iter();
                let told = told.filter(|one| self.is_match_value(one));
                return Err(Refusal::all(told.collect()).unwrap_or_else(|| invalid.into()));
            }
            // Adding looks nothing up.
            Err(invalid) if self.mode == Mode::Add && invalid.code == Code::MatchValueMissing => {
                None
            }
            Err(invalid) => return Err(invalid.into()),
        };
        let (selector, new_fields, new_subscriptions) = match selection {
            Some(Selection {
                selector,
                fields,
                subscriptions,
            }) => (Some(selector), fields, subscriptions),
            None => (None, Vec::new(), Vec::new()),
        };
        let mut edits = read.edits.subscriptions.iter();
        let new_subscriptions = match edits.any(|edit| edit.status_unsaid) {
            true => Vec::new(),
            false => new_subscriptions,
        };
        let write = Write {
            mode: self.mode,
            selector: selector.filter(|_| self.mode != Mode::Add),
            edits: read.edits,
            new_fields,
            new_subscriptions,
            only_new: self.only_new,
            only_empty: false,
        };
        let keys = unique_keys(write.edits.fields.iter().chain(&write.new_fields), schema);
        let reason = reason_of(&write.edits.subscriptions);
        let mut command = Command::of(Action::Write(Box::new(write)), schema);
        command.about = self.about.clone();
        command.resubscribe = self.resubscribe;
        command.because(reason);
        command.keys = keys;
        command.leave_out(read.left_out, self.leniency);
        command.memberships = self.memberships.clone();
        command.start = self.start.clone();
        command.show = self.show.clone();
        Ok(command)
    }

    fn is_unread(&self, read: &ParsedData) -> bool {
        let mut told = read.left_out.told.iter();
        told.any(|one| self.is_match_value(one))
    }

    /// Whether a complaint, with a pointer inside the request, is about what says
    /// who is meant.
    pub fn is_about(&self, invalid: &Invalid) -> bool {
        let mut steps = invalid.pointer.split('/').skip(1);
        let first = steps.next();
        let member = if first == Some("data") {
            steps.next()
        } else {
            first
        };
        member.is_some_and(|member| self.matches_by(member))
    }

    /// The same with a pointer inside the data.
    fn is_match_value(&self, invalid: &Invalid) -> bool {
        let mut steps = invalid.pointer.split('/').skip(1);
        steps.next().is_some_and(|member| self.matches_by(member))
    }
}

/// Prepares a write of one profile: `request` has the members beside `data`
/// (see [`Request::parse`]). Pointers are inside the request, so those of the
/// item begin with `/data`.
pub fn prepare_write(
    request: &Map<String, Value>,
    data: &Value,
    schema: &Schema,
) -> Result<Command, Refusal> {
    let request = Request::parse(request, schema, false)?;
    match request.prepare(data, schema) {
        Ok(command) => Ok(command.in_data().without(request.unread, false)),
        Err(error) if error.code == Code::MatchValueMissing => {
            Err(Refusal::all(request.unread).unwrap_or_else(|| error.under("/data")))
        }
        Err(error) => Err(error.under("/data")),
    }
}

/// Prepares a JSON merge patch (RFC 7396) of one profile: `{data: {…}, status,
/// add_to_segments: […], remove_from_segments: […]}`, and `invalid` and
/// `line_breaks` as in other writes.
/// In `data` `null` clears, absent fields stay, objects are merged, and
/// functional updates work as in other writes; `subscriptions` in it adds and
/// changes some, as in other writes. Pointers are inside the patch.
pub fn prepare_patch(
    id: ProfileId,
    patch: &Value,
    if_revision: Option<i64>,
    schema: &Schema,
) -> Result<Command, Refusal> {
    let members = object(patch)?;
    let mut read = ParsedData::default();
    let mut errors = Vec::new();
    let (leniency, join_lines) = match lenience(members) {
        Ok(read) => read,
        Err(wrong) => {
            errors.extend(wrong);
            Default::default()
        }
    };
    for (name, given) in members {
        match (&**name, given) {
            ("data", Value::Object(data)) => {
                let reading = ReadOptions {
                    merge: true,
                    outright: true,
                    leniency,
                    join_lines,
                    ..ReadOptions::default()
                };
                let status = read.edits.status;
                read = ParsedData::data(data, schema, reading);
                read.edits.status = read.edits.status.or(status);
                let wrong = std::mem::take(&mut read.errors);
                errors.extend(wrong.into_iter().map(|mut invalid| {
                    invalid.pointer.insert_str(0, "/data");
                    invalid
                }));
            }
            ("data", other) => {
                errors.push(Invalid::wrong_type(other, "an object").at(name));
            }
            ("status", given) => match Status::from_json(given) {
                Ok(status) => read.edits.status = Some(status),
                Err(invalid) => errors.push(invalid.at(name)),
            },
            ("subscriptions", _) => {
                let detail = "A patch would replace the whole list: use the routes under subscriptions, or data.subscriptions.";
                errors.push(Invalid::new(Code::ReadOnly, detail).at(name));
            }
            ("id" | "database_id" | "revision" | "created_at" | "updated_at", _) => {
                let detail = format!("{name} is kept by the system and can't be written.");
                errors.push(Invalid::new(Code::ReadOnly, detail).at(name));
            }
            // Read together below.
            (name, _) if MEMBERS.contains(&name) || ACT_MEMBERS.contains(&name) => {}
            ("invalid" | "line_breaks", _) => {}
            _ => {
                let detail = "A profile has data and status to change, add_to_segments and remove_from_segments beside them; fields stand inside data.";
                errors.push(Invalid::new(Code::UnknownMember, detail).at(name));
            }
        }
    }
    let memberships = Memberships::parse(members, schema).unwrap_or_else(|wrong| {
        errors.extend(wrong);
        None
    });
    let act = Act::parse(members).unwrap_or_else(|wrong| {
        errors.extend(wrong);
        Act::default()
    });
    if let Some(error) = Refusal::all(errors) {
        return Err(error);
    }
    let edits = read.edits;
    let reason = reason_of(&edits.subscriptions);
    let keys = unique_keys(&edits.fields, schema);
    let target = Target { id, if_revision };
    let mut command = Command::of(Action::Patch { target, edits }, schema);
    command.keys = keys;
    command.memberships = memberships;
    command.about = act.about;
    command.resubscribe = act.resubscribe;
    command.because(reason);
    command.leave_out(read.left_out, leniency);
    Ok(command.in_data())
}

/// Prepares the removal of one profile with everything that belongs to it.
pub fn prepare_delete(id: ProfileId, if_revision: Option<i64>, schema: &Schema) -> Command {
    Command::of(Action::Delete(Target { id, if_revision }), schema)
}

pub(super) fn object(value: &Value) -> Result<&Map<String, Value>, Refusal> {
    value
        .as_object()
        .ok_or_else(|| Invalid::wrong_type(value, "an object").into())
}

/// One refusal of several complaints, of which there is at least one.
pub(super) fn several(errors: Vec<Invalid>) -> Refusal {
    let none = || Refusal::invalid(Code::Invalid, "This is not as it should be.");
    Refusal::all(errors).unwrap_or_else(none)
}
