//! `DELETE /v1/databases/{db}/schedules/{id}`

use super::found;
use super::shape::ShownSchedule;
use roster_http::{Call, Problem, Reply, route};
use roster_store::schedules;

/// Deletes a schedule and the list of its runs. Its imports stay, and one that
/// goes on goes on.
#[route(
    delete, "/v1/databases/{db}/schedules/{id}", ImportsWrite, id = "deleteSchedule",
    if_match,
    once,
    answer = ShownSchedule,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    if let Some(reply) = call.replay().await? {
        return Ok(reply);
    }
    let id = found(&call).await?.id;
    call.once(async |sql| {
        let schedule = schedules::get(sql, id).await?;
        let schedule = schedule.ok_or_else(|| Problem::not_found("schedule"))?;
        if_match.check(schedule.revision)?;
        schedules::delete(sql, &schedule, &call.author()).await?;
        Ok(Reply::ok(&ShownSchedule::new(schedule, call.now)))
    })
    .await
}
