//! `GET /v1/databases/{db}/schedules/{id}/runs`

use super::found;
use super::shape::ShownRun;
use roster_http::{Call, Problem, Reply, route};
use roster_store::schedules;

/// The runs of a schedule, newest first; the last 1,000 are kept.
#[route(
    get, "/v1/databases/{db}/schedules/{id}/runs", ImportsRead, id = "listScheduleRuns",
    page = ShownRun,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let schedule = found(&call).await?;
    let paging = call.paging::<i64>()?;
    let read = async |before: Option<&i64>, rows| {
        schedules::runs_of(call.pool, schedule.id, before.copied(), rows).await
    };
    let page = paging.read(read, |run| run.id.get(), |run| Ok(ShownRun::from(run)));
    Ok(Reply::ok(&page.await?))
}
