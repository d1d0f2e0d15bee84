//! `DELETE /v1/users/{id}`

use super::shape::{check_admins, managed};
use roster_http::{Call, Problem, Reply, route};
use roster_model::UserId;
use roster_store::users;
use serde::Serialize;

/// Who was removed.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct UserRemoval {
    /// The user.
    #[schema(value_type = String, example = "1")]
    id: UserId,
}

/// Removes a user, and ends their sessions at once. Tokens that they made stay: revoke them
/// if they should go too.
#[route(
    delete, "/v1/users/{id}", UsersWrite, id = "deleteUser",
    if_match,
    once,
    answer = UserRemoval,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let user = managed(sql, &call).await?;
        if_match.check(user.revision)?;
        check_admins(sql, &user).await?;
        users::delete(sql, &user, &call.author()).await?;
        Ok(Reply::ok(&UserRemoval { id: user.id }))
    })
    .await
}
