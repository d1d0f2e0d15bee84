//! Users and their sessions, tokens, health and the API's description; what nothing else answers is not there.

#![forbid(unsafe_code)]

use roster_api::{access, sessions, users};
use roster_http::{Request, Sent, Service};

static SERVICE: Service = Service::new(&[access::ROUTES, sessions::ROUTES, users::ROUTES]);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
