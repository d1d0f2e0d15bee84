//! Taking changes of one profile back: what still is as they made it becomes what it was,
//! what somebody changed since stays (spec/people.md §5).
//!
//! Nobody is woken by it: a status goes back only to one that is as strict or stricter, and
//! what was deleted or left stays so.

use crate::database::Database;
use crate::history::Change;
use crate::origin::Party;
use crate::profile::Profile;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::time::Timestamp;
use crate::unite::strictness;
use crate::write::{LaterChanges, RevertConflict};
use crate::{Standing, category};
use serde_json::{Map, Value};

/// Somebody has changed it since.
pub(crate) const CHANGED_SINCE: &str = "changed_since";
/// It would make somebody reachable who is not.
pub(crate) const WOULD_WAKE: &str = "would_wake";
/// The field or its values are others now.
pub(crate) const DOES_NOT_FIT: &str = "does_not_fit";

/// Takes `changes` back as far as they still stand and nobody has changed the same `later`,
/// and gives what stays.
pub(crate) fn revert(
    profile: &mut Profile,
    changes: &[Change],
    database: &Database,
    by: Party,
    later: &LaterChanges,
) -> Vec<RevertConflict> {
    let mut kept = Vec::new();
    for change in changes {
        let id = profile.id;
        let mut keep = |value: Value, reason| {
            kept.push(RevertConflict {
                profile: id,
                field: change.field.clone(),
                value,
                before: change.before.clone(),
                reason,
            });
        };
        if change.field.starts_with("subscriptions/") {
            revert_subscription(profile, change, by, later, &mut keep);
        } else if later.has(&change.field) {
            // Also where the value is the one that the change made: somebody said so.
            let now = match &*change.field {
                "_status" => Value::from(profile.status.as_str()),
                name => profile.data.get(name).cloned().unwrap_or_default(),
            };
            if now != change.before && !change.field.starts_with("standing/") {
                keep(now, CHANGED_SINCE);
            }
        } else if change.field == "_status" {
            revert_status(profile, change, by, &mut keep);
        } else if !change.field.contains('/') {
            revert_value(profile, change, database, &mut keep);
        }
    }
    kept
}

