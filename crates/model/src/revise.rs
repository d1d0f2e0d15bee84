//! Revising: applies what was prepared to a profile.

use crate::Code;
use crate::category::chosen;
use crate::error::{Invalid, valid};
use crate::functional::Op;
use crate::profile::{
    MAX_DATA_BYTES, MAX_DATA_FIELDS, MAX_SUBSCRIPTION_BYTES, MAX_SUBSCRIPTIONS, Profile,
};
use crate::resource::Resource;
use crate::standing::{ChangeContext, move_status};
use crate::status::Status;
use crate::subscription::{MAX_PRIORITY, Subscription, subscription_field};
use crate::time::Timestamp;
use crate::write::Schema;
use crate::write::edits::{Edits, FieldEdit, opt_in_missing};
use crate::write::leniency::{Leniency, Omissions};
use crate::write::subscribe::SubscriptionEdit;
use serde_json::Map;
use std::collections::BTreeMap;

/// The member of data that is the global status.
const STATUS: &str = "_status";

/// Changes `profile` as `edits` say, and gives the complaints. With any
/// complaint the profile is not to be used any more.
///
/// What `leniency` lets be left out stays as it is and is told in `left_out`.
pub(crate) fn apply(
    profile: &mut Profile,
    edits: &Edits,
    schema: &Schema,
    by: &mut ChangeContext,
    leniency: Leniency,
    left_out: &mut Omissions,
) -> Vec<Invalid> {
    let mut errors = Vec::new();
    if let Some(status) = edits.status {
        match profile.standing().moved(status, by.party, by.resubscribe) {
            Ok(standing) => (profile.status, profile.status_by) = (standing.status, standing.by),
            Err(kept) => by.keep(kept.at(STATUS), |kept| kept, &mut errors),
        }
    }
    by.global = profile.status;
    for edit in &edits.fields {
        if let Err(invalid) = apply_field(profile, edit, schema) {
            // A value that must be there is none to be left out.
            let must = invalid.code == Code::Required;
            match leniency.values && !must {
                true => left_out.told.push(invalid.at(&edit.name)),
                false => errors.push(invalid.at(&edit.name)),
            }
        }
    }
    for edit in &edits.subscriptions {
        let list = &mut profile.subscriptions;
        let all = &edits.subscriptions;
        match apply_subscription(list, edit, all, schema, by, leniency) {
            Ok(told) => {
                let told = told.into_iter().map(|invalid| edit.place(invalid));
                left_out.told.extend(told);
            }
            Err(wrong) => {
                let placed = wrong.into_iter().map(|invalid| edit.place(invalid));
                if leniency.subscriptions {
                    left_out.subscription = true;
                    left_out.told.extend(placed.take(1));
                } else {
                    errors.extend(placed);
                }
            }
        }
    }
    errors
}

/// Whether the edits plainly ask for what is there already: a quick look that
/// spares importing the same file again most of its work. `false` says nothing.
pub(crate) fn is_as_asked(profile: &Profile, edits: &Edits) -> bool {
    edits.subscriptions.is_empty()
        && edits.status.is_none_or(|status| status == profile.status)
        && edits.fields.iter().all(|edit| {
            let old = profile.data.get(&edit.name);
            match &edit.op {
                Op::Set(value) => old == Some(value),
                Op::Clear => old.is_none(),
                _ => false,
            }
        })
}

fn apply_field(profile: &mut Profile, edit: &FieldEdit, schema: &Schema) -> Result<(), Invalid> {
    let old = profile.data.get(&edit.name);
    if let Op::Set(value) = &edit.op
        && old == Some(value)
    {
        return Ok(());
    }
    let Some(field) = schema.database.field(&edit.name) else {
        let detail = "The database has no such field any more.";
        return Err(Invalid::new(Code::UnknownField, detail));
    };
    match edit.apply(field, old, &schema.database.context())? {
        Some(value) => {
            profile.data.insert(edit.name.clone(), value);
        }
        // A new profile is checked when it is complete.
        None if field.required && old.is_some() => {
            let detail = format!("{} is required: it can't be cleared.", edit.name);
            return Err(Invalid::new(Code::Required, detail));
        }
        None => {
            profile.data.remove(&edit.name);
        }
    }
    Ok(())
}

