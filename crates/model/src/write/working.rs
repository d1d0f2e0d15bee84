//! The image of the stored profiles that a group of items is applied to.
//!
//! Items of several databases and several requests may share one image. Each
//! item either changes it as a whole or not at all, and every change is kept
//! as a step that can be taken back, so an atomic batch undoes its own items
//! and no others.

mod act;
mod control;
mod endings;
mod happen;
mod merge;
mod merge_relations;
mod relate;
mod restoration;
mod split;
mod stranger;
mod undo;
mod undo_relation;
mod unmerge;
mod unmerge_relations;

use super::Schema;
use super::command::{Command, Target};
use super::holders::Holders;
use super::leniency::Omissions;
use super::memberships::Moves;
use super::outcome::{
    BlockedContact, Changes, ConfirmationRequest, Env, HistoryMove, Mark, MarkRecord, MergeRecord,
    Outcome, OutcomeKind, ProfileKey,
};
use super::refusal::{Refusal, RefusalKind};
use super::show::values;
use super::start::START;
use crate::Code;
use crate::contact::Contact;
use crate::ending::{self, EndingChange, Endings};
use crate::error::Invalid;
use crate::history::{Change, Entry, Kind, diff};
use crate::id::{DatabaseId, JobId, MergeId, ProfileId, ResourceId};
use crate::matching::{KeyDelta, MatchKey, key_delta};
use crate::origin::Party;
use crate::profile::Profile;
use crate::revise;
use crate::standing::Resubscription;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

pub use control::{ControlChange, ControlEntry};
pub use merge::MergedInto;
pub use relate::{Relation, RelationKey};
pub(super) use stranger::duplicate;

/// A place in the sequence of items, to go back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Savepoint {
    steps: usize,
    moves: usize,
    asks: usize,
    starts: usize,
    banned: usize,
    endings: usize,
    marks: usize,
    relations: usize,
    merges: usize,
    merges_undone: usize,
    history_moves: usize,
    segment_copies: usize,
    subscriptions_gone: usize,
    removed: usize,
    /// Who was merged into whom then; few ever are.
    merged: usize,
    controls: control::ControlMark,
}

/// One change of one profile.
#[derive(Debug)]
struct Step {
    database: DatabaseId,
    before: Option<Profile>,
    keys: KeyDelta,
    entry: Entry,
}

/// The image.
#[derive(Debug, Default)]
pub struct WorkingSet {
    profiles: HashMap<ProfileId, Profile>,
    holders: Holders,
    steps: Vec<Step>,
    moves: Moves,
    asks: Vec<ConfirmationRequest>,
    /// What watchers are asked to start.
    starts: Vec<Entry>,
    banned: Vec<BlockedContact>,
    /// How contacts stand, after the items so far.
    endings: Arc<Endings>,
    /// What changed of it, and what was there before.
    ended: Vec<(EndingChange, ending::EndingSnapshot)>,
    /// The marks that are there, with their times.
    seen: HashMap<Mark, i64>,
    /// Those that come, and what was there before.
    marks: Vec<(MarkRecord, Option<i64>)>,
    relations: relate::Relations,
    merges: Vec<MergeRecord>,
    merges_undone: Vec<MergeRecord>,
    history_moves: Vec<HistoryMove>,
    /// Who enters the segments of whom.
    segment_copies: Vec<(ProfileId, ProfileId)>,
    subscriptions_gone: Vec<(ProfileId, ResourceId, Contact)>,
    /// Profiles that undoing jobs removed, as they were.
    removed: Vec<(JobId, Profile)>,
    /// Merges that can't be undone any more.
    undone: HashSet<MergeId>,
    /// What became of profiles that were merged.
    merged: MergedInto,
    /// Those of merges that are undone whose new destination others have touched.
    touched: HashSet<MergeId>,
    /// Contacts of profiles of other databases that get no messages there.
    blocked: Vec<(ProfileId, Contact)>,
    /// What became of those whom relations of merges that are undone lead to.
    ends: HashMap<ProfileId, Option<ProfileId>>,
    controls: control::Controls,
}

