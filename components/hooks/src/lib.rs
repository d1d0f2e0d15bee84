//! Webhooks: `/hooks`, for whoever can prove that a delivery is genuine. This
//! component has no token of ours.

#[cfg(feature = "openapi")]
pub mod openapi;
mod receive;

use roster_http::{Request, Route, Sent, Service};

/// The largest delivery, in bytes.
const DELIVERY_BODY: usize = 1 << 20;

/// What this component answers.
pub const ROUTES: &[Route] =
    &[Route::public_post("/hooks/{id}", &receive::receive).body(DELIVERY_BODY)];

static SERVICE: Service = Service::public(ROUTES);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    SERVICE.serve(request).await.send().await
}
