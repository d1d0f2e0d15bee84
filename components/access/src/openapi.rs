//! This component's part of the OpenAPI document.

use crate::shape::ShownToken;
use utoipa::{IntoParams, OpenApi, ToSchema};

/// A page of tokens.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes Page<ShownToken>")]
pub(crate) struct TokenPage {
    /// The tokens.
    items: Vec<ShownToken>,
    /// The cursor of the next page; `null` after the last.
    #[schema(required)]
    next: Option<String>,
}

/// Names a token.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes path parameters")]
pub(crate) struct TokenPath {
    /// The token's id.
    #[param(example = "1")]
    id: String,
}

#[derive(OpenApi)]
#[openapi(
    tags((name = "access", description = "Tokens, health, and this description")),
    paths(
        crate::home::home,
        crate::health::health,
        crate::docs::openapi,
        crate::docs::page,
        crate::list::list,
        crate::create::create,
        crate::revoke::revoke,
    )
)]
struct Document;

/// This component's paths and schemas.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
