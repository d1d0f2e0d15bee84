//! `POST /v1/watchers/{id}/test`

use super::shape::found;
use crate::outbox::shape::ShownMessage;
use roster_http::{Call, Problem, Reply, route};
use roster_store::outbox;
use roster_store::watchers::recipient;
use serde_json::json;

/// Queues a message of the type `test` for a watcher: it is sent with the next
/// tick.
#[route(post, "/v1/watchers/{id}/test", OutboxWrite, id = "testWatcher", accepted = ShownMessage)]
pub(crate) async fn test(call: Call) -> Result<Reply, Problem> {
    let message = call
        .change(async |sql| {
            let watcher = found(sql, &call).await?.watcher;
            let database = watcher.settings.databases.first().copied();
            let body = json!({
                "type": "test",
                "timestamp": call.now,
                "data": { "watcher_id": watcher.id, "actor": call.caller.actor },
            });
            let to = recipient(watcher.id);
            let id = outbox::put_change(sql, database, &to, &body, call.now).await?;
            let message = outbox::get(sql, id).await?;
            message.ok_or_else(|| Problem::not_found("message"))
        })
        .await?;
    Ok(Reply::accepted(&ShownMessage::from(message)))
}
