//! `GET /v1/hooks/{id}`

use super::found;
use super::shape::ShownHook;
use crate::sealing;
use roster_http::{Call, Problem, Reply, route};

/// One webhook.
#[route(get, "/v1/hooks/{id}", HooksRead, id = "getHook", answer = ShownHook)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let (hook, settings) = found(call.pool, &call).await?;
    let keys = sealing::opening().await?;
    Ok(ShownHook::new(hook, settings, &keys, call.now).reply())
}
