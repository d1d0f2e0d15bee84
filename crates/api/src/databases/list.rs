//! `GET /v1/databases`

use crate::databases::shape::ShownDatabase;
use roster_http::{Call, Problem, Reply, route};
use roster_store::databases;

/// Databases, in order of creation.
#[route(
    get, "/v1/databases", DatabasesRead, id = "listDatabases",
    page = ShownDatabase,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let only = call.caller.databases.as_deref();
    let read = async |after: Option<&i64>, rows| {
        databases::page(&sql, after.copied().unwrap_or(0), rows, only).await
    };
    let show = |one| Ok(ShownDatabase::from(one));
    let page = paging.read(read, |one| one.database.id.get(), show).await?;
    Ok(Reply::ok(&page))
}
