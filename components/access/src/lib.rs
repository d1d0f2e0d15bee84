//! Access: API tokens, health, and the API's description of itself; and whatever no
//! other component answers, which is not there.

mod create;
mod docs;
mod health;
mod home;
mod list;
#[cfg(feature = "openapi")]
pub mod openapi;
mod revoke;
mod shape;

use roster_http::{Request, Route, Scope::*, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[
    Route::public("/", &home::home),
    Route::public("/health", &health::health),
    Route::public("/v1/openapi.json", &docs::openapi),
    Route::public("/v1/docs", &docs::page),
    Route::get("/v1/tokens", TokensRead, &list::list),
    Route::post("/v1/tokens", TokensWrite, &create::create),
    Route::delete("/v1/tokens/{id}", TokensWrite, &revoke::revoke),
];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
