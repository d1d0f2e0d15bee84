//! `POST /v1/watchers/{id}/secrets`

use super::shape::{NewSecret, WatcherWithSecret, found};
use roster_http::{Call, Problem, Reply, route};
use roster_store::watchers;

/// Gives a watcher a new secret, shown this once. Its messages are signed with
/// the new one and the one before, so that the receiver can change over; the next
/// new one takes the old one's place.
#[route(post, "/v1/watchers/{id}/secrets", OutboxWrite, id = "addWatcherSecret", made = WatcherWithSecret)]
pub(crate) async fn add(call: Call) -> Result<Reply, Problem> {
    let NewSecret { shown, stored } = NewSecret::make().await?;
    let watcher = call
        .change(async |sql| {
            let before = found(sql, &call).await?;
            watchers::add_secret(sql, &before, stored.clone(), &call.author()).await?;
            found(sql, &call).await
        })
        .await?;
    Ok(WatcherWithSecret {
        watcher: watcher.into(),
        secret: Some(shown),
    }
    .created())
}
