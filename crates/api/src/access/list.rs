//! `GET /v1/tokens`

use crate::access::shape::{ShownToken, may_see};
use roster_http::{Call, Page, Problem, Reply, route};
use roster_store::tokens::{self, Token};

/// Tokens, in order of creation; never their secrets. A token that is limited
/// to some databases sees only those that are limited to the same ones.
#[route(
    get, "/v1/tokens", TokensRead, id = "listTokens",
    page = ShownToken,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let read = async |after: Option<&i64>, rows| {
        tokens::page(&sql, after.copied().unwrap_or(0), rows).await
    };
    let show = |token: Token| {
        let seen = may_see(&call.caller, token.databases.as_deref());
        Ok(seen.then(|| ShownToken::from(token)))
    };
    let page = paging.read(read, |token| token.id.get(), show).await?;
    Ok(Reply::ok(&Page {
        items: page.items.into_iter().flatten().collect(),
        next: page.next,
    }))
}
