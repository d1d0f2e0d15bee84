//! Definitions of the databases that relations lead to: their watchers are notified of what
//! changes there.

use crate::JobError;
use roster_model::{Code, DatabaseId};
use roster_store::Sql;
use roster_store::catalogue::{self, Definitions};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The definitions of these databases, but for `own`.
pub(crate) async fn definitions(
    sql: &impl Sql,
    own: DatabaseId,
    databases: impl IntoIterator<Item = DatabaseId>,
) -> Result<Vec<Arc<Definitions>>, JobError> {
    let others: BTreeSet<DatabaseId> = databases.into_iter().filter(|id| *id != own).collect();
    let mut loaded = Vec::with_capacity(others.len());
    for id in others {
        let found = catalogue::load(sql, id).await?;
        loaded.push(Arc::new(found.ok_or_else(|| {
            let detail = "The database across a relation is gone.".to_owned();
            JobError::Failed(Code::DatabaseGone, detail)
        })?));
    }
    Ok(loaded)
}
