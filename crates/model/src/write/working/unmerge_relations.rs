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
        let is_source = |id: ProfileId| undo.record.sources.iter().any(|one| one.id == id);
        let (own, others): (Vec<_>, Vec<_>) = undo
            .record
            .relations
            .iter()
            .partition(|(key, ..)| is_source(key.a) || is_source(key.b));
        // Sources first: whether theirs are still there shows with the destination.
        for (key, before, _) in own {
            self.return_relation(undo, (key, before.as_ref()), env, undone);
        }
        for (key, before, after) in others {
            self.take_from_destination(undo, key, (before, after), env, undone);
        }
    }

    /// Gives a source a relation back.
    fn return_relation(
        &mut self,
        undo: &Unmerge,
        (key, before): (&RelationKey, Option<&Relation>),
        env: &Env,
        undone: &mut UndoOutcome,
    ) {
        let Some(before) = before else { return };
        let conflict = |reason| conflict(undo, key, (None, Some(before)), reason);
        let settings = undo.relation_type(key.relation_type);
        let (Some(settings), Some(own)) = (settings, self.resolved(key)) else {
            // The type is gone, or somebody who took the relation along.
            undone.kept.push(conflict(DOES_NOT_FIT));
            return;
        };
        if self.has_ended(undo, key) {
            // Also where an earlier undoing has given it back to somebody else.
            undone.kept.push(conflict(CHANGED_SINCE));
            return;
        }
        let mut back = fitting(before, settings);
        // The one across may have become one with somebody who was related too.
        if let Some(there) = self.relations.get(&own) {
            back.weights = united_weights(&there.weights, &back.weights, settings);
            back.updated_at = env.now;
        }
        self.relations.set(own, Some(back));
    }

    /// Takes from the destination what the merge made of a relation.
    fn take_from_destination(
        &mut self,
        undo: &Unmerge,
        key: &RelationKey,
        (before, after): (&Option<Relation>, &Option<Relation>),
        env: &Env,
        undone: &mut UndoOutcome,
    ) {
        let settings = undo.relation_type(key.relation_type);
        let (Some(settings), Some(own)) = (settings, self.resolved(key)) else {
            return;
        };
        let stored = self.relations.get(&own).cloned();
        let before = before.as_ref().map(|one| fitting(one, settings));
        let weights = |one: Option<&Relation>| one.map(|one| one.weights.clone());
        let (is, was, made) = (
            weights(stored.as_ref()),
            weights(before.as_ref()),
            weights(after.as_ref()),
        );
        let (weights, differs) =
            weights_without(is.as_ref(), was.as_ref(), made.as_ref(), settings);
        if differs {
            let both = (stored.as_ref(), before.as_ref());
            undone.kept.push(conflict(undo, key, both, CHANGED_SINCE));
        }
        let first = before.or(stored);
        let relation = weights.zip(first).map(|(weights, first)| Relation {
            weights,
            updated_at: env.now,
            ..first
        });
        self.relations.set(own, relation);
    }

    /// A relation as it leads now: to whom those were merged that it led to. None where one
    /// is gone, or both are one.
    fn resolved(&self, key: &RelationKey) -> Option<RelationKey> {
        let now = |id: ProfileId| match self.profiles.contains_key(&id) {
            true => Some(id),
            false => self.ends.get(&id).copied().flatten(),
        };
        let (a, b) = (now(key.a)?, now(key.b)?);
        (a != b).then_some(RelationKey { a, b, ..*key })
    }

    /// Whether the relation that a source's became is there no more: somebody has ended it.
    fn has_ended(&self, undo: &Unmerge, key: &RelationKey) -> bool {
        let record = &*undo.record;
        let follow = |id| match record.sources.iter().any(|one| one.id == id) {
            true => record.destination,
            false => id,
        };
        let moved = RelationKey {
            a: follow(key.a),
            b: follow(key.b),
            ..*key
        };
        let mut made = record.relations.iter();
        let became = made.any(|(key, _, after)| *key == moved && after.is_some());
        let now = self.resolved(&moved);
        became && now.is_none_or(|now| self.relations.get(&now).is_none())
    }
}

/// What stays of a relation: as it is, and as it was.
fn conflict(
    undo: &Unmerge,
    key: &RelationKey,
    (now, before): (Option<&Relation>, Option<&Relation>),
    reason: &'static str,
) -> RevertConflict {
    let profile = undo.record.destination;
    let other = if key.a == profile { key.b } else { key.a };
    let json =
        |one: Option<&Relation>| one.map_or(Value::Null, |one| Value::Object(one.weights.clone()));
    RevertConflict {
        profile,
        field: format!("relations/{}/{other}", key.relation_type),
        value: json(now),
        before: json(before),
        reason,
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
