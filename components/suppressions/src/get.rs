//! `GET /v1/suppressions/{id}`

use crate::shape::{ShownList, Wish, found};
use roster_http::{Call, Problem, Reply};

/// One suppression list.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/suppressions/{id}", tag = "suppressions", operation_id = "getSuppression",
    params(crate::openapi::ListPath),
    responses((status = 200, body = ShownList)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, &call, Wish::Look).await?;
    Ok(ShownList::from(found).reply(200))
}
