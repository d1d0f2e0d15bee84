//! What applying items needs beside the profiles, and what comes of it.

use crate::contact::Contact;
use crate::control::ControlState;
use crate::ending::EndingChange;
use crate::erasure::digest;
use crate::error::Invalid;
use crate::history::Entry;
use crate::id::{DatabaseId, JobId, MergeId, ProfileId, ResourceId, SegmentId};
use crate::matching::MatchKey;
use crate::origin::Origin;
use crate::profile::Profile;
use crate::time::Timestamp;
use crate::unite::ValueConflict;
use crate::write::leniency::Omissions;
use crate::write::working::{ControlChange, ControlEntry, Relation, RelationKey};
use serde::Serialize;
use serde_json::{Map, Value};

/// What applying depends on beside the profiles.
pub struct Env<'a> {
    /// The time of the change.
    pub now: Timestamp,
    /// Who changes: the name of the token.
    pub actor: &'a str,
    /// Through which door, such as `api`.
    pub interface: &'a str,
    /// What kind of door that is.
    pub origin: Origin,
    /// Whether what is said of a contact that the database doesn't know holds in every
    /// database, and not in this one alone.
    pub speaks_for_all: bool,
    /// Gives ids that no profile has.
    pub next_id: &'a mut dyn FnMut() -> ProfileId,
}

/// What became of one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeKind {
    /// A profile came to be.
    Created,
    /// A profile, or a subscription of it, changed.
    Updated,
    /// Everything was already as asked: no revision, no history.
    Unchanged,
    /// A profile is gone.
    Deleted,
}

impl OutcomeKind {
    /// All of them.
    pub const ALL: [OutcomeKind; 4] = [
        OutcomeKind::Created,
        OutcomeKind::Updated,
        OutcomeKind::Unchanged,
        OutcomeKind::Deleted,
    ];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            OutcomeKind::Created => "created",
            OutcomeKind::Updated => "updated",
            OutcomeKind::Unchanged => "unchanged",
            OutcomeKind::Deleted => "deleted",
        }
    }
}

/// What became of one item, and of which profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What happened.
    pub kind: OutcomeKind,
    /// The profile.
    pub id: ProfileId,
    /// Its revision now; its last one if it was deleted.
    pub revision: i64,
    /// One complaint for each value and each subscription that was left out, and
    /// each status that stayed though another was asked for.
    pub skipped: Vec<Invalid>,
    /// Whether a subscription was left out, or a status stayed.
    pub not_subscribed: bool,
    /// How many confirmations are asked for.
    pub asked: usize,
    /// What is worth knowing though nothing was left out: contacts on a
    /// suppression list (code `suppressed`), which the store fills in, and values
    /// that matched and are not the profile's own (code `matched_only`).
    pub notes: Vec<Invalid>,
    /// The relation that the item was about.
    pub relation: Option<Box<RelationOutcome>>,
    /// What was merged.
    pub merge: Option<Box<MergeOutcome>>,
    /// What a profile was split into.
    pub split: Option<Box<SplitOutcome>>,
    /// What an undoing did not take back.
    pub undo: Option<Box<UndoOutcome>>,
    /// Values of the fields that were asked for, as they are now.
    pub shown: Option<Box<Map<String, Value>>>,
    /// Where the profile stands in the control group, if the item was about that.
    pub control: Option<ControlState>,
}

/// A profile after others were merged into it.
#[derive(Clone, Debug, PartialEq)]
pub struct MergeOutcome {
    /// The merge, by which it can be undone.
    pub id: MergeId,
    /// The result.
    pub profile: Profile,
    /// Those that are gone.
    pub sources: Vec<ProfileId>,
    /// Values that differed: the outcome would be another one if the profiles were merged
    /// in another order.
    pub conflicts: Vec<ValueConflict>,
}

/// Profiles after one was split.
#[derive(Clone, Debug, PartialEq)]
pub struct SplitOutcome {
    /// What is left of it.
    pub source: Profile,
    /// Those that took something, in the order in which they were named.
    pub destinations: Vec<Profile>,
}

/// What an undoing brought back, and what it left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UndoOutcome {
    /// The profiles that are there again.
    pub restored: Vec<ProfileId>,
    /// What somebody has changed since, or would make somebody reachable: it stays.
    pub kept: Vec<RevertConflict>,
}

/// Something that an undoing leaves as it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RevertConflict {
    /// The profile.
    pub profile: ProfileId,
    /// What it is, as the history names it: see [`crate::history::Change::field`].
    pub field: String,
    /// As it is, and stays.
    pub value: Value,
    /// As it was before.
    pub before: Value,
    /// `changed_since` or `would_wake`.
    pub reason: &'static str,
}

/// All that must be known of a merge to undo it.
#[derive(Clone, Debug, PartialEq)]
pub struct MergeRecord {
    /// The merge.
    pub id: MergeId,
    /// The database of the destination.
    pub database: DatabaseId,
    /// The profile that stayed.
    pub destination: ProfileId,
    /// It before; none if it was new.
    pub before: Option<Profile>,
    /// It afterwards.
    pub after: Profile,
    /// Those that went, as they were.
    pub sources: Vec<Profile>,
    /// How many relations each source had, as they are stored: for the guard.
    pub counts: Vec<usize>,
    /// The relations that changed or went, as they were and as they are.
    pub relations: Vec<MergedRelation>,
    /// Whether the history moved along.
    pub history: bool,
    /// Whether the destination entered the segments of the sources.
    pub segments: bool,
}

/// A relation before and after a merge.
pub type MergedRelation = (RelationKey, Option<Relation>, Option<Relation>);

