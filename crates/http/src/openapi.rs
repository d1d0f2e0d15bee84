//! Parts of the OpenAPI document that every component's handlers mention.

use crate::paging::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::problem::{Document, WrongValue};
use serde_json::{Map, Value};
use utoipa::{IntoParams, OpenApi, ToSchema};

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

/// Which profiles are meant: one of these.
///
/// - `{}` or `{"all": []}`: everybody;
/// - `{"all": […]}`, `{"any": […]}`, `{"not": {…}}`: conditions joined, at most
///   8 levels deep and 200 tests together;
/// - `{"field": "_city", "eq": "Paris"}`: every test beside `field` passes:
///   `eq`, `ne`, `in`, `lt`, `le`, `gt`, `ge`, `between`, `contains`,
///   `starts_with`, `ends_with`, `ignore_case`, `has_any`, `has_all`, `exists`,
///   `empty`; of dates also `last`, `next`, `older_than`, `later_than` (`"30d"`;
///   `h`, `d`, `w`, `mo`, `y`), `month`, `day` and
///   `"birthday": {"within_days": 7}`;
/// - `{"subscription": {"resource_id", "channel", "status", "category", "email", …}}`:
///   one live subscription is all that is named;
/// - `{"segment": "3"}`: a member of a static segment;
/// - `{"status": ["subscribed"]}`: one of these global statuses;
/// - `{"created_at": {"ge": "2026-01-01"}}`, `{"updated_at": {"last": "7d"}}`.
///
/// A missing value passes no test but `ne`, `"exists": false` and
/// `"empty": true`.
#[derive(ToSchema)]
#[schema(example = json!({"all": [{"field": "_city", "eq": "Paris"}, {"field": "_regdate", "last": "30d"}]}))]
#[allow(dead_code, reason = "describes roster_model::Condition")]
pub struct Condition(Map<String, Value>);

/// A window of the whole database in percent, with at most two decimals.
/// Profiles are chosen evenly, and the same ones each time.
#[derive(ToSchema)]
#[schema(example = json!({"from": 0, "to": 12.5}))]
#[allow(dead_code, reason = "describes roster_model::Range")]
pub struct Range {
    /// Where it begins; 0 if absent.
    #[schema(minimum = 0, maximum = 100)]
    from: Option<f64>,
    /// Where it ends; 100 if absent.
    #[schema(minimum = 0, maximum = 100)]
    to: Option<f64>,
}

#[derive(OpenApi)]
#[openapi(components(schemas(Document<'static>, WrongValue, Condition, Range)))]
struct Shared;

/// The schemas that every component's answers share.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Shared::openapi()
}
