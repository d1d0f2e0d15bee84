//! `GET /v1/outbox/counters`

use roster_http::{Call, Problem, Reply, route};
use roster_model::Timestamp;
use roster_store::outbox::{Kind, State, counts, next_due};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many messages there are.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = OutboxCounters)]
pub(crate) struct Counters {
    /// Messages to people: how many are in each state.
    #[schema(value_type = BTreeMap<String, i64>, example = json!({
        "queued": 2, "sent": 40, "dead": 0, "cancelled": 1, "held": 0
    }))]
    confirmation: BTreeMap<&'static str, i64>,
    /// Messages to watchers: how many are in each state.
    #[schema(value_type = BTreeMap<String, i64>, example = json!({
        "queued": 0, "sent": 7, "dead": 0, "cancelled": 0, "held": 0
    }))]
    change: BTreeMap<&'static str, i64>,
    /// When the next message of any database is due; `null` if none waits.
    #[schema(value_type = Option<String>, required, format = DateTime)]
    next_due_at: Option<Timestamp>,
}

/// How many messages there are by kind and state.
#[route(get, "/v1/outbox/counters", OutboxRead, id = "outboxCounters", answer = Counters)]
pub(crate) async fn counters(call: Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    let counts = counts(&sql, call.caller.databases.as_deref()).await?;
    let of = |wanted: Kind| {
        let states = State::ALL.into_iter().map(|state| {
            let mut found = counts.iter();
            let found = found.find(|(kind, found, _)| *kind == wanted && *found == state);
            (state.as_str(), found.map_or(0, |(_, _, count)| *count))
        });
        states.collect()
    };
    let due = [
        next_due(&sql, Kind::Confirmation).await?,
        next_due(&sql, Kind::Change).await?,
    ];
    Ok(Reply::ok(&Counters {
        confirmation: of(Kind::Confirmation),
        change: of(Kind::Change),
        next_due_at: due.into_iter().flatten().min(),
    }))
}
