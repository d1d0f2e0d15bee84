//! What of a history a caller may see: a token for some databases learns nothing of
//! relations that lead out of them, nor of profiles of others that were merged.

use std::collections::{BTreeSet, HashMap};

use roster_http::{Call, Caller, Problem};
use roster_model::history::Kind;
use roster_model::{DatabaseId, ProfileId, RelationTypeId};
use roster_store::history::Entry;
use roster_store::{Error, Sql, merges};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

/// What of a history is shown.
pub(crate) enum HistorySight {
    /// All, also relations of types that are gone.
    All,
    /// What a token for some databases sees.
    Some {
        /// Relations of these types.
        types: Vec<RelationTypeId>,
        /// Whose profiles they may know of.
        caller: Caller,
    },
}

impl HistorySight {
    /// What a caller may see in the history of a database.
    pub(crate) async fn of(call: &Call, database: DatabaseId) -> Result<Self, Problem> {
        if call.caller.databases.is_none() {
            return Ok(HistorySight::All);
        }
        let known = call.current(database).await?;
        let types = known.relation_types.iter().map(|one| one.id);
        Ok(HistorySight::Some {
            types: types.collect(),
            caller: call.caller.clone(),
        })
    }

    /// Whether relations of a type are shown.
    pub(crate) fn has(&self, id: RelationTypeId) -> bool {
        match self {
            HistorySight::All => true,
            HistorySight::Some { types, .. } => types.contains(&id),
        }
    }

    /// Whether an entry is shown.
    pub(crate) fn shows(&self, entry: &Entry) -> bool {
        match self {
            HistorySight::Some { .. } if entry.kind == Kind::Relation.as_str() => {
                relation_type(&entry.changes).is_some_and(|id| self.has(id))
            }
            _ => true,
        }
    }

    /// Leaves out of `merged_from` the profiles of databases that the caller may not see.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub(crate) async fn mask<'a>(
        &self,
        sql: &impl Sql,
        entries: impl Iterator<Item = &'a mut Entry>,
    ) -> Result<(), Error> {
        let HistorySight::Some { caller, .. } = self else {
            return Ok(());
        };
        let came = entries.filter_map(|entry| Some((merged_from(entry)?, entry)));
        let came: Vec<(MergedAbout, &mut Entry)> = came.collect();
        if came.is_empty() {
            return Ok(());
        }
        let ids: BTreeSet<ProfileId> = came.iter().flat_map(|(about, _)| about.ids()).collect();
        let ids: Vec<ProfileId> = ids.into_iter().collect();
        let known = merges::databases_of(sql, &ids).await?;
        for (mut about, entry) in came {
            about.keep(&known, caller);
            entry.about = to_raw_value(&about.0).ok();
        }
        Ok(())
    }
}

/// What is known of an act that came by a merge.
struct MergedAbout(Map<String, Value>);

impl MergedAbout {
    fn ids(&self) -> impl Iterator<Item = ProfileId> {
        let all = self.0.get("merged_from").and_then(Value::as_array);
        all.into_iter().flatten().filter_map(id)
    }

    fn keep(&mut self, known: &HashMap<ProfileId, DatabaseId>, caller: &Caller) {
        if let Some(Value::Array(all)) = self.0.get_mut("merged_from") {
            all.retain(|one| {
                let database = id(one).and_then(|id| known.get(&id));
                database.is_some_and(|database| caller.may_see(*database))
            });
        }
    }
}

fn id(value: &Value) -> Option<ProfileId> {
    value.as_str()?.parse().ok()
}

/// What is known of the act, where the entry came by a merge.
fn merged_from(entry: &Entry) -> Option<MergedAbout> {
    let about = entry.about.as_ref()?.get();
    // Most didn't, and needn't be read.
    if !about.contains("\"merged_from\":") {
        return None;
    }
    serde_json::from_str(about).ok().map(MergedAbout)
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
