//! Parts of the OpenAPI document that every component's handlers mention.

use crate::paging::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::problem::{Document, WrongValue};
use utoipa::{IntoParams, OpenApi};

/// The parameters of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes Call::paging")]
pub struct PageQuery {
    /// How many items: 1 to 1,000, otherwise 100.
    #[param(minimum = 1, maximum = 1000, example = 100)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
}

// The numbers above are literals because attributes take no constants.
const _: () = assert!(MAX_LIMIT == 1000 && DEFAULT_LIMIT == 100);

/// The header that makes a POST safe to repeat.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "describes Call::idempotency")]
pub struct IdempotencyKey {
    /// 1 to 255 visible ASCII characters. A repetition within 24 hours gets the
    /// first answer again, with `idempotency-replayed: true`.
    #[param(rename = "Idempotency-Key", max_length = 255)]
    idempotency_key: Option<String>,
}

/// The header that guards a change.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "describes Call::if_match")]
pub struct IfMatchHeader {
    /// An `ETag`, or several, or `*`: the change only happens to that revision.
    #[param(rename = "If-Match", example = "\"3\"")]
    if_match: Option<String>,
}

#[derive(OpenApi)]
#[openapi(components(schemas(Document<'static>, WrongValue)))]
struct Shared;

/// The schemas that every component's answers share.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Shared::openapi()
}
