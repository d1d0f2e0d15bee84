//! `POST /v1/watchers`

use super::shape::{
    NewSecret, WatcherWithSecret, check_databases, check_host, check_limit, name_taken,
};
use roster_http::{Call, Problem, Reply, route};
use roster_model::WatcherSettings;
use roster_model::define::Settings;
use roster_store::watchers;
use serde_json::Value;

/// Makes a watcher. Its secret is shown this once.
#[route(
    post, "/v1/watchers", OutboxWrite, id = "createWatcher",
    once,
    new = roster_model::WatcherSettings,
    made = WatcherWithSecret,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let settings = WatcherSettings::create(&call.json::<Value>()?)?;
    check_host(&settings).await?;
    let NewSecret { shown, stored } = NewSecret::make().await?;
    let mut made = None;
    let reply = call
        .once(async |sql| {
            check_databases(sql, &settings, &call.caller).await?;
            check_limit(sql, &settings, None).await?;
            let author = call.author();
            let watcher = watchers::create(sql, settings.clone(), stored.clone(), &author).await?;
            // What is kept for a repetition has no secret in it.
            let answer = WatcherWithSecret {
                watcher: watcher.ok_or_else(name_taken)?.into(),
                secret: None,
            };
            let reply = answer.created();
            made = Some(answer.watcher);
            Ok(reply)
        })
        .await?;
    Ok(match made {
        None => reply,
        Some(watcher) => WatcherWithSecret {
            watcher,
            secret: Some(shown),
        }
        .created(),
    })
}
