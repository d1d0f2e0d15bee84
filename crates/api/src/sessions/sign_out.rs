//! `DELETE /v1/session`

use super::shape::{cookie, set_cookie};
use roster_http::{Call, Problem, Reply, route};
use roster_store::sessions;

/// Signs out: the session ends, and its cookie is taken away.
#[route(
    delete, "/v1/session", Person, id = "signOut",
    responses((status = 204, description = "It has ended.")),
)]
pub(crate) async fn sign_out(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let sql = call.pool.lend().await?;
    sessions::end(&sql, own.user, own.id).await?;
    let (name, value) = set_cookie(&cookie().await?.clear())?;
    Ok(Reply::done().header(name, value))
}
