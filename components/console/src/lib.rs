//! The console's files. What they show comes from the API like anything else: this component
//! has no store and no secret.

#![forbid(unsafe_code)]

use roster_http::{Request, Sent};

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    let (method, path) = (request.method(), request.uri().path());
    let reply = roster_console_files::answer(method, path, request.headers());
    reply.send().await
}
