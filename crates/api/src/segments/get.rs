//! `GET /v1/databases/{db}/segments/{id}`

use crate::segments::shape::{ShownSegment, found, segment_path};
use roster_http::{Call, Problem, Reply, route};

/// One static segment.
#[route(
    get, "/v1/databases/{db}/segments/{id}", SegmentsRead, id = "getSegment",
    answer = ShownSegment,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let (database, id) = segment_path(&call)?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, database, id).await?;
    Ok(ShownSegment::from(found).reply())
}
