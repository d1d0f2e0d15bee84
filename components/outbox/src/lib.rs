//! The outbox `/v1/outbox`: messages that wait and what became of others; and
//! watchers `/v1/watchers`: systems that are told of changes.

mod act;
mod counters;
mod get;
mod keys;
mod list;
#[cfg(feature = "openapi")]
pub mod openapi;
mod shape;
mod watchers;

use roster_http::{Request, Route, Scope::*, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::get("/v1/outbox", OutboxRead, &list::list),
    Route::get("/v1/outbox/counters", OutboxRead, &counters::counters),
    Route::post("/v1/outbox/rotate-keys", OutboxWrite, &keys::rotate),
    Route::get("/v1/outbox/{id}", OutboxRead, &get::get),
    Route::post("/v1/outbox/{id}/retry", OutboxWrite, &act::retry),
    Route::post("/v1/outbox/{id}/cancel", OutboxWrite, &act::cancel),
    Route::get("/v1/watchers", OutboxRead, &watchers::list::list),
    Route::post("/v1/watchers", OutboxWrite, &watchers::create::create),
    Route::get("/v1/watchers/{id}", OutboxRead, &watchers::get::get),
    Route::patch("/v1/watchers/{id}", OutboxWrite, &watchers::update::update),
    Route::delete("/v1/watchers/{id}", OutboxWrite, &watchers::delete::delete),
    Route::post(
        "/v1/watchers/{id}/secrets",
        OutboxWrite,
        &watchers::secrets::add,
    ),
    Route::post("/v1/watchers/{id}/test", OutboxWrite, &watchers::test::test),
    Route::get(
        "/v1/watchers/{id}/deliveries",
        OutboxRead,
        &watchers::deliveries::list,
    ),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
