//! What the OpenAPI document says of these routes: bodies and parameters that
//! the handlers read as plain JSON or text, and the list of handlers.

use crate::suppressions::check::Checked;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Values to be put on a list.
#[derive(ToSchema)]
#[schema(example = json!({
    "entries": ["ann@example.org", "*.example.net", {"value": "+4930901820", "type": "phone"}],
    "reason": "hard bounce"
}))]
#[allow(dead_code, reason = "describes add::Asked")]
pub(crate) struct NewEntries {
    /// Texts, or objects that say what they are: `value`, `type` (`email`,
    /// `domain`, `phone`), `hash` (`md5`, `sha256`), `subdomains`.
    #[schema(min_items = 1, max_items = 100_000)]
    entries: Vec<Value>,
    /// Why; at most 500 characters.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// Where they come from; at most 500 characters.
    #[schema(max_length = 500)]
    source: Option<String>,
    /// Where numbers without `+` are dialled, an ISO 3166 code of two letters.
    region: Option<String>,
}

/// Values to be taken off a list.
#[derive(ToSchema)]
#[schema(example = json!({"entries": ["ann@example.org"], "reason": "she asked for it"}))]
#[allow(dead_code, reason = "describes remove::Asked")]
pub(crate) struct GoneEntries {
    /// As they are added.
    #[schema(min_items = 1, max_items = 100_000)]
    entries: Vec<Value>,
    /// Why; at most 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// Where numbers without `+` are dialled, an ISO 3166 code of two letters.
    region: Option<String>,
}

/// Values that are asked about.
#[derive(ToSchema)]
#[schema(example = json!({"values": ["ann@example.org"]}))]
#[allow(dead_code, reason = "describes check::Asked")]
pub(crate) struct CheckValues {
    /// As they are added.
    #[schema(min_items = 1, max_items = 1000)]
    values: Vec<Value>,
    /// Where numbers without `+` are dialled, an ISO 3166 code of two letters.
    region: Option<String>,
}

/// What is known about the values.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes check::Answer")]
pub(crate) struct CheckedValues<'a> {
    /// One for each value, in their order.
    items: Vec<Checked<'a>>,
}

/// Which entries.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct EntriesQuery {
    /// Only `email`, `domain` or `phone`.
    r#type: Option<String>,
    /// How they begin.
    q: Option<String>,
}

/// Which entries, and how.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct ExportQuery {
    /// `md5`, `sha256`, or `no` for values as they are.
    hashed: Option<String>,
    /// Only `email`, `domain` or `phone`.
    r#type: Option<String>,
}

/// How much is told.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct HistoryQuery {
    /// Whether the values are told.
    keys: Option<bool>,
}

/// What is said about a file.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct ImportQuery {
    /// Its name, which helps to know its format.
    #[param(example = "bounces.csv")]
    filename: Option<String>,
    /// Where numbers without `+` are dialled, an ISO 3166 code of two letters.
    region: Option<String>,
    /// Why; at most 500 characters.
    reason: Option<String>,
    /// Where the values come from; the file's name otherwise.
    source: Option<String>,
}

/// Confirms what can't be undone.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes Call::confirmed")]
pub(crate) struct Confirm {
    /// The name of the list; to delete one, needed while it has entries.
    confirm: Option<String>,
}

/// Whose standing is asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct StandingQuery {
    /// The channel, where a number is of another one than `sms`.
    channel: Option<String>,
    /// An address.
    #[param(example = "ann@example.org")]
    email: Option<String>,
    /// A number in E.164.
    phone: Option<String>,
    /// Of a push subscription.
    provider: Option<String>,
    /// Of a push subscription.
    subscription_id: Option<String>,
    /// A Telegram chat's.
    id: Option<String>,
}

/// Whose standing is lifted, and why.
#[derive(ToSchema)]
#[schema(example = json!({"email": "ann@example.org", "resource_id": "1", "reason": "She wrote to us."}))]
#[allow(dead_code, reason = "describes standing::lift::Wanted")]
pub(crate) struct LiftStanding {
    /// The channel, where a number is of another one than `sms`.
    channel: Option<String>,
    /// An address.
    email: Option<String>,
    /// A number in E.164.
    phone: Option<String>,
    /// Of a push subscription.
    provider: Option<String>,
    /// Of a push subscription.
    subscription_id: Option<String>,
    /// A Telegram chat's.
    id: Option<String>,
    /// Only for this resource.
    resource_id: Option<String>,
    /// How it is known that they agreed anew; at most 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// What another installation keeps.
#[derive(ToSchema)]
#[schema(example = json!({
    "keys": [{"name": "0123456789abcdef", "secret": "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"}],
    "resources": {"3": "1"},
    "entries": [{"hash": "6f1d2c3b4a5968778695a4b3c2d1e0ff", "key": "0123456789abcdef", "database_id": null,
                 "resource_id": "3", "status": "unsubscribed", "by": "person",
                 "at": "2026-03-01T10:00:00.000Z", "noted_at": "2026-03-01T10:00:00.000Z", "how": "one_click"}]
}))]
#[allow(dead_code, reason = "describes standing::take_over::Body")]
pub(crate) struct ImportStanding {
    /// As `GET /v1/standing/keys` shows them; those that are known already may be
    /// left out.
    #[schema(max_items = 20)]
    keys: Option<Vec<Value>>,
    /// Ids of databases there and here.
    databases: Option<std::collections::BTreeMap<String, String>>,
    /// Ids of resources there and here.
    resources: Option<std::collections::BTreeMap<String, String>>,
    /// Entries for what isn't mapped: `skip`, or `all`, so that they hold for all.
    #[schema(example = "skip")]
    unmapped: Option<String>,
    /// The lines of an export.
    #[schema(min_items = 1, max_items = 50_000)]
    entries: Vec<Value>,
}
