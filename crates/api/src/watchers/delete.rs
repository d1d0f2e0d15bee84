//! `DELETE /v1/watchers/{id}`

use super::shape::found;
use roster_http::{Call, Problem, Reply, route};
use roster_model::WatcherId;
use roster_store::watchers;
use serde::Serialize;

/// What was deleted.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedWatcher {
    /// The watcher.
    #[schema(value_type = String, example = "1")]
    id: WatcherId,
}

/// Deletes a watcher. What it was to be told is cancelled.
#[route(
    delete, "/v1/watchers/{id}", OutboxWrite, id = "deleteWatcher",
    if_match,
    once,
    answer = RemovedWatcher,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(sql, &call).await?;
        if_match.check(found.revision)?;
        watchers::delete(sql, &found.watcher, &call.author()).await?;
        Ok(Reply::ok(&RemovedWatcher {
            id: found.watcher.id,
        }))
    })
    .await
}
