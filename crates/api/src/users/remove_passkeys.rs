//! `DELETE /v1/users/{id}/passkeys`

use super::shape::managed;
use roster_http::{Call, Problem, Reply, route};
use roster_store::passkeys;

/// Removes all passkeys of a user, where a device was lost: they sign in by their password.
#[route(
    delete, "/v1/users/{id}/passkeys", UsersWrite, id = "removeUserPasskeys",
    responses((status = 204, description = "They are removed.")),
)]
pub(crate) async fn remove_passkeys(call: Call) -> Result<Reply, Problem> {
    call.change(async |sql| {
        let user = managed(sql, &call).await?;
        Ok(passkeys::take_away_all(sql, &user, &call.author()).await?)
    })
    .await?;
    Ok(Reply::done())
}
