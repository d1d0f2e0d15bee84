//! Looking at exports, stopping them, letting them go on.

use crate::worker::Worker;
use roster_http::jobs::ShownJob;
use roster_http::{Call, Problem, Reply, Scope, route};
use roster_jobs::export::FILE_KEPT_MS;
use roster_model::Timestamp;
use roster_store::jobs::{self, File, Job, Kind, State};
use serde_json::{Value, json};

/// An export as it is shown, with where its file is once it is whole.
pub(crate) fn shown(job: Job, files: &[File]) -> ShownJob {
    let path = format!("/v1/databases/{}/exports/{}/file", job.database, job.id);
    let whole = job.state == State::Completed;
    let file = files.first().map(|file| {
        json!({
            "name": file.name,
            "size": file.size,
            "content_type": file.about.get("content_type"),
            "path": if whole { Some(path) } else { None },
        })
    });
    let mut shown = ShownJob::from(job);
    shown
        .more
        .insert("file".to_owned(), file.unwrap_or(Value::Null));
    shown
}

async fn reply(call: &Call) -> Result<Reply, Problem> {
    let job = call.job(Kind::Export).await?;
    let sql = call.pool.lend().await?;
    let files = jobs::files(&sql, job.id).await?;
    Ok(Reply::ok(&shown(job, &files)))
}

/// The exports of a database, newest first.
#[route(
    get, "/v1/databases/{db}/exports", ExportsRead, id = "listExports",
    paged,
    answer = roster_http::jobs::Jobs,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.definitions(call.database()?).await?;
    call.jobs(Kind::Export).await
}

/// One export with its file.
#[route(
    get, "/v1/databases/{db}/exports/{id}", ExportsRead, id = "getExport",
    answer = crate::exports::openapi::ShownExport,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    reply(&call).await
}

/// Stops an export after the piece that is being written.
#[route(
    post, "/v1/databases/{db}/exports/{id}/pause", ExportsWrite, id = "pauseExport",
    answer = roster_http::jobs::ShownJob,
)]
pub(crate) async fn pause(call: Call) -> Result<Reply, Problem> {
    call.pause_job(Kind::Export).await
}

/// Lets a paused export go on where it stopped.
#[route(
    post, "/v1/databases/{db}/exports/{id}/resume", ExportsWrite, id = "resumeExport",
    answer = roster_http::jobs::ShownJob,
)]
pub(crate) async fn resume(call: Call) -> Result<Reply, Problem> {
    call.resume_job(Kind::Export).await
}

/// Ends an export; what was written of its file is removed later.
#[route(
    post, "/v1/databases/{db}/exports/{id}/cancel", ExportsWrite, id = "cancelExport",
    answer = roster_http::jobs::ShownJob,
)]
pub(crate) async fn cancel(call: Call) -> Result<Reply, Problem> {
    let kept_until = Timestamp::from_ms(call.now.ms().saturating_add(FILE_KEPT_MS));
    call.cancel_job(Kind::Export, kept_until).await
}

/// Removes the file of an export that is over; the export itself stays in the
/// list.
#[route(
    delete, "/v1/databases/{db}/exports/{id}", ExportsWrite, id = "deleteExportFile",
    answer = crate::exports::openapi::ShownExport,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    call.empty_job(Kind::Export).await?;
    reply(&call).await
}

/// Tells of an export's progress until it ends, as server-sent events.
#[route(
    get, "/v1/databases/{db}/exports/{id}/events", ExportsRead, id = "watchExport",
    query = crate::queries::ProgressQuery,
    responses((status = 200, content_type = "text/event-stream", body = String)),
)]
pub(crate) async fn events(call: Call) -> Result<Reply, Problem> {
    call.watch_job(Kind::Export, Scope::ExportsWrite, Worker)
        .await
}
