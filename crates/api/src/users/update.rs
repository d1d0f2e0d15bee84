//! `PATCH /v1/users/{id}`

use super::shape::{UserBody, check_admins, check_databases, email_taken, managed, may_make};
use roster_http::{Call, Problem, Reply, route};
use roster_model::define::Settings;
use roster_store::users;
use serde_json::Value;

/// Changes a user, as a JSON merge patch says. What their sessions may do follows at once.
#[route(
    patch, "/v1/users/{id}", UsersWrite, id = "updateUser",
    if_match,
    once,
    patch = roster_model::UserSettings,
    answer = UserBody,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    call.once(async |sql| {
        let before = managed(sql, &call).await?;
        if_match.check(before.revision)?;
        let settings = before.settings.patch(&patch)?;
        if settings == before.settings {
            return Ok(UserBody::from(before).reply());
        }
        may_make(&call.caller, &settings)?;
        if settings.databases != before.settings.databases {
            check_databases(sql, &settings, &call.caller).await?;
        }
        if !settings.is_full_admin() {
            check_admins(sql, &before).await?;
        }
        let author = call.author();
        let changed = users::update(sql, &before, settings, &author).await?;
        Ok(UserBody::from(changed.ok_or_else(email_taken)?).reply())
    })
    .await
}