fn revert_status(
    profile: &mut Profile,
    change: &Change,
    by: Party,
    keep: &mut impl FnMut(Value, &'static str),
) {
    let now = Value::from(profile.status.as_str());
    if now == change.before || change.before.is_null() {
        return;
    }
    if now != change.after {
        return keep(now, CHANGED_SINCE);
    }
    match Status::from_json(&change.before) {
        Ok(status) if is_as_strict(status, by, profile.standing()) => {
            (profile.status, profile.status_by) = (status, by);
        }
        _ => keep(now, WOULD_WAKE),
    }
}

fn is_as_strict(status: Status, by: Party, than: Standing) -> bool {
    strictness(Standing { status, by }) >= strictness(than)
}

fn revert_value(
    profile: &mut Profile,
    change: &Change,
    database: &Database,
    keep: &mut impl FnMut(Value, &'static str),
) {
    let name = &change.field;
    let now = profile.data.get(name).cloned().unwrap_or_default();
    if now == change.before {
        return;
    }
    if now != change.after {
        return keep(now, CHANGED_SINCE);
    }
    let Some(field) = database.field(name) else {
        return keep(now, DOES_NOT_FIT);
    };
    if change.before.is_null() {
        if field.required {
            return keep(now, DOES_NOT_FIT);
        }
        profile.data.remove(name);
        return;
    }
    match field.normalise(&change.before, &database.context()) {
        Ok(value) if value == change.before => {
            profile.data.insert(name.clone(), value);
        }
        _ => keep(now, DOES_NOT_FIT),
    }
}

fn revert_subscription(
    profile: &mut Profile,
    change: &Change,
    by: Party,
    later: &LaterChanges,
    keep: &mut impl FnMut(Value, &'static str),
) {
    let list = &mut profile.subscriptions;
    let place = list
        .iter()
        .position(|one| one.history_field() == change.field);
    let Some((place, one)) = place.and_then(|place| Some((place, list.get_mut(place)?))) else {
        if !change.before.is_null() {
            keep(Value::Null, CHANGED_SINCE);
        }
        return;
    };
    let now = one.to_history();
    if change.before.is_null() {
        if now == change.after && !later.has_any(&change.field) {
            list.remove(place);
        } else {
            keep(now, CHANGED_SINCE);
        }
        return;
    }
    let (Value::Object(before), Value::Object(after), Value::Object(current)) =
        (&change.before, &change.after, &now)
    else {
        return;
    };
    let mut reason = None;
    for name in members(before, after) {
        let (was, made) = (before.get(name), after.get(name));
        if was == made || current.get(name) == was {
            continue;
        }
        if current.get(name) != made || later.has_member(&change.field, name) {
            reason = Some(CHANGED_SINCE);
        } else if !restore(one, name, before, by) {
            reason = reason.or(Some(WOULD_WAKE));
        }
    }
    if let Some(reason) = reason {
        let now = one.to_history();
        keep(now, reason);
    }
}

fn members<'a>(
    before: &'a Map<String, Value>,
    after: &'a Map<String, Value>,
) -> impl Iterator<Item = &'a String> {
    let new = after.keys().filter(|name| !before.contains_key(*name));
    before.keys().chain(new)
}

/// Gives a subscription what it had as a member of [`Subscription::to_history`]; says
/// whether it has all of it now.
fn restore(one: &mut Subscription, name: &str, before: &Map<String, Value>, by: Party) -> bool {
    let was = before.get(name);
    match name {
        // They stand and fall together.
        "status" | "status_by" | "suspended_until" => {
            let status = before.get("status").map(Status::from_json);
            let Some(Ok(status)) = status else {
                return false;
            };
            let said = before.get("status_by").and_then(Value::as_str);
            let said = said.and_then(Party::named).unwrap_or(by);
            let until = before.get("suspended_until").and_then(time);
            if !is_as_strict(status, said, one.standing()) {
                return false;
            }
            if (status, said) != (one.status, one.status_by) {
                (one.status, one.status_by) = (status, said);
                one.status_at = None;
            }
            // One that would end sooner, or at all, wakes sooner.
            let sooner = match (until, one.suspended_until) {
                (Some(until), Some(now)) => until < now,
                (Some(_), None) => status == Status::Suspended,
                (None, _) => false,
            };
            if !sooner {
                one.suspended_until = until;
            }
            !sooner
        }
        "priority" => {
            let priority = was.and_then(Value::as_i64);
            one.priority = priority.unwrap_or(one.priority);
            priority.is_some()
        }
        "cats" => {
            let had: Vec<String> = was
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|name| Some(name.as_str()?.to_owned()))
                .collect();
            let lacks = had.iter().any(|name| !one.categories.contains(name));
            let now = std::mem::take(&mut one.categories);
            one.categories = had.into_iter().filter(|name| now.contains(name)).collect();
            !lacks
        }
        "left_cats" => {
            let left = was.map(category::left_of_history).unwrap_or_default();
            let lacks = one
                .left_categories
                .keys()
                .any(|name| !left.contains_key(name));
            for (name, one_left) in left {
                one.categories.retain(|own| *own != name);
                one.left_categories.entry(name).or_insert(one_left);
            }
            !lacks
        }
        "custom_fields" => match was {
            Some(Value::Object(fields)) => {
                one.custom_fields.clone_from(fields);
                true
            }
            _ => false,
        },
        "reg_info" => {
            let text = |name: &str| {
                let value = was.and_then(|info| info.get(name));
                value.and_then(Value::as_str).map(str::to_owned)
            };
            one.registered_at = was.and_then(|info| info.get("date")).and_then(time);
            (one.ip, one.url) = (text("ip"), text("url"));
            true
        }
        // What was deleted stays so; what the changes brought back goes again.
        "deleted" => {
            let was = was == Some(&Value::Bool(true));
            one.deleted |= was;
            one.deleted == was
        }
        _ => false,
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}
