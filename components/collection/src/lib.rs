//! What people define to collect profiles: webhooks.

mod hooks;
#[cfg(feature = "openapi")]
pub mod openapi;

use hooks::{create, delete, deliveries, dry_run, get, list, presets, replay, secrets, update};
use roster_http::{Request, Route, Scope::*, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::get("/v1/hooks", HooksRead, &list::list),
    Route::post("/v1/hooks", HooksWrite, &create::create),
    Route::get("/v1/hooks/presets", HooksRead, &presets::presets),
    Route::get("/v1/hooks/{id}", HooksRead, &get::get),
    Route::patch("/v1/hooks/{id}", HooksWrite, &update::update),
    Route::delete("/v1/hooks/{id}", HooksWrite, &delete::delete),
    Route::post("/v1/hooks/{id}/secrets", HooksWrite, &secrets::add),
    Route::post("/v1/hooks/{id}/test", HooksRead, &dry_run::test),
    Route::get("/v1/hooks/{id}/deliveries", HooksRead, &deliveries::list),
    Route::get(
        "/v1/hooks/{id}/deliveries/{delivery}",
        HooksRead,
        &deliveries::get,
    ),
    Route::post(
        "/v1/hooks/{id}/deliveries/{delivery}/replay",
        HooksWrite,
        &replay::replay,
    )
    .body(0),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
