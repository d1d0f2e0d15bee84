//! `GET /v1/overview`

use roster_http::{Call, Problem, Reply, Scope, now, query, route};
use roster_model::{DatabaseId, Timestamp};
use roster_store::jobs::Kind;
use roster_store::overview::{self, Sight};

use super::shape::Overview;

/// How many days are shown if nothing is said, and at most.
const DAYS: i64 = 90;
const MOST_DAYS: i64 = 366;

/// For how long what failed is shown, in milliseconds: 7 days.
const FAILED_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// What is shown.
#[query]
#[allow(dead_code, reason = "describes what the handler asks a call for")]
pub(crate) struct OverviewQuery {
    /// The database whose days are shown; those of all together, if nothing is said.
    #[param(example = "1")]
    database: Option<String>,
    /// How many days, with today: 1 to 366, 90 if nothing is said.
    #[param(example = 90, minimum = 1, maximum = 366)]
    days: Option<i64>,
}

/// What there is and what goes on, at a glance: people and subscriptions by status, what
/// happened day by day, jobs, and what needs somebody. All of it is counted as it happens, so it
/// takes no longer for a million people than for a hundred.
#[route(
    get, "/v1/overview", DatabasesRead, id = "getOverview",
    query = OverviewQuery,
    answer = Overview,
)]
pub(crate) async fn read(call: Call) -> Result<Reply, Problem> {
    let days = days(&call)?;
    let days_of = database(&call)?;
    let kinds: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| call.caller.scopes.has(scope_of(*kind)))
        .collect();
    let now = now();
    let sight = Sight {
        databases: call.caller.databases.as_deref(),
        days_of,
        from_day: overview::day_of(now) - days + 1,
        jobs: &kinds,
        failed_since: Timestamp::from_ms(now.ms() - FAILED_MS),
        messages: call.caller.scopes.has(Scope::OutboxRead),
        deliveries: call.caller.scopes.has(Scope::HooksRead),
    };
    let sql = call.pool.lend().await?;
    let found = overview::read(&sql, &sight).await?;
    if let Some(id) = days_of
        && !found.databases.iter().any(|database| database.id == id)
    {
        return Err(Problem::not_found("database"));
    }
    Ok(Reply::ok(&Overview::from(found)))
}

/// Who may see a job.
fn scope_of(kind: Kind) -> Scope {
    match kind {
        Kind::Import | Kind::Update => Scope::ImportsRead,
        Kind::Export => Scope::ExportsRead,
        Kind::Refresh => Scope::SegmentsRead,
        Kind::ControlDraw => Scope::ControlGroupsRead,
    }
}

fn days(call: &Call) -> Result<i64, Problem> {
    let Some(given) = call.query("days") else {
        return Ok(DAYS);
    };
    let days = given.parse().ok();
    days.filter(|days| (1..=MOST_DAYS).contains(days))
        .ok_or_else(|| {
            let detail = format!("days must be a whole number from 1 to {MOST_DAYS}.");
            Problem::parameter("days", detail)
        })
}

fn database(call: &Call) -> Result<Option<DatabaseId>, Problem> {
    let Some(given) = call.query("database") else {
        return Ok(None);
    };
    let id = given.parse().map(Some);
    id.map_err(|wrong: roster_model::Invalid| {
        Problem::parameter("database", format!("database: {}", wrong.detail))
    })
}
