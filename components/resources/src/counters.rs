//! `GET /v1/resources/{id}/counters`

use crate::shape::{found, resource_id};
use roster_http::{Call, Problem, Reply};
use roster_model::Status;
use roster_store::resources;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many subscriptions a resource has.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
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
})))]
pub(crate) struct SubscriptionCounters {
    /// In total.
    total: i64,
    /// By status: each of the seven with its number.
    statuses: BTreeMap<&'static str, i64>,
    /// By channel: those of the resource, and any that it once had.
    channels: BTreeMap<&'static str, ChannelCounters>,
}

/// How many subscriptions one channel has.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "total": 1,
    "statuses": {
        "subscribed": 1, "unsubscribed": 0, "complained": 0, "hardbounced": 0,
        "unconfirmed": 0, "suspended": 0, "invalid": 0
    },
})))]
pub(crate) struct ChannelCounters {
    /// In total.
    total: i64,
    /// By status: each of the seven with its number.
    statuses: BTreeMap<&'static str, i64>,
}

impl ChannelCounters {
    fn new() -> Self {
        ChannelCounters {
            total: 0,
            statuses: Status::ALL.map(|status| (status.as_str(), 0)).into(),
        }
    }

    fn add(&mut self, status: Status, count: i64) {
        self.total += count;
        *self.statuses.entry(status.as_str()).or_default() += count;
    }
}

/// How many subscriptions a resource has, by channel and status: those of
/// profiles that the token may know of, deleted ones left out.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/resources/{id}/counters", tag = "resources",
    operation_id = "getResourceCounters",
    params(crate::openapi::ResourcePath),
    responses((status = 200, body = SubscriptionCounters)),
))]
pub(crate) async fn counters(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let id = resource_id(&call)?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, id).await?;
    let own = found
        .resource
        .channels
        .iter()
        .map(|channel| channel.as_str());
    let mut channels: BTreeMap<_, _> = own.map(|name| (name, ChannelCounters::new())).collect();
    let mut all = ChannelCounters::new();
    let only = call.caller.databases.as_deref();
    for (channel, status, count) in resources::counters(&sql, id, only).await? {
        let of_channel = channels
            .entry(channel.as_str())
            .or_insert_with(ChannelCounters::new);
        of_channel.add(status, count);
        all.add(status, count);
    }
    Ok(Reply::ok(&SubscriptionCounters {
        total: all.total,
        statuses: all.statuses,
        channels,
    }))
}
