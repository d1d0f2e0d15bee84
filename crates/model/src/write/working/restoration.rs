//! What holds for all that an undoing gives back: it fits today's definitions, takes nothing
//! that somebody else has by now, and makes nobody reachable who is not.

use super::WorkingSet;
use crate::activity;
use crate::ending::{self, Ending, Reach};
use crate::error::Invalid;
use crate::history::Change;
use crate::id::DatabaseId;
use crate::lifecycle::Standing;
use crate::origin::Party;
use crate::profile::Profile;
use crate::revert::{DOES_NOT_FIT, WOULD_WAKE};
use crate::standing;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::write::Schema;
use crate::write::outcome::{Env, RevertConflict, UndoOutcome};
use serde_json::Value;

impl WorkingSet {
    /// Ends the subscriptions of somebody who comes back, and their categories, as their
    /// contacts stand now.
    pub(super) fn stand(&self, back: &mut Profile, undone: &mut UndoOutcome) {
        let database = back.database;
        for one in &mut back.subscriptions {
            let before = one.to_history();
            self.end_as_known(one, database);
            if one.to_history() != before {
                undone.kept.push(RevertConflict {
                    profile: back.id,
                    field: one.history_field(),
                    value: one.to_history(),
                    before,
                    reason: WOULD_WAKE,
                });
            }
        }
    }

    /// Ends a subscription and its categories as is known of the contact.
    pub(super) fn end_as_known(&self, one: &mut Subscription, database: DatabaseId) {
        let against = self.endings.against(&one.contact, database, one.resource);
        if let Some(ending) = against {
            standing::end(one, ending);
        }
        for name in one.categories.clone() {
            let known = self.endings.of_category(&one.contact, &name);
            if let Some(ending) = ending::against(known, database, one.resource) {
                one.leave(&name, ending);
            }
        }
    }

    /// What had ended and was lifted by changes that are taken back has ended once more,
    /// where nobody is subscribed by it any more.
    pub(super) fn end_again(
        &mut self,
        changes: &[Change],
        before: &Profile,
        schema: &Schema,
        env: &Env,
    ) {
        let lifted = changes
            .iter()
            .filter(|change| change.field.starts_with("standing/") && change.after.is_null());
        for change in lifted {
            for one in &before.subscriptions {
                let Some(ending) = ended_again(change, one, schema, env) else {
                    continue;
                };
                let now = self.profiles.get(&before.id);
                let now = now.and_then(|now| {
                    let mut all = now.subscriptions.iter();
                    all.find(|other| other.is(one.resource, &one.contact) && !other.deleted)
                });
                let agreed = now.is_some_and(|now| match &ending.category {
                    None => !now.standing().is_protected(),
                    Some(name) => now.categories.contains(name),
                });
                if !agreed {
                    self.put_ending(ending, None);
                }
            }
        }
    }
}

/// The ending that a change lifted, if it was one of this subscription's contact.
fn ended_again(change: &Change, one: &Subscription, schema: &Schema, env: &Env) -> Option<Ending> {
    let (channel, key) = (one.contact.channel(), one.contact.key());
    let own = format!("standing/{}/{channel}/{key}", one.resource);
    let rest = change.field.strip_prefix(&own)?;
    let category = match rest.strip_prefix('/') {
        Some(name) => Some(name.to_owned()),
        None if rest.is_empty() => None,
        None => return None,
    };
    let text = |name: &str| change.before.get(name).and_then(Value::as_str);
    let status = Status::from_json(change.before.get("status")?).ok()?;
    Some(Ending {
        contact: one.contact.clone(),
        category,
        reach: Reach::resource(one.resource),
        standing: Standing {
            status,
            by: text("status_by").and_then(Party::named)?,
        },
        at: text("at").and_then(|at| at.parse().ok()).unwrap_or(env.now),
        noted_at: env.now,
        how: text("how").unwrap_or(env.interface).to_owned(),
        told_in: Some(schema.database.id),
    })
}

/// What isn't given back since somebody else has it by now.
pub(super) fn taken(
    left: &[Invalid],
    changes: &[Change],
    current: &Profile,
) -> Vec<RevertConflict> {
    let kept = left.iter().filter_map(|invalid| {
        let name = invalid.pointer.strip_prefix('/')?;
        let change = changes.iter().find(|change| change.field == name)?;
        Some(RevertConflict {
            profile: current.id,
            field: name.to_owned(),
            value: current.data.get(name).cloned().unwrap_or_default(),
            before: change.before.clone(),
            reason: DOES_NOT_FIT,
        })
    });
    kept.collect()
}

/// Leaves out of somebody who comes back what the database has no place for any more.
pub(super) fn fit(back: &mut Profile, schema: &Schema, undone: &mut UndoOutcome) {
    let id = back.id;
    let mut keep = |field: String, before: Value| {
        undone.kept.push(RevertConflict {
            profile: id,
            field,
            value: Value::Null,
            before,
            reason: DOES_NOT_FIT,
        });
    };
    let context = schema.database.context();
    back.data.retain(|name, value| {
        let field = schema.database.field(name);
        let fits = activity::field(name).is_some()
            || field.is_some_and(|field| field.normalise(value, &context).as_ref() == Ok(value));
        if !fits {
            keep(name.clone(), value.clone());
        }
        fits
    });
    back.subscriptions.retain(|one| {
        let fits = schema.known_resource(one.resource).is_ok();
        if !fits {
            keep(one.history_field(), one.to_history());
        }
        fits
    });
}
