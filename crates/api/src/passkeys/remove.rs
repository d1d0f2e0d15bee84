//! `DELETE /v1/passkeys/{id}`

use roster_http::{Call, Problem, Reply, route};
use roster_store::{passkeys, users};

/// Removes one of one's own passkeys: it opens the account no more. Sessions that began by it
/// go on.
#[route(
    delete, "/v1/passkeys/{id}", Person, id = "removePasskey",
    responses((status = 204, description = "It is removed.")),
)]
pub(crate) async fn remove(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let id = call.id("id", "passkey")?;
    call.change(async |sql| {
        let user = users::get(sql, own.user).await?;
        let user = user.ok_or_else(|| Problem::not_found("user"))?;
        match passkeys::remove(sql, &user, id, &call.author()).await? {
            true => Ok(()),
            false => Err(Problem::not_found("passkey")),
        }
    })
    .await?;
    Ok(Reply::done())
}