impl WorkingSet {
    /// The image of what the store found: for all items that will be applied,
    /// who holds each key of [`Command::lookups`], and whole profiles: those
    /// holders, and those that items name by id. A key or profile that is not
    /// given does not exist.
    pub fn new(
        profiles: impl IntoIterator<Item = Profile>,
        holders: impl IntoIterator<Item = (DatabaseId, MatchKey, ProfileId)>,
    ) -> Self {
        let mut working = WorkingSet::default();
        working
            .profiles
            .extend(profiles.into_iter().map(|profile| (profile.id, profile)));
        for (database, key, id) in holders {
            working.holders.hold(database, key, id);
        }
        working
    }

    /// The same with the marks that the store has of [`Command::marks`], each
    /// with its time.
    #[must_use]
    pub fn with_marks(mut self, seen: impl IntoIterator<Item = (Mark, i64)>) -> Self {
        self.seen.extend(seen);
        self
    }

    /// The same with how contacts stand: of those of [`Command::standing_contacts`]
    /// and [`Command::late_contacts`].
    #[must_use]
    pub fn with_endings(mut self, endings: Endings) -> Self {
        self.endings = Arc::new(endings);
        self
    }

    /// The profile as it is after the items so far.
    pub fn profile(&self, id: ProfileId) -> Option<&Profile> {
        self.profiles.get(&id)
    }

    /// A place to come back to with [`WorkingSet::rollback_to`].
    pub fn savepoint(&self) -> Savepoint {
        Savepoint {
            steps: self.steps.len(),
            moves: self.moves.len(),
            asks: self.asks.len(),
            starts: self.starts.len(),
            banned: self.banned.len(),
            endings: self.ended.len(),
            marks: self.marks.len(),
            relations: self.relations.len(),
            merges: self.merges.len(),
            merges_undone: self.merges_undone.len(),
            history_moves: self.history_moves.len(),
            segment_copies: self.segment_copies.len(),
            subscriptions_gone: self.subscriptions_gone.len(),
            removed: self.removed.len(),
            merged: self.merged.len(),
            controls: self.controls.mark(),
        }
    }

    /// Undoes everything that was applied since, as if it had been refused.
    /// Ids that were handed out stay used.
    pub fn rollback_to(&mut self, savepoint: Savepoint) {
        self.moves.truncate(savepoint.moves);
        self.asks.truncate(savepoint.asks);
        self.starts.truncate(savepoint.starts);
        self.banned.truncate(savepoint.banned);
        self.relations.truncate(savepoint.relations);
        self.merges.truncate(savepoint.merges);
        self.merges_undone.truncate(savepoint.merges_undone);
        self.history_moves.truncate(savepoint.history_moves);
        self.segment_copies.truncate(savepoint.segment_copies);
        self.subscriptions_gone
            .truncate(savepoint.subscriptions_gone);
        self.removed.truncate(savepoint.removed);
        self.merged.truncate(savepoint.merged);
        while self.ended.len() > savepoint.endings
            && let Some((_, before)) = self.ended.pop()
        {
            Arc::make_mut(&mut self.endings).undo(before);
        }
        while self.marks.len() > savepoint.marks
            && let Some((marked, before)) = self.marks.pop()
        {
            match before {
                Some(at) => self.seen.insert(marked.mark, at),
                None => self.seen.remove(&marked.mark),
            };
        }
        while self.steps.len() > savepoint.steps
            && let Some(step) = self.steps.pop()
        {
            let id = step.entry.profile;
            for (key, _) in &step.keys.new {
                self.holders.release(step.database, key, id);
            }
            for (key, _) in &step.keys.gone {
                self.holders.hold(step.database, key.clone(), id);
            }
            match step.before {
                Some(before) => self.profiles.insert(id, before),
                None => self.profiles.remove(&id),
            };
        }
        self.take_back_controls(savepoint.controls);
    }

