//! What undoing a merge makes of the image: the sources are there again, and the profile
//! that they had become gives back what it still has of them.

use super::merge::with_about;
use super::{RelationKey, WorkingSet, entry};
use crate::Code;
use crate::database::Database;
use crate::history::{Kind, diff};
use crate::id::ProfileId;
use crate::matching::key_delta;
use crate::profile::Profile;
use crate::revert::{CHANGED_SINCE, DOES_NOT_FIT, WOULD_WAKE, revert};
use crate::revise;
use crate::standing;
use crate::unite::{keep_left, strictness};
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::merge::Unmerge;
use crate::write::outcome::{
    Env, HistoryMove, HistoryMoveKind, MergeRecord, Outcome, OutcomeKind, RevertConflict,
    UndoOutcome,
};
use crate::write::refusal::Refusal;
use serde_json::{Value, json};

impl WorkingSet {
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
        self.give_back(
            schema,
            item,
            (&current, record),
            &mut outcome,
            &mut undone,
            env,
        )?;
        for source in &record.sources {
            let Some(database) = undo.database(source.database) else {
                undone.kept.push(RevertConflict {
                    profile: source.id,
                    field: "database_id".to_owned(),
                    value: Value::Null,
                    before: json!(source.database),
                    reason: DOES_NOT_FIT,
                });
                continue;
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
        self.return_relations(record, &mut undone);
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
        if record.before.is_none() && current.revision == record.after.revision {
            let gone = self.delete(schema, item, current.id, env);
            outcome.revision = gone.revision;
            return Ok(());
        }
        let mut after = current.clone();
        let changes = diff(record.before.as_ref(), &record.after);
        let by = env.origin.party(true);
        let kept = revert(&mut after, &changes, schema.database, by);
        undone.kept.extend(kept);
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
        let changes = diff(Some(current), &after);
        let entry = entry(&after, Kind::Updated, changes, Some(about), env);
        outcome.revision = after.revision;
        self.commit(schema, Some(after), keys, entry, false, env);
        Ok(())
    }

    /// Brings a source back, standing as it stood or as its contacts stand now, whichever is
    /// stricter.
    fn restore(
        &mut self,
        schema: &Schema,
        item: &Command,
        source: &Profile,
        (current, database, record): (&Profile, &Database, &MergeRecord),
        env: &Env,
        undone: &mut UndoOutcome,
    ) -> Result<(), Refusal> {
        if self.profiles.contains_key(&source.id) {
            let detail = format!("Profile {} is there already.", source.id);
            return Err(Refusal::conflict(Code::Exists, detail));
        }
        let mut back = source.clone();
        // What came of the merge stays true of the person: if they have left since, they left.
        let since = current.standing();
        let merged = record.after.standing();
        if since != merged && strictness(since) > strictness(back.standing()) {
            undone.kept.push(kept(
                &back,
                "_status",
                json!(since.status),
                json!(back.status),
            ));
            (back.status, back.status_by) = (since.status, since.by);
        }
        for one in &mut back.subscriptions {
            let before = one.clone();
            let now = current.subscriptions.iter();
            let now = now.into_iter().find(|s| s.is(one.resource, &one.contact));
            let merged = record.after.subscriptions.iter();
            let merged = merged
                .into_iter()
                .find(|s| s.is(one.resource, &one.contact));
            if let Some(now) = now {
                let moved = merged.is_none_or(|merged| merged.standing() != now.standing());
                if moved && strictness(now.standing()) > strictness(one.standing()) {
                    (one.status, one.status_by) = (now.status, now.status_by);
                    one.status_at = now.status_at;
                    one.suspended_until = now.suspended_until;
                }
                keep_left(one, now);
                one.deleted |= now.deleted && merged.is_some_and(|merged| !merged.deleted);
            } else if merged.is_some() {
                one.deleted = true;
            }
            let against = self
                .endings
                .against(&one.contact, database.id, one.resource);
            if let Some(ending) = against {
                standing::end(one, ending);
            }
            if !before.same_content(one) {
                undone.kept.push(RevertConflict {
                    profile: source.id,
                    field: one.history_field(),
                    value: one.to_history(),
                    before: before.to_history(),
                    reason: WOULD_WAKE,
                });
            }
        }
        let its = Schema {
            database,
            ..*schema
        };
        let about = with_about(item, &json!({ "merge": record.id, "undone": true }));
        let database = back.database;
        let back = self.bring_back(&its, item, (source, back), about, env)?.id;
        if current.control.is_member() && database == schema.database.id {
            self.keep_in_control(schema, item, back, "merge undone", env)?;
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

    /// Relations become what they were, but for those that somebody has changed since.
    fn return_relations(&mut self, record: &MergeRecord, undone: &mut UndoOutcome) {
        let gone: Vec<ProfileId> = record.sources.iter().map(|one| one.id).collect();
        for (key, before, after) in &record.relations {
            let is_source = gone.contains(&key.a) || gone.contains(&key.b);
            let now = self.relations.get(key).cloned();
            let same =
                now.as_ref().map(|one| &one.weights) == after.as_ref().map(|one| &one.weights);
            if same || is_source {
                self.relations.set(*key, before.clone());
            } else {
                let json = |one: Option<&super::Relation>| {
                    one.map_or(Value::Null, |one| Value::Object(one.weights.clone()))
                };
                undone.kept.push(RevertConflict {
                    profile: record.destination,
                    field: field_of(key, record.destination),
                    value: json(now.as_ref()),
                    before: json(before.as_ref()),
                    reason: CHANGED_SINCE,
                });
            }
        }
    }
}

fn field_of(key: &RelationKey, profile: ProfileId) -> String {
    let other = if key.a == profile { key.b } else { key.a };
    format!("relations/{}/{other}", key.relation_type)
}

fn kept(profile: &Profile, field: &str, value: Value, before: Value) -> RevertConflict {
    RevertConflict {
        profile: profile.id,
        field: field.to_owned(),
        value,
        before,
        reason: WOULD_WAKE,
    }
}
