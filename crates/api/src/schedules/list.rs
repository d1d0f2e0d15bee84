//! `GET /v1/databases/{db}/schedules`

use super::shape::ShownSchedule;
use roster_http::{Call, Problem, Reply, route};
use roster_store::schedules;

/// The schedules of a database, in order of creation.
#[route(
    get, "/v1/databases/{db}/schedules", ImportsRead, id = "listSchedules",
    page = ShownSchedule,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let paging = call.paging::<i64>()?;
    call.definitions(database).await?;
    let read = async |after: Option<&i64>, rows| {
        schedules::page(call.pool, database, after.copied().unwrap_or(0), rows).await
    };
    let show = |one| Ok(ShownSchedule::new(one, call.now));
    let page = paging.read(read, |one| one.id.get(), show).await?;
    Ok(Reply::ok(&page))
}
