//! This component's part of the OpenAPI document.

use utoipa::{IntoParams, OpenApi};

/// Names a webhook.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes a path parameter")]
pub(crate) struct HookPath {
    /// The webhook's id, which only its sender knows.
    #[param(example = "q0Wm3yTzJc1nV5uXb8LrPdGk7sEaHf2i")]
    id: String,
}

#[derive(OpenApi)]
#[openapi(
    tags((name = "hooks", description = "Webhooks that create profiles")),
    paths(crate::receive::receive)
)]
struct Document;

/// This component's paths and schemas.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
