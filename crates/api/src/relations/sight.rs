//! What of a history a caller may see: a token for some databases learns nothing of
//! relations that lead out of them.

use roster_http::{Call, Problem};
use roster_model::history::Kind;
use roster_model::{DatabaseId, RelationTypeId};
use roster_store::history::Entry;
use serde_json::value::RawValue;

/// The relation types whose changes are shown.
pub(crate) enum VisibleRelations {
    /// Of all types, also of those that are gone.
    All,
    /// Of these types.
    Only(Vec<RelationTypeId>),
}

impl VisibleRelations {
    /// Those that a caller may see in the history of a database.
    pub(crate) async fn of(call: &Call, database: DatabaseId) -> Result<Self, Problem> {
        if call.caller.databases.is_none() {
            return Ok(VisibleRelations::All);
        }
        let known = call.current(database).await?;
        let types = known.relation_types.iter().map(|one| one.id);
        Ok(VisibleRelations::Only(types.collect()))
    }

    /// Whether relations of a type are shown.
    pub(crate) fn has(&self, id: RelationTypeId) -> bool {
        match self {
            VisibleRelations::All => true,
            VisibleRelations::Only(types) => types.contains(&id),
        }
    }

    /// Whether an entry is shown.
    pub(crate) fn shows(&self, entry: &Entry) -> bool {
        match self {
            VisibleRelations::All => true,
            VisibleRelations::Only(_) if entry.kind != Kind::Relation.as_str() => true,
            VisibleRelations::Only(_) => {
                relation_type(&entry.changes).is_some_and(|id| self.has(id))
            }
        }
    }
}

/// The type of the relation that changed.
fn relation_type(changes: &RawValue) -> Option<RelationTypeId> {
    #[derive(serde::Deserialize)]
    struct Changed {
        field: String,
    }
    let changes: Vec<Changed> = serde_json::from_str(changes.get()).ok()?;
    roster_model::relation::type_of_change(&changes.first()?.field)
}
