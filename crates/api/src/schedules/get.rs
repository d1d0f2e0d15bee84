//! `GET /v1/databases/{db}/schedules/{id}`

use super::found;
use super::shape::ShownSchedule;
use roster_http::{Call, Problem, Reply, route};

/// One schedule, with its next five runs.
#[route(
    get, "/v1/databases/{db}/schedules/{id}", ImportsRead, id = "getSchedule",
    answer = ShownSchedule,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let schedule = found(&call).await?;
    Ok(ShownSchedule::new(schedule, call.now).reply())
}
