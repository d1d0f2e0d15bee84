//! `DELETE /v1/hooks/{id}`

use super::found;
use roster_http::{Call, Problem, Reply, route};
use roster_store::hooks;
use serde::Serialize;

/// What was deleted.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DeletedHook {
    /// The webhook.
    id: String,
}

/// Deletes a webhook with its deliveries; profiles stay as they are.
#[route(delete, "/v1/hooks/{id}", HooksWrite, id = "deleteHook", if_match, once, answer = DeletedHook)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let (hook, _) = found(sql, &call).await?;
        if_match.check(hook.revision)?;
        hooks::delete(sql, &hook, &call.author()).await?;
        Ok(Reply::ok(&DeletedHook { id: hook.id }))
    })
    .await
}