    /// Applies one item: all of it, or nothing if it is refused. `schema` must
    /// be the one it was prepared with.
    ///
    /// Codes beside those of preparing: `not_found` (404), `ambiguous_match`
    /// `exists` and `duplicate` (409), `revision_mismatch` (412),
    /// `match_value_not_stored`, `required`, `out_of_range`, `too_many`,
    /// `profile_too_large` and others of functional updates (422).
    pub fn apply(
        &mut self,
        schema: &Schema,
        item: &Command,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        self.check_marks(item)?;
        let mut outcome = match item.relations.is_empty() {
            true => self.act(schema, item, env)?,
            false => {
                let before = self.savepoint();
                let mut outcome = self.act(schema, item, env)?;
                let related = self.relate_own(item, &mut outcome, env);
                if let Err(error) = related {
                    self.rollback_to(before);
                    return Err(error);
                }
                outcome
            }
        };
        self.mark(item, env);
        if let Some(memberships) = &item.memberships {
            self.moves.add(memberships, outcome.id);
        }
        if let Some(profile) = self.profiles.get(&outcome.id) {
            let shown = item.show.as_deref().map(|names| values(names, profile));
            outcome.shown = shown.map(Box::new);
            let about = item.start.as_deref().map(|ids| json!({ START: ids }));
            let started = about
                .map(|about| entry(profile, Kind::Updated, Vec::new(), Some(about.into()), env));
            self.starts.extend(started);
        }
        Ok(outcome)
    }

    /// Refuses what was told before, or after something newer.
    fn check_marks(&self, item: &Command) -> Result<(), Refusal> {
        let seen = |mark| self.seen.get(mark).copied();
        if item.once.as_ref().and_then(seen).is_some() {
            let detail = "This was told before: nothing is done twice.";
            return Err(Refusal::conflict(Code::Repeated, detail));
        }
        if let Some((mark, at)) = &item.order
            && seen(mark).is_some_and(|newest| newest > at.ms())
        {
            let detail = "Something newer is known already: what is older doesn't undo it.";
            return Err(Refusal::conflict(Code::Late, detail));
        }
        Ok(())
    }

    fn mark(&mut self, item: &Command, env: &Env) {
        let once = item.once.iter().map(|mark| (mark, env.now.ms(), true));
        let order = item.order.iter().map(|(mark, at)| (mark, at.ms(), false));
        for (mark, at, once) in once.chain(order) {
            let before = self.seen.insert(mark.clone(), at);
            let mark = mark.clone();
            self.marks.push((MarkRecord { mark, at, once }, before));
        }
    }

    /// [`WorkingSet::finish`], with how contacts stand then.
    pub fn finish_with_endings(self) -> (Changes, Arc<Endings>) {
        let endings = Arc::clone(&self.endings);
        (self.finish(), endings)
    }

