//! The databases that this instance knows, all at one version: a search must
//! know the fields of every database that it looks into.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use roster_model::{Database, DatabaseId};
use roster_store::catalogue::all;
use roster_store::{Error, Sql};

/// All databases at one version of the definitions.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The version.
    pub version: i64,
    /// The databases by id.
    pub databases: HashMap<DatabaseId, Database>,
}

static SEEN: Mutex<Option<Arc<Seen>>> = Mutex::new(None);

/// All databases as this instance remembers them.
pub(crate) async fn seen(sql: &impl Sql) -> Result<Arc<Seen>, Error> {
    let known = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(known) = known {
        return Ok(known);
    }
    let (version, databases) = all(sql).await?;
    let seen = Arc::new(Seen {
        version,
        databases: databases
            .into_iter()
            .map(|database| (database.id, database))
            .collect(),
    });
    *SEEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&seen));
    Ok(seen)
}

/// Forgets them, because they were seen to be old.
pub(crate) fn forget() {
    *SEEN.lock().unwrap_or_else(PoisonError::into_inner) = None;
}
