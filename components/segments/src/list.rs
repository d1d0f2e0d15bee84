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
    let after = paging.after.unwrap_or(0);
    let found = segments::page(&sql, database, after, paging.rows()).await?;
    let page = paging.page(found, |one| one.segment.id.get());
    Ok(Reply::ok(&page.map(ShownSegment::from)))
}
