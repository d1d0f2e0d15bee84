//! `GET /v1/databases/{db}/segments/{id}/members`

use crate::profiles::page;
use crate::segments::shape::{found, members_of, segment_path};
use roster_http::{
    Call, DEFINITION_TRIES, Page, Paging, Problem, Reply, Scope, page_budget, route,
};
use roster_model::{DatabaseId, Profile, ProfileId, SegmentId, SegmentKind};
use roster_store::conditions::{Limits, Selection};
use roster_store::pace::{PAGE_BYTES, Pace};
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

/// Who is in a segment, in order of creation of the profiles: their ids, or whole profiles for
/// a token that may read them. Members of a dynamic one are looked up: a page may then have
/// fewer than asked for and still not be the last.
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
    let found = found(&sql, database, id).await?;
    if found.segment.kind == SegmentKind::Dynamic {
        drop(sql);
        return looked_up(&call, &paging, database, id, whole).await;
    }
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

/// How many profiles the first slice of a request looks at, and any at most.
const FIRST_SLICE: i64 = 2_000;
const SLICE: i64 = 20_000;

/// A page of the members of a dynamic segment.
async fn looked_up(
    call: &Call,
    paging: &Paging<i64>,
    database: DatabaseId,
    id: SegmentId,
    whole: bool,
) -> Result<Reply, Problem> {
    for _ in 0..DEFINITION_TRIES {
        let (members, known) = members_of(call, database, id).await?;
        let found = match whole {
            true => page(call, &members, paging, known.version)
                .await?
                .map(|(all, last)| (all.into_iter().map(Member::Profile).collect(), last)),
            false => ids(call, &members, paging, known.version).await?,
        };
        if let Some((items, last)) = found {
            let next = last.map(|last| paging.cursor(&last));
            return Ok(Reply::ok(&Page { items, next }));
        }
    }
    Err(roster_store::Error::Busy.into())
}

/// Their ids, and the key to go on after; none when the definitions are not of this version.
async fn ids(
    call: &Call,
    members: &Selection,
    paging: &Paging<i64>,
    version: i64,
) -> Result<Option<(Vec<Member>, Option<i64>)>, Problem> {
    let mut items: Vec<Member> = Vec::new();
    let mut after = paging.after.unwrap_or(0);
    let mut pace = Pace::new(FIRST_SLICE, SLICE);
    let budget = page_budget();
    loop {
        let limits = Limits {
            take: i64::try_from(paging.limit - items.len()).unwrap_or(i64::MAX),
            look: pace.rows(),
            bytes: i64::MAX,
        };
        let sql = call.pool.lend_slice().await?;
        let slice = pace.slice(members.pks(&sql, after, limits)).await?;
        drop(sql);
        if slice.version != version {
            return Ok(None);
        }
        let ids = slice.found.into_iter().filter_map(ProfileId::from_pk);
        items.extend(ids.map(|id| Member::Id { id }));
        match slice.next {
            Some(next) if items.len() >= paging.limit || budget.is_spent() => {
                return Ok(Some((items, Some(next))));
            }
            Some(next) => after = next,
            None => return Ok(Some((items, None))),
        }
    }
}
