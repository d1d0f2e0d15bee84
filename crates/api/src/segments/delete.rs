//! `DELETE /v1/databases/{db}/segments/{id}`

use crate::segments::shape::{found, segment_path};
use roster_http::{Call, Problem, Reply, route};
use roster_model::SegmentId;
use roster_store::segments;
use serde::Serialize;

/// What was deleted.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedSegment {
    /// The segment.
    #[schema(value_type = String, example = "1")]
    id: SegmentId,
    /// How many profiles were in it; they stay.
    members: i64,
}

/// Deletes a static segment; its members stay what they are. While it has
/// members that needs a confirmation.
#[route(
    delete, "/v1/databases/{db}/segments/{id}", SegmentsWrite, id = "deleteSegment",
    query = crate::queries::ConfirmQuery,
    if_match,
    once,
    answer = RemovedSegment,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let (database, id) = segment_path(&call)?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(sql, database, id).await?;
        if_match.check(found.revision)?;
        let members = found.segment.members;
        if members > 0 {
            call.confirmed(&found.segment.name)?;
        }
        segments::delete(sql, &found.segment, &call.author()).await?;
        Ok(Reply::ok(&RemovedSegment { id, members }))
    })
    .await
}
