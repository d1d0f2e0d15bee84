//! Parts of the OpenAPI document that every component's handlers mention.

mod bodies;

pub use bodies::{New, Patch, noun};

use crate::problem::Document;
use roster_model::Invalid;
use serde_json::{Map, Value, json};
use utoipa::openapi::schema::{AnyOfBuilder, SchemaType};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr, Schema};
use utoipa::{IntoParams, OpenApi, PartialSchema, ToSchema};

/// The header that makes a change safe to repeat.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "describes Call::idempotency")]
pub struct IdempotencyKey {
    /// 1 to 255 visible ASCII characters. A repetition within 24 hours gets the
    /// first answer again, with `idempotency-replayed: true`. After a change of one profile
    /// by PATCH or of its subscriptions it shows the profile as it is by then.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$"
    )]
    idempotency_key: Option<String>,
}

/// The header that guards a change.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "describes Call::if_match")]
pub struct IfMatchHeader {
    /// An `ETag`, or several, or `*`: the change only happens to that revision.
    #[param(
        rename = "If-Match",
        example = "\"3\"",
        pattern = r#"^(\*|(W/)?"[^",]*"(, ?(W/)?"[^",]*")*)$"#
    )]
    if_match: Option<String>,
}

/// What was agreed to, and how; history keeps it.
#[derive(ToSchema)]
#[schema(example = json!({"act": "fair", "wording": "I want the letter."}))]
#[allow(dead_code, reason = "describes model's Act")]
pub struct Consent {
    /// What they did.
    act: Option<String>,
    /// Their IP address.
    #[schema(example = "192.0.2.7")]
    ip: Option<String>,
    /// Their browser.
    user_agent: Option<String>,
    /// The page.
    url: Option<String>,
    /// What they agreed to, word for word.
    wording: Option<String>,
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
/// - `{"deliverable": {"resource_id", "channel", "category"}}`: may be sent to now;
/// - `{"suppressed": true}`, `{"suppressed": {"channel": "email"}}`: has a contact on a
///   suppression list;
/// - `{"segment": "3"}`: a member of a segment;
/// - `{"event": {"type": ["clicked"], "last": "30d"}}`: that happened to them; `between`,
///   `count`, `resource_id`, `message_id` and `url` narrow it;
/// - `{"status": ["subscribed"]}`: one of these global statuses;
/// - `{"id": "…"}`, `{"id": ["…", "…"]}`, `{"id": {"gt": "…"}}`: one of these, or made after one;
/// - `{"created_at": {"ge": "2026-01-01"}}`, `{"updated_at": {"last": "7d"}}`.
///
/// A missing value passes no test but `ne`, `"exists": false` and
/// `"empty": true`.
#[derive(ToSchema)]
#[schema(example = json!({"all": [{"field": "_city", "eq": "Paris"}, {"field": "_regdate", "last": "30d"}]}))]
#[allow(dead_code, reason = "describes roster_model::Condition")]
pub struct Condition(Map<String, Value>);

/// How a value is changed depending on what it is.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "describes model's Action")]
pub enum FunctionalAction {
    /// Becomes `value`.
    Set,
    /// Goes away.
    Unset,
    /// Grows by `value`.
    Incr,
    /// Gets `value`, one or a list.
    Add,
    /// Loses `value`, one or a list.
    Delete,
    /// `value` is set at the path `submatch`.
    Upsert,
}

/// A change of a value that depends on what it is, instead of the value: see
/// docs/FUNCTIONAL_UPDATES.md.
#[derive(ToSchema)]
#[schema(example = json!({"action": "incr", "value": 1}))]
#[allow(dead_code, reason = "describes model's functional updates")]
pub struct FunctionalUpdate {
    /// What happens.
    action: FunctionalAction,
    /// By what, of what, to what; `unset` has none.
    #[schema(nullable = true)]
    value: Option<Value>,
    /// The path of `upsert`: names with dots between them.
    #[schema(example = "home.city", nullable = false)]
    submatch: Option<String>,
}

/// Values by field: absent fields stay, `null` clears, and a functional update changes
/// what is there. Everything that can stand in place of a value can be a value too.
#[derive(Debug)]
pub struct FieldChanges;

impl PartialSchema for FieldChanges {
    fn schema() -> RefOr<Schema> {
        let update = Ref::from_schema_name(FunctionalUpdate::name());
        let any = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
        let either = AnyOfBuilder::new().item(update).item(any);
        ObjectBuilder::new()
            .description(Some(
                "Values by field: absent fields stay, `null` clears, and a functional update \
                 changes what is there.",
            ))
            .additional_properties(Some(RefOr::T(Schema::AnyOf(either.build()))))
            .examples([json!({"_city": "Lyon", "_region": null})])
            .into()
    }
}

impl ToSchema for FieldChanges {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((
            FunctionalUpdate::name().into_owned(),
            FunctionalUpdate::schema(),
        ));
        FunctionalUpdate::schemas(schemas);
    }
}

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

/// One operation of the document, and the schemas that it mentions.
#[allow(missing_debug_implementations, reason = "utoipa's types have none")]
pub struct Operation {
    /// What the operation says.
    pub operation: utoipa::openapi::path::Operation,
    /// The schemas by name.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

/// The operation that `utoipa::path` has made of a handler.
pub fn operation<P: utoipa::Path + utoipa::__dev::SchemaReferences>() -> Operation {
    let mut schemas = Vec::new();
    P::schemas(&mut schemas);
    Operation {
        operation: P::operation(),
        schemas,
    }
}

#[derive(OpenApi)]
#[openapi(components(schemas(Document<'static>, Invalid, Condition, Range)))]
struct Shared;

/// The schemas that every component's answers share.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Shared::openapi()
}
