//! `POST /v1/databases/{db}/schedules/{id}/run`

use super::fetch::Http;
use super::shape::ShownRun;
use super::{found, hosts};
use roster_http::{Call, Kind, Problem, Reply, now};
use roster_jobs::schedule::{World, attempt, begin_by_hand};
use roster_store::schedules;

const RUN_IN_PROGRESS: Kind = Kind {
    code: "run_in_progress",
    status: 409,
    title: "A run goes on",
};

/// Runs a schedule now, whether it is enabled or not: fetches the file and
/// starts the import. A run that waits for another try is tried at once. If the file can't be fetched, the run waits for another
/// try like a planned one.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/schedules/{id}/run", tag = "schedules", operation_id = "runSchedule",
    params(crate::openapi::SchedulePath),
    responses((status = 202, body = ShownRun)),
))]
pub(crate) async fn run(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let schedule = found(&call).await?;
    let begun = begin_by_hand(call.pool, schedule.id, call.now, &call.caller.actor).await?;
    let id = begun.ok_or_else(|| {
        Problem::new(
            RUN_IN_PROGRESS,
            "Runs of a schedule don't overlap: wait for the one that goes on, or cancel it.",
        )
    })?;
    let hosts = hosts().await?;
    let world = World {
        fetch: &Http,
        hosts: &hosts,
        now: &now,
    };
    attempt(call.pool, &world, id).await?;
    let run = schedules::run(call.pool, id).await?;
    let run = run.ok_or_else(|| Problem::not_found("schedule"))?;
    Ok(Reply::json(202, &ShownRun::from(run)))
}
