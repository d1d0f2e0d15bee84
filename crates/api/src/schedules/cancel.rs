//! `POST /v1/databases/{db}/schedules/{id}/runs/{run}/cancel`

use super::found;
use super::shape::ShownRun;
use crate::reach::Reach;
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_jobs::schedule::cancel as end;
use roster_model::RunId;
use roster_store::schedules::{self, Run, RunState};

/// Ends a run of a schedule that waits for another try, fetches its file, reads its rows or
/// imports them. What its import has done stays; the next planned run comes as
/// planned.
#[route(
    post, "/v1/databases/{db}/schedules/{id}/runs/{run}/cancel", ImportsWrite, id = "cancelScheduleRun",
    answer = ShownRun,
)]
pub(crate) async fn cancel(call: Call) -> Result<Reply, Problem> {
    let schedule = found(&call).await?;
    let id: RunId = call.id("run", "run")?;
    let read = async || -> Result<Run, Problem> {
        let run = schedules::run(call.pool, id).await?;
        let run = run.filter(|run| run.schedule == schedule.id);
        run.ok_or_else(|| Problem::not_found("run"))
    };
    read().await?;
    let reach = Reach::of_variables().await?;
    let ended = end(call.pool, &reach.world(), id).await?;
    let run = read().await?;
    // Asking for what is so already is no mistake.
    if ended || run.state == RunState::Cancelled {
        return Ok(Reply::ok(&ShownRun::from(run)));
    }
    let state = run.state.as_str();
    let detail = format!("This can't be done while the run is {state}.");
    Err(Problem::new(kinds::WRONG_STATE, detail).with("state", state))
}
