//! Writing profiles: the one path that every change of a profile takes,
//! whether it comes alone, in a batch, from a file or through another door.
//!
//! 1. A request's item is prepared: [`Request::prepare`], [`prepare_write`],
//!    [`prepare_patch`], … read and check it against the schema. Nothing is
//!    known of stored profiles yet.
//! 2. The store looks up what [`Command::lookups`] and
//!    [`Command::profile_id`] name, for many items at once.
//! 3. [`WorkingSet`] applies the items one after the other to that image, so that
//!    a batch equals its items one by one, and gives an [`Outcome`] for each
//!    and the net [`Changes`] for the store.

mod act;
mod asking;
mod bulk;
mod bulk_scope;
mod change;
mod command;
mod control;
mod create;
pub(crate) mod edits;
mod event;
mod holders;
pub(crate) mod leniency;
mod memberships;
mod merge;
mod outcome;
mod prepare;
mod prepare_subscription;
mod refusal;
mod relate;
mod request;
mod room;
mod select;
mod show;
mod sign_up;
mod start;
pub(crate) mod subscribe;
mod subscription_values;
mod template;
mod undo;
mod working;

pub use crate::error::MAX_ERRORS;
pub use asking::prepare_asks;
pub use bulk::{Bulk, MAX_TEMPLATES};
pub use change::{LinkEvent, ProfileChange, SubscriptionChange};
pub use command::Command;
pub use control::{ControlMove, prepare_control};
pub use edits::is_computed_by_altcraft;
pub(crate) use edits::no_field;
pub use event::{EventKind, MAX_EVENTS};
pub use leniency::{INVALID, LINE_BREAKS};
pub use memberships::{MAX_LISTED, Memberships};
pub use merge::{
    MAX_DESTINATIONS, MAX_MERGED_RELATIONS, MAX_SOURCES, Merge, MergedDatabase, Reference, Split,
    Unmerge, prepare_merge, prepare_split, prepare_unmerge,
};
pub use outcome::{
    BlockedContact, Changes, ConfirmationRequest, Env, HistoryMove, HistoryMoveKind, Mark,
    MarkRecord, MergeOutcome, MergeRecord, MergedRelation, Outcome, OutcomeKind, ProfileKey,
    RelationOutcome, RevertConflict, SplitOutcome, UndoOutcome,
};
pub use prepare::{prepare_delete, prepare_patch, prepare_write};
pub use prepare_subscription::{
    prepare_ask, prepare_subscription_delete, prepare_subscription_restore,
    prepare_subscription_set,
};
pub use refusal::{Refusal, RefusalKind};
pub(crate) use relate::one_profile;
pub use relate::{
    ProfilePair, REFERENCE_MEMBERS, RelationEdit, RelationSides, prepare_relation, reference,
};
pub use request::{REQUEST_MEMBERS, Request, check_act};
pub use room::Room;
pub use sign_up::SignUp;
pub use subscribe::reason;
pub use undo::{LaterAuthor, LaterChanges, Undo, prepare_undo};
pub use working::{ControlChange, ControlEntry, Relation, RelationKey, Savepoint, WorkingSet};

use crate::Code;
use crate::control::ControlGroup;
use crate::database::Database;
use crate::error::{Invalid, excerpt};
use crate::id::{DatabaseId, RelationTypeId, ResourceId, SegmentId};
use crate::relation::RelationType;
use crate::resource::Resource;
use crate::segment::{KnownSegment, SegmentKind};
use serde_json::Value;
use std::fmt::{self, Display};
use std::str::FromStr;

/// What a profile's values and subscriptions must fit.
#[derive(Clone, Copy, Debug)]
pub struct Schema<'a> {
    /// The database that the profile belongs to.
    pub database: &'a Database,
    /// All resources that there are, also those that serve other databases: so
    /// that a message can tell what is unknown from what doesn't fit.
    pub resources: &'a [Resource],
    /// The segments of the database, ascending.
    pub segments: &'a [KnownSegment],
    /// The relation types that the database is part of.
    pub relation_types: &'a [RelationType],
    /// The databases that they join it with.
    pub neighbours: &'a [Neighbour],
    /// By what new profiles are drawn into the control group.
    pub control: Option<&'a ControlGroup>,
}

