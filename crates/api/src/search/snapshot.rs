//! The databases that this instance knows, all at one version: a search must
//! know the fields of every database that it looks into.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use roster_model::{Database, DatabaseId};
use roster_store::catalogue::all;
use roster_store::{Error, Sql};

/// All databases at one version of the definitions.
#[derive(Debug)]
pub(crate) struct DatabaseSnapshot {
    /// The version.
    pub version: i64,
    /// The databases by id.
    pub databases: HashMap<DatabaseId, Database>,
}

static KNOWN: Mutex<Option<Arc<DatabaseSnapshot>>> = Mutex::new(None);

/// All databases as this instance remembers them.
pub(crate) async fn snapshot(sql: &impl Sql) -> Result<Arc<DatabaseSnapshot>, Error> {
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(known) = known {
        return Ok(known);
    }
    let (version, databases) = all(sql).await?;
    let snapshot = Arc::new(DatabaseSnapshot {
        version,
        databases: databases
            .into_iter()
            .map(|database| (database.id, database))
            .collect(),
    });
    *KNOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&snapshot));
    Ok(snapshot)
}

/// Forgets them, because they are stale.
pub(crate) fn forget() {
    *KNOWN.lock().unwrap_or_else(PoisonError::into_inner) = None;
}
