//! What taking back a change of a relation makes of the image: weights that still are as the
//! change made them become what they were, what somebody changed since stays.

use super::WorkingSet;
use super::relate::{Relation, RelationKey};
use crate::history::Change;
use crate::id::ProfileId;
use crate::relation::{RelationChange, RelationType, Side, Weights};
use crate::revert::{CHANGED_SINCE, DOES_NOT_FIT};
use crate::write::Schema;
use crate::write::outcome::{Env, OutcomeKind, RevertConflict};
use crate::write::undo::{LaterChanges, RelationUndo};
use serde_json::Value;
use std::sync::Arc;

impl WorkingSet {
    /// Takes a change of a relation back, and gives what stays.
    pub(super) fn undo_relation(
        &mut self,
        relation: &RelationUndo,
        change: &Change,
        later: &LaterChanges,
        about: Arc<Value>,
        env: &Env,
    ) -> (OutcomeKind, Vec<RevertConflict>) {
        let settings = &relation.sides.relation_type;
        let found = |side: Side, selector| {
            let schema = Schema::bare(relation.sides.database(side));
            match self.matches(selector, &schema)[..] {
                [id] => Some(id),
                _ => None,
            }
        };
        let across = relation.own.other();
        let own = found(relation.own, &relation.profile);
        let (Some(own), Some(other)) = (own, found(across, &relation.across)) else {
            // Somebody who is gone took the relation along.
            return (OutcomeKind::Unchanged, Vec::new());
        };
        let (a, b) = match relation.own {
            Side::A => (own, other),
            Side::B => (other, own),
        };
        let key = RelationKey {
            relation_type: settings.id,
            a,
            b,
        };
        let stored = self.relation(key);
        let (change, kept) = reverted(stored.as_ref(), change, later, settings, own);
        let (kind, _) = self.put_relation(settings, key, stored, change, Some(about), env);
        (kind, kept)
    }
}

/// What a relation becomes, and what of it stays; `profile` is whose history tells of it.
fn reverted(
    stored: Option<&Relation>,
    change: &Change,
    later: &LaterChanges,
    settings: &RelationType,
    profile: ProfileId,
) -> (RelationChange, Vec<RevertConflict>) {
    let conflict = |field: String, value: Value, before: &Value, reason| RevertConflict {
        profile,
        field,
        value,
        before: before.clone(),
        reason,
    };
    let now = stored.map(|one| &one.weights);
    let shown = |weights: Option<&Weights>| match weights {
        Some(weights) => Value::Object(weights.clone()),
        None => Value::Null,
    };
    if shown(now) == change.before {
        return (RelationChange::Unchanged, Vec::new());
    }
    let kept = |reason| {
        let kept = conflict(change.field.clone(), shown(now), &change.before, reason);
        (RelationChange::Unchanged, vec![kept])
    };
    match (now, &change.before, &change.after) {
        (None, Value::Object(before), Value::Null) => match fits(before, settings) {
            true => (RelationChange::Put(before.clone()), Vec::new()),
            false => kept(DOES_NOT_FIT),
        },
        (Some(_), Value::Null, _)
            if shown(now) == change.after && !later.has_any(&change.field) =>
        {
            (RelationChange::Gone, Vec::new())
        }
        (Some(now), Value::Object(before), Value::Object(after)) => {
            let mut weights = now.clone();
            let mut kept = Vec::new();
            for property in &settings.properties {
                let name = &property.name;
                let (was, made, is) = (before.get(name), after.get(name), now.get(name));
                if was == made || is == was {
                    continue;
                }
                if is != made || later.has_member(&change.field, name) {
                    let field = format!("{}/{name}", change.field);
                    let (value, was) = (is.cloned(), was.cloned());
                    let (value, was) = (value.unwrap_or_default(), was.unwrap_or_default());
                    kept.push(conflict(field, value, &was, CHANGED_SINCE));
                    continue;
                }
                match was {
                    Some(was) => weights.insert(name.clone(), was.clone()),
                    None => weights.remove(name),
                };
            }
            let change = match weights == *now {
                true => RelationChange::Unchanged,
                false => RelationChange::Put(weights),
            };
            (change, kept)
        }
        _ => kept(CHANGED_SINCE),
    }
}

/// Whether all weights are values of the type's properties.
fn fits(weights: &Weights, settings: &RelationType) -> bool {
    weights.iter().all(|(name, value)| {
        let property = settings.property(name);
        property.is_some_and(|one| one.normalise(value).as_ref() == Ok(value))
    })
}
