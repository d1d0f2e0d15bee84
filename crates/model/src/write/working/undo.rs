//! What taking back an entry of the history makes of the image: a profile that came to be
//! goes, unless somebody has touched it since; what changed becomes what it was.

use super::merge::with_about;
use super::restoration::{fit, taken};
use super::{WorkingSet, entry, refuse};
use crate::Code;
use crate::control::ControlState;
use crate::database::Database;
use crate::history::{Change, Kind, diff, diff_restored};
use crate::matching::{KeyDelta, key_delta, profile_keys};
use crate::profile::Profile;
use crate::revert::{CHANGED_SINCE, revert};
use crate::revise;
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::outcome::{
    Env, HistoryMove, HistoryMoveKind, Outcome, OutcomeKind, RevertConflict, UndoOutcome,
};
use crate::write::refusal::Refusal;
use crate::write::undo::PreparedUndo;
use serde_json::{Value, json};
use std::sync::Arc;

impl WorkingSet {
    pub(super) fn undo(
        &mut self,
        schema: &Schema,
        item: &Command,
        prepared: &PreparedUndo,
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        let undo = &prepared.undo;
        let found = self.profiles.get(&undo.profile);
        let current = found
            .filter(|one| one.database == schema.database.id)
            .cloned();
        let about = with_about(item, &json!({ "undo": undo.job }));
        let mut outcome = Outcome::unchanged(undo.profile, 0);
        let mut undone = UndoOutcome::default();
        match (undo.kind, current) {
            (_, Some(current)) if undo.later.is_merged => {
                outcome.revision = current.revision;
                // What it has of that it may have had before, or by the merge.
                undone.kept.push(RevertConflict {
                    profile: current.id,
                    field: "merged_from".to_owned(),
                    value: Value::Bool(true),
                    before: Value::Null,
                    reason: CHANGED_SINCE,
                });
            }
            (Kind::Deleted, Some(_)) => {}
            (Kind::Deleted, None) => {
                let Some(removed) = &undo.removed else {
                    let detail = "The profile was deleted, and nothing of it was kept.";
                    return Err(Refusal::conflict(Code::NothingKept, detail));
                };
                let mut back = (**removed).clone();
                fit(&mut back, schema, &mut undone);
                self.stand(&mut back, &mut undone);
                outcome = self.bring_back(schema, item, (removed, back), about, env)?;
                undone.restored.push(outcome.id);
                self.history_moves.push(HistoryMove {
                    kind: HistoryMoveKind::Reveal,
                    from: outcome.id,
                    to: outcome.id,
                    database: schema.database.id,
                });
            }
            // Who deleted it did more than is asked for.
            (_, None) => {}
            (Kind::Created | Kind::Restored, Some(current)) => {
                outcome.revision = current.revision;
                undone.kept = touched(&current, &undo.changes);
                if undone.kept.is_empty() {
                    undone.kept.extend(undo.later.touch(current.id));
                }
                if undone.kept.is_empty() {
                    self.removed.push((undo.job, current.clone()));
                    outcome = self.remove(schema, &current, about, env);
                    self.end_again(&undo.changes, &current, schema, env);
                }
            }
            (Kind::Updated | Kind::Event, Some(current)) => {
                let mut after = current.clone();
                let by = env.origin.party(true);
                undone.kept = revert(&mut after, &undo.changes, schema.database, by, &undo.later);
                let left = self.leave_taken(schema, Some(&current), &mut after);
                undone.kept.extend(taken(&left, &undo.changes, &current));
                outcome = self.put_reverted(schema, item, &current, after, about, env)?;
                self.end_again(&undo.changes, &current, schema, env);
            }
            (Kind::Relation, Some(current)) => {
                outcome.revision = current.revision;
                if let (Some(relation), [change]) = (&prepared.relation, &undo.changes[..]) {
                    let (kind, kept) =
                        self.undo_relation(relation, change, &undo.later, about, env);
                    (outcome.kind, undone.kept) = (kind, kept);
                }
            }
            (Kind::Merged | Kind::Entered | Kind::Left | Kind::Control, Some(current)) => {
                outcome.revision = current.revision;
            }
        }
        outcome.undo = Some(Box::new(undone));
        Ok(outcome)
    }

