//! Databases with their fields and segments, and the history of definitions.

#![forbid(unsafe_code)]

use roster_api::{apps, databases, overview, segments, views};
use roster_http::{Request, Sent, Service};

static SERVICE: Service = Service::new(&[
    databases::ROUTES,
    apps::KEYS,
    overview::ROUTES,
    segments::ROUTES,
    views::ROUTES,
]);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