/// A database that relations lead to.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// The database.
    pub database: Database,
    /// Its segments, ascending.
    pub segments: Vec<KnownSegment>,
}

impl<'a> Schema<'a> {
    /// The schema of a database alone: without resources, segments and relations.
    pub fn bare(database: &'a Database) -> Self {
        Schema {
            database,
            resources: &[],
            segments: &[],
            relation_types: &[],
            neighbours: &[],
            control: None,
        }
    }

    /// What values must fit in a database across a relation, which may be the same.
    pub(crate) fn across(&self, id: DatabaseId) -> Option<Self> {
        if id == self.database.id {
            return Some(*self);
        }
        let mut neighbours = self.neighbours.iter();
        let other = neighbours.find(|one| one.database.id == id)?;
        Some(Schema {
            database: &other.database,
            segments: &other.segments,
            relation_types: &[],
            neighbours: &[],
            control: None,
            ..*self
        })
    }

    /// A relation type that the database is part of. Code `unknown_relation_type`.
    pub(crate) fn relation_type(&self, id: RelationTypeId) -> Result<&'a RelationType, Invalid> {
        let mut types = self.relation_types.iter();
        let found = types.find(|one| one.id == id);
        found.ok_or_else(|| no_relation_type(&id))
    }

    /// The segment with the id that a client sent. Codes: `invalid_id`,
    /// `unknown_segment`.
    pub fn segment(&self, given: &Value) -> Result<&'a KnownSegment, Invalid> {
        let id = SegmentId::from_json(given)?;
        let found = self.segments.binary_search_by_key(&id, |one| one.id);
        let found = found.ok().and_then(|place| self.segments.get(place));
        found.ok_or_else(|| {
            let detail = format!("The database has no segment {id}.");
            Invalid::new(Code::UnknownSegment, detail)
        })
    }

    /// The same for one whose members are put in and taken out. Code
    /// `segment_not_static` too.
    pub fn static_segment(&self, given: &Value) -> Result<SegmentId, Invalid> {
        let found = self.segment(given)?;
        if found.kind == SegmentKind::Static {
            return Ok(found.id);
        }
        let (id, kind) = (found.id, found.kind.as_str());
        let detail = format!("Segment {id} is {kind}: its condition says who belongs to it.");
        Err(Invalid::new(Code::SegmentNotStatic, detail))
    }

    /// The resource with the id that a client sent. Codes: `invalid_id`,
    /// `unknown_resource`, `resource_not_for_database`.
    pub fn resource(&self, given: &Value) -> Result<&'a Resource, Invalid> {
        self.known_resource(ResourceId::from_json(given)?)
    }

    /// A resource that serves the database. Codes: `unknown_resource`,
    /// `resource_not_for_database`.
    pub(crate) fn known_resource(&self, id: ResourceId) -> Result<&'a Resource, Invalid> {
        let found = self.resources.iter().find(|resource| resource.id == id);
        let resource = found.ok_or_else(|| {
            Invalid::new(Code::UnknownResource, format!("There is no resource {id}."))
        })?;
        if !resource.databases.contains(&self.database.id) {
            let database = self.database.id;
            return Err(Invalid::new(
                Code::ResourceNotForDatabase,
                format!("Resource {id} does not serve database {database}."),
            ));
        }
        Ok(resource)
    }
}

/// That the database is part of no such relation type.
pub(crate) fn no_relation_type(id: &impl Display) -> Invalid {
    let detail = format!("The database is part of no relation type {id}.");
    Invalid::new(Code::UnknownRelationType, detail)
}

/// What a write may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Changes the one profile that matches, or creates one if none does.
    #[default]
    Import,
    /// Creates, without looking for a match.
    Add,
    /// Changes the one profile that matches.
    Update,
}

impl Mode {
    /// All modes.
    pub const ALL: [Mode; 3] = [Mode::Import, Mode::Add, Mode::Update];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Import => "import",
            Mode::Add => "add",
            Mode::Update => "update",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Mode {
    type Err = Invalid;

    /// Refuses anything but a mode's name, with code `invalid_mode`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = Self::ALL.into_iter().find(|mode| mode.as_str() == text);
        found.ok_or_else(|| {
            let detail = format!(
                "{} is no mode: it must be import, add or update.",
                excerpt(text)
            );
            Invalid::new(Code::InvalidMode, detail)
        })
    }
}
