//! Looking at imports, stopping them, letting them go on.

use crate::shape::with_files;
use crate::worker::Worker;
use roster_http::{Call, Problem, Reply};
use roster_jobs::KEPT_MS;
use roster_model::Timestamp;
use roster_store::jobs::{self, Kind};

/// The imports of a database, newest first.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/imports", tag = "imports", operation_id = "listImports",
    params(crate::openapi::DatabasePath, roster_http::openapi::PageQuery),
    responses((status = 200, body = roster_http::jobs::Jobs)),
))]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.only(&["limit", "cursor"])?;
    call.definitions(call.database()?).await?;
    call.jobs(Kind::Import).await
}

/// One import with its files.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/imports/{id}", tag = "imports", operation_id = "getImport",
    params(crate::openapi::ImportPath),
    responses((status = 200, body = crate::openapi::StartedImport)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let job = call.job(Kind::Import).await?;
    let sql = call.pool.lend().await?;
    let files = jobs::files(&sql, job.id).await?;
    Ok(Reply::ok(&with_files(job, &files)))
}

/// Stops an import after the rows that are being written.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/imports/{id}/pause", tag = "imports", operation_id = "pauseImport",
    params(crate::openapi::ImportPath),
    responses((status = 200, body = roster_http::jobs::ShownJob)),
))]
pub(crate) async fn pause(call: Call) -> Result<Reply, Problem> {
    call.pause_job(Kind::Import).await
}

/// Lets a paused import go on where it stopped.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/imports/{id}/resume", tag = "imports", operation_id = "resumeImport",
    params(crate::openapi::ImportPath),
    responses((status = 200, body = roster_http::jobs::ShownJob)),
))]
pub(crate) async fn resume(call: Call) -> Result<Reply, Problem> {
    call.resume_job(Kind::Import).await
}

/// Ends an import; the rows that were applied stay.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/imports/{id}/cancel", tag = "imports", operation_id = "cancelImport",
    params(crate::openapi::ImportPath),
    responses((status = 200, body = roster_http::jobs::ShownJob)),
))]
pub(crate) async fn cancel(call: Call) -> Result<Reply, Problem> {
    let kept_until = Timestamp::from_ms(call.now.ms().saturating_add(KEPT_MS));
    call.cancel_job(Kind::Import, kept_until).await
}

/// Removes the files and the report of an import that is over; the import
/// itself stays in the list.
#[cfg_attr(feature = "openapi", utoipa::path(
    delete, path = "/v1/databases/{db}/imports/{id}", tag = "imports", operation_id = "deleteImportFiles",
    params(crate::openapi::ImportPath),
    responses((status = 200, body = roster_http::jobs::ShownJob)),
))]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    call.empty_job(Kind::Import).await?;
    let job = call.job(Kind::Import).await?;
    Ok(Reply::ok(&with_files(job, &[])))
}

/// Tells of an import's progress until it ends, as server-sent events.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/imports/{id}/events", tag = "imports", operation_id = "watchImport",
    params(crate::openapi::ImportPath, crate::openapi::WorkQuery),
    responses((status = 200, content_type = "text/event-stream", body = String)),
))]
pub(crate) async fn events(call: Call) -> Result<Reply, Problem> {
    call.watch_job(Kind::Import, roster_http::Scope::ImportsWrite, Worker)
        .await
}
