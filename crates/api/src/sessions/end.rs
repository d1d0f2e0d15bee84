//! `DELETE /v1/sessions/{id}`

use roster_http::{Call, Problem, Reply, route};
use roster_store::sessions;

/// Ends one of one's own sessions, at once.
#[route(
    delete, "/v1/sessions/{id}", Person, id = "endSession",
    responses((status = 204, description = "It has ended.")),
)]
pub(crate) async fn end(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let id = call.id("id", "session")?;
    let sql = call.pool.lend().await?;
    match sessions::end(&sql, own.user, id).await? {
        true => Ok(Reply::done()),
        false => Err(Problem::not_found("session")),
    }
}
