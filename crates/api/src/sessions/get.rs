//! `GET /v1/session`

use super::shape::{SessionBody, unkept};
use roster_http::{Call, Problem, Reply, route};
use roster_model::session;
use roster_store::users;

/// One's own session, and who one is.
#[route(get, "/v1/session", Person, id = "getSession", answer = SessionBody)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    shown(&call).await
}

/// The session of a request, with its user as they are now.
pub(super) async fn shown(call: &Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let sql = call.pool.lend().await?;
    let user = users::get(&sql, own.user).await?;
    Ok(unkept(Reply::ok(&SessionBody {
        user: user.ok_or_else(|| Problem::not_found("user"))?.into(),
        created_at: own.created_at,
        expires_at: session::end(own.created_at, own.last_seen_at),
    })))
}
