//! `DELETE /v1/tokens/{id}`

use crate::shape::{ShownToken, may_see};
use roster_http::{Call, Problem, Reply};
use roster_store::tokens;

/// Ends a token, at once and for every instance. Shows what it was.
#[cfg_attr(feature = "openapi", utoipa::path(
    delete, path = "/v1/tokens/{id}", tag = "access", operation_id = "revokeToken",
    params(crate::openapi::TokenPath),
    responses((status = 200, body = ShownToken)),
))]
pub(crate) async fn revoke(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
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
