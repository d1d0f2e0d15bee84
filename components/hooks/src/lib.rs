//! Receives webhooks: for anybody who can sign a delivery.

#![forbid(unsafe_code)]

use roster_api::hooks;
use roster_http::{Request, Sent, Service};

static SERVICE: Service = Service::public(&[hooks::DELIVERIES]);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
