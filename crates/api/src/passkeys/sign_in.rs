//! `POST /v1/session/passkey`

use super::shape::{BODY_BYTES, question, refused, site};
use crate::public::client::Client;
use crate::sessions::attempts::Attempt;
use crate::sessions::shape::{NewSession, check_sender};
use roster_http::{Call, Problem, Reply, give_way, kinds, route};
use roster_passkey::{Assertion, Refusal, StoredKey};
use roster_store::passkeys;
use serde::Deserialize;
use serde_json::value::RawValue;

/// What the authenticator answered that was asked for a key.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "credential": {
        "id": "3q2-7wABAgMEBQYHCAkKCw", "rawId": "3q2-7wABAgMEBQYHCAkKCw", "type": "public-key",
        "response": {
            "clientDataJSON": "eyJ0eXBlIjoi", "authenticatorData": "SZYN5YgOjGh0NBcP",
            "signature": "MEUCIQ", "userHandle": "AAECAwQFBgcICQoLDA0ODw"
        },
        "clientExtensionResults": {}
    }
}))]
pub(crate) struct PasskeyCredentials {
    /// What `navigator.credentials.get` gave, as its `toJSON` writes it
    /// (`AuthenticationResponseJSON`).
    #[schema(value_type = Object)]
    credential: Box<RawValue>,
}

/// Signs in by a passkey: takes what the authenticator answered. The answer is that of
/// `POST /v1/session`. A passkey opens nothing while an invitation of its owner is open.
#[route(
    post, "/v1/session/passkey", Anybody, id = "signInByPasskey",
    max_bytes = BODY_BYTES,
    body = PasskeyCredentials,
    made = crate::sessions::shape::SessionBody,
)]
pub(crate) async fn sign_in(call: Call) -> Result<Reply, Problem> {
    check_sender(&call).await?;
    let body: PasskeyCredentials = call.json()?;
    let site = site(&call).await?;
    let client = Client::of(&call).await?;
    let attempt = Attempt::by_passkey(client.ip.as_deref());
    attempt.count(&call).await?;
    let said = Assertion::read(body.credential.get()).map_err(refused)?;
    let state = question(&call, &said.challenge(), None).await?;
    let found = {
        let sql = call.pool.lend().await?;
        passkeys::by_credential(&sql, said.credential(), call.now).await?
    };
    let found = found.ok_or_else(wrong)?;
    give_way().await;
    let broken = |_| Problem::internal(&"a passkey of another length");
    let stored = StoredKey {
        handle: found.handle.clone().try_into().map_err(broken)?,
        key: found.key.clone(),
        state: found.state.clone().try_into().map_err(broken)?,
    };
    let after = said.check(&site, &state, &stored);
    let after = after.map_err(|refusal| match refusal {
        Refusal::Answer(_) => wrong(),
        Refusal::Stored(error) => Problem::internal(&error),
    })?;
    attempt.take_back(&call).await?;
    let new = NewSession::of(&client).await?;
    let begun = call
        .change(async |sql| {
            // It may have been removed or used, or its owner's account closed to it, meanwhile.
            let user = passkeys::use_up(sql, &found, after.to_vec(), call.now).await?;
            new.begin(sql, user.ok_or_else(wrong)?, call.now).await
        })
        .await?;
    new.reply(&begun)
}

fn wrong() -> Problem {
    Problem::new(kinds::WRONG_PASSKEY, "The passkey opens no account here.")
}
