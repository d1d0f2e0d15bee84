//! `PATCH /v1/session`

use super::get::shown;
use roster_http::{Call, Problem, Reply, route};
use roster_model::error::valid;
use roster_model::user::{language, own_name};
use roster_store::users;
use serde::Deserialize;
use serde_json::Value;

/// What one may change of oneself.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Mary Adeyemi", "language": "en"}))]
pub(crate) struct OwnChange {
    /// What history calls one: 1 to 200 characters.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, nullable = false)]
    name: Option<Value>,
    /// In which language one sees the console.
    #[schema(value_type = Option<roster_model::user::Language>, nullable = false)]
    language: Option<Value>,
}

/// Changes one's own name and language.
#[route(
    patch, "/v1/session", Person, id = "updateSession",
    body = OwnChange,
    answer = super::shape::SessionBody,
)]
pub(crate) async fn change(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let body: OwnChange = call.json()?;
    let mut wrong = Vec::new();
    let name = body.name.and_then(|given| {
        let read = own_name(&given).map_err(|invalid| wrong.push(invalid.at("name")));
        read.ok()
    });
    let language = body.language.and_then(|given| {
        let read = language(&given).map_err(|invalid| wrong.push(invalid.at("language")));
        read.ok()
    });
    valid((), wrong)?;
    call.change(async |sql| {
        let before = users::get(sql, own.user).await?;
        let before = before.ok_or_else(|| Problem::not_found("user"))?;
        let mut settings = before.settings.clone();
        settings.name = name.clone().unwrap_or(settings.name);
        settings.language = language.unwrap_or(settings.language);
        if settings != before.settings {
            users::update(sql, &before, settings, &call.author()).await?;
        }
        Ok::<_, Problem>(())
    })
    .await?;
    shown(&call).await
}
