//! `GET /v1/databases/{db}`

use crate::databases::shape::{ShownDatabase, found};
use roster_http::{Call, Problem, Reply, route};

/// One database with its fields.
#[route(get, "/v1/databases/{db}", DatabasesRead, id = "getDatabase", answer = ShownDatabase)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let sql = call.pool.lend().await?;
    Ok(ShownDatabase::from(found(&sql, id).await?).reply())
}
