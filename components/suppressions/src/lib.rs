//! Suppression lists: `/v1/suppressions`; how contacts stand: `/v1/standing`.

mod add;
mod check;
mod clear;
mod counters;
mod create;
mod delete;
mod entries;
mod export;
mod get;
mod history;
mod import;
mod list;
#[cfg(feature = "openapi")]
pub mod openapi;
mod remove;
mod shape;
mod standing;
mod update;
mod values;

use roster_http::{Request, Route, Scope::*, Sent, Service};

/// The largest body with many values, in bytes: 100,000 of the longest usual
/// ones fit.
const VALUES_BODY: usize = 16 << 20;

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::get("/v1/suppressions", SuppressionsRead, &list::list),
    Route::post("/v1/suppressions", SuppressionsWrite, &create::create),
    Route::get("/v1/suppressions/{id}", SuppressionsRead, &get::get),
    Route::patch("/v1/suppressions/{id}", SuppressionsWrite, &update::update),
    Route::delete("/v1/suppressions/{id}", SuppressionsWrite, &delete::delete),
    Route::get(
        "/v1/suppressions/{id}/entries",
        SuppressionsRead,
        &entries::list,
    ),
    Route::post(
        "/v1/suppressions/{id}/entries",
        SuppressionsWrite,
        &add::add,
    )
    .body(VALUES_BODY),
    Route::post(
        "/v1/suppressions/{id}/entries/remove",
        SuppressionsWrite,
        &remove::remove,
    )
    .body(VALUES_BODY),
    Route::post(
        "/v1/suppressions/{id}/check",
        SuppressionsRead,
        &check::check,
    ),
    Route::get(
        "/v1/suppressions/{id}/counters",
        SuppressionsRead,
        &counters::counters,
    ),
    Route::post(
        "/v1/suppressions/{id}/clear",
        SuppressionsWrite,
        &clear::clear,
    ),
    Route::get(
        "/v1/suppressions/{id}/history",
        SuppressionsRead,
        &history::list,
    ),
    Route::get(
        "/v1/suppressions/{id}/export",
        SuppressionsRead,
        &export::export,
    ),
    Route::post(
        "/v1/suppressions/{id}/import",
        SuppressionsWrite,
        &import::import,
    )
    .upload(import::MOST_BYTES),
    Route::get("/v1/standing", SuppressionsRead, &standing::list::list),
    Route::get(
        "/v1/standing/export",
        SuppressionsRead,
        &standing::export::export,
    ),
    Route::get(
        "/v1/standing/keys",
        SuppressionsWrite,
        &standing::keys::list,
    ),
    Route::post(
        "/v1/standing/import",
        SuppressionsWrite,
        &standing::take_over::import,
    )
    .body(VALUES_BODY),
    Route::post(
        "/v1/standing/lift",
        SuppressionsWrite,
        &standing::lift::lift,
    ),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
