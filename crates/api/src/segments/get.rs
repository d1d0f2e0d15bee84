//! `GET /v1/databases/{db}/segments/{id}`

use crate::segments::shape::{ShownSegment, found, members_of, segment_path};
use roster_http::{Call, Problem, Reply, page_budget, route};
use roster_model::SegmentKind;
use roster_store::conditions::Total;
use roster_store::segments::{self, SegmentRow};

/// How old a count is when it is made again, in milliseconds.
const COUNTED_MS: i64 = 60_000;

/// One segment. The members of a dynamic one are counted, as far as that goes in 2 s, unless
/// they were within the last minute; the count is kept.
#[route(
    get, "/v1/databases/{db}/segments/{id}", SegmentsRead, id = "getSegment",
    answer = ShownSegment,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let (database, id) = segment_path(&call)?;
    let sql = call.pool.lend().await?;
    let mut found = found(&sql, database, id).await?;
    drop(sql);
    let segment = &found.segment;
    let age = segment
        .counted_at
        .map(|at| call.now.ms().saturating_sub(at.ms()));
    if segment.kind == SegmentKind::Dynamic && age.is_none_or(|age| age >= COUNTED_MS) {
        count(&call, &mut found).await?;
    }
    Ok(ShownSegment::from(found).reply())
}

/// Counts the members, and keeps the count if it is whole. A condition that no longer fits
/// leaves what was counted before.
async fn count(call: &Call, found: &mut SegmentRow) -> Result<(), Problem> {
    let segment = &mut found.segment;
    let Ok((selection, known)) = members_of(call, segment.database, segment.id).await else {
        return Ok(());
    };
    let budget = page_budget();
    let total = selection
        .total(call.pool, known.version, 0, &budget)
        .await?;
    if let Total::Whole(members) = total {
        let sql = call.pool.lend().await?;
        segments::keep_count(&sql, segment.id, found.revision, members, call.now).await?;
        segment.members = members;
        segment.counted_at = Some(call.now);
    }
    Ok(())
}
