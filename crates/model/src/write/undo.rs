//! Taking back what a job did to one profile (spec/people.md §5).

use super::Schema;
use super::command::{Action, Command};
use super::relate::{ProfilePair, RelationSides};
use crate::history::{Change, Kind};
use crate::id::{DatabaseId, JobId, ProfileId};
use crate::matching::{MatchKey, Selector, profile_keys};
use crate::profile::Profile;
use crate::relation::{Side, pair_of_change};
use std::sync::Arc;

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
    /// The side on which it stood, where a relation changed whose sides are of one database.
    pub side: Option<Side>,
}

/// An entry to take back, with the keys that must be free for it.
#[derive(Clone, Debug)]
pub(crate) struct PreparedUndo {
    pub undo: Undo,
    pub keys: Vec<(DatabaseId, MatchKey)>,
    pub relation: Option<RelationUndo>,
}

/// The relation whose change is taken back.
#[derive(Clone, Debug)]
pub(crate) struct RelationUndo {
    pub sides: Arc<RelationSides>,
    /// The side on which the profile of the entry stands.
    pub own: Side,
    /// That profile.
    pub profile: Selector,
    /// Who stands across.
    pub across: Selector,
}

impl PreparedUndo {
    /// The pair whose relation is taken back.
    pub fn pair(&self) -> Option<ProfilePair<'_>> {
        let relation = self.relation.as_ref()?;
        let (profile, across) = (&relation.profile, &relation.across);
        Some(ProfilePair::with(
            &relation.sides,
            relation.own,
            profile,
            across,
        ))
    }
}

impl RelationUndo {
    /// The relation that the entry tells of; none where its type or the database across is
    /// gone, or nobody can say on which side the profile stood.
    fn of(undo: &Undo, schema: &Schema) -> Option<Self> {
        if undo.kind != Kind::Relation {
            return None;
        }
        let change = undo.changes.first()?;
        let (id, other) = pair_of_change(&change.field)?;
        let mut types = schema.relation_types.iter();
        let relation_type = types.find(|one| one.id == id)?;
        let own = relation_type.side_of(schema.database.id, undo.side).ok()?;
        Some(RelationUndo {
            sides: Arc::new(RelationSides::of(relation_type, schema)?),
            own,
            profile: Selector::of_profile(undo.profile),
            across: Selector::of_profile(other),
        })
    }
}

/// Takes one entry of the history back.
pub fn prepare_undo(undo: Undo, schema: &Schema) -> Command {
    let database = schema.database;
    let keys = undo.removed.iter().flat_map(|removed| {
        let keys = profile_keys(removed, database).into_iter();
        keys.map(|(key, _)| (database.id, key))
    });
    let keys = keys.collect();
    let relation = RelationUndo::of(&undo, schema);
    let prepared = PreparedUndo {
        undo,
        keys,
        relation,
    };
    Command::of(Action::Undo(Box::new(prepared)), schema)
}
