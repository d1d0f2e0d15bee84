//! `GET /v1/suppressions`

use crate::suppressions::shape::ShownList;
use roster_http::{Call, Problem, Reply, route};
use roster_store::suppressions;

/// The suppression lists in order of creation, the global one first. A token for
/// some databases sees that and the lists that are attached to no other.
#[route(
    get, "/v1/suppressions", SuppressionsRead, id = "listSuppressions",
    page = ShownList,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let only = call.caller.databases.as_deref();
    let read = async |after: Option<&i64>, rows| {
        suppressions::page(&sql, after.copied().unwrap_or(0), rows, only).await
    };
    let show = |one| Ok(ShownList::from(one));
    let page = paging.read(read, |one| one.list.id.get(), show).await?;
    Ok(Reply::ok(&page))
}
