//! `POST` and `PUT /v1/resources/{id}/app-token`

use super::token_shape::{ShownAppToken, own, prefix};
use crate::sessions::secret::Secret;
use crate::sessions::shape::unkept;
use roster_http::{Call, Problem, Reply, route, secret_hash};
use roster_model::app::app_token;
use roster_model::{Code, Invalid};
use roster_store::{Sql, apps};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A token that is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct AppTokenWithSecret {
    #[serde(flatten)]
    shown: ShownAppToken,
    /// The token, for `Authorization: Bearer rtoken@…`; `null` when an answer is repeated for an
    /// `Idempotency-Key`.
    #[schema(example = "2fHLS9YR9daSuVg3kzQm4nTjPw7bXcEe0yRhA5oLi1U", required)]
    token: Option<String>,
}

/// A token of one's own.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "2fHLS9YR9daS-a90b371eecc2952f"}))]
pub(crate) struct AppTokenValue {
    /// 16 to 128 letters, digits, `-`, `.`, `_` and `~`. It must not be easy to guess.
    #[schema(value_type = String, min_length = 16, max_length = 128)]
    token: Value,
}

/// Makes the token that a resource's apps carry, in place of the one that there is. Apps that
/// have the old one are let in no more. Takes `profiles:write` too.
#[route(
    post, "/v1/resources/{id}/app-token", ResourcesWrite, id = "makeAppToken",
    once,
    made = AppTokenWithSecret,
)]
pub(crate) async fn make(call: Call) -> Result<Reply, Problem> {
    let secret = Secret::random()?;
    let mut made = None;
    let reply = call
        .once(async |sql| {
            let shown = put(sql, &call, secret.text()).await?;
            // What is kept for a repetition has no secret in it.
            let shown = AppTokenWithSecret { shown, token: None };
            let reply = Reply::created(&shown).location(&call.path);
            made = Some(shown.shown);
            Ok(reply)
        })
        .await?;
    Ok(unkept(match made {
        None => reply,
        Some(shown) => {
            let token = Some(secret.text().to_owned());
            Reply::created(&AppTokenWithSecret { shown, token }).location(&call.path)
        }
    }))
}

/// Sets the token that a resource's apps carry: one that apps in the field have already, so
/// that they go on. Takes `profiles:write` too.
#[route(
    put, "/v1/resources/{id}/app-token", ResourcesWrite, id = "setAppToken",
    once,
    body = AppTokenValue,
    answer = ShownAppToken,
)]
pub(crate) async fn set(call: Call) -> Result<Reply, Problem> {
    let body: AppTokenValue = call.json()?;
    let token = app_token(&body.token).map_err(|invalid| invalid.at("token"))?;
    call.once(async |sql| Ok(Reply::ok(&put(sql, &call, &token).await?)))
        .await
}

async fn put(sql: &impl Sql, call: &Call, token: &str) -> Result<ShownAppToken, Problem> {
    let id = own(sql, call).await?;
    let digest = secret_hash(token);
    let made = apps::put_token(sql, id, &digest, prefix(token), &call.author()).await?;
    let made = made.ok_or_else(|| {
        let detail = "Another resource has this token.";
        Invalid::new(Code::Duplicate, detail).at("token")
    })?;
    Ok(made.into())
}
