//! `PATCH /v1/passkeys/{id}`

use super::shape::PasskeyBody;
use crate::sessions::shape::unkept;
use roster_http::{Call, Problem, Reply, route};
use roster_model::passkey::passkey_name;
use roster_store::passkeys;
use serde::Deserialize;
use serde_json::Value;

/// Another name of a passkey.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "My old phone"}))]
pub(crate) struct PasskeyChange {
    /// What one calls it: 1 to 200 characters.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Value,
}

/// Calls one of one's own passkeys by another name.
#[route(
    patch, "/v1/passkeys/{id}", Person, id = "renamePasskey",
    body = PasskeyChange,
    answer = PasskeyBody,
)]
pub(crate) async fn rename(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let id = call.id("id", "passkey")?;
    let body: PasskeyChange = call.json()?;
    let name = passkey_name(&body.name).map_err(|invalid| invalid.at("name"))?;
    let sql = call.pool.lend().await?;
    let renamed = passkeys::rename(&sql, own.user, id, &name).await?;
    let renamed = renamed.ok_or_else(|| Problem::not_found("passkey"))?;
    Ok(unkept(Reply::ok(&PasskeyBody::from(renamed))))
}
