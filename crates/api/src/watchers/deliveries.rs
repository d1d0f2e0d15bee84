//! `GET /v1/watchers/{id}/deliveries`

use super::shape::found;
use crate::outbox::list::answer;
use roster_http::{Call, Problem, Reply, route};
use roster_store::outbox::MessageFilter;
use roster_store::watchers::recipient;

/// What a watcher was told or is to be told, newest first.
#[route(
    get, "/v1/watchers/{id}/deliveries", OutboxRead, id = "listWatcherDeliveries",
    page = crate::outbox::shape::ShownMessage,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    let watcher = found(&sql, &call).await?.watcher;
    drop(sql);
    let asked = MessageFilter {
        recipient: Some(recipient(watcher.id)),
        seen: call.caller.databases.clone(),
        ..MessageFilter::default()
    };
    answer(&call, &asked).await
}