/// Completes a new profile: defaults for what was not mentioned, then nothing
/// required may be missing.
pub(crate) fn complete(profile: &mut Profile, edits: &Edits, schema: &Schema) -> Vec<Invalid> {
    let mut errors = Vec::new();
    for field in &schema.database.fields {
        if field.default.is_none() && !field.required || profile.data.contains_key(&field.name) {
            continue;
        }
        let mentioned = edits.fields.iter().any(|edit| edit.name == field.name);
        match &field.default {
            Some(default) if !mentioned => {
                profile.data.insert(field.name.clone(), default.clone());
            }
            _ if field.required => {
                let detail = format!("{} is required.", field.name);
                errors.push(Invalid::new(Code::Required, detail).at(&field.name));
            }
            _ => {}
        }
    }
    errors
}

/// Whether the profile is within its limits.
pub(crate) fn check_size(profile: &Profile) -> Result<(), Invalid> {
    let refuse = |what: &str, is: usize, most: usize| {
        let detail = format!("The profile would have {is} {what}: at most {most} fit.");
        Err(Invalid::new(Code::ProfileTooLarge, detail))
    };
    let fields = profile.data.len();
    if fields > MAX_DATA_FIELDS {
        return refuse("fields", fields, MAX_DATA_FIELDS);
    }
    let bytes = profile.data_size();
    if bytes > MAX_DATA_BYTES {
        return refuse("bytes of data", bytes, MAX_DATA_BYTES);
    }
    let count = profile.subscriptions.len();
    if count > MAX_SUBSCRIPTIONS {
        let what = "subscriptions";
        return refuse(what, count, MAX_SUBSCRIPTIONS).map_err(|e| e.at(what));
    }
    let bytes = profile.subscriptions_size();
    if bytes > MAX_SUBSCRIPTION_BYTES {
        let what = "bytes of subscriptions";
        return refuse(what, bytes, MAX_SUBSCRIPTION_BYTES).map_err(|e| e.at("subscriptions"));
    }
    Ok(())
}

/// Makes or changes one subscription, or changes nothing; gives what was left
/// out. `all` are the edits that `edit` came with.
pub(crate) fn apply_subscription(
    list: &mut Vec<Subscription>,
    edit: &SubscriptionEdit,
    all: &[SubscriptionEdit],
    schema: &Schema,
    by: &mut ChangeContext,
    leniency: Leniency,
) -> Result<Vec<Invalid>, Vec<Invalid>> {
    let Some(resource) = schema.resources.iter().find(|r| r.id == edit.resource) else {
        let detail = "The resource does not exist any more.";
        return Err(vec![
            Invalid::new(Code::UnknownResource, detail).at("resource_id"),
        ]);
    };
    let heeded = edit.withheld_by(all);
    let edit = heeded.as_ref().unwrap_or(edit);
    let place = list.iter().position(|s| s.is(edit.resource, &edit.contact));
    let old = place.and_then(|place| list.get(place));
    let unsaid = edit.status_unsaid && old.is_none_or(|old| old.deleted);
    let worded = if unsaid { edit.worded_later(all) } else { None };
    if unsaid && worded.is_none() {
        let mut wrong = Vec::new();
        let missing = opt_in_missing().at("status");
        by.keep(missing, |kept| edit.place(kept), &mut wrong);
        return if wrong.is_empty() {
            Ok(wrong)
        } else {
            Err(wrong)
        };
    }
    let edit = worded.as_ref().unwrap_or(edit);
    let mut told = Vec::new();
    let fields = custom_fields(old, edit, resource, schema, leniency, &mut told)?;
    let chosen = chosen(old, edit, resource, by, leniency.values, &mut told)?;
    let is_rival = |s: &Subscription| {
        s.resource == edit.resource && s.contact.channel() == edit.contact.channel()
    };
    let new = match old {
        Some(_) => None,
        None => Some(match edit.priority {
            Some(priority) => priority,
            None if resource.raise_priority => {
                // A priority that is asked for outright stays, or importing the
                // same again would change it back.
                let is_asked = |s: &Subscription| {
                    let mut edits = all.iter().filter(|e| e.priority.is_some());
                    edits.any(|e| s.is(e.resource, &e.contact))
                };
                for rival in list.iter_mut().filter(|s| is_rival(s) && !is_asked(s)) {
                    rival.priority = (rival.priority + 1).min(MAX_PRIORITY);
                }
                0
            }
            None => {
                let lowest = list
                    .iter()
                    .filter(|s| is_rival(s))
                    .map(|s| s.priority)
                    .max();
                lowest.map_or(0, |lowest| (lowest + 1).min(MAX_PRIORITY))
            }
        }),
    };
    if let Some(priority) = new {
        list.push(Subscription {
            resource: edit.resource,
            contact: edit.contact.clone(),
            status: Status::default(),
            status_by: by.party,
            status_at: None,
            suspended_until: None,
            priority,
            categories: Vec::new(),
            left_categories: BTreeMap::new(),
            custom_fields: Map::new(),
            registered_at: None,
            ip: None,
            url: None,
            deleted: false,
            created_at: by.now,
            updated_at: by.now,
        });
    }
    let is_new = place.is_none();
    let place = place.unwrap_or(list.len().saturating_sub(1));
    if let Some(subscription) = list.get_mut(place) {
        let mut wrong = Vec::new();
        let before = (!is_new).then(|| subscription.standing());
        move_status(subscription, edit, resource, is_new, by, &mut wrong);
        if !wrong.is_empty() {
            // What can't be made is not left behind half made.
            if is_new {
                list.pop();
            }
            return Err(wrong);
        }
        // Writing a deleted subscription brings it back.
        subscription.deleted = false;
        subscription.custom_fields = fields;
        set(&mut subscription.priority, edit.priority);
        set(&mut subscription.registered_at, edit.registered_at);
        set(&mut subscription.ip, edit.ip.clone());
        set(&mut subscription.url, edit.url.clone());
        if let Some(chosen) = chosen {
            subscription.categories = chosen.categories;
            subscription.left_categories = chosen.left;
            for ended in chosen.lifted {
                by.lift(Some(ended), edit.resource);
            }
        }
        let everywhere = matches!(
            subscription.status,
            Status::Complained | Status::Hardbounced
        );
        if everywhere && before != Some(subscription.standing()) {
            let ended = subscription.clone();
            spread(list, &ended, by);
        }
    }
    Ok(told)
}

