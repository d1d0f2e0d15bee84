//! Profiles, their subscriptions and relations; control groups; events, links, unsubscribing.

#![forbid(unsafe_code)]

use roster_api::{consent, control_group, merges, profiles, relations};
use roster_http::{Request, Sent, Service};

static SERVICE: Service = Service::new(&[
    profiles::ROUTES,
    relations::ROUTES,
    merges::ROUTES,
    control_group::ROUTES,
    consent::ROUTES,
]);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
