//! Relations of profiles that are merged: they come to the result. Numbers of two that
//! become one add up, else the result's own weight counts.

use super::{Relation, RelationKey, Step, WorkingSet};
use crate::Code;
use crate::history::{Change, Entry, Kind};
use crate::id::{DatabaseId, ProfileId};
use crate::matching::KeyDelta;
use crate::relation::{RelationType, Side, Weights, united_weights};
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::merge::MAX_MERGED_RELATIONS;
use crate::write::outcome::{Env, MergedRelation};
use crate::write::refusal::Refusal;
use serde_json::Value;
use std::collections::BTreeSet;

impl WorkingSet {
    /// Points the relations of those who are `gone` to the one who stays.
    pub(super) fn merge_relations(
        &mut self,
        schema: &Schema,
        item: &Command,
        gone: &BTreeSet<ProfileId>,
        into: ProfileId,
        env: &Env,
    ) -> Result<Vec<MergedRelation>, Refusal> {
        let own = self.relations.of(into).len();
        let moved: Vec<(RelationKey, Relation)> =
            gone.iter().flat_map(|id| self.relations.of(*id)).collect();
        if own + moved.len() > MAX_MERGED_RELATIONS {
            let detail = format!(
                "These profiles have more than {MAX_MERGED_RELATIONS} relations: merge fewer at once, or end some."
            );
            return Err(Refusal::conflict(Code::TooMany, detail));
        }
        let mut changes = Vec::new();
        // A relation between two of them is met from both sides.
        let mut met = BTreeSet::new();
        for (key, relation) in moved {
            if !met.insert(key) {
                continue;
            }
            changes.push((key, Some(relation.clone()), None));
            self.relations.set(key, None);
            let follow = |id| if gone.contains(&id) { into } else { id };
            let target = RelationKey {
                a: follow(key.a),
                b: follow(key.b),
                ..key
            };
            let known = schema.relation_type(key.relation_type).ok();
            let Some(known) = known.filter(|one| fits(one, &key, gone, schema.database.id)) else {
                continue;
            };
            // Nobody is related to themselves.
            if target.a == target.b {
                continue;
            }
            let before = self.relations.get(&target).cloned();
            let after = match &before {
                None => Relation {
                    updated_at: env.now,
                    ..relation
                },
                Some(own) => Relation {
                    weights: united_weights(&own.weights, &relation.weights, known),
                    created_at: own.created_at.min(relation.created_at),
                    updated_at: env.now,
                },
            };
            self.note_merged(item, &target, known, before.as_ref(), &after, env);
            self.relations.set(target, Some(after.clone()));
            let first = changes.iter_mut().find(|(key, ..)| *key == target);
            match first {
                Some((_, _, last)) => *last = Some(after),
                None => changes.push((target, before, Some(after))),
            }
        }
        Ok(changes)
    }

    /// The histories of both tell of it, also that of one who isn't known otherwise.
    fn note_merged(
        &mut self,
        item: &Command,
        key: &RelationKey,
        known: &RelationType,
        before: Option<&Relation>,
        after: &Relation,
        env: &Env,
    ) {
        let sides = [(Side::A, key.a, key.b), (Side::B, key.b, key.a)];
        for (side, profile, other) in sides {
            let change = Change {
                field: format!("relations/{}/{other}", key.relation_type),
                before: before.map_or(Value::Null, |one| json(&one.weights)),
                after: json(&after.weights),
            };
            let entry = Entry {
                profile,
                database: known.database(side),
                at: env.now,
                kind: Kind::Relation,
                actor: env.actor.to_owned(),
                interface: env.interface.to_owned(),
                changes: vec![change],
                about: item.about.clone(),
            };
            self.steps.push(Step {
                database: entry.database,
                before: self.profiles.get(&profile).cloned(),
                keys: KeyDelta::default(),
                entry,
            });
        }
    }
}

fn json(weights: &Weights) -> Value {
    Value::Object(weights.clone())
}

/// Whether the sides of those who go are ones on which the result may stand.
fn fits(
    known: &RelationType,
    key: &RelationKey,
    gone: &BTreeSet<ProfileId>,
    database: DatabaseId,
) -> bool {
    let sides = [(Side::A, key.a), (Side::B, key.b)];
    sides
        .into_iter()
        .all(|(side, id)| !gone.contains(&id) || known.database(side) == database)
}
