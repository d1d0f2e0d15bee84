//! `GET /v1/watchers/{id}/deliveries`

use super::shape::found;
use crate::list::answer;
use roster_http::{Call, Problem, Reply};
use roster_store::outbox::Asked;
use roster_store::watchers::recipient;

/// What a watcher was told or is to be told, newest first.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/watchers/{id}/deliveries", tag = "watchers", operation_id = "listWatcherDeliveries",
    params(crate::openapi::WatcherPath, roster_http::openapi::PageQuery),
    responses((status = 200, body = crate::openapi::MessagePage)),
))]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.only(&["limit", "cursor"])?;
    let sql = call.pool.lend().await?;
    let watcher = found(&sql, &call).await?.watcher;
    drop(sql);
    let asked = Asked {
        recipient: Some(recipient(watcher.id)),
        seen: call.caller.databases.clone(),
        ..Asked::default()
    };
    answer(&call, &asked).await
}
