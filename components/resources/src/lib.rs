//! Subscription resources: `/v1/resources`.

mod clone;
mod counters;
mod create;
mod delete;
mod get;
mod list;
#[cfg(feature = "openapi")]
pub mod openapi;
mod shape;
mod update;

use roster_http::{Request, Route, Scope::*, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::get("/v1/resources", ResourcesRead, &list::list),
    Route::post("/v1/resources", ResourcesWrite, &create::create),
    Route::get("/v1/resources/{id}", ResourcesRead, &get::get),
    Route::patch("/v1/resources/{id}", ResourcesWrite, &update::update),
    Route::delete("/v1/resources/{id}", ResourcesWrite, &delete::delete),
    Route::post("/v1/resources/{id}/clone", ResourcesWrite, &clone::clone),
    Route::get(
        "/v1/resources/{id}/counters",
        ResourcesRead,
        &counters::counters,
    ),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
