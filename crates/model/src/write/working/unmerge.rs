//! What undoing a merge makes of the image: the sources are there again, and the profile
//! that they had become gives back what it still has of them.

use super::merge::with_about;
use super::restoration::{fit, taken};
use super::{WorkingSet, entry};
use crate::Code;
use crate::control::ControlAct;
use crate::history::{Change, Kind, diff};
use crate::id::{MergeId, ProfileId};
use crate::matching::key_delta;
use crate::origin::Party;
use crate::profile::Profile;
use crate::revert::{CHANGED_SINCE, WOULD_WAKE, revert};
use crate::revise;
use crate::subscription::Subscription;
use crate::unite::{keep_left, strictness};
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::merge::{MergedDatabase, Unmerge};
use crate::write::outcome::{
    Env, HistoryMove, HistoryMoveKind, MergeRecord, Outcome, OutcomeKind, RevertConflict,
    UndoOutcome,
};
use crate::write::refusal::Refusal;
use crate::write::undo::LaterChanges;
use serde_json::json;

impl WorkingSet {
    /// The same with those of the merges whose destination was new and has been touched since.
    #[must_use]
    pub fn with_touched(mut self, merges: impl IntoIterator<Item = MergeId>) -> Self {
        self.touched.extend(merges);
        self
    }

    pub(super) fn unmerge(
        &mut self,
        schema: &Schema,
        item: &Command,
        undo: &Unmerge,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        let before = self.savepoint();
        let done = self.unmerge_all(schema, item, undo, env);
        if done.is_err() {
            self.rollback_to(before);
        }
        done
    }

    fn unmerge_all(
        &mut self,
        schema: &Schema,
        item: &Command,
        undo: &Unmerge,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        let record = &*undo.record;
        let undone_here = self.merges_undone.iter().any(|one| one.id == record.id);
        if self.undone.contains(&record.id) || undone_here {
            let detail = "The merge was undone before.";
            return Err(Refusal::conflict(Code::AlreadyUndone, detail));
        }
        let Some(current) = self.profiles.get(&record.destination).cloned() else {
            let detail = "The profile that they became is gone.";
            return Err(Refusal::not_found(detail));
        };
        let mut outcome = Outcome::unchanged(current.id, current.revision);
        let mut undone = UndoOutcome::default();
        let both = (&current, record);
        self.give_back(schema, item, both, &mut outcome, &mut undone, env)?;
        for source in &record.sources {
            let Some(database) = undo.database(source.database) else {
                let detail = format!(
                    "Database {} of profile {} is gone: nobody can be brought back to it.",
                    source.database, source.id
                );
                return Err(Refusal::conflict(Code::DatabaseGone, detail));
            };
            self.restore(
                schema,
                item,
                source,
                (&current, database, record),
                env,
                &mut undone,
            )?;
        }
        self.return_relations(undo, env, &mut undone);
        self.return_control(schema, item, both, env)?;
        outcome.kind = OutcomeKind::Updated;
        outcome.undo = Some(Box::new(undone));
        self.merges_undone.push(record.clone());
        Ok(outcome)
    }

    /// Takes back what the destination got, and deletes one that was new and that nobody has
    /// touched.
    fn give_back(
        &mut self,
        schema: &Schema,
        item: &Command,
        (current, record): (&Profile, &MergeRecord),
        outcome: &mut Outcome,
        undone: &mut UndoOutcome,
        env: &Env,
    ) -> Result<(), Refusal> {
        let is_new = record.before.is_none() && current.revision == record.after.revision;
        if is_new && !self.touched.contains(&record.id) {
            let gone = self.delete(schema, item, current.id, env);
            outcome.revision = gone.revision;
            return Ok(());
        }
        let mut after = current.clone();
        after
            .subscriptions
            .retain(|one| !is_carried_back(one, record));
        let changes = diff(record.before.as_ref(), &record.after);
        let by = env.origin.party(true);
        let later = LaterChanges::default();
        let kept = revert(&mut after, &changes, schema.database, by, &later);
        undone.kept.extend(kept);
        let left = self.leave_taken(schema, Some(current), &mut after);
        undone.kept.extend(taken(&left, &changes, current));
        let before_keys = record.before.as_ref();
        let before_keys = before_keys.map_or(&[][..], |before| &before.former_keys);
        let came = record.after.former_keys.iter();
        let came: Vec<_> = came.filter(|key| !before_keys.contains(key)).collect();
        after.former_keys.retain(|key| !came.contains(&key));
        self.note_gone(current, &after);
        after.revision = current.revision.saturating_add(1);
        after.updated_at = env.now;
        revise::touch(&current.subscriptions, &mut after.subscriptions, env.now);
        let keys = key_delta(schema.database, Some(current), Some(&after));
        self.holders.check_unique(schema, item, &keys, after.id)?;
        let about = with_about(item, &json!({ "merge": record.id, "undone": true }));
        let changes: Vec<Change> = diff(Some(current), &after);
        let entry = entry(&after, Kind::Updated, changes, Some(about), env);
        outcome.revision = after.revision;
        self.commit(schema, Some(after), keys, entry, false, env);
        Ok(())
    }

