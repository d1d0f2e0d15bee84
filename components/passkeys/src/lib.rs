//! Passkeys of people who sign in to the console, and signing in by one.

#![forbid(unsafe_code)]

use roster_api::passkeys;
use roster_http::{Request, Sent, Service};

static SERVICE: Service = Service::new(&[passkeys::ROUTES]);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
