//! `DELETE /v1/databases/{db}/segments/{id}`

use crate::segments::shape::{found, segment_path};
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_jobs::KEPT_MS;
use roster_model::condition::named_segments;
use roster_model::{SegmentId, SegmentKind, Timestamp};
use roster_store::jobs::{self, State};
use roster_store::segments;
use serde::Serialize;
use serde_json::{Value, json};

/// What was deleted.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedSegment {
    /// The segment.
    #[schema(value_type = String, example = "1")]
    id: SegmentId,
    /// How many profiles were in it; they stay.
    members: i64,
}

/// Deletes a segment; its members stay what they are. While it has members that needs a
/// confirmation, but for a dynamic one. One that the conditions of others name stays.
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
        let rules = segments::rules(sql, database).await?;
        let naming = rules.iter().filter(|(other, _, condition)| {
            *other != id && named_segments(condition).contains(&id)
        });
        let naming: Vec<Value> = naming
            .map(|(other, name, _)| json!({"id": other, "name": name}))
            .collect();
        if !naming.is_empty() {
            let detail = "The conditions of other segments name this one.";
            let problem = Problem::new(kinds::SEGMENT_IN_USE, detail);
            return Err(problem.with("segments", naming));
        }
        let members = found.segment.members;
        if members > 0 && found.segment.kind != SegmentKind::Dynamic {
            call.confirmed(&found.segment.name)?;
        }
        if let Some(job) = found.refresh_job {
            let open = [State::Queued, State::Running, State::Paused];
            let kept = Timestamp::from_ms(call.now.ms().saturating_add(KEPT_MS));
            jobs::turn(sql, job, &open, State::Cancelled, call.now, Some(kept)).await?;
        }
        segments::delete(sql, &found.segment, &call.author()).await?;
        Ok(Reply::ok(&RemovedSegment { id, members }))
    })
    .await
}
