//! `POST /v1/users/{id}/invitation`

use super::shape::{managed, new_invitation};
use roster_http::{Call, Problem, Reply, route};
use roster_store::users;

/// Gives a user a new link, shown this once; the one before is good no more. Somebody who
/// forgot their password chooses another one there, which ends their sessions.
#[route(post, "/v1/users/{id}/invitation", UsersWrite, id = "inviteUser", made = super::shape::LinkBody)]
pub(crate) async fn invite(call: Call) -> Result<Reply, Problem> {
    let (invitation, link) = new_invitation(call.now).await?;
    call.change(async |sql| {
        let user = managed(sql, &call).await?;
        Ok(users::invite(sql, &user, &invitation, &call.author()).await?)
    })
    .await?;
    Ok(Reply::created(&link))
}
