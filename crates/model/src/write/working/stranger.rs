//! Writes that come from strangers: they fill what is empty and leave out what
//! somebody else has, so that no answer to them depends on who is known.

use super::WorkingSet;
use crate::Code;
use crate::error::Invalid;
use crate::field::Field;
use crate::id::ProfileId;
use crate::matching::{MatchKey, key_delta};
use crate::profile::Profile;
use crate::write::Schema;
use crate::write::command::Write;
use crate::write::edits::Edits;
use serde_json::Value;
use std::borrow::Cow;

impl WorkingSet {
    /// Takes out of a changed profile the values that another profile has and only
    /// one may have: they become what they were before. Gives what was left out. A
    /// field that must have a value keeps it, and the write is refused for it.
    pub(super) fn leave_taken(
        &self,
        schema: &Schema,
        before: Option<&Profile>,
        after: &mut Profile,
    ) -> Vec<Invalid> {
        let keys = key_delta(schema.database, before, Some(after));
        let taken = self.holders.taken(schema, &keys, after.id);
        let mut left_out: Vec<Invalid> = Vec::new();
        for (key, field, holder) in &taken {
            let was = before.and_then(|before| before.data.get(&field.name));
            let rest = without(field, key, after.data.get(&field.name), was);
            match rest {
                Some(value) => after.data.insert(field.name.clone(), value),
                None if field.required => continue,
                None => after.data.remove(&field.name),
            };
            left_out.push(duplicate(field, *holder));
        }
        left_out
    }
}

/// A complaint about a value that another profile has.
pub(in crate::write) fn duplicate(field: &Field, holder: ProfileId) -> Invalid {
    let name = &field.name;
    let detail = format!("Profile {holder} already has this {name}.");
    Invalid::new(Code::Duplicate, detail).at(name)
}

/// A field's value without what has the key; of a list the other items stay.
fn without(
    field: &Field,
    key: &MatchKey,
    value: Option<&Value>,
    was: Option<&Value>,
) -> Option<Value> {
    let Some(Value::Array(items)) = value else {
        return was.cloned();
    };
    let is_taken = |item: &&Value| {
        let alone = Value::Array(vec![(*item).clone()]);
        MatchKey::of_field(field, &alone).any(|own| own == *key)
    };
    let rest: Vec<Value> = items
        .iter()
        .filter(|item| !is_taken(item))
        .cloned()
        .collect();
    if rest.is_empty() {
        return was.cloned();
    }
    Some(Value::Array(rest))
}

/// What a write changes in a profile that is known: all that it says, or only what
/// the profile lacks.
pub(super) fn edits_for<'a>(write: &'a Write, known: &Profile) -> Cow<'a, Edits> {
    if !write.only_empty {
        return Cow::Borrowed(&write.edits);
    }
    let mut edits = write.edits.clone();
    edits
        .fields
        .retain(|edit| !known.data.contains_key(&edit.name));
    for edit in &mut edits.subscriptions {
        let mut list = known.subscriptions.iter();
        if list.any(|one| one.is(edit.resource, &edit.contact)) {
            (edit.registered_at, edit.ip, edit.url) = (None, None, None);
        }
    }
    Cow::Owned(edits)
}
