//! What an action makes of the relation of two profiles. Their revisions stay: a relation
//! is no part of either.

use super::{Step, WorkingSet, entry};
use crate::Code;
use crate::history::{Change, Kind};
use crate::id::{ProfileId, RelationTypeId};
use crate::matching::KeyDelta;
use crate::relation::{RelationChange, Side, Weights};
use crate::time::Timestamp;
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::outcome::{Env, Outcome, OutcomeKind, RelationOutcome};
use crate::write::refusal::Refusal;
use crate::write::relate::Relate;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Which relation is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationKey {
    /// Its type.
    pub relation_type: RelationTypeId,
    /// Who stands on side A.
    pub a: ProfileId,
    /// Who stands on side B.
    pub b: ProfileId,
}

/// A relation of two profiles.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Its weights.
    pub weights: Weights,
    /// When the two were related.
    pub created_at: Timestamp,
    /// When its weights changed last.
    pub updated_at: Timestamp,
}

/// The relations of the image, and what changed of them.
#[derive(Debug, Default)]
pub(super) struct Relations {
    now: BTreeMap<RelationKey, Relation>,
    /// How many each profile has as they are stored, as far as they are known.
    stored: HashMap<ProfileId, usize>,
    /// What was there before each change, in order.
    undo: Vec<(RelationKey, Option<Relation>)>,
}

impl Relations {
    /// Knows these as stored.
    pub fn know(&mut self, stored: impl IntoIterator<Item = (RelationKey, Relation)>) {
        for (key, relation) in stored {
            if self.now.insert(key, relation).is_none() {
                for side in [key.a, key.b] {
                    *self.stored.entry(side).or_default() += 1;
                }
            }
        }
    }

    /// How many relations of a profile are stored.
    pub fn stored_of(&self, profile: ProfileId) -> usize {
        self.stored.get(&profile).copied().unwrap_or_default()
    }

    /// Those that a profile has now.
    pub fn of(&self, profile: ProfileId) -> Vec<(RelationKey, Relation)> {
        let all = self.now.iter();
        let own = all.filter(|(key, _)| key.a == profile || key.b == profile);
        own.map(|(key, one)| (*key, one.clone())).collect()
    }

    pub fn get(&self, key: &RelationKey) -> Option<&Relation> {
        self.now.get(key)
    }

    pub fn len(&self) -> usize {
        self.undo.len()
    }

    pub fn set(&mut self, key: RelationKey, after: Option<Relation>) {
        let before = match after {
            Some(after) => self.now.insert(key, after),
            None => self.now.remove(&key),
        };
        self.undo.push((key, before));
    }

    pub fn truncate(&mut self, len: usize) {
        while self.undo.len() > len
            && let Some((key, before)) = self.undo.pop()
        {
            match before {
                Some(before) => self.now.insert(key, before),
                None => self.now.remove(&key),
            };
        }
    }

    /// What is to be stored of those whose both sides exist: each that changed, as it is now.
    pub fn net(self, exists: impl Fn(ProfileId) -> bool) -> Vec<(RelationKey, Option<Relation>)> {
        let mut now = self.now;
        let mut first: BTreeMap<RelationKey, Option<Relation>> = BTreeMap::new();
        for (key, before) in self.undo {
            first.entry(key).or_insert(before);
        }
        let changed = first.into_iter().filter_map(|(key, before)| {
            let after = now.remove(&key);
            // One that goes is guarded also where a profile goes with it.
            let whole = after.is_none() || (exists(key.a) && exists(key.b));
            (whole && before != after).then_some((key, after))
        });
        changed.collect()
    }
}

impl WorkingSet {
    /// The same with the relations that the store has of [`Command::relate`]'s pairs.
    #[must_use]
    pub fn with_relations(
        mut self,
        stored: impl IntoIterator<Item = (RelationKey, Relation)>,
    ) -> Self {
        self.relations.know(stored);
        self
    }

    pub(super) fn relate(
        &mut self,
        item: &Command,
        relate: &Relate,
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        let (a, b) = (self.side(relate, Side::A)?, self.side(relate, Side::B)?);
        if a == b {
            let detail = "Both sides are the same profile: nobody is related to themselves.";
            return Err(Refusal::invalid(Code::Contradiction, detail).under(item.base));
        }
        let settings = &relate.sides.relation_type;
        let key = RelationKey {
            relation_type: settings.id,
            a,
            b,
        };
        let stored = self.relations.now.get(&key).cloned();
        let before = stored.as_ref().map(|one| &one.weights);
        let change = relate.act.apply(before, &relate.weights, settings);
        let change = change.map_err(|refusal| refusal.under(item.base))?;
        let (kind, after) = match change {
            RelationChange::Unchanged => (OutcomeKind::Unchanged, stored.clone()),
            RelationChange::Gone => (OutcomeKind::Deleted, None),
            RelationChange::Put(weights) => {
                let kind = match &stored {
                    Some(_) => OutcomeKind::Updated,
                    None => OutcomeKind::Created,
                };
                let created_at = stored.as_ref().map_or(env.now, |one| one.created_at);
                let after = Relation {
                    weights,
                    created_at,
                    updated_at: env.now,
                };
                (kind, Some(after))
            }
        };
        let mut outcome = Outcome::unchanged(a, self.revision(a));
        outcome.kind = kind;
        outcome.relation = Some(Box::new(RelationOutcome {
            key,
            relation: after.clone(),
        }));
        if kind != OutcomeKind::Unchanged {
            self.note_relation(item, key, before, after.as_ref(), env);
            self.relations.set(key, after);
        }
        Ok(outcome)
    }

    /// The one profile that a side names.
    fn side(&self, relate: &Relate, side: Side) -> Result<ProfileId, Refusal> {
        let schema = Schema::bare(relate.sides.database(side));
        let found = self.matches(relate.selector(side), &schema);
        match found[..] {
            [id] => Ok(id),
            [] => Err(Refusal::not_found(&format!("No profile matches {side}."))
                .under(&format!("/{side}"))),
            _ => {
                let detail = format!("{} profiles match {side}.", found.len());
                let mut error = Refusal::conflict(Code::AmbiguousMatch, detail);
                error.candidates = found.into();
                Err(error.under(&format!("/{side}")))
            }
        }
    }

    fn revision(&self, id: ProfileId) -> i64 {
        self.profiles.get(&id).map_or(0, |profile| profile.revision)
    }

    /// Both profiles' histories tell of it.
    fn note_relation(
        &mut self,
        item: &Command,
        key: RelationKey,
        before: Option<&Weights>,
        after: Option<&Relation>,
        env: &Env,
    ) {
        let json = |weights: Option<&Weights>| {
            weights.map_or(Value::Null, |weights| Value::Object(weights.clone()))
        };
        for (id, other) in [(key.a, key.b), (key.b, key.a)] {
            let Some(profile) = self.profiles.get(&id) else {
                continue;
            };
            let change = Change {
                field: format!("relations/{}/{other}", key.relation_type),
                before: json(before),
                after: json(after.map(|one| &one.weights)),
            };
            let about = item.about.clone();
            let entry = entry(profile, Kind::Relation, vec![change], about, env);
            self.steps.push(Step {
                database: profile.database,
                before: Some(profile.clone()),
                keys: KeyDelta::default(),
                entry,
            });
        }
    }
}
