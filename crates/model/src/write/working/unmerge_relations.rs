//! What undoing a merge makes of relations: they become what they were, but for what somebody
//! has changed since.

use super::{Relation, RelationKey, WorkingSet};
use crate::id::ProfileId;
use crate::relation::{RelationType, united_weights, weights_without};
use crate::revert::{CHANGED_SINCE, DOES_NOT_FIT};
use crate::write::merge::Unmerge;
use crate::write::outcome::{Env, RevertConflict, UndoOutcome};
use serde_json::Value;

impl WorkingSet {
    /// The same with what became of those whom relations of undone merges lead to: the profile
    /// that each is now, or none.
    #[must_use]
    pub fn with_ends(
        mut self,
        ends: impl IntoIterator<Item = (ProfileId, Option<ProfileId>)>,
    ) -> Self {
        self.ends.extend(ends);
        self
    }

    pub(super) fn return_relations(&mut self, undo: &Unmerge, env: &Env, undone: &mut UndoOutcome) {
        let record = &*undo.record;
        let sources: Vec<ProfileId> = record.sources.iter().map(|one| one.id).collect();
        for (key, before, after) in &record.relations {
            let conflict = |value: Option<&Relation>, reason| RevertConflict {
                profile: record.destination,
                field: field_of(key, record.destination),
                value: json(value),
                before: json(before.as_ref()),
                reason,
            };
            let now = |id: ProfileId| match self.profiles.contains_key(&id) {
                true => Some(id),
                false => self.ends.get(&id).copied().flatten(),
            };
            let settings = undo.relation_type(key.relation_type);
            let (Some(settings), Some(a), Some(b)) = (settings, now(key.a), now(key.b)) else {
                // The type is gone, or somebody who took the relation along.
                if before.is_some() {
                    undone.kept.push(conflict(None, DOES_NOT_FIT));
                }
                continue;
            };
            let own = RelationKey { a, b, ..*key };
            let stored = self.relations.get(&own).cloned();
            if a == b {
                continue;
            }
            let before = before.as_ref().map(|one| fitting(one, settings));
            if sources.contains(&key.a) || sources.contains(&key.b) {
                let before = match (before, &stored) {
                    // The one across became one with somebody related too.
                    (Some(before), Some(there)) => Some(Relation {
                        weights: united_weights(&there.weights, &before.weights, settings),
                        updated_at: env.now,
                        ..before
                    }),
                    (before, _) => before,
                };
                self.relations.set(own, before);
                continue;
            }
            let of = |one: Option<&Relation>| one.map(|one| one.weights.clone());
            let (is, was, made) = (of(stored.as_ref()), of(before.as_ref()), of(after.as_ref()));
            let (weights, differs) =
                weights_without(is.as_ref(), was.as_ref(), made.as_ref(), settings);
            if differs {
                undone.kept.push(conflict(stored.as_ref(), CHANGED_SINCE));
            }
            let first = before.or(stored);
            let relation = weights.zip(first).map(|(weights, first)| Relation {
                weights,
                updated_at: env.now,
                ..first
            });
            self.relations.set(own, relation);
        }
    }
}

/// A relation without weights that the type has no place for any more.
fn fitting(relation: &Relation, settings: &RelationType) -> Relation {
    let mut fitting = relation.clone();
    fitting.weights.retain(|name, value| {
        let property = settings.property(name);
        property.is_some_and(|one| one.normalise(value).as_ref() == Ok(&*value))
    });
    fitting
}

fn field_of(key: &RelationKey, profile: ProfileId) -> String {
    let other = if key.a == profile { key.b } else { key.a };
    format!("relations/{}/{other}", key.relation_type)
}

fn json(relation: Option<&Relation>) -> Value {
    relation.map_or(Value::Null, |one| Value::Object(one.weights.clone()))
}
