//! `GET /v1/databases/{db}/schedules/{id}`

use super::found;
use super::shape::ShownSchedule;
use roster_http::{Call, Problem, Reply};

/// One schedule, with its next five runs.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/schedules/{id}", tag = "schedules", operation_id = "getSchedule",
    params(crate::openapi::SchedulePath),
    responses((status = 200, body = ShownSchedule)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let schedule = found(&call).await?;
    Ok(ShownSchedule::new(schedule, call.now).reply(200))
}
