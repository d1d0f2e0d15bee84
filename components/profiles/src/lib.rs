//! Profiles, their subscriptions and relations; events, links, unsubscribing.

#![forbid(unsafe_code)]

use roster_api::{consent, merges, profiles, relations};
use roster_http::{Request, Sent, Service};

static SERVICE: Service = Service::new(&[
    profiles::ROUTES,
    relations::ROUTES,
    merges::ROUTES,
    consent::ROUTES,
]);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
