//! `GET /v1/databases/{db}/segments`

use crate::shape::ShownSegment;
use roster_http::{Call, Problem, Reply};
use roster_store::segments;

/// The static segments of a database, in order of creation.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/segments", tag = "segments", operation_id = "listSegments",
    params(crate::openapi::DatabasePath, roster_http::openapi::PageQuery),
    responses((status = 200, body = crate::openapi::SegmentPage)),
))]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.only(&["limit", "cursor"])?;
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
