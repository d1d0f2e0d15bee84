//! What splitting makes of the image: others take subscriptions of a profile, each the
//! first who asks for it; the rest stays.

use super::merge::with_about;
use super::{WorkingSet, entry, refuse};
use crate::Code;
use crate::activity;
use crate::history::{Kind, diff};
use crate::id::ProfileId;
use crate::matching::key_delta;
use crate::profile::Profile;
use crate::revise;
use crate::subscription::Subscription;
use crate::unite::{strictness, unite_subscription};
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::create::blank;
use crate::write::edits::Edits;
use crate::write::leniency::{Leniency, Omissions};
use crate::write::merge::{Split, SplitDestination};
use crate::write::outcome::{
    Env, HistoryMove, HistoryMoveKind, Outcome, OutcomeKind, SplitOutcome,
};
use crate::write::refusal::Refusal;
use serde_json::json;

impl WorkingSet {
    pub(super) fn split(
        &mut self,
        schema: &Schema,
        item: &Command,
        split: &Split,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        let before = self.savepoint();
        let done = self.split_all(schema, item, split, env);
        if done.is_err() {
            self.rollback_to(before);
        }
        done
    }

    fn split_all(
        &mut self,
        schema: &Schema,
        item: &Command,
        split: &Split,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        let source = self.referred(&split.source);
        let source = source.map_err(|refusal| refusal.under("/source"))?.clone();
        if let Some(revision) = split.if_revision {
            source.check_revision(revision)?;
        }
        let mut rest = source.clone();
        let mut ids: Vec<ProfileId> = Vec::new();
        for (index, destination) in split.destinations.iter().enumerate() {
            let place = format!("/destinations/{index}");
            let taken = self
                .split_off(schema, item, (&source, &mut rest), destination, &ids, env)
                .map_err(|refusal| refusal.under(&place))?;
            ids.push(taken);
            if destination.history {
                self.history_moves.push(HistoryMove {
                    kind: HistoryMoveKind::Copy,
                    from: source.id,
                    to: taken,
                    database: source.database,
                });
            }
            if destination.segments {
                self.segment_copies.push((source.id, taken));
            }
        }
        self.put_rest(schema, item, &source, rest, &ids, env);
        let known = |id: &ProfileId| self.profiles.get(id).cloned();
        let source = known(&source.id).unwrap_or(source);
        let mut outcome = Outcome::unchanged(source.id, source.revision);
        outcome.kind = OutcomeKind::Updated;
        outcome.split = Some(Box::new(SplitOutcome {
            source,
            destinations: ids.iter().filter_map(known).collect(),
        }));
        Ok(outcome)
    }

    /// Gives one destination what it takes, and its id.
    fn split_off(
        &mut self,
        schema: &Schema,
        item: &Command,
        (source, rest): (&Profile, &mut Profile),
        destination: &SplitDestination,
        taken: &[ProfileId],
        env: &mut Env,
    ) -> Result<ProfileId, Refusal> {
        let before = match &destination.profile {
            Some(reference) => Some(self.referred(reference)?.clone()),
            None => None,
        };
        if let Some(before) = &before
            && (before.id == source.id || taken.contains(&before.id))
        {
            let detail = format!("Profile {} is named twice.", before.id);
            return Err(Refusal::invalid(Code::Contradiction, detail));
        }
        let mut after = match &before {
            Some(before) => before.clone(),
            None => {
                let by = self.by(item, env, true);
                let mut new = blank(schema, &by, env);
                (new.status, new.status_by) = (source.status, source.status_by);
                new
            }
        };
        let takes = |one: &Subscription| destination.filters.iter().any(|filter| filter.takes(one));
        let (moved, left) = std::mem::take(&mut rest.subscriptions)
            .into_iter()
            .partition::<Vec<_>, _>(takes);
        rest.subscriptions = left;
        // What comes from somebody who gets nothing gets nothing.
        if !moved.is_empty() && strictness(source.standing()) > strictness(after.standing()) {
            (after.status, after.status_by) = (source.status, source.status_by);
        }
        for one in &moved {
            let one = self.standing_in(one, source, schema);
            unite_subscription(&mut after.subscriptions, &one, env.now);
        }
        if destination.history {
            copy_activity(source, &mut after);
        }
        let mut by = self.by(item, env, true);
        let mut late = Omissions::default();
        let lenient = Leniency::default();
        let wrong = revise::apply(
            &mut after,
            &destination.edits,
            schema,
            &mut by,
            lenient,
            &mut late,
        );
        refuse(wrong, item).map_err(|refusal| refusal.under("/data"))?;
        if before.is_none() {
            let wrong = revise::complete(&mut after, &Edits::default(), schema);
            refuse(wrong, item).map_err(|refusal| refusal.under("/data"))?;
        }
        let wrong = revise::check_size(&after).err().into_iter().collect();
        refuse(wrong, item)?;
        let keys = key_delta(schema.database, before.as_ref(), Some(&after));
        self.holders
            .check_unique(schema, item, &keys, after.id)
            .map_err(|refusal| refusal.under("/data"))?;
        let changes = diff(before.as_ref(), &after);
        let kind = match &before {
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
        let id = after.id;
        let about = with_about(item, &json!({ "split_from": source.id }));
        let entry = entry(&after, kind, changes, Some(about), env);
        self.commit(schema, Some(after), keys, entry, false, env);
        if source.control.is_member() {
            self.keep_in_control(schema, item, id, "split", env)?;
        }
        Ok(id)
    }

    /// The source with what nobody took.
    fn put_rest(
        &mut self,
        schema: &Schema,
        item: &Command,
        source: &Profile,
        mut rest: Profile,
        into: &[ProfileId],
        env: &Env,
    ) {
        for one in &source.subscriptions {
            let stays = rest.subscriptions.iter();
            if !stays.into_iter().any(|s| s.is(one.resource, &one.contact)) {
                let gone = (source.id, one.resource, one.contact.clone());
                self.subscriptions_gone.push(gone);
            }
        }
        rest.revision = source.revision.saturating_add(1);
        rest.updated_at = env.now;
        let keys = key_delta(schema.database, Some(source), Some(&rest));
        let changes = diff(Some(source), &rest);
        let about = with_about(item, &json!({ "split_into": into }));
        let entry = entry(&rest, Kind::Updated, changes, Some(about), env);
        self.commit(schema, Some(rest), keys, entry, false, env);
    }
}

/// What is known of what somebody did comes along with the history.
fn copy_activity(source: &Profile, after: &mut Profile) {
    for (name, value) in &source.data {
        if activity::field(name).is_some() && !after.data.contains_key(name) {
            after.data.insert(name.clone(), value.clone());
        }
    }
}
