//! `GET /v1/databases/{db}/schedules`

use super::shape::ShownSchedule;
use roster_http::{Call, Problem, Reply};
use roster_store::schedules;

/// The schedules of a database, in order of creation.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/schedules", tag = "schedules", operation_id = "listSchedules",
    params(crate::openapi::DatabasePath, roster_http::openapi::PageQuery),
    responses((status = 200, body = crate::openapi::SchedulePage)),
))]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.only(&["limit", "cursor"])?;
    let database = call.database()?;
    let paging = call.paging::<i64>()?;
    call.definitions(database).await?;
    let after = paging.after.unwrap_or(0);
    let found = schedules::page(call.pool, database, after, paging.rows()).await?;
    let page = paging.page(found, |one| one.id.get());
    Ok(Reply::ok(
        &page.map(|one| ShownSchedule::new(one, call.now)),
    ))
}
