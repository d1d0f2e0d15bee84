//! What merging makes of the image: sources go, and one profile has what they had.

use super::{WorkingSet, entry, refuse};
use crate::Code;
use crate::contact::Contact;
use crate::database::Database;
use crate::error::Invalid;
use crate::history::{Kind, diff};
use crate::id::{MergeId, ProfileId};
use crate::lifecycle::Standing;
use crate::matching::{MatchKey, key_delta};
use crate::origin::Party;
use crate::profile::{MAX_FORMER_KEYS, Profile};
use crate::revise;
use crate::standing;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::unite::{ValueConflict, strictness, unite_data, unite_subscription};
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::create::blank;
use crate::write::leniency::{Leniency, Omissions};
use crate::write::merge::{Merge, Reference, moved_keys};
use crate::write::outcome::{
    Env, HistoryMove, HistoryMoveKind, MergeOutcome, MergeRecord, Outcome, OutcomeKind,
};
use crate::write::refusal::{Refusal, RefusalKind};
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Profiles that were merged, each with the one that it is now part of.
#[derive(Debug, Default)]
pub struct MergedInto {
    now: HashMap<ProfileId, ProfileId>,
    /// What was there before each change, in order.
    undo: Vec<(ProfileId, Option<ProfileId>)>,
}

impl MergedInto {
    pub(super) fn know(&mut self, stored: impl IntoIterator<Item = (ProfileId, ProfileId)>) {
        self.now.extend(stored);
    }

    pub(super) fn get(&self, id: ProfileId) -> Option<ProfileId> {
        self.now.get(&id).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.undo.len()
    }

    pub(super) fn set(&mut self, id: ProfileId, into: Option<ProfileId>) {
        let before = match into {
            Some(into) => self.now.insert(id, into),
            None => self.now.remove(&id),
        };
        self.undo.push((id, before));
    }

    pub(super) fn truncate(&mut self, len: usize) {
        while self.undo.len() > len
            && let Some((id, before)) = self.undo.pop()
        {
            match before {
                Some(into) => self.now.insert(id, into),
                None => self.now.remove(&id),
            };
        }
    }
}

/// How a subscription stands that got no messages where it was by the operator's list.
const SUSPENDED: Standing = Standing {
    status: Status::Suspended,
    by: Party::Api,
};

/// What of the sources the result can't have, and where it differs.
#[derive(Default)]
struct Report {
    conflicts: Vec<ValueConflict>,
    left_out: Vec<Invalid>,
}

impl WorkingSet {
    /// The same with the profiles that were merged, among those who are named by id.
    #[must_use]
    pub fn with_merged(mut self, stored: impl IntoIterator<Item = (ProfileId, ProfileId)>) -> Self {
        self.merged.know(stored);
        self
    }

    /// The same with contacts of profiles in other databases, which get no messages there by
    /// a suppression list that doesn't hold where they are merged to.
    #[must_use]
    pub fn with_blocked(mut self, found: impl IntoIterator<Item = (ProfileId, Contact)>) -> Self {
        self.blocked.extend(found);
        self
    }

    /// The same with the merges that can't be undone any more.
    #[must_use]
    pub fn with_undone(mut self, undone: impl IntoIterator<Item = MergeId>) -> Self {
        self.undone.extend(undone);
        self
    }

    pub(super) fn merge(
        &mut self,
        schema: &Schema,
        item: &Command,
        merge: &Merge,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        let before = self.savepoint();
        let done = self.merge_all(schema, item, merge, env);
        if done.is_err() {
            self.rollback_to(before);
        }
        done
    }