    /// What all items together have changed.
    pub fn finish(mut self) -> Changes {
        let mut changes = Changes {
            asks: self.asks,
            starts: self.starts,
            banned: self.banned,
            endings: self.ended.into_iter().map(|(change, _)| change).collect(),
            marks: self.marks.into_iter().map(|(marked, _)| marked).collect(),
            merges: self.merges,
            removed: self.removed,
            merges_undone: self.merges_undone,
            history_moves: self.history_moves,
            segment_copies: self.segment_copies,
            subscriptions_gone: self.subscriptions_gone,
            ..Changes::default()
        };
        let exists = |id| self.profiles.contains_key(&id);
        (changes.members_gone, changes.members_put) = self.moves.net(exists);
        // Of relations one end may be somebody who isn't known otherwise.
        let gone: HashSet<ProfileId> = self
            .steps
            .iter()
            .filter(|step| step.entry.kind != Kind::Relation)
            .map(|step| step.entry.profile)
            .filter(|id| !exists(*id))
            .collect();
        changes.relations = self.relations.net(|id| !gone.contains(&id));
        (changes.control_entries, changes.control_changes) = self.controls.net(exists);
        let mut loaded: BTreeMap<ProfileId, Option<Profile>> = BTreeMap::new();
        let mut net: BTreeMap<ProfileKey, i32> = BTreeMap::new();
        for step in self.steps {
            let profile = step.entry.profile;
            for (keys, sign) in [(step.keys.gone, -1), (step.keys.new, 1)] {
                for (key, unique) in keys {
                    let key = ProfileKey {
                        database: step.database,
                        key,
                        slot: if unique { 0 } else { profile.pk() },
                        profile,
                    };
                    *net.entry(key).or_default() += sign;
                }
            }
            loaded.entry(profile).or_insert(step.before);
            changes.history.push(step.entry);
        }
        for (id, before) in loaded {
            match (before, self.profiles.remove(&id)) {
                (None, Some(after)) => changes.created.push(after),
                // An event that changes nothing stands in the history alone, and where
                // somebody stands in the control group is no part of the profile.
                (Some(mut before), Some(after)) => {
                    before.control = after.control;
                    if before != after {
                        changes.updated.push((before, after));
                    }
                }
                (Some(before), None) => changes.deleted.push(before),
                (None, None) => {}
            }
        }
        for (key, sum) in net {
            match sum {
                ..0 => changes.keys_gone.push(key),
                0 => {}
                1.. => changes.keys_new.push(key),
            }
        }
        changes
    }

    /// The profile that is named by id.
    fn target(&self, schema: &Schema, target: &Target) -> Result<&Profile, Refusal> {
        let found = self.profiles.get(&target.id);
        let found = found.filter(|profile| profile.database == schema.database.id);
        let profile = match (found, self.merged.get(target.id)) {
            (Some(profile), _) => profile,
            (None, Some(into)) => return Err(merged_into(into)),
            (None, None) => return Err(Refusal::not_found("There is no such profile.")),
        };
        if let Some(revision) = target.if_revision {
            profile.check_revision(revision)?;
        }
        Ok(profile)
    }

    /// Puts a changed profile in the place of the old one, if it is different.
    fn update(
        &mut self,
        schema: &Schema,
        item: &Command,
        mut after: Profile,
        left_out: Omissions,
        lifted: &[Resubscription],
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        let before = self.profiles.get(&after.id);
        let mut changes = diff(before, &after);
        changes.extend(lifted.iter().map(Resubscription::to_change));
        let mut outcome = Outcome::unchanged(after.id, after.revision).without(left_out);
        if changes.is_empty() {
            return Ok(outcome);
        }
        refuse(revise::check_size(&after).err().into_iter().collect(), item)?;
        let keys = key_delta(schema.database, before, Some(&after));
        self.holders.check_unique(schema, item, &keys, after.id)?;
        after.revision = after.revision.saturating_add(1);
        after.updated_at = env.now;
        let old = before.map_or(&[][..], |before| &before.subscriptions);
        revise::touch(old, &mut after.subscriptions, env.now);
        outcome.kind = OutcomeKind::Updated;
        outcome.revision = after.revision;
        let about = about(item, &outcome.skipped);
        let entry = entry(&after, Kind::Updated, changes, about, env);
        self.commit(schema, Some(after), keys, entry, is_agreed(item, env), env);
        self.lift(lifted, schema, item, env);
        Ok(outcome)
    }

    /// Puts a new profile in.
    fn insert(
        &mut self,
        schema: &Schema,
        item: &Command,
        mut profile: Profile,
        left_out: Omissions,
        lifted: &[Resubscription],
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        refuse(
            revise::check_size(&profile).err().into_iter().collect(),
            item,
        )?;
        let keys = key_delta(schema.database, None, Some(&profile));
        self.holders.check_unique(schema, item, &keys, profile.id)?;
        let mut outcome = Outcome::unchanged(profile.id, profile.revision).without(left_out);
        outcome.kind = OutcomeKind::Created;
        let mut changes = diff(None, &profile);
        changes.extend(lifted.iter().map(Resubscription::to_change));
        let about = about(item, &outcome.skipped);
        let entry = entry(&profile, Kind::Created, changes, about, env);
        self.draw(schema, item, &mut profile, env);
        self.commit(schema, Some(profile), keys, entry, false, env);
        self.lift(lifted, schema, item, env);
        Ok(outcome)
    }

