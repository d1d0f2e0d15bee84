//! The pages for people without an account: no token of ours opens anything here.

#![forbid(unsafe_code)]

use http::header::{self, HeaderValue};
use roster_api::public;
use roster_http::{Request, Sent, Service};

static SERVICE: Service = Service::public(&[public::ROUTES]);

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    let of_form = request.uri().path().starts_with("/f/");
    let reply = SERVICE.serve(request).await;
    if of_form {
        // Which website may read it depends on who asks, for caches to know.
        let vary = HeaderValue::from_static("Origin");
        return reply.header(header::VARY, vary).send().await;
    }
    reply.send().await
}
