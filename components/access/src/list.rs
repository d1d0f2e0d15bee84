//! `GET /v1/tokens`

use crate::shape::{ShownToken, may_see};
use roster_http::{Call, Problem, Reply};
use roster_store::tokens;

/// Tokens, in order of creation; never their secrets. A token that is limited
/// to some databases sees only those that are limited to the same ones.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/tokens", tag = "access", operation_id = "listTokens",
    params(roster_http::openapi::PageQuery),
    responses((status = 200, body = crate::openapi::TokenPage)),
))]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.only(&["limit", "cursor"])?;
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let found = tokens::page(&sql, paging.after.unwrap_or(0), paging.rows()).await?;
    let mut page = paging.page(found, |token| token.id.get());
    page.items
        .retain(|token| may_see(&call.caller, token.databases.as_deref()));
    Ok(Reply::ok(&page.map(ShownToken::from)))
}