    /// Brings a source back, standing as it stood or as its contacts stand now, whichever is
    /// stricter, and as they themselves said since.
    fn restore(
        &mut self,
        schema: &Schema,
        item: &Command,
        source: &Profile,
        (current, database, record): (&Profile, &MergedDatabase, &MergeRecord),
        env: &Env,
        undone: &mut UndoOutcome,
    ) -> Result<(), Refusal> {
        if self.profiles.contains_key(&source.id) {
            let detail = format!("Profile {} is there already.", source.id);
            return Err(Refusal::conflict(Code::Exists, detail));
        }
        let its = database.schema(schema);
        let mut back = source.clone();
        fit(&mut back, &its, undone);
        // What came of the merge stays true of the person: if they have left since, they left.
        let since = current.standing();
        let merged = record.after.standing();
        if since != merged && strictness(since) > strictness(back.standing()) {
            undone.kept.push(RevertConflict {
                profile: back.id,
                field: "_status".to_owned(),
                value: json!(since.status),
                before: json!(back.status),
                reason: WOULD_WAKE,
            });
            (back.status, back.status_by) = (since.status, since.by);
        }
        for one in &mut back.subscriptions {
            let before = one.clone();
            let now = subscription(current, one);
            let merged = subscription(&record.after, one);
            if let Some(now) = now {
                carry_back(one, now, merged);
            } else if merged.is_some() {
                one.deleted = true;
            }
            self.end_as_known(one, its.database.id);
            if !before.same_content(one) {
                let agreed = strictness(one.standing()) < strictness(before.standing());
                undone.kept.push(RevertConflict {
                    profile: source.id,
                    field: one.history_field(),
                    value: one.to_history(),
                    before: before.to_history(),
                    reason: if agreed { CHANGED_SINCE } else { WOULD_WAKE },
                });
            }
        }
        let about = with_about(item, &json!({ "merge": record.id, "undone": true }));
        let database = back.database;
        let control = source.control;
        let back = self.bring_back(&its, item, (source, back), about, env)?.id;
        // Who was put in or taken out by hand stays so; else the lot counts.
        match control.by_hand {
            Some(true) => self.put_by_hand(&its, item, back, ControlAct::Add, env)?,
            Some(false) => self.put_by_hand(&its, item, back, ControlAct::Remove, env)?,
            None => {}
        }
        undone.restored.push(back);
        self.merged.set(back, None);
        self.history_moves.push(HistoryMove {
            kind: match record.history {
                true => HistoryMoveKind::Return,
                false => HistoryMoveKind::Reveal,
            },
            from: record.destination,
            to: back,
            database,
        });
        Ok(())
    }

    /// What the merge said of the destination's place in the control group is taken back.
    fn return_control(
        &mut self,
        schema: &Schema,
        item: &Command,
        (current, record): (&Profile, &MergeRecord),
        env: &Env,
    ) -> Result<(), Refusal> {
        let id: ProfileId = record.destination;
        let was = record.before.as_ref().map(|before| before.control);
        let was = was.unwrap_or_default();
        let by_merge = record.sources.iter().any(|one| one.control.is_member())
            && !was.is_member()
            && current.control.by_hand == Some(true);
        if !by_merge || !self.profiles.contains_key(&id) {
            return Ok(());
        }
        let act = match was.by_hand {
            Some(true) => ControlAct::Add,
            Some(false) => ControlAct::Remove,
            None => ControlAct::Clear,
        };
        self.put_by_hand(schema, item, id, act, env)
    }

    fn put_by_hand(
        &mut self,
        schema: &Schema,
        item: &Command,
        id: ProfileId,
        act: ControlAct,
        env: &Env,
    ) -> Result<(), Refusal> {
        if schema.control.is_some() {
            self.place_by_hand(schema, item, id, (act, "merge undone"), env)?;
        }
        Ok(())
    }
}

/// The subscription of a profile to the same by the same contact.
fn subscription<'a>(profile: &'a Profile, one: &Subscription) -> Option<&'a Subscription> {
    let mut all = profile.subscriptions.iter();
    all.find(|other| other.is(one.resource, &one.contact))
}

/// Whether a subscription came by the merge alone and goes back with a source, which has
/// since then whatever was said of how it stands.
fn is_carried_back(one: &Subscription, record: &MergeRecord) -> bool {
    let had = |profile: &Profile| subscription(profile, one).is_some();
    let Some(merged) = subscription(&record.after, one) else {
        return false;
    };
    // All else must be as the merge left it.
    let standing = |of: &Subscription| {
        let mut same = one.clone();
        same.priority = of.priority;
        same.custom_fields.clone_from(&of.custom_fields);
        same
    };
    !record.before.as_ref().is_some_and(had)
        && record.sources.iter().any(had)
        && standing(merged).same_content(one)
}

/// What was said since the merge of how a contact stands: it counts for the one who gets the
/// subscription back if it is stricter, or if they said it themselves.
fn carry_back(one: &mut Subscription, now: &Subscription, merged: Option<&Subscription>) {
    let moved = merged.is_none_or(|merged| merged.standing() != now.standing());
    let themselves = now.status_by == Party::Person;
    if moved && (themselves || strictness(now.standing()) > strictness(one.standing())) {
        (one.status, one.status_by) = (now.status, now.status_by);
        one.status_at = now.status_at;
        one.suspended_until = now.suspended_until;
        if themselves {
            one.registered_at = now.registered_at;
            one.ip.clone_from(&now.ip);
            one.url.clone_from(&now.url);
        }
    }
    keep_left(one, now);
    one.deleted |= now.deleted && merged.is_some_and(|merged| !merged.deleted);
}
