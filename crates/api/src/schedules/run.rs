//! `POST /v1/databases/{db}/schedules/{id}/run`

use super::found;
use super::shape::ShownRun;
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_jobs::schedule::begin_by_hand;
use roster_store::schedules;
use serde::Deserialize;

/// How a run by hand differs from a planned one.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunRequest {
    /// Whether all rows of a table are read, whatever was seen before; false if absent.
    #[serde(default)]
    #[schema(nullable = false)]
    full: bool,
}

/// Runs a schedule now, whether it is enabled or not. The answer is the run, which waits:
/// the next tick fetches the file or reads the rows and starts the import, as of a planned one, for
/// a source may take its time. A run that waits already, for that or for another try,
/// is the one that is due now.
#[route(
    post, "/v1/databases/{db}/schedules/{id}/run", ImportsWrite, id = "runSchedule",
    once,
    body = Option<RunRequest>,
    accepted = ShownRun,
)]
pub(crate) async fn run(call: Call) -> Result<Reply, Problem> {
    let schedule = found(&call).await?;
    let asked: RunRequest = call.json_or_none()?.unwrap_or_default();
    call.once(async |sql| {
        let begun = begin_by_hand(sql, schedule.id, call.now, &call.caller.actor, asked.full);
        let begun = begun.await?;
        let id = begun.ok_or_else(|| {
            Problem::new(
                kinds::RUN_IN_PROGRESS,
                "Runs of a schedule don't overlap: wait for the one that goes on, or cancel it.",
            )
        })?;
        let run = schedules::run(sql, id).await?;
        let run = run.ok_or_else(|| Problem::not_found("schedule"))?;
        Ok(Reply::accepted(&ShownRun::from(run)))
    })
    .await
}
