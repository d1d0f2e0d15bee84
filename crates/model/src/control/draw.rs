//! By what people are drawn: new profiles as they are made, everybody else by a job.

use super::StoredRule;
use super::lot::{ControlSecret, LotContact, lot};
use crate::Code;
use crate::condition::{Condition, Moment, Node};
use crate::error::Invalid;
use crate::id::{ControlSetId, SegmentId};
use crate::profile::Profile;
use crate::restrictions::Restrictions;
use crate::time::Timestamp;
use crate::write::Schema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The control group of a database, as far as it says who is drawn.
#[derive(Clone, Debug)]
pub struct ControlGroup {
    /// What lots are drawn with.
    pub secret: ControlSecret,
    /// The set in force, and the one that is being drawn.
    pub sets: Vec<ControlSet>,
}

/// One set of people.
#[derive(Clone, Debug)]
pub struct ControlSet {
    /// Its id.
    pub id: ControlSetId,
    /// Counts how often all were drawn again, from 1.
    pub generation: i64,
    /// Whether it is the one that counts.
    pub is_in_force: bool,
    /// By what its people are drawn; none if it no longer fits the database, and then
    /// nobody is.
    pub rule: Option<Rule>,
}

/// By what people are drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The first lot that isn't in.
    pub threshold: u32,
    /// Who is never drawn.
    pub exclude: Option<Condition>,
}

impl Rule {
    /// Reads the rule of settings ([`ControlGroupSettings::rule`]).
    ///
    /// Codes below `/exclude`: those of conditions, and `not_supported`.
    ///
    /// # Errors
    /// What is wrong, by pointer.
    pub fn read(stored: &StoredRule, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let exclude = match &stored.exclude {
            Some(asked) => Some(exclusion(asked, schema).map_err(|wrong| {
                let wrong = wrong.into_iter().map(|one| one.at("exclude"));
                wrong.collect::<Vec<_>>()
            })?),
            None => None,
        };
        Ok(Rule {
            threshold: stored.percent.threshold(),
            exclude,
        })
    }
}

/// A condition that can be asked of somebody who is just being made.
fn exclusion(asked: &Value, schema: &Schema) -> Result<Condition, Vec<Invalid>> {
    let condition = Condition::parse(asked, schema)?;
    let is_open = |node: &Node| {
        matches!(
            node,
            Node::Deliverable(_) | Node::Suppressed(_) | Node::Control(_)
        )
    };
    if condition.root().has(&is_open) {
        let detail = "Who is drawn can't depend on who is deliverable, suppressed or in the control group: these follow from it, or from what isn't known then.";
        return Err(vec![Invalid::new(Code::NotSupported, detail)]);
    }
    Ok(condition)
}

/// Somebody who is drawn into a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entrance {
    /// The set.
    pub set: ControlSetId,
    /// The lot.
    pub lot: u32,
    /// Whether it is the set that counts.
    pub is_in_force: bool,
}

impl ControlGroup {
    /// The sets that a new profile is drawn into; `is_member` tells which segments it enters.
    pub fn draw(
        &self,
        profile: &Profile,
        schema: &Schema,
        is_member: &dyn Fn(SegmentId) -> bool,
        now: Timestamp,
    ) -> Vec<Entrance> {
        let contact = LotContact::of(profile);
        let drawn = self.sets.iter().filter_map(|set| {
            let rule = set.rule.as_ref()?;
            let lot = lot(&self.secret, set.generation, &contact);
            if lot >= rule.threshold {
                return None;
            }
            let is_excluded = rule.exclude.as_ref().is_some_and(|exclude| {
                let moment = Moment {
                    now,
                    zone: schema.database.time_zone.clone(),
                };
                // Nobody is related to a profile that is just being made, nor has anything
                // happened to it.
                let against = Restrictions::default();
                exclude.holds(profile, is_member, &|_| 0, &|_| 0, &against, &moment)
            });
            (!is_excluded).then_some(Entrance {
                set: set.id,
                lot,
                is_in_force: set.is_in_force,
            })
        });
        drawn.collect()
    }
}

/// What a draw among those who are there does beside drawing: what there was, and how the
/// rule changed. It is kept with the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draw {
    /// The set that is drawn.
    pub set: ControlSetId,
    /// The set before, whose people it begins with; none where all are drawn again.
    pub base: Option<ControlSetId>,
    /// Whether anybody may enter.
    pub adds: bool,
    /// Whether those who are in are asked whether they are excluded.
    pub asks_members: bool,
}

/// What is known of a profile when it is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Candidate {
    /// The lot that it drew for the set before, if it was in.
    pub lot: Option<u32>,
    /// Whether it is excluded now.
    pub is_excluded: bool,
}

impl Draw {
    /// What another rule makes of the set in force; none if it stays as it is. `base` is
    /// the set in force, of the same generation.
    pub fn between(
        before: &StoredRule,
        after: &StoredRule,
        base: ControlSetId,
        set: ControlSetId,
    ) -> Option<Self> {
        let is_asked_anew = before.exclude != after.exclude;
        (is_asked_anew || before.percent != after.percent).then_some(Draw {
            set,
            base: Some(base),
            adds: is_asked_anew || after.percent > before.percent,
            asks_members: is_asked_anew,
        })
    }

    /// All are drawn again.
    pub fn from_nobody(set: ControlSetId) -> Self {
        Draw {
            set,
            base: None,
            adds: true,
            asks_members: true,
        }
    }

    /// The lot of a profile that is in from now on; none if it isn't. `own` gives the lot
    /// that its contact draws: raising the share only adds and lowering it only removes,
    /// whatever became of contacts since.
    pub fn decide(&self, rule: &Rule, held: Candidate, own: impl FnOnce() -> u32) -> Option<u32> {
        let lot = match held.lot {
            Some(_) if self.asks_members && held.is_excluded => return None,
            Some(lot) => lot,
            None if !self.adds || held.is_excluded => return None,
            None => own(),
        };
        (lot < rule.threshold).then_some(lot)
    }
}
