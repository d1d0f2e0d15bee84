//! `POST /v1/databases/{db}/segments/{id}/members`

use crate::shape::{found, segment_path};
use roster_http::{Call, Problem, Reply};
use roster_model::ProfileId;
use roster_model::segment::Moves;
use roster_store::segments::{self, Moved};
use serde::Serialize;
use serde_json::Value;

/// What became of the profiles that were named; each is counted once.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = MovedMembers))]
pub(crate) struct ShownMoved {
    /// How many entered.
    added: usize,
    /// How many left.
    removed: usize,
    /// How many were, or weren't, in it already.
    unchanged: usize,
    /// Those that are no profiles of the database.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    unknown: Vec<ProfileId>,
    /// How many are in the segment now.
    members: i64,
}

impl ShownMoved {
    fn new(before: i64, moved: Moved) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        ShownMoved {
            members: before + count(moved.added) - count(moved.removed),
            added: moved.added,
            removed: moved.removed,
            unchanged: moved.unchanged,
            unknown: moved.unknown,
        }
    }
}

/// Puts profiles into a static segment and takes others out, by their ids.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/segments/{id}/members", tag = "segments",
    operation_id = "changeSegmentMembers",
    params(crate::openapi::SegmentPath, roster_http::openapi::IdempotencyKey),
    request_body = crate::openapi::MemberChange,
    responses((status = 200, body = ShownMoved)),
))]
pub(crate) async fn change(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let (database, id) = segment_path(&call)?;
    let Moves { add, remove } = Moves::parse(&call.json::<Value>()?)?;
    call.once(async |sql| {
        let segment = found(sql, database, id).await?.segment;
        let moved = segments::change(sql, &segment, &add, &remove).await?;
        Ok(Reply::ok(&ShownMoved::new(segment.members, moved)))
    })
    .await
}
