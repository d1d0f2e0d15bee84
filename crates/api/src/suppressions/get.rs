//! `GET /v1/suppressions/{id}`

use crate::suppressions::shape::{ListAccess, ShownList, found};
use roster_http::{Call, Problem, Reply, route};

/// One suppression list.
#[route(get, "/v1/suppressions/{id}", SuppressionsRead, id = "getSuppression", answer = ShownList)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    let found = found(&sql, &call, ListAccess::Look).await?;
    Ok(ShownList::from(found).reply())
}
