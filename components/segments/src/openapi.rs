//! This component's part of the API's description.

use utoipa::OpenApi as _;

/// The part.
#[derive(utoipa::OpenApi)]
#[openapi(paths())]
struct Part;

/// Paths and schemas of this component.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Part::openapi()
}
