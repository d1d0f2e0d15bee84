//! `GET /v1/hooks/{id}`

use super::found;
use super::shape::ShownHook;
use roster_http::{Call, Problem, Reply};

/// One webhook.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/hooks/{id}", tag = "hooks", operation_id = "getHook",
    params(crate::openapi::HookPath),
    responses((status = 200, body = ShownHook)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let (hook, settings) = found(call.pool, &call).await?;
    Ok(ShownHook::new(hook, settings, call.now).reply())
}
