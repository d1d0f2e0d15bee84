//! Quick search: `/v1/search`.

mod find;
#[cfg(feature = "openapi")]
pub mod openapi;
mod seen;

use roster_http::{Request, Route, Scope::*, Sent, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[Route::get("/v1/search", SearchRead, &find::find)];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
