//! `PATCH /v1/watchers/{id}`

use super::shape::{ShownWatcher, check_databases, check_host, check_limit, found, name_taken};
use roster_http::{Call, Problem, Reply, route};
use roster_model::define::Settings;
use roster_store::outbox;
use roster_store::watchers::{self, recipient};
use serde_json::Value;

/// Changes a watcher, as a JSON merge patch says.
#[route(
    patch, "/v1/watchers/{id}", OutboxWrite, id = "updateWatcher",
    if_match,
    once,
    patch = roster_model::WatcherSettings,
    answer = ShownWatcher,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    call.once(async |sql| {
        let mut before = found(sql, &call).await?;
        if_match.check(before.revision)?;
        let settings = before.watcher.settings.patch(&patch)?;
        if settings != before.watcher.settings {
            check_databases(sql, &settings, &call.caller).await?;
            if settings.databases != before.watcher.settings.databases {
                check_limit(sql, &settings, Some(before.watcher.id)).await?;
            }
            if settings.url != before.watcher.settings.url {
                check_host(&settings).await?;
            }
            let holder = watchers::named(sql, &settings.name).await?;
            if holder.is_some_and(|holder| holder != before.watcher.id) {
                return Err(name_taken());
            }
            before.revision =
                watchers::update(sql, &before.watcher, &settings, &call.author()).await?;
            // What waits for a receiver that was down goes to the new one.
            outbox::open_lane(sql, &recipient(before.watcher.id), call.now).await?;
            before.watcher.settings = settings;
            before.updated_at = call.now;
        }
        Ok(ShownWatcher::from(before).reply())
    })
    .await
}
