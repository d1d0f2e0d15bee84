//! `DELETE /v1/tokens/{id}`

use crate::access::shape::{ShownToken, may_see};
use roster_http::{Call, Problem, Reply, route};
use roster_store::tokens;

/// Ends a token, at once and for every instance. Shows what it was.
#[route(delete, "/v1/tokens/{id}", TokensWrite, id = "revokeToken", answer = ShownToken)]
pub(crate) async fn revoke(call: Call) -> Result<Reply, Problem> {
    let id = call.id("id", "token")?;
    call.once(async |sql| {
        let token = tokens::get(sql, id)
            .await?
            .filter(|token| may_see(&call.caller, token.databases.as_deref()))
            .ok_or_else(|| Problem::not_found("token"))?;
        tokens::revoke(sql, &token, &call.author()).await?;
        Ok(Reply::ok(&ShownToken::from(token)))
    })
    .await
}
