//! `DELETE /v1/users/{id}/sessions`

use super::shape::managed;
use roster_http::{Call, Problem, Reply, route};
use roster_store::sessions;

/// Ends all sessions of a user at once: they must sign in again everywhere.
#[route(
    delete, "/v1/users/{id}/sessions", UsersWrite, id = "endUserSessions",
    responses((status = 204, description = "They are ended.")),
)]
pub(crate) async fn end_sessions(call: Call) -> Result<Reply, Problem> {
    call.change(async |sql| {
        let user = managed(sql, &call).await?;
        Ok(sessions::end_all(sql, user.id).await?)
    })
    .await?;
    Ok(Reply::done())
}