    fn remove(
        &mut self,
        schema: &Schema,
        current: &Profile,
        about: Arc<Value>,
        env: &Env,
    ) -> Outcome {
        let mut outcome = Outcome::unchanged(current.id, current.revision);
        outcome.kind = OutcomeKind::Deleted;
        let keys = key_delta(schema.database, Some(current), None);
        let entry = entry(current, Kind::Deleted, Vec::new(), Some(about), env);
        self.commit(schema, None, keys, entry, false, env);
        outcome
    }

    fn put_reverted(
        &mut self,
        schema: &Schema,
        item: &Command,
        current: &Profile,
        mut after: Profile,
        about: Arc<Value>,
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        let mut outcome = Outcome::unchanged(current.id, current.revision);
        let changes = diff(Some(current), &after);
        if changes.is_empty() {
            return Ok(outcome);
        }
        let wrong = revise::check_size(&after).err();
        refuse(wrong.into_iter().collect(), item)?;
        let keys = key_delta(schema.database, Some(current), Some(&after));
        self.holders.check_unique(schema, item, &keys, after.id)?;
        after.revision = current.revision.saturating_add(1);
        after.updated_at = env.now;
        revise::touch(&current.subscriptions, &mut after.subscriptions, env.now);
        self.note_gone(current, &after);
        outcome.kind = OutcomeKind::Updated;
        outcome.revision = after.revision;
        let entry = entry(&after, Kind::Updated, changes, Some(about), env);
        self.commit(schema, Some(after), keys, entry, false, env);
        Ok(outcome)
    }

    /// Notes the subscriptions that are there no more.
    pub(super) fn note_gone(&mut self, before: &Profile, after: &Profile) {
        for (place, one) in before.subscriptions.iter().enumerate() {
            if after.subscription(one, place).is_none() {
                let gone = (before.id, one.resource, one.contact.clone());
                self.subscriptions_gone.push(gone);
            }
        }
    }

    /// Puts a profile back that was gone, with the id that it had. With it stands what it was
    /// when it went.
    pub(super) fn bring_back(
        &mut self,
        schema: &Schema,
        item: &Command,
        (went, mut back): (&Profile, Profile),
        about: Arc<Value>,
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        let database: &Database = schema.database;
        back.revision = back.revision.saturating_add(1);
        back.updated_at = env.now;
        back.control = ControlState::default();
        self.draw(schema, item, &mut back, env);
        let keys = KeyDelta {
            gone: Vec::new(),
            new: profile_keys(&back, database),
        };
        self.holders.check_unique(schema, item, &keys, back.id)?;
        let mut outcome = Outcome::unchanged(back.id, back.revision);
        outcome.kind = OutcomeKind::Created;
        let changes = diff_restored(went, &back);
        let entry = entry(&back, Kind::Restored, changes, Some(about), env);
        self.commit(schema, Some(back), keys, entry, false, env);
        Ok(outcome)
    }
}

/// What a profile has now that it didn't have when it came to be as `made` says, or has in
/// another way.
fn touched(current: &Profile, made: &[Change]) -> Vec<RevertConflict> {
    let since = diff(None, current);
    let value = |all: &[Change], field: &str| {
        let found = all.iter().find(|one| one.field == field);
        found.map_or(Value::Null, |one| one.after.clone())
    };
    let fields = since
        .iter()
        .chain(made.iter())
        .map(|one| one.field.as_str());
    let mut fields: Vec<&str> = fields
        .filter(|field| !field.starts_with("standing/"))
        .collect();
    fields.sort_unstable();
    fields.dedup();
    let changed = fields.into_iter().filter_map(|field| {
        let (now, then) = (value(&since, field), value(made, field));
        (now != then).then(|| RevertConflict {
            profile: current.id,
            field: field.to_owned(),
            value: now,
            before: then,
            reason: CHANGED_SINCE,
        })
    });
    changed.collect()
}
