//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use crate::words::{PresetName, SignatureAlgorithm, SignatureEncoding, VerificationScheme};
use roster_http::query;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A new webhook. Of `preset` and `mapping` one must be there; with both, the
/// mapping changes the preset (RFC 7396).
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "Billing", "database_id": "1", "preset": "stripe",
    "mapping": {"fields": {"_vendor": {"value": "stripe"}}}
}))]
#[allow(dead_code, reason = "describes HookSettings::create")]
pub(crate) struct NewHook {
    /// 1 to 200 characters, unique in the database.
    #[schema(max_length = 200)]
    name: String,
    /// The database that it writes to.
    database_id: String,
    /// Whether deliveries are taken; true if absent.
    enabled: Option<bool>,
    /// The name of a preset.
    preset: Option<PresetName>,
    /// What becomes of a delivery; see docs/WEBHOOKS.md.
    #[schema(value_type = Option<Object>)]
    mapping: Option<Value>,
    /// How deliveries are verified; as the preset's sender does it, if absent.
    verification: Option<HookVerification>,
}

/// How a delivery is verified: see docs/WEBHOOKS.md. A member belongs to the schemes that
/// its description names.
#[derive(ToSchema)]
#[schema(example = json!({"scheme": "stripe", "tolerance_seconds": 300}))]
#[allow(
    dead_code,
    reason = "describes roster_webhook's Scheme and its secrets"
)]
pub(crate) struct HookVerification {
    /// Which way.
    scheme: VerificationScheme,
    /// How far the sender's clock may be off, in seconds: `standard`, `stripe`.
    #[schema(minimum = 1, maximum = 86_400)]
    tolerance_seconds: Option<i64>,
    /// The header that the code or token stands in: `hmac`, `bearer`.
    header: Option<String>,
    /// Of `hmac`; `sha256` if absent.
    algorithm: Option<SignatureAlgorithm>,
    /// Of `hmac`; `hex` if absent.
    encoding: Option<SignatureEncoding>,
    /// What stands before the code, visible ASCII characters: `hmac`.
    #[schema(max_length = 32)]
    prefix: Option<String>,
    /// What the sender knows; never shown.
    secret: Option<String>,
    /// Several of them, while the sender changes over.
    secrets: Option<Vec<String>>,
}

/// Changed settings: what is absent stays.
#[derive(ToSchema)]
#[schema(example = json!({
    "enabled": false, "mapping": {"fields": {"email": "/customer/email", "_city": null}}
}))]
#[allow(dead_code, reason = "describes HookSettings::patch")]
pub(crate) struct HookPatch {
    /// 1 to 200 characters, unique in the database.
    #[schema(max_length = 200, nullable = false)]
    name: Option<String>,
    /// Whether deliveries are taken.
    enabled: Option<bool>,
    /// The name of a preset, whose mapping takes the place of the one there is.
    preset: Option<PresetName>,
    /// Changes of the mapping: a rule that is `null` goes.
    #[schema(value_type = Option<Object>, nullable = false)]
    mapping: Option<Value>,
    /// How deliveries are verified, whole; secrets stay unless others are given.
    #[schema(nullable = false)]
    verification: Option<HookVerification>,
}

/// A new secret.
#[derive(ToSchema)]
#[schema(example = json!({"keep_hours": 24}))]
#[allow(dead_code, reason = "describes secrets::add")]
pub(crate) struct NewHookSecret {
    /// The secret, where the sender makes it.
    secret: Option<String>,
    /// How long older ones hold, in hours; 24 if absent.
    #[schema(minimum = 0, maximum = 720)]
    keep_hours: Option<i64>,
}

/// A delivery to be tried.
#[derive(ToSchema)]
#[schema(example = json!({
    "payload": {"type": "customer.created", "data": {"email": "ann@example.org"}},
    "headers": {"x-topic": "customers"}
}))]
#[allow(dead_code, reason = "describes dry_run::received")]
pub(crate) struct HookTest {
    /// The payload: a text is a body as it is sent, any other value is JSON.
    payload: Value,
    /// Headers that the mapping looks at.
    headers: Option<BTreeMap<String, String>>,
    /// What a text is; JSON if absent.
    content_type: Option<String>,
}

/// Which webhooks.
#[query]
pub(crate) struct HooksQuery {
    /// Only those of this database.
    #[param(example = "1", schema_with = crate::words::id)]
    database: Option<String>,
}

/// Which deliveries.
#[query]
pub(crate) struct DeliveriesQuery {
    /// Only `created`, `updated`, `unchanged`, `skipped` or `failed`.
    #[param(schema_with = crate::words::delivered)]
    outcome: Option<String>,
    /// First received then or later, RFC 3339.
    #[param(format = DateTime)]
    from: Option<String>,
    /// First received earlier, RFC 3339.
    #[param(format = DateTime)]
    to: Option<String>,
    /// The one that the sender calls so.
    sender_id: Option<String>,
}

/// How a delivery is replayed.
#[query]
pub(crate) struct ReplayQuery {
    /// Whether what was applied is applied once more.
    again: Option<bool>,
}
