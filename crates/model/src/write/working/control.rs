//! Who enters the control group: new profiles by their lot, others by hand. The revisions of
//! profiles stay: where they stand in it is no part of them.

use super::{Step, WorkingSet, entry};
use crate::Code;
use crate::control::{ControlAct, ControlState, Entrance};
use crate::history::{Change, Kind};
use crate::id::{DatabaseId, ProfileId};
use crate::matching::KeyDelta;
use crate::profile::Profile;
use crate::time::Timestamp;
use crate::write::Schema;
use crate::write::command::Command;
use crate::write::control::ControlMove;
use crate::write::outcome::{Env, Outcome, OutcomeKind};
use crate::write::refusal::Refusal;
use std::collections::BTreeMap;

/// A new profile that is drawn into a set.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlEntry {
    /// The profile.
    pub profile: ProfileId,
    /// The set and the lot.
    pub entrance: Entrance,
    /// When.
    pub at: Timestamp,
}

/// A profile that was put in or taken out by hand.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlChange {
    /// Its database.
    pub database: DatabaseId,
    /// The profile.
    pub profile: ProfileId,
    /// Whether it was put in (true) or taken out (false) before.
    pub before: Option<bool>,
    /// The same from now on.
    pub after: Option<bool>,
    /// Why.
    pub reason: String,
    /// Who did it.
    pub actor: String,
}

/// What happened to control groups in the image, in order.
#[derive(Debug, Default)]
pub(super) struct Controls {
    entries: Vec<ControlEntry>,
    changes: Vec<ControlChange>,
    /// Where profiles stood before each change.
    undo: Vec<(ProfileId, ControlState)>,
}

/// How much of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ControlMark {
    entries: usize,
    changes: usize,
}

impl Controls {
    pub fn mark(&self) -> ControlMark {
        ControlMark {
            entries: self.entries.len(),
            changes: self.changes.len(),
        }
    }

    /// What is to be stored, of profiles that there are; the last change of each.
    pub fn net(
        self,
        exists: impl Fn(ProfileId) -> bool,
    ) -> (Vec<ControlEntry>, Vec<ControlChange>) {
        let mut entries = self.entries;
        entries.retain(|one| exists(one.profile));
        let mut last: BTreeMap<ProfileId, ControlChange> = BTreeMap::new();
        for change in self.changes {
            if let Some(known) = last.get_mut(&change.profile) {
                *known = ControlChange {
                    before: known.before,
                    ..change
                };
            } else {
                last.insert(change.profile, change);
            }
        }
        last.retain(|id, _| exists(*id));
        (entries, last.into_values().collect())
    }
}

impl WorkingSet {
    /// Draws a new profile. Nothing more is known of who is made here than what the item says.
    pub(super) fn draw(
        &mut self,
        schema: &Schema,
        item: &Command,
        profile: &mut Profile,
        env: &Env,
    ) {
        let Some(control) = schema.control else {
            return;
        };
        let entered = item.memberships.as_deref().map(|all| &all.put[..]);
        let is_member = |id| entered.is_some_and(|all| all.contains(&id));
        for entrance in control.draw(profile, schema, &is_member, env.now) {
            if entrance.is_in_force {
                profile.control.entered_at = Some(env.now);
                profile.control.is_drawn = true;
            }
            self.controls.entries.push(ControlEntry {
                profile: profile.id,
                entrance,
                at: env.now,
            });
        }
    }

    /// Undoes what was done since.
    pub(super) fn take_back_controls(&mut self, mark: ControlMark) {
        self.controls.entries.truncate(mark.entries);
        self.controls.changes.truncate(mark.changes);
        while self.controls.undo.len() > mark.changes
            && let Some((id, before)) = self.controls.undo.pop()
        {
            if let Some(profile) = self.profiles.get_mut(&id) {
                profile.control = before;
            }
        }
    }

    /// Puts a profile in or takes it out by hand.
    pub(super) fn move_by_hand(
        &mut self,
        schema: &Schema,
        item: &Command,
        moved: &ControlMove,
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        if schema.control.is_none() {
            return Err(Refusal::not_found("The database has no control group."));
        }
        let found = self.matches(&moved.selector, schema);
        let id = match found[..] {
            [id] => id,
            [] => return Err(Refusal::not_found("No profile matches.")),
            _ => {
                let detail = format!("{} profiles match: nothing was written.", found.len());
                let mut error = Refusal::conflict(Code::AmbiguousMatch, detail);
                error.candidates = found.into();
                return Err(error);
            }
        };
        self.place_by_hand(schema, item, id, (moved.act, &moved.reason), env)
    }

    /// Puts those in who are now part of somebody that must be in, so that nobody gets messages
    /// by a merge or a split who got none.
    pub(super) fn keep_in_control(
        &mut self,
        schema: &Schema,
        item: &Command,
        id: ProfileId,
        reason: &str,
        env: &Env,
    ) -> Result<(), Refusal> {
        let is_in = |one: &Profile| one.control.is_member();
        if schema.control.is_some() && !self.profiles.get(&id).is_some_and(is_in) {
            self.place_by_hand(schema, item, id, (ControlAct::Add, reason), env)?;
        }
        Ok(())
    }

    pub(super) fn place_by_hand(
        &mut self,
        schema: &Schema,
        item: &Command,
        id: ProfileId,
        (act, reason): (ControlAct, &str),
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        let Some(profile) = self.profiles.get_mut(&id) else {
            return Err(Refusal::not_found("The profile that matched is gone."));
        };
        let before = profile.control;
        let sets = schema.control.into_iter().flat_map(|one| &one.sets);
        let is_running = sets.into_iter().any(|set| set.is_in_force);
        let after = act.apply(before, is_running, env.now);
        let mut outcome = Outcome::unchanged(id, profile.revision);
        outcome.control = Some(after);
        if before.by_hand == after.by_hand {
            outcome.control = Some(before);
            return Ok(outcome);
        }
        profile.control = after;
        let profile = profile.clone();
        outcome.kind = OutcomeKind::Updated;
        let change = Change {
            field: "control_group".to_owned(),
            before: before.to_history(),
            after: after.to_history(),
        };
        let about = item.about.clone();
        let entry = entry(&profile, Kind::Control, vec![change], about, env);
        self.controls.undo.push((id, before));
        self.controls.changes.push(ControlChange {
            database: profile.database,
            profile: id,
            before: before.by_hand,
            after: after.by_hand,
            reason: reason.to_owned(),
            actor: env.actor.to_owned(),
        });
        self.steps.push(Step {
            database: profile.database,
            before: Some(profile),
            keys: KeyDelta::default(),
            entry,
        });
        Ok(outcome)
    }
}
