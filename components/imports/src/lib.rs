//! Data in: `/v1/databases/{db}/imports`, saved settings, schedules, and
//! `/v1/tick`, which does due work of every kind.

mod client;
mod control;
mod deliver;
#[cfg(feature = "openapi")]
pub mod openapi;
mod preview;
mod report;
mod schedules;
mod segment;
mod settings;
mod shape;
mod start;
mod tick;
mod upload;
mod worker;

use roster_http::{Request, Route, Scope::*, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::post("/v1/tick", JobsRun, &tick::tick),
    Route::get("/v1/databases/{db}/imports", ImportsRead, &control::list),
    Route::post("/v1/databases/{db}/imports", ImportsWrite, &upload::upload)
        .upload(upload::MOST_BYTES),
    Route::get(
        "/v1/databases/{db}/imports/{id}",
        ImportsRead,
        &control::get,
    ),
    Route::put(
        "/v1/databases/{db}/imports/{id}",
        ImportsWrite,
        &upload::put,
    )
    .upload(upload::MOST_BYTES),
    Route::delete(
        "/v1/databases/{db}/imports/{id}",
        ImportsWrite,
        &control::delete,
    ),
    Route::post(
        "/v1/databases/{db}/imports/{id}/preview",
        ImportsRead,
        &preview::preview,
    ),
    Route::post(
        "/v1/databases/{db}/imports/{id}/start",
        ImportsWrite,
        &start::start,
    ),
    Route::post(
        "/v1/databases/{db}/imports/{id}/pause",
        ImportsWrite,
        &control::pause,
    ),
    Route::post(
        "/v1/databases/{db}/imports/{id}/resume",
        ImportsWrite,
        &control::resume,
    ),
    Route::post(
        "/v1/databases/{db}/imports/{id}/cancel",
        ImportsWrite,
        &control::cancel,
    ),
    Route::get(
        "/v1/databases/{db}/imports/{id}/events",
        ImportsRead,
        &control::events,
    ),
    Route::get(
        "/v1/databases/{db}/imports/{id}/failed.csv",
        ImportsRead,
        &report::failed,
    ),
    Route::post(
        "/v1/databases/{db}/imports/{id}/segment",
        ImportsWrite,
        &segment::segment,
    ),
    Route::get(
        "/v1/databases/{db}/import-settings",
        ImportsRead,
        &settings::list,
    ),
    Route::get(
        "/v1/databases/{db}/import-settings/{name}",
        ImportsRead,
        &settings::get,
    ),
    Route::put(
        "/v1/databases/{db}/import-settings/{name}",
        ImportsWrite,
        &settings::put,
    ),
    Route::delete(
        "/v1/databases/{db}/import-settings/{name}",
        ImportsWrite,
        &settings::delete,
    ),
    Route::get(
        "/v1/databases/{db}/schedules",
        ImportsRead,
        &schedules::list::list,
    ),
    Route::post(
        "/v1/databases/{db}/schedules",
        ImportsWrite,
        &schedules::create::create,
    ),
    Route::get(
        "/v1/databases/{db}/schedules/{id}",
        ImportsRead,
        &schedules::get::get,
    ),
    Route::patch(
        "/v1/databases/{db}/schedules/{id}",
        ImportsWrite,
        &schedules::update::update,
    ),
    Route::delete(
        "/v1/databases/{db}/schedules/{id}",
        ImportsWrite,
        &schedules::delete::delete,
    ),
    Route::post(
        "/v1/databases/{db}/schedules/{id}/run",
        ImportsWrite,
        &schedules::run::run,
    ),
    Route::get(
        "/v1/databases/{db}/schedules/{id}/runs",
        ImportsRead,
        &schedules::runs::list,
    ),
    Route::post(
        "/v1/databases/{db}/schedules/{id}/runs/{run}/cancel",
        ImportsWrite,
        &schedules::cancel::cancel,
    ),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
