//! Resources, forms and relation types; suppression lists and how contacts stand.

#![forbid(unsafe_code)]

use roster_api::{apps, forms, relations, resources, standing, suppressions};
use roster_http::{Request, Sent, Service};

static SERVICE: Service = Service::new(&[
    resources::ROUTES,
    apps::TOKENS,
    relations::TYPES,
    forms::ROUTES,
    suppressions::ROUTES,
    standing::ROUTES,
]);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