    fn merge_all(
        &mut self,
        schema: &Schema,
        item: &Command,
        merge: &Merge,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        let sources = self.sources(merge)?;
        let before = match &merge.destination {
            Some(reference) => Some(self.destination(reference, merge, &sources)?),
            None => None,
        };
        let mut after = match &before {
            Some(before) => before.clone(),
            None => {
                let by = self.by(item, env, true);
                let mut new = blank(schema, &by, env);
                // Nothing is said of it yet: it begins as the first of those who are merged.
                if let Some((first, _)) = sources.first() {
                    (new.status, new.status_by) = (first.status, first.status_by);
                }
                new
            }
        };
        let id = MergeId::new((env.next_id)().pk())
            .ok_or_else(|| Refusal::new(RefusalKind::Internal, Code::Internal, "no id"))?;
        let mut report = Report::default();
        for (index, (source, database)) in sources.iter().enumerate() {
            let mut left_out = Vec::new();
            let conflicts = &mut report.conflicts;
            unite_data(
                &mut after,
                schema.database,
                source,
                conflicts,
                &mut left_out,
            );
            if strictness(source.standing()) > strictness(after.standing()) {
                (after.status, after.status_by) = (source.status, source.status_by);
            }
            if merge.subscriptions {
                self.unite_subscriptions(&mut after, source, schema, env, &mut left_out);
            }
            keep_keys(&mut after, source, database, schema.database);
            let placed = left_out.into_iter();
            let placed = placed.map(|invalid| invalid.at_index(index).at("sources"));
            report.left_out.extend(placed);
        }
        self.give_data(&mut after, schema, item, merge, env)?;
        check_limits(&after, schema, before.is_none())?;

        let gone: BTreeSet<ProfileId> = sources.iter().map(|(one, _)| one.id).collect();
        for (source, database) in &sources {
            // Those who see the one database alone learn nothing of the other.
            let into = Some(after.id).filter(|_| source.database == after.database);
            let about = json!({ "merge": id, "into": into });
            self.remove_merged(source, database, item, &about, env);
        }
        let here = sources.iter().map(|(source, _)| source);
        let here = here.filter(|source| source.database == after.database);
        let here: Vec<ProfileId> = here.map(|source| source.id).collect();
        let about = with_about(item, &json!({ "merge": id, "sources": here }));
        let mut outcome = self.put_merged(schema, item, before.as_ref(), &after, about, env)?;
        let stored = self.profiles.get(&after.id).cloned().unwrap_or(after);
        let relations = self.merge_relations(schema, item, &gone, stored.id, env)?;
        let counts = sources.iter();
        let counts = counts.map(|(source, _)| self.relations.stored_of(source.id));
        let record = MergeRecord {
            id,
            database: stored.database,
            destination: stored.id,
            counts: counts.collect(),
            before,
            after: stored.clone(),
            sources: sources.into_iter().map(|(source, _)| source).collect(),
            relations,
            history: merge.history,
            segments: merge.segments,
        };
        if record.sources.iter().any(|one| one.control.is_member()) {
            self.keep_in_control(schema, item, record.destination, "merged", env)?;
        }
        for source in &record.sources {
            self.merged.set(source.id, Some(stored.id));
            if merge.segments && source.database == stored.database {
                self.segment_copies.push((source.id, stored.id));
            }
            self.history_moves.push(HistoryMove {
                kind: match merge.history {
                    true => HistoryMoveKind::Move,
                    false => HistoryMoveKind::Hide,
                },
                from: source.id,
                to: stored.id,
                database: stored.database,
            });
        }
        outcome.skipped = report.left_out;
        outcome.merge = Some(Box::new(MergeOutcome {
            id,
            profile: stored,
            sources: record.sources.iter().map(|one| one.id).collect(),
            conflicts: report.conflicts,
        }));
        self.merges.push(record);
        Ok(outcome)
    }

    /// The sources, each once, with their databases.
    fn sources(&self, merge: &Merge) -> Result<Vec<(Profile, Arc<Database>)>, Refusal> {
        let mut sources: Vec<(Profile, Arc<Database>)> = Vec::with_capacity(merge.sources.len());
        for (index, reference) in merge.sources.iter().enumerate() {
            let place = format!("/sources/{index}");
            let found = self
                .referred(reference)
                .map_err(|refusal| refusal.under(&place))?;
            if sources.iter().any(|(one, _)| one.id == found.id) {
                let detail = format!("Profile {} is among the sources twice.", found.id);
                return Err(Refusal::invalid(Code::Contradiction, detail).under(&place));
            }
            sources.push((found.clone(), Arc::clone(&reference.database)));
        }
        Ok(sources)
    }

