//! Data out: `/v1/databases/{db}/export`, `/v1/databases/{db}/exports`, the
//! history, one person's data and erasure.

mod asked;
mod control;
mod create;
mod erase;
mod file;
mod history;
mod name;
#[cfg(feature = "openapi")]
pub mod openapi;
mod person;
mod range;
mod stream;
mod worker;

use roster_http::{Request, Route, Scope::*, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::get("/v1/databases/{db}/export", ExportsRead, &stream::by_query),
    Route::post("/v1/databases/{db}/export", ExportsRead, &stream::by_body),
    Route::get("/v1/databases/{db}/exports", ExportsRead, &control::list),
    Route::post("/v1/databases/{db}/exports", ExportsWrite, &create::create),
    Route::get(
        "/v1/databases/{db}/exports/{id}",
        ExportsRead,
        &control::get,
    ),
    Route::delete(
        "/v1/databases/{db}/exports/{id}",
        ExportsWrite,
        &control::delete,
    ),
    Route::get(
        "/v1/databases/{db}/exports/{id}/file",
        ExportsRead,
        &file::file,
    ),
    Route::get(
        "/v1/databases/{db}/exports/{id}/events",
        ExportsRead,
        &control::events,
    ),
    Route::post(
        "/v1/databases/{db}/exports/{id}/pause",
        ExportsWrite,
        &control::pause,
    ),
    Route::post(
        "/v1/databases/{db}/exports/{id}/resume",
        ExportsWrite,
        &control::resume,
    ),
    Route::post(
        "/v1/databases/{db}/exports/{id}/cancel",
        ExportsWrite,
        &control::cancel,
    ),
    Route::get(
        "/v1/databases/{db}/history/export",
        ExportsRead,
        &history::history,
    ),
    Route::get(
        "/v1/databases/{db}/profiles/{id}/export",
        ExportsRead,
        &person::person,
    ),
    Route::post(
        "/v1/databases/{db}/profiles/{id}/erase",
        ExportsWrite,
        &erase::erase,
    ),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
