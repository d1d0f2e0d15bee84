//! `GET /v1/databases/{db}/counters`

use crate::databases::shape::found;
use roster_http::{Call, Problem, Reply, route};
use roster_model::Status;
use roster_store::databases::{self, Counts};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many profiles a database has.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(example = json!({
    "total": 3,
    "statuses": {
        "subscribed": 2, "unsubscribed": 1, "complained": 0, "hardbounced": 0,
        "unconfirmed": 0, "suspended": 0, "invalid": 0
    },
    "control_group": null,
}))]
pub(crate) struct ProfileCounters {
    /// In total.
    total: i64,
    /// By status: each of the seven with its number.
    statuses: BTreeMap<&'static str, i64>,
    /// How many are in the control group; `null` where none is in force.
    control_group: Option<i64>,
}

/// How many profiles a database has, in total and by status.
#[route(
    get, "/v1/databases/{db}/counters", DatabasesRead, id = "getDatabaseCounters",
    answer = ProfileCounters,
)]
pub(crate) async fn counters(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let sql = call.pool.lend().await?;
    found(&sql, id).await?;
    let counts = databases::counts(&sql, id).await?;
    Ok(Reply::ok(&ProfileCounters::from(counts)))
}

impl From<Counts> for ProfileCounters {
    fn from(counts: Counts) -> Self {
        let mut statuses: BTreeMap<_, _> = Status::ALL.map(|one| (one.as_str(), 0)).into();
        let mut total = 0;
        for (status, count) in counts.statuses {
            statuses.insert(status.as_str(), count);
            total += count;
        }
        ProfileCounters {
            total,
            statuses,
            control_group: counts.control,
        }
    }
}