    fn destination(
        &self,
        reference: &Reference,
        merge: &Merge,
        sources: &[(Profile, Arc<Database>)],
    ) -> Result<Profile, Refusal> {
        let found = self.referred(reference);
        let found = found.map_err(|refusal| refusal.under("/destination"))?;
        if let Some(revision) = merge.if_revision {
            found.check_revision(revision)?;
        }
        if sources.iter().any(|(one, _)| one.id == found.id) {
            let detail = format!("Profile {} is a source and the destination.", found.id);
            return Err(Refusal::invalid(Code::Contradiction, detail).under("/destination"));
        }
        Ok(found.clone())
    }

    /// The one profile that is meant.
    pub(super) fn referred(&self, reference: &Reference) -> Result<&Profile, Refusal> {
        let found = self.matches(&reference.selector, &Schema::bare(&reference.database));
        match found[..] {
            [id] => self.profiles.get(&id),
            [] => None,
            _ => {
                let detail = format!("{} profiles match.", found.len());
                let mut error = Refusal::conflict(Code::AmbiguousMatch, detail);
                error.candidates = found.into();
                return Err(error);
            }
        }
        .ok_or_else(|| Refusal::not_found("No profile matches."))
    }

    /// Adds the subscriptions of a source as they stand where it is and where they come to.
    fn unite_subscriptions(
        &self,
        after: &mut Profile,
        source: &Profile,
        schema: &Schema,
        env: &Env,
        left_out: &mut Vec<Invalid>,
    ) {
        for one in &source.subscriptions {
            if let Err(invalid) = schema.known_resource(one.resource) {
                left_out.push(invalid.at(&one.hash_id()).at("subscriptions"));
                continue;
            }
            let mut moved = self.standing_in(one, source, schema);
            let mut known = after.subscriptions.iter();
            let is_new = !known.any(|own| own.is(one.resource, &one.contact) && !own.deleted);
            let mut blocked = self.blocked.iter();
            if is_new
                && blocked.any(|(id, contact)| *id == source.id && contact.same(&one.contact))
                && strictness(moved.standing()) < strictness(SUSPENDED)
            {
                // The list doesn't come along, and nobody is to get messages by a merge.
                (moved.status, moved.status_by) = (SUSPENDED.status, SUSPENDED.by);
                (moved.status_at, moved.suspended_until) = (None, None);
                let detail = "The contact stands on a suppression list of the database that it comes from: it is suspended.";
                let invalid = Invalid::new(Code::Suppressed, detail);
                left_out.push(invalid.at(&one.hash_id()).at("subscriptions"));
            }
            unite_subscription(&mut after.subscriptions, &moved, env.now);
        }
    }

    /// A subscription as its contact stands in both databases.
    pub(super) fn standing_in(
        &self,
        one: &Subscription,
        source: &Profile,
        schema: &Schema,
    ) -> Subscription {
        let mut moved = one.clone();
        for database in [source.database, schema.database.id] {
            let against = self.endings.against(&one.contact, database, one.resource);
            if let Some(ending) = against {
                standing::end(&mut moved, ending);
            }
            for name in &one.categories {
                let against = self.endings.of_category(&one.contact, name);
                let against = crate::ending::against(against, database, one.resource);
                if let Some(ending) = against {
                    moved.leave(name, ending);
                }
            }
        }
        moved
    }

    /// What is said of the result outright.
    fn give_data(
        &self,
        after: &mut Profile,
        schema: &Schema,
        item: &Command,
        merge: &Merge,
        env: &Env,
    ) -> Result<(), Refusal> {
        let mut by = self.by(item, env, true);
        let mut late = Omissions::default();
        let wrong = revise::apply(
            after,
            &merge.edits,
            schema,
            &mut by,
            Leniency::default(),
            &mut late,
        );
        refuse(wrong, item).map_err(|refusal| refusal.under("/data"))
    }

