//! Data in: `/v1/databases/{db}/imports`, schedules, and `/v1/tick`, which does
//! due work of every kind.

#[cfg(feature = "openapi")]
pub mod openapi;

use roster_http::{Reply, Request, Route, Service};

/// What this component answers.
pub const ROUTES: &[Route] = &[];

static SERVICE: Service = Service::new(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Reply {
    SERVICE.serve(request).await
}
