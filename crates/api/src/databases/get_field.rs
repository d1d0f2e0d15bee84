//! `GET /v1/databases/{db}/fields/{name}`

use crate::databases::shape::{ShownField, found};
use roster_http::{Call, Problem, Reply, route};

/// One field of a database.
#[route(
    get, "/v1/databases/{db}/fields/{name}", DatabasesRead, id = "getField",
    answer = ShownField,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, id).await?;
    let field = found.database.field(call.parameter("name"));
    let field = field.ok_or_else(|| Problem::not_found("field"))?;
    Ok(Reply::ok(&ShownField::from(field.clone())).etag(found.revision))
}
