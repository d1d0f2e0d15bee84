//! `PATCH /v1/databases/{db}`

use crate::databases::shape::{ShownDatabase, found, free_name};
use roster_http::{Call, Problem, Reply, route};
use roster_model::define::Settings;
use roster_store::databases;
use serde_json::Value;

/// Changes settings, as a JSON merge patch says.
#[route(
    patch, "/v1/databases/{db}", DatabasesWrite, id = "updateDatabase",
    if_match,
    once,
    patch = roster_model::DatabaseSettings,
    answer = ShownDatabase,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    call.once(async |sql| {
        let mut found = found(sql, id).await?;
        if_match.check(found.revision)?;
        let settings = found.database.settings.patch(&patch)?;
        if settings != found.database.settings {
            settings.check_card(&found.database.fields)?;
            free_name(sql, &settings.name, Some(id)).await?;
            found.revision =
                databases::update(sql, &found.database, &settings, &call.author()).await?;
            found.database.settings = settings;
            found.database.updated_at = call.now;
        }
        Ok(ShownDatabase::from(found).reply())
    })
    .await
}
