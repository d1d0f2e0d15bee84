//! `POST /v1/session`

use super::attempts::Attempt;
use super::password;
use super::shape::{NewSession, check_sender};
use crate::public::client::Client;
use roster_http::{Call, Problem, Reply, give_way, kinds, route};
use roster_model::Email;
use roster_model::user::Password;
use roster_store::users;
use serde::Deserialize;

/// The largest body, in bytes: a password of the greatest length fits, however it is written.
pub(crate) const BODY_BYTES: usize = 16 * 1024;

/// Who wants in.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "mary@example.org", "password": "correct horse battery"}))]
pub(crate) struct Credentials {
    /// The e-mail of the account.
    email: String,
    /// The password.
    password: String,
}

/// Signs in. The answer sets the session's cookie; the time it takes doesn't say whether
/// there is such an account. After five wrong passwords for an account from one address there
/// is a pause of up to five minutes.
#[route(
    post, "/v1/session", Anybody, id = "signIn",
    max_bytes = BODY_BYTES,
    body = Credentials,
    made = super::shape::SessionBody,
)]
pub(crate) async fn sign_in(call: Call) -> Result<Reply, Problem> {
    check_sender(&call).await?;
    let body: Credentials = call.json()?;
    let email = Email::stored(body.email.trim());
    let given = Password::given(&body.password);
    let client = Client::of(&call).await?;
    let attempt = Attempt::new(email.key(), client.ip.as_deref());
    attempt.count(&call).await?;

    let found = {
        let sql = call.pool.lend().await?;
        users::credentials(&sql, email.key()).await?
    };
    // What others wait for goes first, and no connection is held meanwhile.
    give_way().await;
    let stored = found.as_ref().and_then(|found| found.password.as_deref());
    let is_right = password::is_right(&given, stored)?;
    let Some(found) = found.filter(|_| is_right) else {
        return Err(wrong());
    };
    attempt.take_back(&call).await?;
    let new = NewSession::of(&client).await?;
    let begun = call
        .change(async |sql| {
            // It may have been changed, or its owner removed, while the hash was computed.
            let now = users::credentials(sql, email.key()).await?;
            if now.as_ref() != Some(&found) {
                return Err(wrong());
            }
            new.begin(sql, found.user, call.now).await
        })
        .await?;
    new.reply(&begun)
}

fn wrong() -> Problem {
    let detail = "The e-mail or the password is wrong.";
    Problem::new(kinds::WRONG_CREDENTIALS, detail)
}