    fn delete(&mut self, schema: &Schema, item: &Command, id: ProfileId, env: &Env) -> Outcome {
        let mut outcome = Outcome::unchanged(id, 0);
        outcome.kind = OutcomeKind::Deleted;
        if let Some(profile) = self.profiles.get(&id) {
            outcome.revision = profile.revision;
            let keys = key_delta(schema.database, Some(profile), None);
            let about = item.about.clone();
            let entry = entry(profile, Kind::Deleted, Vec::new(), about, env);
            self.commit(schema, None, keys, entry, false, env);
        }
        outcome
    }

    fn commit(
        &mut self,
        schema: &Schema,
        after: Option<Profile>,
        keys: KeyDelta,
        entry: Entry,
        agreed: bool,
        env: &Env,
    ) {
        let (database, id) = (schema.database.id, entry.profile);
        for (key, _) in &keys.gone {
            self.holders.release(database, key, id);
        }
        for (key, _) in &keys.new {
            self.holders.hold(database, key.clone(), id);
        }
        let before = match after {
            Some(after) => self.profiles.insert(id, after),
            None => self.profiles.remove(&id),
        };
        self.note_endings(before.as_ref(), &entry, agreed, env.speaks_for_all);
        self.steps.push(Step {
            database,
            before,
            keys,
            entry,
        });
    }
}

/// That a profile was merged into another one.
fn merged_into(into: ProfileId) -> Refusal {
    let detail = format!("The profile was merged into {into}.");
    let mut refusal = Refusal::new(RefusalKind::NotFound, Code::Merged, detail);
    refusal.candidates = Box::new([into]);
    refusal
}

/// Whether a change comes from the people themselves, or from somebody who says that
/// they agreed again.
fn is_agreed(item: &Command, env: &Env) -> bool {
    let themselves = env.origin.party(true) == Party::Person;
    item.resubscribe || themselves
}

fn refuse(wrong: Vec<Invalid>, item: &Command) -> Result<(), Refusal> {
    match Refusal::all(wrong) {
        Some(error) => Err(error.under(item.base)),
        None => Ok(()),
    }
}

fn under(base: &str, complaints: Vec<Invalid>) -> impl Iterator<Item = Invalid> {
    complaints.into_iter().map(move |mut invalid| {
        invalid.pointer.insert_str(0, base);
        invalid
    })
}

fn entry(
    profile: &Profile,
    kind: Kind,
    changes: Vec<Change>,
    about: Option<Arc<Value>>,
    env: &Env,
) -> Entry {
    Entry {
        profile: profile.id,
        database: profile.database,
        at: env.now,
        kind,
        actor: env.actor.to_owned(),
        interface: env.interface.to_owned(),
        changes,
        about,
    }
}

/// The most left out values that history keeps of one act.
const MAX_SKIPPED_KEPT: usize = 20;

/// What history keeps of an act, and of what was left out of it: where and why,
/// not the value.
fn about(item: &Command, skipped: &[Invalid]) -> Option<Arc<Value>> {
    if skipped.is_empty() {
        return item.about.clone();
    }
    let mut about = match item.about.as_deref() {
        Some(Value::Object(members)) => members.clone(),
        _ => Map::new(),
    };
    let kept = skipped.iter().take(MAX_SKIPPED_KEPT);
    let kept = kept.map(|one| json!({ "pointer": one.pointer, "code": one.code }));
    about.insert("skipped".to_owned(), kept.collect());
    Some(Arc::new(Value::Object(about)))
}
