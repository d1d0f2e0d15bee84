//! `GET /v1/watchers`

use super::shape::{ShownWatcher, may_have};
use roster_http::{Call, Page, Problem, Reply, route};
use roster_store::watchers;

/// The watchers in order of creation; they are few, so they come all at once.
#[route(
    get, "/v1/watchers", OutboxRead, id = "listWatchers",
    answer = roster_http::Page<ShownWatcher>,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    let all = watchers::all(&sql).await?.into_iter();
    let seen = all.filter(|one| may_have(&one.watcher.settings, &call.caller));
    Ok(Reply::ok(&Page {
        items: seen.map(ShownWatcher::from).collect(),
        next: None,
    }))
}
