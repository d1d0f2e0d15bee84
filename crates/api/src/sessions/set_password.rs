//! `PUT /v1/session/password`

use super::own_password::OwnPassword;
use super::password;
use super::sign_in::BODY_BYTES;
use crate::public::client::Client;
use roster_http::{Call, Problem, Reply, give_way, kinds, route};
use roster_model::user::Password;
use roster_store::{sessions, users};
use serde::Deserialize;

/// Another password for oneself.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "current": "correct horse battery", "new": "staple of the correct horse"
}))]
pub(crate) struct PasswordChange {
    /// The one so far.
    current: String,
    /// The one from now on: 12 to 200 characters.
    #[schema(min_length = 12, max_length = 200)]
    new: String,
}

/// Gives oneself another password. All other sessions end.
#[route(
    put, "/v1/session/password", Person, id = "setPassword",
    max_bytes = BODY_BYTES,
    body = PasswordChange,
    responses((status = 204, description = "It is the password from now on.")),
)]
pub(crate) async fn set_password(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let body: PasswordChange = call.json()?;
    let new = Password::parse(&body.new).map_err(|invalid| invalid.at("new"))?;
    let client = Client::of(&call).await?;
    let asked = OwnPassword {
        given: &body.current,
        member: "current",
    };
    let stored = asked.check(&call, &client).await?;
    give_way().await;
    let hash = password::hash(&new)?;
    call.change(async |sql| {
        let user = users::get(sql, own.user).await?;
        let user = user.ok_or_else(|| Problem::not_found("user"))?;
        if users::password(sql, own.user).await?.as_ref() != Some(&stored) {
            let detail = "The password was changed at the same moment.";
            return Err(Problem::new(kinds::UNAUTHORIZED, detail));
        }
        users::set_password(sql, &user, &hash, &call.author()).await?;
        Ok(sessions::end_others(sql, own.user, own.id).await?)
    })
    .await?;
    Ok(Reply::done())
}
