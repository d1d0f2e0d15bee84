//! `GET /v1/databases/{db}/segments`

use crate::segments::shape::ShownSegment;
use roster_http::{Call, Problem, Reply, route};
use roster_store::segments;

/// The segments of a database, in order of creation. Nobody is counted: what is shown of a
/// dynamic one is its last count.
#[route(
    get, "/v1/databases/{db}/segments", SegmentsRead, id = "listSegments",
    page = ShownSegment,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let paging = call.paging::<i64>()?;
    call.definitions(database).await?;
    let sql = call.pool.lend().await?;
    let read = async |after: Option<&i64>, rows| {
        segments::page(&sql, database, after.copied().unwrap_or(0), rows).await
    };
    let show = |one| Ok(ShownSegment::from(one));
    let page = paging.read(read, |one| one.segment.id.get(), show).await?;
    Ok(Reply::ok(&page))
}
