//! Altcraft's API: methods of v1.1, the files that they lead to, quick import, and what apps ask for.
//!
//! It has no rules and no statements of its own: a call becomes requests of `/v1`, and the
//! routes of `/v1` answer them here, in the same instance.

#![forbid(unsafe_code)]

mod apps;
mod calls;
mod downloads;
mod in_process;
mod quick;

use roster_altcraft::QuickCall;
use roster_http::{Reply, Request, Sent};

/// Answers a request.
#[cfg_attr(target_family = "wasm", spin_sdk::http_service)]
pub async fn handle(request: Request) -> Sent {
    answer(request).await.send().await
}

async fn answer(request: Request) -> Reply {
    let path = request.uri().path();
    if QuickCall::is_at(path) {
        return quick::answer(request).await;
    }
    if roster_altcraft::mobile::is_mobile(path) {
        return apps::answer(request).await;
    }
    match roster_altcraft::download(path) {
        Some(file) => downloads::answer(request, &file).await,
        None => calls::answer(request).await,
    }
}
