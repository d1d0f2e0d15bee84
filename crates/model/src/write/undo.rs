//! Taking back what a job did to one profile (spec/people.md §5).

use super::Schema;
use super::command::{Action, Command};
use crate::history::{Change, Kind};
use crate::id::{DatabaseId, JobId, ProfileId};
use crate::matching::{MatchKey, profile_keys};
use crate::profile::Profile;

/// One entry of the history that is taken back.
#[derive(Clone, Debug)]
pub struct Undo {
    /// The job that takes it back.
    pub job: JobId,
    /// Whose entry it is.
    pub profile: ProfileId,
    /// What happened then.
    pub kind: Kind,
    /// What that changed.
    pub changes: Vec<Change>,
    /// The profile as it was when an earlier undoing removed it.
    pub removed: Option<Box<Profile>>,
}

/// An entry to take back, with the keys that must be free for it.
#[derive(Clone, Debug)]
pub(crate) struct PreparedUndo {
    pub undo: Undo,
    pub keys: Vec<(DatabaseId, MatchKey)>,
}

/// Takes one entry of the history back.
pub fn prepare_undo(undo: Undo, schema: &Schema) -> Command {
    let database = schema.database;
    let keys = undo.removed.iter().flat_map(|removed| {
        let keys = profile_keys(removed, database).into_iter();
        keys.map(|(key, _)| (database.id, key))
    });
    let keys = keys.collect();
    Command::of(Action::Undo(Box::new(PreparedUndo { undo, keys })), schema)
}
