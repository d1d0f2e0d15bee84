//! Static segments `/v1/databases/{db}/segments` and bulk updates
//! `/v1/databases/{db}/updates`.

mod change_members;
mod create;
mod delete;
mod get;
mod list;
mod members;
#[cfg(feature = "openapi")]
pub mod openapi;
mod shape;
mod update;
mod updates;
mod worker;

use roster_http::{Request, Route, Scope::*, Sent, Service};
use updates::{control, report};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::get("/v1/databases/{db}/segments", SegmentsRead, &list::list),
    Route::post(
        "/v1/databases/{db}/segments",
        SegmentsWrite,
        &create::create,
    ),
    Route::get("/v1/databases/{db}/segments/{id}", SegmentsRead, &get::get),
    Route::patch(
        "/v1/databases/{db}/segments/{id}",
        SegmentsWrite,
        &update::update,
    ),
    Route::delete(
        "/v1/databases/{db}/segments/{id}",
        SegmentsWrite,
        &delete::delete,
    ),
    Route::get(
        "/v1/databases/{db}/segments/{id}/members",
        SegmentsRead,
        &members::list,
    ),
    Route::post(
        "/v1/databases/{db}/segments/{id}/members",
        SegmentsWrite,
        &change_members::change,
    ),
    Route::get("/v1/databases/{db}/updates", ImportsRead, &control::list),
    Route::post("/v1/databases/{db}/updates", ImportsWrite, &updates::create),
    Route::get(
        "/v1/databases/{db}/updates/{id}",
        ImportsRead,
        &control::get,
    ),
    Route::post(
        "/v1/databases/{db}/updates/{id}/pause",
        ImportsWrite,
        &control::pause,
    ),
    Route::post(
        "/v1/databases/{db}/updates/{id}/resume",
        ImportsWrite,
        &control::resume,
    ),
    Route::post(
        "/v1/databases/{db}/updates/{id}/cancel",
        ImportsWrite,
        &control::cancel,
    ),
    Route::get(
        "/v1/databases/{db}/updates/{id}/events",
        ImportsRead,
        &control::events,
    ),
    Route::get(
        "/v1/databases/{db}/updates/{id}/failed.csv",
        ImportsRead,
        &report::failed,
    ),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
