//! `GET /v1/watchers/{id}`

use super::shape::{ShownWatcher, found};
use roster_http::{Call, Problem, Reply};

/// One watcher.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/watchers/{id}", tag = "watchers", operation_id = "getWatcher",
    params(crate::openapi::WatcherPath),
    responses((status = 200, body = ShownWatcher)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let sql = call.pool.lend().await?;
    Ok(ShownWatcher::from(found(&sql, &call).await?).reply(200))
}