    /// Takes a source away: its entry in the history says what became of it.
    fn remove_merged(
        &mut self,
        source: &Profile,
        database: &Database,
        item: &Command,
        about: &Value,
        env: &Env,
    ) {
        let keys = key_delta(database, Some(source), None);
        let about = with_about(item, about);
        let entry = entry(source, Kind::Merged, Vec::new(), Some(about), env);
        self.commit(&Schema::bare(database), None, keys, entry, false, env);
    }

    fn put_merged(
        &mut self,
        schema: &Schema,
        item: &Command,
        before: Option<&Profile>,
        after: &Profile,
        about: Arc<Value>,
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        let mut after = after.clone();
        let keys = key_delta(schema.database, before, Some(&after));
        self.holders
            .check_unique(schema, item, &keys, after.id)
            .map_err(|refusal| refusal.under("/data"))?;
        let changes = diff(before, &after);
        let kind = match before {
            Some(before) => {
                after.revision = before.revision.saturating_add(1);
                after.updated_at = env.now;
                revise::touch(&before.subscriptions, &mut after.subscriptions, env.now);
                Kind::Updated
            }
            None => {
                self.draw(schema, item, &mut after, env);
                Kind::Created
            }
        };
        let mut outcome = Outcome::unchanged(after.id, after.revision);
        outcome.kind = match before {
            Some(_) => OutcomeKind::Updated,
            None => OutcomeKind::Created,
        };
        let entry = entry(&after, kind, changes, Some(about), env);
        self.commit(schema, Some(after), keys, entry, false, env);
        Ok(outcome)
    }
}

/// The members of an act and those of a merge.
pub(super) fn with_about(item: &Command, more: &Value) -> Arc<Value> {
    extended(item.about.as_deref(), more)
}

/// The same of what history keeps already.
pub(super) fn extended(about: Option<&Value>, more: &Value) -> Arc<Value> {
    let mut members = match about {
        Some(Value::Object(members)) => members.clone(),
        _ => Map::new(),
    };
    members.extend(more.as_object().cloned().unwrap_or_default());
    Arc::new(Value::Object(members))
}

/// By what a source was found, the result is found too: also by values that it has itself, for
/// they may change.
fn keep_keys(after: &mut Profile, source: &Profile, from: &Database, into: &Database) {
    let known: BTreeSet<MatchKey> = after.former_keys.iter().cloned().collect();
    let former = moved_keys(source, from, into).into_iter();
    let new: BTreeSet<MatchKey> = former.filter(|key| !known.contains(key)).collect();
    after.former_keys.extend(new);
}

/// Whether the result is one that may be: within its limits, and with what it must have.
fn check_limits(after: &Profile, schema: &Schema, is_new: bool) -> Result<(), Refusal> {
    let mut wrong: Vec<Invalid> = revise::check_size(after).err().into_iter().collect();
    if after.former_keys.len() > MAX_FORMER_KEYS {
        let detail = format!(
            "The profile would be found by {} keys of others: at most {MAX_FORMER_KEYS} fit.",
            after.former_keys.len()
        );
        wrong.push(Invalid::new(Code::ProfileTooLarge, detail));
    }
    let lacks = schema.database.fields.iter();
    let lacks = lacks.filter(|f| is_new && f.required && !after.data.contains_key(&f.name));
    wrong.extend(lacks.map(|field| {
        let detail = format!("{} is required, and none of them has it.", field.name);
        Invalid::new(Code::Required, detail)
            .at(&field.name)
            .at("data")
    }));
    match Refusal::all(wrong) {
        Some(refusal) => Err(refusal),
        None => Ok(()),
    }
}

impl Profile {
    /// Refuses another revision than the one that is expected.
    pub(crate) fn check_revision(&self, expected: i64) -> Result<(), Refusal> {
        if expected == self.revision {
            return Ok(());
        }
        let detail = format!(
            "The profile has revision {}, not {expected}: it was changed in between.",
            self.revision
        );
        Err(Refusal::new(
            RefusalKind::Stale,
            Code::RevisionMismatch,
            detail,
        ))
    }
}
