//! Uniting profiles of one person: what the result has of each (spec/people.md §3).
//!
//! The destination keeps what it has and takes what it lacks, from the sources in their
//! order; lists unite. Of two standings the stricter one wins, so that nobody is reachable
//! afterwards who was not before.

use crate::activity;
use crate::database::Database;
use crate::error::Invalid;
use crate::field::{Field, FieldType};
use crate::functional::Op;
use crate::id::ProfileId;
use crate::lifecycle::Standing;
use crate::origin::Party;
use crate::profile::Profile;
use crate::standard::REG_DATE;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::time::Timestamp;
use crate::write::no_field;
use serde::Serialize;
use serde_json::{Map, Value};

/// A field of which a source had another value than the one that the result has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueConflict {
    /// The field's name.
    pub field: String,
    /// The value that the result has.
    pub kept: Value,
    /// The one that is dropped.
    pub dropped: Value,
    /// The source that had it.
    pub profile: ProfileId,
}

/// How strict a standing is: the greater, the less is sent (spec/people.md §3.4).
pub fn strictness(standing: Standing) -> u8 {
    match (standing.status, standing.by) {
        (Status::Complained, _) => 7,
        (Status::Hardbounced, _) => 6,
        (Status::Unsubscribed, Party::Person | Party::Provider) => 5,
        (Status::Unsubscribed, _) => 4,
        (Status::Invalid, _) => 3,
        (Status::Suspended, _) => 2,
        (Status::Unconfirmed, _) => 1,
        (Status::Subscribed, _) => 0,
    }
}

/// Adds the values of a source. Gives what differs, and what the destination's database
/// can't hold, by the field's name.
pub(crate) fn unite_data(
    into: &mut Profile,
    database: &Database,
    source: &Profile,
    conflicts: &mut Vec<ValueConflict>,
    left_out: &mut Vec<Invalid>,
) {
    let same_database = source.database == database.id;
    for (name, value) in &source.data {
        if let Some(field) = activity::field(name) {
            let value = latest(field, into.data.get(name), value);
            into.data.insert(name.clone(), value);
            continue;
        }
        let Some(field) = database.field(name) else {
            left_out.push(no_field(name).at(name));
            continue;
        };
        let value = match same_database {
            true => Ok(value.clone()),
            false => field.normalise(value, &database.context()),
        };
        let united = value.and_then(|value| {
            let own = into.data.get(name);
            united(field, own, value, database)
        });
        match united {
            Ok(United::Kept { kept, dropped }) => conflicts.push(ValueConflict {
                field: name.clone(),
                kept,
                dropped,
                profile: source.id,
            }),
            Ok(United::Value(value)) => {
                into.data.insert(name.clone(), value);
            }
            Err(invalid) => left_out.push(invalid.at(name)),
        }
    }
}

/// What becomes of one field.
enum United {
    /// It has this value.
    Value(Value),
    /// It keeps its value, and another one is dropped.
    Kept { kept: Value, dropped: Value },
}

fn united(
    field: &Field,
    own: Option<&Value>,
    other: Value,
    database: &Database,
) -> Result<United, Invalid> {
    let Some(own) = own else {
        return Ok(United::Value(other));
    };
    if field.same(own, &other) {
        return Ok(United::Value(own.clone()));
    }
    match (field.field_type, other) {
        (FieldType::Tags | FieldType::Phones | FieldType::Objects, Value::Array(items)) => {
            let context = database.context();
            let items = items.into_iter().filter(|item| !is_in(own, item)).collect();
            let united = Op::Add(items).apply(field, Some(own), &context)?;
            Ok(United::Value(united.unwrap_or_else(|| own.clone())))
        }
        // When somebody came is when they came first.
        (FieldType::Date, other) if field.id == REG_DATE => {
            let first = match (own.as_str(), other.as_str()) {
                (Some(own), Some(other)) if other < own => other,
                (Some(own), _) => own,
                _ => return Ok(United::Value(other)),
            };
            Ok(United::Value(first.into()))
        }
        (_, dropped) => Ok(United::Kept {
            kept: own.clone(),
            dropped,
        }),
    }
}

fn is_in(list: &Value, item: &Value) -> bool {
    list.as_array().is_some_and(|list| list.contains(item))
}

/// What was ever done was done, and the last time is the later one.
fn latest(field: &Field, own: Option<&Value>, other: &Value) -> Value {
    match (field.field_type, own) {
        (_, None) => other.clone(),
        (FieldType::Boolean, Some(own)) => Value::Bool(own == true || other == true),
        (_, Some(own)) => match (own.as_str(), other.as_str()) {
            (Some(a), Some(b)) if b > a => other.clone(),
            _ => own.clone(),
        },
    }
}

/// Adds a subscription that stands as `standing` says, all known of its contact: to the
/// same one, if there is one.
pub(crate) fn unite_subscription(
    list: &mut Vec<Subscription>,
    other: &Subscription,
    now: Timestamp,
) {
    let place = list
        .iter()
        .position(|one| one.is(other.resource, &other.contact));
    let Some(own) = place.and_then(|place| list.get_mut(place)) else {
        list.push(other.clone());
        return;
    };
    let (mine, theirs) = (awake(own, now), awake(other, now));
    // Of a deleted one counts that somebody left.
    let counts = |one: &Subscription| !one.deleted || one.standing().is_protected();
    let stricter = !counts(own) || strictness(theirs) > strictness(mine);
    if counts(other) && stricter {
        (own.status, own.status_by) = (other.status, other.status_by);
        own.status_at = other.status_at;
        own.suspended_until = other.suspended_until;
        if other.registered_at.is_some() || other.ip.is_some() || other.url.is_some() {
            own.registered_at = other.registered_at;
            own.ip.clone_from(&other.ip);
            own.url.clone_from(&other.url);
        }
    } else {
        if mine.status == Status::Suspended && theirs.status == Status::Suspended {
            // The later one; without an end it is the last.
            own.suspended_until = own
                .suspended_until
                .zip(other.suspended_until)
                .map(|(a, b)| a.max(b));
        }
        own.registered_at = own.registered_at.or(other.registered_at);
        own.ip = own.ip.take().or_else(|| other.ip.clone());
        own.url = own.url.take().or_else(|| other.url.clone());
    }
    if !other.deleted {
        // Those of one that was deleted are gone with it.
        if own.deleted {
            own.categories.clear();
        }
        let known = own.categories.clone();
        let new = other.categories.iter().filter(|name| !known.contains(name));
        own.categories.extend(new.cloned());
        fill(&mut own.custom_fields, &other.custom_fields);
        own.deleted = false;
    }
    keep_left(own, other);
}

/// Categories that were left stay left.
pub(crate) fn keep_left(own: &mut Subscription, other: &Subscription) {
    for (name, left) in &other.left_categories {
        let stays = own.left_categories.get(name).is_some_and(|known| {
            let (known, left) = (known.standing(), left.standing());
            strictness(known) >= strictness(left)
        });
        if !stays {
            own.left_categories.insert(name.clone(), *left);
        }
    }
    let left = &own.left_categories;
    own.categories.retain(|name| !left.contains_key(name));
}

/// The standing that counts now: a suspension whose time is up is over.
pub(crate) fn awake(one: &Subscription, now: Timestamp) -> Standing {
    Standing {
        status: one.effective_status(now),
        by: one.status_by,
    }
}

fn fill(own: &mut Map<String, Value>, other: &Map<String, Value>) {
    for (name, value) in other {
        if !own.contains_key(name) {
            own.insert(name.clone(), value.clone());
        }
    }
}
