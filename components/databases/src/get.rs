//! `GET /v1/databases/{db}`

use crate::shape::{ShownDatabase, found};
use roster_http::{Call, Problem, Reply};

/// One database with its fields.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}", tag = "databases", operation_id = "getDatabase",
    params(crate::openapi::DatabasePath),
    responses((status = 200, body = ShownDatabase)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let id = call.database()?;
    let sql = call.pool.lend().await?;
    Ok(ShownDatabase::from(found(&sql, id).await?).reply(200))
}
