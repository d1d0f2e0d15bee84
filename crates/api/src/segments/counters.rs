//! `GET /v1/databases/{db}/segments/{id}/counters`

use crate::segments::shape::{found, members_of, segment_path};
use roster_http::{Call, DEFINITION_TRIES, Problem, Reply, Scope, now, page_budget, route};
use roster_model::{Channel, ResourceId};
use roster_store::segments;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many members of a segment can be reached.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(example = json!({
    "members": 3, "channels": {"email": {"subscribed": 2, "sendable": 1, "unconfirmed": 1}}, "at_least": false
}))]
pub(crate) struct SegmentCounters {
    /// How many members there are.
    members: i64,
    /// By channel: those that members have subscriptions of.
    channels: BTreeMap<&'static str, ChannelMembers>,
    /// Whether not all could be looked at in 2 s: then there are at least so many.
    at_least: bool,
}

/// How many members have a subscription of one channel; each counts once.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(example = json!({"subscribed": 2, "sendable": 1, "unconfirmed": 1}))]
pub(crate) struct ChannelMembers {
    /// One that is subscribed.
    subscribed: i64,
    /// One by which messages may be sent now: nothing stands against it.
    sendable: i64,
    /// One that is yet to be confirmed.
    unconfirmed: i64,
}

/// How many members of a segment have a subscription of each channel: subscribed, sendable,
/// unconfirmed. All of them are looked at, for 2 s at most.
#[route(
    get, "/v1/databases/{db}/segments/{id}/counters", SegmentsRead, id = "getSegmentCounters",
    query = crate::segments::openapi::SegmentCountersQuery,
    answer = SegmentCounters,
)]
pub(crate) async fn counters(call: Call) -> Result<Reply, Problem> {
    let (database, id) = segment_path(&call)?;
    call.caller.require(Scope::ProfilesRead)?;
    let resource = match call.query("resource_id") {
        Some(text) => Some(text.parse::<ResourceId>().map_err(|_| {
            Problem::parameter("resource_id", "resource_id is the id of a resource.")
        })?),
        None => None,
    };
    let sql = call.pool.lend().await?;
    found(&sql, database, id).await?;
    drop(sql);
    let budget = page_budget();
    for _ in 0..DEFINITION_TRIES {
        let (members, known) = members_of(&call, database, id).await?;
        if resource.is_some_and(|id| !known.resources.iter().any(|one| one.id == id)) {
            return Err(Problem::not_found("resource"));
        }
        let counts =
            segments::counters(call.pool, &known, &members, resource, now(), &budget).await?;
        let Some(counts) = counts else { continue };
        let channels = counts.channels.into_iter().filter_map(|(code, counted)| {
            let members = ChannelMembers {
                subscribed: counted.subscribed,
                sendable: counted.sendable,
                unconfirmed: counted.unconfirmed,
            };
            Some((Channel::from_code(code)?.as_str(), members))
        });
        return Ok(Reply::ok(&SegmentCounters {
            members: counts.members,
            channels: channels.collect(),
            at_least: !counts.is_whole,
        }));
    }
    Err(roster_store::Error::Busy.into())
}
