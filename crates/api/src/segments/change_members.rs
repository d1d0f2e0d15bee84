//! `POST /v1/databases/{db}/segments/{id}/members`

use crate::segments::shape::{found, of_kind, segment_path};
use crate::updates::{parsed, queue, queued};
use roster_http::{Call, Problem, Reply, Scope, route};
use roster_jobs::update::selection;
use roster_model::segment::Moves;
use roster_model::{BulkUpdate, DatabaseId, ProfileId, Segment, SegmentId, SegmentKind};
use roster_store::conditions::Limits;
use roster_store::segments::{self, MembershipResult};
use roster_store::{Sql, catalogue};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// How many profiles that a condition means are moved at once; more are a job.
const AT_ONCE: i64 = 1000;

/// At how many candidates is looked for them.
const LOOK: i64 = 20_000;

/// What became of the profiles that were named; each is counted once.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = MovedMembers)]
pub(crate) struct ShownMembershipResult {
    /// How many entered.
    added: usize,
    /// How many left.
    removed: usize,
    /// How many were, or weren't, in it already.
    unchanged: usize,
    /// Those that are no profiles of the database.
    #[schema(value_type = Vec<String>)]
    unknown: Vec<ProfileId>,
    /// How many are in the segment now.
    members: i64,
}

impl ShownMembershipResult {
    fn new(before: i64, moved: MembershipResult) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        ShownMembershipResult {
            members: before + count(moved.added) - count(moved.removed),
            added: moved.added,
            removed: moved.removed,
            unchanged: moved.unchanged,
            unknown: moved.unknown,
        }
    }
}

/// Puts profiles into a static segment and takes others out, by their ids; or
/// does one of both with those who meet a condition: at once if they are few,
/// otherwise as a bulk update.
#[route(
    post, "/v1/databases/{db}/segments/{id}/members", MembersWrite, id = "changeSegmentMembers",
    once,
    body = crate::segments::openapi::MemberChange,
    responses((status = 200, body = ShownMembershipResult), (status = 202, body = roster_http::jobs::ShownJob)),
)]
pub(crate) async fn change(call: Call) -> Result<Reply, Problem> {
    let (database, id) = segment_path(&call)?;
    let body: Value = call.json()?;
    if body.get("condition").is_some() || body.get("action").is_some() {
        return by_condition(&call, database, id, &body).await;
    }
    let Moves { add, remove } = Moves::parse(&body)?;
    call.once(async |sql| {
        let found = found(sql, database, id).await?;
        of_kind(&found, SegmentKind::Static)?;
        let segment = found.segment;
        let moved = segments::change(sql, &segment, &add, &remove).await?;
        Ok(Reply::ok(&ShownMembershipResult::new(
            segment.members,
            moved,
        )))
    })
    .await
}

async fn by_condition(
    call: &Call,
    database: DatabaseId,
    id: SegmentId,
    body: &Value,
) -> Result<Reply, Problem> {
    // How many they are tells what profiles are like.
    call.caller.require(Scope::ProfilesRead)?;
    let settings = BulkUpdate::of_members(body, id)?;
    call.once(async |sql| {
        let found = found(sql, database, id).await?;
        of_kind(&found, SegmentKind::Static)?;
        let segment = found.segment;
        let known = catalogue::load(sql, database).await?;
        let known = known.ok_or_else(|| Problem::not_found("database"))?;
        let known = call.visible(Arc::new(known));
        let update = parsed(&settings, &known)?;
        match few(call, sql, &known, &update).await? {
            Some(ids) => {
                let put = update
                    .bulk
                    .memberships()
                    .is_some_and(|all| !all.put.is_empty());
                let (add, remove) = if put {
                    (&ids[..], &[][..])
                } else {
                    (&[][..], &ids[..])
                };
                let moved = segments::change(sql, &segment, add, remove).await?;
                Ok(Reply::ok(&ShownMembershipResult::new(
                    segment.members,
                    moved,
                )))
            }
            None => {
                let name = job_name(&update, &segment);
                Ok(queued(queue(call, sql, database, &name, &settings).await?))
            }
        }
    })
    .await
}

/// All who are meant, if they are few and soon found.
async fn few(
    call: &Call,
    sql: &impl Sql,
    known: &catalogue::Definitions,
    update: &BulkUpdate,
) -> Result<Option<Vec<ProfileId>>, Problem> {
    let limit = update.query.limit.filter(|limit| *limit <= AT_ONCE);
    let limits = Limits {
        take: limit.unwrap_or(AT_ONCE + 1),
        look: LOOK,
        bytes: i64::MAX,
    };
    let slice = selection(known, update, call.now)
        .pks(sql, 0, limits)
        .await?;
    let all = match limit {
        Some(limit) => slice.next.is_none() || slice.found.len() as i64 >= limit,
        None => slice.next.is_none() && slice.found.len() as i64 <= AT_ONCE,
    };
    let ids = slice.found.into_iter().filter_map(ProfileId::from_pk);
    Ok(all.then(|| ids.collect()))
}

fn job_name(update: &BulkUpdate, segment: &Segment) -> String {
    if update.name.is_empty() {
        segment.name.clone()
    } else {
        update.name.clone()
    }
}
