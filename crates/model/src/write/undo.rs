//! Taking back what a job did to one profile (spec/people.md §5).

use super::Schema;
use super::command::{Action, Command};
use super::outcome::RevertConflict;
use super::relate::{ProfilePair, RelationSides};
use crate::history::{Change, Kind};
use crate::id::{DatabaseId, JobId, ProfileId};
use crate::matching::{MatchKey, Selector, profile_keys};
use crate::profile::Profile;
use crate::relation::{Side, pair_of_change};
use crate::revert::CHANGED_SINCE;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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
    /// What happened to the profile since.
    pub later: LaterChanges,
}

/// Who made a later entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaterAuthor {
    /// The job whose entry is taken back.
    Own,
    /// Somebody else.
    Other,
    /// An undoing, of whatever it was.
    Undoing,
}

/// What happened to a profile after an entry of its history that is taken back. What others
/// did stays (spec/people.md §5), unless it was undone.
#[derive(Clone, Debug, Default)]
pub struct LaterChanges {
    /// Whether the entry came to the profile by a merge: it is about somebody else.
    pub(crate) is_merged: bool,
    /// What happened that no undoing takes back, such as an event.
    event: Option<Kind>,
    /// The changes of each field that stand, in order; of what has members, of each member
    /// as [`member`] names it.
    fields: BTreeMap<String, Vec<LaterChange>>,
}

#[derive(Clone, Debug)]
struct LaterChange {
    before: Value,
    after: Value,
    is_own: bool,
}

impl LaterChanges {
    /// Nothing yet; `is_merged` says whether the entry came to the profile by a merge.
    pub fn new(is_merged: bool) -> Self {
        LaterChanges {
            is_merged,
            ..LaterChanges::default()
        }
    }

    /// Adds an entry; they come in the order in which they were made.
    pub fn add(&mut self, kind: Kind, changes: &[Change], author: LaterAuthor) {
        if author == LaterAuthor::Other && (kind == Kind::Event || changes.is_empty()) {
            self.event = self.event.or(Some(kind));
        }
        for change in changes {
            let (Value::Object(before), Value::Object(after)) = (&change.before, &change.after)
            else {
                self.note(change.field.clone(), &change.before, &change.after, author);
                continue;
            };
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            let nothing = Value::Null;
            for name in names {
                let was = before.get(name).unwrap_or(&nothing);
                let is = after.get(name).unwrap_or(&nothing);
                if was != is {
                    self.note(member(&change.field, name), was, is, author);
                }
            }
        }
    }

    fn note(&mut self, field: String, before: &Value, after: &Value, author: LaterAuthor) {
        let known = self.fields.entry(field).or_default();
        let undoes = known
            .last()
            .is_some_and(|last| last.after == *before && last.before == *after);
        if author == LaterAuthor::Undoing && undoes {
            known.pop();
            return;
        }
        known.push(LaterChange {
            before: before.clone(),
            after: after.clone(),
            is_own: author == LaterAuthor::Own,
        });
    }

    /// What others made of a field and stands.
    fn others(&self, field: &str) -> Option<&LaterChange> {
        self.fields.get(field)?.iter().find(|one| !one.is_own)
    }

    /// Whether the field changed; of what has members, that it came or went.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.others(field).is_some()
    }

    /// Whether the member of a field changed, or the field as a whole.
    pub(crate) fn has_member(&self, field: &str, name: &str) -> bool {
        self.has(field) || self.has(&member(field, name))
    }

    /// Whether the field changed in any way.
    pub(crate) fn has_any(&self, field: &str) -> bool {
        let inside = member(field, "");
        let members = self.fields.range(inside.clone()..);
        let mut members = members.take_while(|(name, _)| name.starts_with(&inside));
        self.has(field) || members.any(|(name, _)| self.has(name))
    }

    /// What shows that somebody touched the profile: nothing where nobody did.
    pub(crate) fn touch(&self, profile: ProfileId) -> Option<RevertConflict> {
        let mut changed = self.fields.keys();
        let changed = changed.find_map(|field| Some((field, self.others(field)?)));
        let (field, value, before) = match (changed, self.event) {
            (Some((field, change)), _) => {
                let name = field.split('\n').next().unwrap_or(field);
                (name.to_owned(), change.after.clone(), change.before.clone())
            }
            (None, Some(kind)) => (kind.as_str().to_owned(), Value::Bool(true), Value::Null),
            (None, None) => return None,
        };
        Some(RevertConflict {
            profile,
            field,
            value,
            before,
            reason: CHANGED_SINCE,
        })
    }
}

/// The name of a member of a field, unlike that of any field.
fn member(field: &str, name: &str) -> String {
    format!("{field}\n{name}")
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
        let relation_type = schema.relation_type(id).ok()?;
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
    let back = undo.removed.iter().flat_map(|removed| {
        let keys = profile_keys(removed, database).into_iter();
        keys.map(|(key, _)| key)
    });
    // Somebody else may have a value by now that only one may have.
    let values = undo.changes.iter().flat_map(|change| {
        let field = database.field(&change.field).filter(|field| field.unique);
        let keys = field.into_iter();
        keys.flat_map(|field| MatchKey::of_field(field, &change.before))
    });
    let keys = back.chain(values).map(|key| (database.id, key)).collect();
    let relation = RelationUndo::of(&undo, schema);
    let prepared = PreparedUndo {
        undo,
        keys,
        relation,
    };
    Command::of(Action::Undo(Box::new(prepared)), schema)
}
