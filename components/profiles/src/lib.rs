//! Profiles: `/v1/databases/{db}/profiles`.

mod batch;
mod confirmation;
mod count;
mod delete;
mod filter;
mod get;
mod history;
mod list;
mod matches;
#[cfg(feature = "openapi")]
pub mod openapi;
mod query;
mod shape;
mod subscriptions;
mod update;
mod write;
mod writing;

use roster_http::{DEFAULT_BODY, Request, Route, Scope::*, Sent, Service};

/// The largest batch, in bytes.
const BATCH_BODY: usize = 10 * 1024 * 1024;

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::get("/v1/databases/{db}/profiles", ProfilesRead, &list::list),
    Route::post("/v1/databases/{db}/profiles", ProfilesWrite, &write::write),
    Route::post(
        "/v1/databases/{db}/profiles/batch",
        ProfilesWrite,
        &batch::batch,
    )
    .body(BATCH_BODY),
    Route::post(
        "/v1/databases/{db}/profiles/match",
        ProfilesRead,
        &matches::find,
    ),
    Route::post(
        "/v1/databases/{db}/profiles/query",
        ProfilesRead,
        &query::query,
    ),
    Route::post(
        "/v1/databases/{db}/profiles/count",
        ProfilesRead,
        &count::count,
    ),
    Route::get(
        "/v1/databases/{db}/profiles/history",
        ProfilesRead,
        &history::of_database,
    ),
    Route::get("/v1/databases/{db}/profiles/{id}", ProfilesRead, &get::get),
    Route::patch(
        "/v1/databases/{db}/profiles/{id}",
        ProfilesWrite,
        &update::update,
    ),
    Route::delete(
        "/v1/databases/{db}/profiles/{id}",
        ProfilesWrite,
        &delete::delete,
    ),
    Route::get(
        "/v1/databases/{db}/profiles/{id}/history",
        ProfilesRead,
        &history::of_profile,
    ),
    Route::get(
        "/v1/databases/{db}/profiles/{id}/subscriptions",
        ProfilesRead,
        &subscriptions::list,
    ),
    Route::put(
        "/v1/databases/{db}/profiles/{id}/subscriptions",
        ProfilesWrite,
        &subscriptions::set,
    ),
    Route::delete(
        "/v1/databases/{db}/profiles/{id}/subscriptions",
        ProfilesWrite,
        &subscriptions::delete,
    )
    .body(DEFAULT_BODY),
    Route::post(
        "/v1/databases/{db}/profiles/{id}/subscriptions/restore",
        ProfilesWrite,
        &subscriptions::restore,
    ),
    Route::post(
        "/v1/databases/{db}/profiles/{id}/subscriptions/confirmation",
        ProfilesWrite,
        &confirmation::ask,
    ),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
