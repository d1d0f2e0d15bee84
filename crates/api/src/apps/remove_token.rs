//! `DELETE /v1/resources/{id}/app-token`

use super::token_shape::own;
use roster_http::{Call, Problem, Reply, route};
use roster_store::apps;

/// Takes a resource's token away: apps that carry it are let in no more.
#[route(
    delete, "/v1/resources/{id}/app-token", ResourcesWrite, id = "removeAppToken",
    responses((status = 204, description = "It is removed.")),
)]
pub(crate) async fn remove(call: Call) -> Result<Reply, Problem> {
    call.change(async |sql| {
        let id = own(sql, &call).await?;
        match apps::remove_token(sql, id, &call.author()).await? {
            true => Ok(()),
            false => Err(Problem::not_found("token of this resource")),
        }
    })
    .await?;
    Ok(Reply::done())
}