/// A bad address is bad for every resource, and who complains of one message
/// complains of the sender: all subscriptions of the contact follow.
fn spread(list: &mut [Subscription], ended: &Subscription, by: &mut ChangeContext) {
    for other in list.iter_mut().filter(|s| s.contact.same(&ended.contact)) {
        if let Ok(standing) = other.standing().moved(ended.status, by.party, false)
            && standing != other.standing()
        {
            (other.status, other.status_by) = (standing.status, ended.status_by);
            other.status_at = Some(by.now);
            other.suspended_until = None;
        }
    }
    by.end_everywhere(ended);
}

fn set<T>(place: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *place = new;
    }
}

/// The subscription's fields after the edit, checked.
fn custom_fields(
    old: Option<&Subscription>,
    edit: &SubscriptionEdit,
    resource: &Resource,
    schema: &Schema,
    leniency: Leniency,
    told: &mut Vec<Invalid>,
) -> Result<Map<String, serde_json::Value>, Vec<Invalid>> {
    let channel = edit.contact.channel();
    let mut errors = Vec::new();
    let refuse = |invalid: Invalid, name: &str| invalid.at(name).at("custom_fields");
    let mut fields = match old {
        Some(old) if !edit.clear_fields => old.custom_fields.clone(),
        _ => Map::new(),
    };
    for edit in &edit.fields {
        let name = &edit.name;
        let Some(field) = subscription_field(resource, channel, name) else {
            let detail = "The resource has no such field any more.";
            errors.push(refuse(Invalid::new(Code::UnknownField, detail), name));
            continue;
        };
        match edit.apply(field, fields.get(name), &schema.database.context()) {
            Ok(Some(value)) => {
                fields.insert(name.clone(), value);
            }
            Ok(None) => {
                fields.remove(name);
            }
            Err(invalid) if leniency.values && !field.required => {
                told.push(refuse(invalid, name));
            }
            Err(invalid) => errors.push(refuse(invalid, name)),
        }
    }
    for field in resource.fields.iter().filter(|f| f.channel == channel) {
        let field = &field.field;
        if fields.contains_key(&field.name) {
            continue;
        }
        let mentioned = edit.clear_fields || edit.fields.iter().any(|e| e.name == field.name);
        match &field.default {
            Some(default) if old.is_none() && !mentioned => {
                fields.insert(field.name.clone(), default.clone());
            }
            _ if field.required && (old.is_none() || mentioned) => {
                let detail = format!("{} is required.", field.name);
                errors.push(refuse(Invalid::new(Code::Required, detail), &field.name));
            }
            _ => {}
        }
    }
    valid(fields, errors)
}

/// Gives every subscription that differs from `before` the time of the change.
pub(crate) fn touch(before: &[Subscription], after: &mut [Subscription], now: Timestamp) {
    let mut before = before.iter();
    for is in after {
        // In order, but that some may be gone: what is new came behind them.
        let was = before.find(|was| was.is(is.resource, &is.contact));
        if was.is_some_and(|was| !was.same_content(is)) {
            is.updated_at = now;
        }
    }
}