/// Whose history becomes whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryMove {
    /// How.
    pub kind: HistoryMoveKind,
    /// Whose it was.
    pub from: ProfileId,
    /// Whose it is now.
    pub to: ProfileId,
    /// The database of the latter.
    pub database: DatabaseId,
}

/// How a history comes to another profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryMoveKind {
    /// By a merge: the entries say whose they were.
    Move,
    /// By a split: both have it.
    Copy,
    /// What came to `from` by a merge goes back.
    Return,
    /// By a merge whose result doesn't get it: nobody sees it until that is undone.
    Hide,
    /// What was hidden is seen again, at `to`.
    Reveal,
}

/// A relation after an item.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationOutcome {
    /// Which one.
    pub key: RelationKey,
    /// As it is now; none if it is gone.
    pub relation: Option<Relation>,
}

impl Outcome {
    /// That nothing happened to a profile with this revision.
    pub(crate) fn unchanged(id: ProfileId, revision: i64) -> Self {
        Outcome {
            kind: OutcomeKind::Unchanged,
            id,
            revision,
            skipped: Vec::new(),
            not_subscribed: false,
            asked: 0,
            notes: Vec::new(),
            relation: None,
            merge: None,
            split: None,
            undo: None,
            shown: None,
            control: None,
        }
    }

    /// The same, with what was left out.
    pub(crate) fn without(mut self, left_out: Omissions) -> Self {
        self.skipped = left_out.told;
        self.not_subscribed = left_out.subscription;
        self
    }
}

/// A subscription that the person must confirm.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfirmationRequest {
    /// The database.
    pub database: DatabaseId,
    /// The profile.
    pub profile: ProfileId,
    /// What is subscribed to.
    pub resource: ResourceId,
    /// Where the question goes.
    pub contact: Contact,
}

/// A contact that nobody may send to any more, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockedContact {
    /// The contact.
    pub contact: Contact,
    /// `hard_bounce` or `complained`.
    pub reason: &'static str,
}

/// Something that is noted once: an event's id, a delivery's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// Whose ids these are, such as `event`.
    pub scope: String,
    /// The id, or what stands for it.
    pub key: String,
}

impl Mark {
    /// The mark of an id that somebody else gave: it may name a person, who may be
    /// erased while the mark stays, so only its SHA-256 is kept.
    #[must_use]
    pub fn of(scope: String, id: &str) -> Self {
        Mark {
            scope,
            key: digest(id),
        }
    }
}

/// That a mark was made, with a time in milliseconds: for what must happen in
/// order, that of what was told last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkRecord {
    /// The mark.
    pub mark: Mark,
    /// The time.
    pub at: i64,
    /// Whether it must not have been there, or only not be newer.
    pub once: bool,
}

/// A key of a profile. `slot` is 0 for a unique key, else the profile's row key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileKey {
    /// The database.
    pub database: DatabaseId,
    /// The key.
    pub key: MatchKey,
    /// Part of the stored key's identity.
    pub slot: i64,
    /// Whose it is, or was.
    pub profile: ProfileId,
}

/// What a group of items changes in all. Keys that are gone must be removed
/// before new ones are put in: a unique key may have moved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// New profiles, by id.
    pub created: Vec<Profile>,
    /// Changed profiles as they were loaded and as they are now, by id.
    pub updated: Vec<(Profile, Profile)>,
    /// Profiles that are gone, as they were loaded, by id.
    pub deleted: Vec<Profile>,
    /// One entry for each item that changed something, in the order of the
    /// items; also of profiles that came and went within the group.
    pub history: Vec<Entry>,
    /// Keys that were stored and are to go, also those of deleted profiles.
    pub keys_gone: Vec<ProfileKey>,
    /// Keys that are to be stored.
    pub keys_new: Vec<ProfileKey>,
    /// Who leaves which static segment, if they are in it.
    pub members_gone: Vec<(SegmentId, ProfileId)>,
    /// Who enters which static segment, if they aren't in it yet.
    pub members_put: Vec<(SegmentId, ProfileId)>,
    /// Who must confirm.
    pub asks: Vec<ConfirmationRequest>,
    /// What watchers are asked to start: told to them, and part of no history.
    pub starts: Vec<Entry>,
    /// Who enters the global suppression list.
    pub banned: Vec<BlockedContact>,
    /// How contacts stand now, in the order in which it was said.
    pub endings: Vec<EndingChange>,
    /// What is noted.
    pub marks: Vec<MarkRecord>,
    /// The relations that changed, as they are now; none for those that are gone.
    pub relations: Vec<(RelationKey, Option<Relation>)>,
    /// Subscriptions that are there no more, each with its profile: a split or an undoing
    /// took them away.
    pub subscriptions_gone: Vec<(ProfileId, ResourceId, Contact)>,
    /// Profiles that an undoing job removed, as they were: so that this can be undone.
    pub removed: Vec<(JobId, Profile)>,
    /// What was merged.
    pub merges: Vec<MergeRecord>,
    /// The merges that were undone.
    pub merges_undone: Vec<MergeRecord>,
    /// Who enters the static segments of whom: the latter first.
    pub segment_copies: Vec<(ProfileId, ProfileId)>,
    /// Histories that come to other profiles.
    pub history_moves: Vec<HistoryMove>,
    /// New profiles that are drawn into the control group.
    pub control_entries: Vec<ControlEntry>,
    /// Who was put in or taken out by hand.
    pub control_changes: Vec<ControlChange>,
}

impl Changes {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.history.is_empty()
            && self.members_gone.is_empty()
            && self.members_put.is_empty()
            && self.asks.is_empty()
            && self.starts.is_empty()
            && self.banned.is_empty()
            && self.endings.is_empty()
            && self.marks.is_empty()
            && self.relations.is_empty()
    }
}
