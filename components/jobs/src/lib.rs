//! What takes long or goes out: imports, exports, updates, schedules, connectors, messages,
//! the tick.

#![forbid(unsafe_code)]

use roster_api::{
    connectors, exports, hooks, imports, outbox, schedules, segments, standing, suppressions, tick,
    updates, watchers,
};
use roster_http::{Request, Sent, Service};

static SERVICE: Service = Service::new(&[
    imports::ROUTES,
    connectors::ROUTES,
    schedules::ROUTES,
    tick::ROUTES,
    updates::ROUTES,
    segments::REFRESHES,
    exports::ROUTES,
    suppressions::FILES,
    standing::FILES,
    hooks::ROUTES,
    outbox::ROUTES,
    watchers::ROUTES,
]);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
