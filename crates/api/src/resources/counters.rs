//! `GET /v1/resources/{id}/counters`

use crate::resources::shape::{found, resource_id};
use roster_http::{Call, Problem, Reply, now, page_budget, route};
use roster_model::{Channel, DatabaseId, Invalid, Status};
use roster_store::resources::{self, SendableCounts};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many subscriptions a resource has.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(example = json!({
    "total": 1,
    "statuses": {
        "subscribed": 1, "unsubscribed": 0, "complained": 0, "hardbounced": 0,
        "unconfirmed": 0, "suspended": 0, "invalid": 0
    },
    "channels": {
        "email": {
            "total": 1,
            "statuses": {
                "subscribed": 1, "unsubscribed": 0, "complained": 0, "hardbounced": 0,
                "unconfirmed": 0, "suspended": 0, "invalid": 0
            },
        },
    },
}))]
pub(crate) struct SubscriptionCounters {
    /// In total.
    total: i64,
    /// By status: each of the seven with its number.
    statuses: BTreeMap<&'static str, i64>,
    /// Of those who are subscribed, how many get messages: nothing stands against them,
    /// no global status, no suppression list, and the contact left nowhere else. Only
    /// if it was asked for, as the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscribed_sendable: Option<i64>,
    /// Of those who are unconfirmed, how many would get messages if they confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed_sendable: Option<i64>,
    /// By channel: those of the resource, and any that it once had.
    channels: BTreeMap<&'static str, ChannelCounters>,
    /// Whether not all could be looked at in 2 s: then at least so many are sendable.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<bool>,
}

/// How many subscriptions one channel has.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(example = json!({
    "total": 1,
    "statuses": {
        "subscribed": 1, "unsubscribed": 0, "complained": 0, "hardbounced": 0,
        "unconfirmed": 0, "suspended": 0, "invalid": 0
    },
}))]
pub(crate) struct ChannelCounters {
    /// In total.
    total: i64,
    /// By status: each of the seven with its number.
    statuses: BTreeMap<&'static str, i64>,
    /// Of those who are subscribed, how many get messages: nothing stands against them,
    /// no global status, no suppression list, and the contact left nowhere else. Only
    /// if it was asked for, as the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscribed_sendable: Option<i64>,
    /// Of those who are unconfirmed, how many would get messages if they confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    unconfirmed_sendable: Option<i64>,
}

impl ChannelCounters {
    fn new() -> Self {
        ChannelCounters {
            total: 0,
            statuses: Status::ALL.map(|status| (status.as_str(), 0)).into(),
            subscribed_sendable: None,
            unconfirmed_sendable: None,
        }
    }

    fn add(&mut self, status: Status, count: i64) {
        self.total += count;
        *self.statuses.entry(status.as_str()).or_default() += count;
    }

    fn add_sendable(&mut self, subscribed: i64, unconfirmed: i64) {
        *self.subscribed_sendable.get_or_insert(0) += subscribed;
        *self.unconfirmed_sendable.get_or_insert(0) += unconfirmed;
    }
}

/// How many subscriptions a resource has, by channel and status: those of
/// profiles that the token may know of, deleted ones left out. With `sendable=true`
/// also how many of them may be sent to, which looks at all of them, for 2 s at most.
#[route(
    get, "/v1/resources/{id}/counters", ResourcesRead, id = "getResourceCounters",
    query = crate::resources::openapi::CountersQuery,
    answer = SubscriptionCounters,
)]
pub(crate) async fn counters(call: Call) -> Result<Reply, Problem> {
    let id = resource_id(&call)?;
    let asks = call.flag("sendable")?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, id).await?;
    let own = found
        .resource
        .channels
        .iter()
        .map(|channel| channel.as_str());
    let mut channels: BTreeMap<&'static str, ChannelCounters> =
        own.map(|name| (name, ChannelCounters::new())).collect();
    let mut all = ChannelCounters::new();
    let one = database(&call)?.map(|id| vec![id]);
    let only = one.as_deref().or(call.caller.databases.as_deref());
    for (channel, status, count) in resources::counters(&sql, id, only).await? {
        let of_channel = channels
            .entry(channel.as_str())
            .or_insert_with(ChannelCounters::new);
        of_channel.add(status, count);
        all.add(status, count);
    }
    drop(sql);
    let mut at_least = None;
    if asks {
        let budget = page_budget();
        let counts = resources::sendable(call.pool, &found.resource, only, now(), &budget).await?;
        at_least = Some(!counts.is_whole);
        for channel in Channel::ALL {
            let (subscribed, unconfirmed) = of(&counts, channel);
            all.add_sendable(subscribed, unconfirmed);
            if let Some(of_channel) = channels.get_mut(channel.as_str()) {
                of_channel.add_sendable(subscribed, unconfirmed);
            }
        }
    }
    Ok(Reply::ok(&SubscriptionCounters {
        total: all.total,
        statuses: all.statuses,
        subscribed_sendable: all.subscribed_sendable,
        unconfirmed_sendable: all.unconfirmed_sendable,
        channels,
        at_least,
    }))
}

/// The database that is named, which the caller must be allowed to see.
fn database(call: &Call) -> Result<Option<DatabaseId>, Problem> {
    let Some(given) = call.query("database") else {
        return Ok(None);
    };
    let wrong = |invalid: Invalid| Problem::parameter("database", invalid.detail);
    let id: DatabaseId = given.parse().map_err(wrong)?;
    match call.caller.may_see(id) {
        true => Ok(Some(id)),
        false => Err(Problem::not_found("database")),
    }
}

fn of(counts: &SendableCounts, channel: Channel) -> (i64, i64) {
    let of = |status| counts.of(channel, status);
    (of(Status::Subscribed), of(Status::Unconfirmed))
}
