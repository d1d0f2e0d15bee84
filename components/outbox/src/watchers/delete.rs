//! `DELETE /v1/watchers/{id}`

use super::shape::found;
use roster_http::{Call, Problem, Reply};
use roster_model::WatcherId;
use roster_store::watchers;
use serde::Serialize;

/// What was deleted.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = RemovedWatcher))]
pub(crate) struct Removed {
    /// The watcher.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "1"))]
    id: WatcherId,
}

/// Deletes a watcher. What it was to be told is cancelled.
#[cfg_attr(feature = "openapi", utoipa::path(
    delete, path = "/v1/watchers/{id}", tag = "watchers", operation_id = "deleteWatcher",
    params(crate::openapi::WatcherPath, roster_http::openapi::IfMatchHeader, roster_http::openapi::IdempotencyKey),
    responses((status = 200, body = Removed)),
))]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(sql, &call).await?;
        if_match.check(found.revision)?;
        watchers::delete(sql, &found.watcher, &call.author()).await?;
        Ok(Reply::ok(&Removed {
            id: found.watcher.id,
        }))
    })
    .await
}
