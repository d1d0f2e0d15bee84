//! Looking at imports, stopping them, letting them go on.

use crate::imports::shape::with_files;
use crate::worker::Worker;
use roster_http::{Call, Problem, Reply, route};
use roster_jobs::KEPT_MS;
use roster_model::Timestamp;
use roster_store::jobs::{self, Kind};

/// The imports of a database, newest first.
#[route(
    get, "/v1/databases/{db}/imports", ImportsRead, id = "listImports",
    paged,
    answer = roster_http::jobs::Jobs,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.definitions(call.database()?).await?;
    call.jobs(Kind::Import).await
}

/// One import with its files.
#[route(
    get, "/v1/databases/{db}/imports/{id}", ImportsRead, id = "getImport",
    answer = crate::imports::openapi::preview::StartedImport,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let job = call.job(Kind::Import).await?;
    let sql = call.pool.lend().await?;
    let files = jobs::files(&sql, job.id).await?;
    Ok(Reply::ok(&with_files(job, &files)))
}

/// Stops an import after the rows that are being written.
#[route(
    post, "/v1/databases/{db}/imports/{id}/pause", ImportsWrite, id = "pauseImport",
    answer = roster_http::jobs::ShownJob,
)]
pub(crate) async fn pause(call: Call) -> Result<Reply, Problem> {
    call.pause_job(Kind::Import).await
}

/// Lets a paused import go on where it stopped.
#[route(
    post, "/v1/databases/{db}/imports/{id}/resume", ImportsWrite, id = "resumeImport",
    answer = roster_http::jobs::ShownJob,
)]
pub(crate) async fn resume(call: Call) -> Result<Reply, Problem> {
    call.resume_job(Kind::Import).await
}

/// Ends an import; the rows that were applied stay.
#[route(
    post, "/v1/databases/{db}/imports/{id}/cancel", ImportsWrite, id = "cancelImport",
    answer = roster_http::jobs::ShownJob,
)]
pub(crate) async fn cancel(call: Call) -> Result<Reply, Problem> {
    let kept_until = Timestamp::from_ms(call.now.ms().saturating_add(KEPT_MS));
    call.cancel_job(Kind::Import, kept_until).await
}

/// Removes the files and the report of an import that is over; the import
/// itself stays in the list.
#[route(
    delete, "/v1/databases/{db}/imports/{id}", ImportsWrite, id = "deleteImportFiles",
    answer = crate::imports::openapi::preview::StartedImport,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    call.empty_job(Kind::Import).await?;
    let job = call.job(Kind::Import).await?;
    Ok(Reply::ok(&with_files(job, &[])))
}

/// Tells of an import's progress until it ends, as server-sent events.
#[route(
    get, "/v1/databases/{db}/imports/{id}/events", ImportsRead, id = "watchImport",
    query = crate::queries::ProgressQuery,
    responses((status = 200, content_type = "text/event-stream", body = String)),
)]
pub(crate) async fn events(call: Call) -> Result<Reply, Problem> {
    call.watch_job(Kind::Import, roster_http::Scope::ImportsWrite, Worker)
        .await
}
