//! `GET /v1/databases/{db}/segments/{id}/members`

use crate::shape::segment_path;
use roster_http::{Call, Page, Problem, Reply, Scope};
use roster_model::{Profile, ProfileId};
use roster_store::profiles::many;
use roster_store::segments;
use serde::Serialize;

/// How many whole profiles are read at a time.
const PACKED: usize = 250;

/// A member of a segment.
#[derive(Serialize)]
#[serde(untagged)]
enum Member {
    /// By its id alone.
    Id { id: ProfileId },
    /// The whole profile.
    Profile(Profile),
}

/// Who is in a static segment, in order of creation of the profiles: their ids,
/// or whole profiles for a token that may read them.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/segments/{id}/members", tag = "segments",
    operation_id = "listSegmentMembers",
    params(
        crate::openapi::SegmentPath,
        crate::openapi::MembersQuery,
        roster_http::openapi::PageQuery,
    ),
    responses((status = 200, body = crate::openapi::MemberPage)),
))]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.only(&["profiles", "limit", "cursor"])?;
    let (database, id) = segment_path(&call)?;
    let whole = call.flag("profiles")?;
    if whole {
        call.caller.require(Scope::ProfilesRead)?;
    }
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let after = paging.after.unwrap_or(0);
    let found = segments::members(&sql, database, id, after, paging.rows()).await?;
    let found = found.ok_or_else(|| Problem::not_found("segment"))?;
    let page = paging.page(found, |id| id.pk());
    if !whole {
        return Ok(Reply::ok(&page.map(|id| Member::Id { id })));
    }
    let mut profiles = Vec::with_capacity(page.items.len());
    for ids in page.items.chunks(PACKED) {
        let pks: Vec<i64> = ids.iter().map(|id| id.pk()).collect();
        profiles.extend(many(&sql, &pks).await?);
    }
    profiles.sort_unstable_by_key(|profile| profile.id);
    Ok(Reply::ok(&Page {
        items: profiles.into_iter().map(Member::Profile).collect(),
        next: page.next,
    }))
}
