//! Looking at bulk updates, stopping them, letting them go on.

use crate::worker::Worker;
use roster_http::jobs::ShownJob;
use roster_http::{Call, Problem, Reply, Scope, route};
use roster_jobs::KEPT_MS;
use roster_model::Timestamp;
use roster_store::jobs::Kind;

/// The bulk updates of a database, newest first.
#[route(
    get, "/v1/databases/{db}/updates", ImportsRead, id = "listUpdates",
    paged,
    answer = roster_http::jobs::Jobs,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.definitions(call.database()?).await?;
    call.jobs(Kind::Update).await
}

/// One bulk update.
#[route(get, "/v1/databases/{db}/updates/{id}", ImportsRead, id = "getUpdate", answer = ShownJob)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let job = call.job(Kind::Update).await?;
    Ok(Reply::ok(&ShownJob::from(job)))
}

/// Stops a bulk update after the profiles that are being written.
#[route(
    post, "/v1/databases/{db}/updates/{id}/pause", ImportsWrite, id = "pauseUpdate",
    answer = ShownJob,
)]
pub(crate) async fn pause(call: Call) -> Result<Reply, Problem> {
    call.pause_job(Kind::Update).await
}

/// Lets a paused bulk update go on where it stopped.
#[route(
    post, "/v1/databases/{db}/updates/{id}/resume", ImportsWrite, id = "resumeUpdate",
    answer = ShownJob,
)]
pub(crate) async fn resume(call: Call) -> Result<Reply, Problem> {
    call.resume_job(Kind::Update).await
}

/// Ends a bulk update; the profiles that were changed stay so.
#[route(
    post, "/v1/databases/{db}/updates/{id}/cancel", ImportsWrite, id = "cancelUpdate",
    answer = ShownJob,
)]
pub(crate) async fn cancel(call: Call) -> Result<Reply, Problem> {
    let kept_until = Timestamp::from_ms(call.now.ms().saturating_add(KEPT_MS));
    call.cancel_job(Kind::Update, kept_until).await
}

/// Tells of a bulk update's progress until it ends, as server-sent events.
#[route(
    get, "/v1/databases/{db}/updates/{id}/events", ImportsRead, id = "watchUpdate",
    query = crate::queries::ProgressQuery,
    responses((status = 200, content_type = "text/event-stream", body = String)),
)]
pub(crate) async fn events(call: Call) -> Result<Reply, Problem> {
    call.watch_job(Kind::Update, Scope::ImportsWrite, Worker)
        .await
}
