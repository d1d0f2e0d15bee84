//! `GET /v1/watchers/{id}`

use super::shape::{ShownWatcher, found};
use roster_http::{Call, Problem, Reply, route};

/// One watcher.
#[route(get, "/v1/watchers/{id}", OutboxRead, id = "getWatcher", answer = ShownWatcher)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    Ok(ShownWatcher::from(found(&sql, &call).await?).reply())
}
