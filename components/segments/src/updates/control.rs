//! Looking at bulk updates, stopping them, letting them go on.

use crate::worker::Worker;
use roster_http::jobs::ShownJob;
use roster_http::{Call, Problem, Reply, Scope};
use roster_jobs::KEPT_MS;
use roster_model::Timestamp;
use roster_store::jobs::Kind;

/// The bulk updates of a database, newest first.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/updates", tag = "updates", operation_id = "listUpdates",
    params(crate::openapi::DatabasePath, roster_http::openapi::PageQuery),
    responses((status = 200, body = roster_http::jobs::Jobs)),
))]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.only(&["limit", "cursor"])?;
    call.definitions(call.database()?).await?;
    call.jobs(Kind::Update).await
}

/// One bulk update.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/updates/{id}", tag = "updates", operation_id = "getUpdate",
    params(crate::openapi::UpdatePath),
    responses((status = 200, body = ShownJob)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let job = call.job(Kind::Update).await?;
    Ok(Reply::ok(&ShownJob::from(job)))
}

/// Stops a bulk update after the profiles that are being written.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/updates/{id}/pause", tag = "updates", operation_id = "pauseUpdate",
    params(crate::openapi::UpdatePath),
    responses((status = 200, body = ShownJob)),
))]
pub(crate) async fn pause(call: Call) -> Result<Reply, Problem> {
    call.pause_job(Kind::Update).await
}

/// Lets a paused bulk update go on where it stopped.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/updates/{id}/resume", tag = "updates", operation_id = "resumeUpdate",
    params(crate::openapi::UpdatePath),
    responses((status = 200, body = ShownJob)),
))]
pub(crate) async fn resume(call: Call) -> Result<Reply, Problem> {
    call.resume_job(Kind::Update).await
}

/// Ends a bulk update; the profiles that were changed stay so.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/updates/{id}/cancel", tag = "updates", operation_id = "cancelUpdate",
    params(crate::openapi::UpdatePath),
    responses((status = 200, body = ShownJob)),
))]
pub(crate) async fn cancel(call: Call) -> Result<Reply, Problem> {
    let kept_until = Timestamp::from_ms(call.now.ms().saturating_add(KEPT_MS));
    call.cancel_job(Kind::Update, kept_until).await
}

/// Tells of a bulk update's progress until it ends, as server-sent events.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/updates/{id}/events", tag = "updates", operation_id = "watchUpdate",
    params(crate::openapi::UpdatePath, crate::openapi::WatchQuery),
    responses((status = 200, content_type = "text/event-stream", body = String)),
))]
pub(crate) async fn events(call: Call) -> Result<Reply, Problem> {
    call.watch_job(Kind::Update, Scope::ImportsWrite, Worker)
        .await
}
