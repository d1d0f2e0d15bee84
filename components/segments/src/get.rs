//! `GET /v1/databases/{db}/segments/{id}`

use crate::shape::{ShownSegment, found, segment_path};
use roster_http::{Call, Problem, Reply};

/// One static segment.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/segments/{id}", tag = "segments", operation_id = "getSegment",
    params(crate::openapi::SegmentPath),
    responses((status = 200, body = ShownSegment)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let (database, id) = segment_path(&call)?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, database, id).await?;
    Ok(ShownSegment::from(found).reply(200))
}
