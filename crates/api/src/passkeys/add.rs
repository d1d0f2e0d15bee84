//! `POST /v1/passkeys`

use super::shape::{BODY_BYTES, PasskeyBody, question, refused, site, too_many};
use crate::sessions::shape::unkept;
use roster_http::{Call, Problem, Reply, route};
use roster_model::passkey::{MAX_PASSKEYS, passkey_name};
use roster_model::{Code, Invalid};
use roster_passkey::Enrolment;
use roster_store::passkeys::{self, NewPasskey};
use roster_store::users;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// What the authenticator answered that was asked for a key.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "My phone",
    "credential": {
        "id": "3q2-7wABAgMEBQYHCAkKCw", "rawId": "3q2-7wABAgMEBQYHCAkKCw", "type": "public-key",
        "response": {"clientDataJSON": "eyJ0eXBlIjoi", "attestationObject": "o2NmbXRkbm9u"},
        "clientExtensionResults": {}
    }
}))]
pub(crate) struct PasskeyAddition {
    /// What one calls it: 1 to 200 characters.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Value,
    /// What `navigator.credentials.create` gave, as its `toJSON` writes it
    /// (`RegistrationResponseJSON`).
    #[schema(value_type = Object)]
    credential: Box<RawValue>,
}

/// Adds a passkey to one's own account: takes what the authenticator answered.
#[route(
    post, "/v1/passkeys", Person, id = "addPasskey",
    max_bytes = BODY_BYTES,
    body = PasskeyAddition,
    made = PasskeyBody,
)]
pub(crate) async fn add(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let body: PasskeyAddition = call.json()?;
    let name = passkey_name(&body.name).map_err(|invalid| invalid.at("name"))?;
    let site = site(&call).await?;
    let said = Enrolment::read(body.credential.get()).map_err(refused)?;
    let state = question(&call, &said.challenge(), Some(own.id)).await?;
    let made = said.check(&site, &state).map_err(refused)?;
    let added = call
        .change(async |sql| {
            let user = users::get(sql, own.user).await?;
            let user = user.ok_or_else(|| Problem::not_found("user"))?;
            let new = NewPasskey {
                credential: made.credential.clone(),
                name: name.clone(),
                transports: made.transports,
                key: made.key.clone(),
                state: made.state.to_vec(),
            };
            let added = passkeys::create(sql, &user, new, &call.author()).await?;
            added.ok_or_else(|| match user.passkeys >= MAX_PASSKEYS {
                true => too_many(),
                false => {
                    let detail = "There is a passkey with this credential already.";
                    let invalid = Invalid::new(Code::InvalidPasskey, detail);
                    invalid.at("credential").into()
                }
            })
        })
        .await?;
    Ok(unkept(Reply::created(&PasskeyBody::from(added))))
}
