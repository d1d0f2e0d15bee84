//! `POST /v1/passkeys/begin`

use super::shape::{asked, counted_site, too_many, unasked};
use crate::public::client::Client;
use crate::sessions::own_password::OwnPassword;
use crate::sessions::sign_in;
use roster_http::{Call, Problem, Reply, route};
use roster_model::passkey::MAX_PASSKEYS;
use roster_passkey::{KnownKey, Owner, Question};
use roster_store::{passkeys, users};
use serde::Deserialize;

/// Who wants a passkey: the password once more.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery"}))]
pub(crate) struct PasskeyBeginning {
    /// One's password: a session that was left open is not enough for a key that stays.
    password: String,
}

/// Begins to add a passkey to one's own account: gives what the authenticator is asked.
/// `POST /v1/passkeys` takes its answer, in the same session.
#[route(
    post, "/v1/passkeys/begin", Person, id = "beginPasskey",
    max_bytes = sign_in::BODY_BYTES,
    body = PasskeyBeginning,
    answer = super::shape::QuestionBody,
)]
pub(crate) async fn begin(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let body: PasskeyBeginning = call.json()?;
    let client = Client::of(&call).await?;
    let site = counted_site(&call, client.ip.as_deref()).await?;
    let password = OwnPassword {
        given: &body.password,
        member: "password",
    };
    password.check(&call, &client).await?;
    let question = {
        let sql = call.pool.lend().await?;
        let missing = || Problem::not_found("user");
        let user = users::get(&sql, own.user).await?.ok_or_else(missing)?;
        let handle = passkeys::handle(&sql, own.user).await?;
        let handle = handle.ok_or_else(missing)?.try_into();
        let known = passkeys::known(&sql, own.user).await?;
        if user.passkeys >= MAX_PASSKEYS {
            return Err(too_many());
        }
        let owner = Owner {
            handle: handle.map_err(|_| Problem::internal(&"a handle of another length"))?,
            email: &user.settings.email,
            name: &user.settings.name,
        };
        let known = known.into_iter().map(|(credential, transports)| KnownKey {
            credential,
            transports,
        });
        Question::enrolment(&site, &owner, known.collect()).map_err(unasked)?
    };
    asked(&call, question, Some(own.id)).await
}
