//! `DELETE /v1/suppressions/{id}`

use crate::suppressions::shape::{ListAccess, found};
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_model::SuppressionId;
use roster_store::suppressions::{self, changes};
use serde::Serialize;

/// What was deleted or cleared.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedSuppression {
    /// The list.
    #[schema(value_type = String, example = "2")]
    pub(crate) id: SuppressionId,
    /// How many entries went.
    pub(crate) entries: i64,
}

/// Deletes a suppression list with its entries and their history; whom it named
/// can be written to again. While it has entries that needs a confirmation. The
/// global list stays.
///
/// Entries go in slices, so that other requests get their turn, then the list. If
/// that is broken off, the list has fewer entries: repeat it.
#[route(
    delete, "/v1/suppressions/{id}", SuppressionsWrite, id = "deleteSuppression",
    query = crate::queries::ConfirmQuery,
    if_match,
    once,
    answer = RemovedSuppression,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    if let Some(reply) = call.replay().await? {
        return Ok(reply);
    }
    let sql = call.pool.lend().await?;
    let before = found(&sql, &call, ListAccess::Change).await?;
    drop(sql);
    if before.list.is_global {
        let detail = "The global list holds for every database and can't be deleted; clear it.";
        return Err(Problem::new(kinds::GLOBAL_LIST, detail));
    }
    if_match.check(before.revision)?;
    if before.list.entries > 0 {
        call.confirmed(&before.list.name)?;
    }
    let (mut after, mut entries) = (String::new(), 0);
    loop {
        let slice = call
            .change(async |sql| {
                let found = found(sql, &call, ListAccess::Change).await?;
                if_match.check(found.revision)?;
                let list = found.list;
                let slice = changes::forget_slice(sql, list.id, &after).await?;
                // Others may have added some before the place that is reached.
                if slice.is_none() && list.entries == 0 {
                    suppressions::delete(sql, &list, entries, &call.author()).await?;
                    let id = list.id;
                    let reply = Reply::ok(&RemovedSuppression { id, entries });
                    call.keep(sql, &reply).await?;
                    return Ok(Err(reply));
                }
                Ok(Ok(slice))
            })
            .await?;
        match slice {
            Err(reply) => return Ok(reply),
            Ok(None) => after.clear(),
            Ok(Some(slice)) => {
                entries += slice.removed;
                after = slice.last;
            }
        }
    }
}
