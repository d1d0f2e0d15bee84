//! `POST /v1/session/passkey/begin`

use super::shape::{asked, counted_site, unasked};
use crate::public::client::Client;
use crate::sessions::shape::check_sender;
use roster_http::{Call, Problem, Reply, route};
use roster_passkey::Question;

/// Begins to sign in by a passkey: gives what the authenticator is asked. The question names
/// no account and no key, so it is the same for everybody.
#[route(
    post, "/v1/session/passkey/begin", Anybody, id = "beginPasskeySignIn",
    max_bytes = 0,
    answer = super::shape::QuestionBody,
)]
pub(crate) async fn begin_sign_in(call: Call) -> Result<Reply, Problem> {
    check_sender(&call).await?;
    let client = Client::of(&call).await?;
    let site = counted_site(&call, client.ip.as_deref()).await?;
    let question = Question::assertion(&site).map_err(unasked)?;
    asked(&call, question, None).await
}
