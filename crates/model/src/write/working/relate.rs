//! What an action makes of the relation of two profiles. Their revisions stay: a relation
//! is no part of either.

use super::merge::extended;
use super::{Step, WorkingSet, entry};
use crate::Code;
use crate::error::Invalid;
use crate::history::{Change, Kind};
use crate::id::{ProfileId, RelationTypeId};
use crate::matching::{KeyDelta, Selector};
use crate::relation::{RelationAct, RelationChange, RelationType, Side, Weights};
use crate::time::Timestamp;
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::outcome::{Env, Outcome, OutcomeKind, RelationOutcome};
use crate::write::refusal::Refusal;
use crate::write::relate::{Relate, RelationEdit, RelationSides};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

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
    /// The pairs that were asked for, related or not, and the profiles that were stored.
    asked: HashSet<RelationKey>,
    there: HashSet<ProfileId>,
    /// Pairs of stored profiles that were needed and not asked for.
    unknown: Vec<RelationKey>,
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

    /// Looks a pair up. Of two that are stored it must have been asked whether they are
    /// related: one of them may be found by a key that it got only now.
    fn look(&mut self, key: RelationKey) -> Option<Relation> {
        let found = self.now.get(&key).cloned();
        let is_stored = |id| self.there.contains(&id);
        if found.is_none()
            && !self.asked.contains(&key)
            && is_stored(key.a)
            && is_stored(key.b)
            && !self.undo.iter().any(|(other, _)| *other == key)
        {
            self.unknown.push(key);
        }
        found
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

    /// The same, where the store was asked for these pairs: of all others it isn't known
    /// whether they are related ([`WorkingSet::unknown_pairs`]).
    #[must_use]
    pub fn with_asked_pairs(mut self, asked: impl IntoIterator<Item = RelationKey>) -> Self {
        self.relations.asked.extend(asked);
        self.relations.there = self.profiles.keys().copied().collect();
        self
    }

    /// The pairs that items needed and nobody asked for, since who is meant shows only as
    /// items are applied: what was decided holds only if these are not related.
    pub fn unknown_pairs(&self) -> &[RelationKey] {
        &self.relations.unknown
    }

    pub(super) fn relate(
        &mut self,
        item: &Command,
        relate: &Relate,
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        let side = |side: Side| {
            let selector = relate.pair().selector(side);
            let found = self.one(&relate.sides, side, selector, side.as_str());
            found.map_err(|error| error.under(&format!("/{side}")))
        };
        let (a, b) = (side(Side::A)?, side(Side::B)?);
        let (act, weights) = (relate.act, &relate.weights);
        let done = self.act_on_pair(item, &relate.sides, (a, b), act, weights, env);
        let (key, kind, relation) = done.map_err(|refusal| refusal.under(item.base))?;
        let mut outcome = Outcome::unchanged(a, self.revision(a));
        outcome.kind = kind;
        outcome.relation = Some(Box::new(RelationOutcome { key, relation }));
        Ok(outcome)
    }

    /// Makes the relations that an item gives the profile which it wrote. Those that can't be
    /// are left out with a complaint where values may be, else they refuse the item.
    pub(super) fn relate_own(
        &mut self,
        item: &Command,
        outcome: &mut Outcome,
        env: &Env,
    ) -> Result<(), Refusal> {
        for edit in &item.relations {
            match self.relate_to(item, outcome.id, edit, env) {
                Ok(OutcomeKind::Unchanged) => {}
                Ok(_) if outcome.kind == OutcomeKind::Unchanged => {
                    outcome.kind = OutcomeKind::Updated;
                }
                Ok(_) => {}
                Err(error) if item.leniency.values => {
                    let mut invalid = Invalid::new(error.code, error.detail);
                    invalid.pointer.clone_from(&edit.place);
                    outcome.skipped.push(invalid);
                }
                Err(error) => {
                    let mut invalid = Invalid::new(error.code, error.detail);
                    invalid.pointer.clone_from(&edit.place);
                    let mut refusal = Refusal::from(invalid).as_kind(error.kind);
                    refusal.candidates = error.candidates;
                    return Err(refusal);
                }
            }
        }
        Ok(())
    }

    fn relate_to(
        &mut self,
        item: &Command,
        own: ProfileId,
        edit: &RelationEdit,
        env: &Env,
    ) -> Result<OutcomeKind, Refusal> {
        let side = edit.own.other();
        let across = self.one(&edit.sides, side, &edit.across, "this");
        let across = across.map_err(|mut error| {
            // The profile of the row is there.
            if error.code == Code::NotFound {
                error.code = Code::UnknownProfile;
            }
            error
        })?;
        let pair = match edit.own {
            Side::A => (own, across),
            Side::B => (across, own),
        };
        let done = self.act_on_pair(item, &edit.sides, pair, edit.act, &edit.weights, env);
        match done {
            Ok((_, kind, _)) => Ok(kind),
            // Nothing is to end.
            Err(error) if error.code == Code::NotFound => Ok(OutcomeKind::Unchanged),
            Err(error) => Err(error),
        }
    }

    /// Does what is asked to the relation of two profiles, the one on side A first.
    fn act_on_pair(
        &mut self,
        item: &Command,
        sides: &RelationSides,
        (a, b): (ProfileId, ProfileId),
        act: RelationAct,
        weights: &Weights,
        env: &Env,
    ) -> Result<(RelationKey, OutcomeKind, Option<Relation>), Refusal> {
        if a == b {
            let detail = "Both sides are the same profile: nobody is related to themselves.";
            return Err(Refusal::invalid(Code::Contradiction, detail));
        }
        let settings = &sides.relation_type;
        let key = RelationKey {
            relation_type: settings.id,
            a,
            b,
        };
        let stored = self.relations.look(key);
        let before = stored.as_ref().map(|one| &one.weights);
        let change = act.apply(before, weights, settings)?;
        let about = item.about.clone();
        let (kind, after) = self.put_relation(settings, key, stored, change, about, env);
        Ok((key, kind, after))
    }

    /// Puts a change of a relation into the image and both histories.
    pub(super) fn put_relation(
        &mut self,
        settings: &RelationType,
        key: RelationKey,
        stored: Option<Relation>,
        change: RelationChange,
        about: Option<Arc<Value>>,
        env: &Env,
    ) -> (OutcomeKind, Option<Relation>) {
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
        if kind != OutcomeKind::Unchanged {
            let before = stored.as_ref().map(|one| &one.weights);
            self.note_relation(settings, key, before, after.as_ref(), about, env);
            self.relations.set(key, after.clone());
        }
        (kind, after)
    }

    /// The relation of a pair, as it is after the items so far.
    pub(super) fn relation(&mut self, key: RelationKey) -> Option<Relation> {
        self.relations.look(key)
    }

    /// The one profile that stands on a side; `named` is what a complaint calls it.
    fn one(
        &self,
        sides: &RelationSides,
        side: Side,
        selector: &Selector,
        named: &str,
    ) -> Result<ProfileId, Refusal> {
        let schema = Schema::bare(sides.database(side));
        let found = self.matches(selector, &schema);
        match found[..] {
            [id] => Ok(id),
            [] => Err(Refusal::not_found(&format!("No profile matches {named}."))),
            _ => {
                let detail = format!("{} profiles match {named}.", found.len());
                let mut error = Refusal::conflict(Code::AmbiguousMatch, detail);
                error.candidates = found.into();
                Err(error)
            }
        }
    }

    fn revision(&self, id: ProfileId) -> i64 {
        self.profiles.get(&id).map_or(0, |profile| profile.revision)
    }

    /// Both profiles' histories tell of it.
    fn note_relation(
        &mut self,
        settings: &RelationType,
        key: RelationKey,
        before: Option<&Weights>,
        after: Option<&Relation>,
        about: Option<Arc<Value>>,
        env: &Env,
    ) {
        let json = |weights: Option<&Weights>| {
            weights.map_or(Value::Null, |weights| Value::Object(weights.clone()))
        };
        // Where both are of one database, only this says who stands where.
        let is_within = settings.database_a == settings.database_b;
        for (side, id, other) in [(Side::A, key.a, key.b), (Side::B, key.b, key.a)] {
            let Some(profile) = self.profiles.get(&id) else {
                continue;
            };
            let change = Change {
                field: format!("relations/{}/{other}", key.relation_type),
                before: json(before),
                after: json(after.map(|one| &one.weights)),
            };
            let about = match is_within {
                true => Some(extended(about.as_deref(), &json!({ "side": side }))),
                false => about.clone(),
            };
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
