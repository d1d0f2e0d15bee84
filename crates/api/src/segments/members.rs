//! `GET /v1/databases/{db}/segments/{id}/members`

use crate::segments::shape::segment_path;
use roster_http::{Call, Page, Problem, Reply, Scope, route};
use roster_model::{Profile, ProfileId};
use roster_store::pace::PAGE_BYTES;
use roster_store::profiles::first;
use roster_store::segments;
use serde::Serialize;

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
#[route(
    get, "/v1/databases/{db}/segments/{id}/members", SegmentsRead, id = "listSegmentMembers",
    query = crate::segments::openapi::MembersQuery,
    page = crate::segments::openapi::SegmentMember,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
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
    let pks: Vec<i64> = page.items.iter().map(|id| id.pk()).collect();
    let (mut profiles, rest) = first(&sql, &pks, PAGE_BYTES).await?;
    profiles.sort_unstable_by_key(|profile| profile.id);
    // Anyone who did not fit comes on the next page.
    let next = match (rest, profiles.last()) {
        ([_, ..], Some(last)) => Some(paging.cursor(&last.id.pk())),
        _ => page.next,
    };
    Ok(Reply::ok(&Page {
        items: profiles.into_iter().map(Member::Profile).collect(),
        next,
    }))
}
