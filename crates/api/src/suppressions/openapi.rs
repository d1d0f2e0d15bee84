//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use crate::suppressions::check::CheckedValue;
use roster_http::query;
use roster_model::Channel;
use serde_json::Value;
use utoipa::ToSchema;

/// A value: an address, a domain, a number, or a hash of one.
#[derive(ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes Entry::from_json")]
pub(crate) enum GivenEntry {
    /// It says itself what it is.
    Text(String),
    /// A phone number.
    Number(i64),
    /// With what it is.
    Value(GivenValue),
}

/// A value with what it is.
#[derive(ToSchema)]
#[schema(example = json!({"value": "+4930901820", "type": "phone"}))]
#[allow(dead_code, reason = "describes Entry::from_json")]
pub(crate) struct GivenValue {
    /// The value.
    value: String,
    /// `email`, `domain` or `phone`; as it looks otherwise.
    #[schema(schema_with = crate::words::suppressed)]
    r#type: Option<String>,
    /// What it is hashed by: `md5` or `sha256`.
    hash: Option<String>,
    /// Whether a domain's subdomains are meant too.
    subdomains: Option<bool>,
}

/// Values to be put on a list.
#[derive(ToSchema)]
#[schema(example = json!({
    "entries": ["ann@example.org", "*.example.net", {"value": "+4930901820", "type": "phone"}],
    "reason": "hard bounce"
}))]
#[allow(dead_code, reason = "describes add::AddRequest")]
pub(crate) struct NewEntries {
    /// Texts, or objects that say what they are.
    #[schema(min_items = 1, max_items = 100_000)]
    entries: Vec<GivenEntry>,
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
#[allow(dead_code, reason = "describes remove::RemoveRequest")]
pub(crate) struct RemoveEntries {
    /// As they are added.
    #[schema(min_items = 1, max_items = 100_000)]
    entries: Vec<GivenEntry>,
    /// Why; at most 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// Where numbers without `+` are dialled, an ISO 3166 code of two letters.
    region: Option<String>,
}

/// Values that are asked about.
#[derive(ToSchema)]
#[schema(example = json!({"values": ["ann@example.org"]}))]
#[allow(dead_code, reason = "describes check::CheckRequest")]
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
    items: Vec<CheckedValue<'a>>,
}

/// Which entries.
#[query]
pub(crate) struct EntriesQuery {
    /// Only `email`, `domain` or `phone`.
    #[param(schema_with = crate::words::suppressed)]
    r#type: Option<String>,
    /// How they begin: one line, at most 400 bytes.
    #[param(schema_with = crate::words::line)]
    q: Option<String>,
}

/// Which entries, and how.
#[query]
pub(crate) struct ExportQuery {
    /// `md5`, `sha256`, or `no` for values as they are.
    #[param(schema_with = crate::words::hashed)]
    hashed: Option<String>,
    /// Only `email`, `domain` or `phone`.
    #[param(schema_with = crate::words::suppressed)]
    r#type: Option<String>,
}

/// How much is told.
#[query]
pub(crate) struct HistoryQuery {
    /// Whether the values are told.
    keys: Option<bool>,
}

/// What is said about a file.
#[query]
pub(crate) struct ImportQuery {
    /// Its name, which helps to know its format.
    #[param(example = "bounces.csv")]
    filename: Option<String>,
    /// Where numbers without `+` are dialled, an ISO 3166 code of two letters.
    #[param(pattern = "^[A-Za-z]{2}$")]
    region: Option<String>,
    /// Why; at most 500 characters.
    #[param(max_length = 500)]
    reason: Option<String>,
    /// Where the values come from; the file's name otherwise.
    #[param(max_length = 500)]
    source: Option<String>,
}

/// Whose standing is asked for.
#[query]
pub(crate) struct StandingQuery {
    /// The channel, where a number is of another one than `sms`.
    #[param(schema_with = crate::words::channel)]
    channel: Option<String>,
    /// An address.
    #[param(example = "ann@example.org")]
    email: Option<String>,
    /// A number in E.164.
    phone: Option<String>,
    /// Of a push subscription.
    #[param(schema_with = crate::words::provider)]
    provider: Option<String>,
    /// Of a push subscription.
    #[param(schema_with = crate::words::token)]
    subscription_id: Option<String>,
    /// A Telegram chat's.
    #[param(schema_with = crate::words::token)]
    id: Option<String>,
}

/// Whose standing is lifted, and why.
#[derive(ToSchema)]
#[schema(example = json!({"email": "ann@example.org", "resource_id": "1", "reason": "She wrote to us."}))]
#[allow(dead_code, reason = "describes standing::lift::LiftRequest")]
pub(crate) struct LiftStanding {
    /// The channel, where a number is of another one than `sms`.
    channel: Option<Channel>,
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
    /// How it is known that they agreed again; at most 500 characters.
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
    #[schema(max_items = 20, nullable = false)]
    keys: Option<Vec<GivenKey>>,
    /// Ids of databases there and here.
    #[schema(nullable = false)]
    databases: Option<std::collections::BTreeMap<String, String>>,
    /// Ids of resources there and here.
    #[schema(nullable = false)]
    resources: Option<std::collections::BTreeMap<String, String>>,
    /// Entries for what isn't mapped: `skip`, or `all`, so that they hold for all.
    #[schema(example = "skip", nullable = false)]
    unmapped: Option<String>,
    /// The lines of an export.
    #[schema(min_items = 1, max_items = 50_000)]
    entries: Vec<ExportedStanding>,
}

/// What contacts are hashed with there.
#[derive(ToSchema)]
#[schema(as = GivenStandingKey)]
#[allow(dead_code, reason = "describes standing::take_over::Key")]
pub(crate) struct GivenKey {
    /// 1 to 64 letters, digits, `-` and `_`.
    #[schema(min_length = 1, max_length = 64, example = "0123456789abcdef")]
    name: String,
    /// 64 hexadecimal digits.
    #[schema(pattern = "^[0-9A-Fa-f]{64}$")]
    secret: String,
    /// As it is shown there; it says nothing here.
    #[schema(nullable = false)]
    own: Option<bool>,
}

/// How a contact stands, as a line of an export has it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes standing::take_over::ExportLine")]
pub(crate) struct ExportedStanding {
    /// The contact's hash.
    #[schema(
        pattern = "^[0-9A-Fa-f]{32}$",
        example = "6f1d2c3b4a5968778695a4b3c2d1e0ff"
    )]
    hash: String,
    /// The name of the key that it is hashed with.
    #[schema(example = "0123456789abcdef")]
    key: String,
    /// The database there; all if absent.
    database_id: Option<String>,
    /// The resource there; all if absent.
    resource_id: Option<String>,
    /// `unsubscribed`, `complained` or `hardbounced`; none if it was lifted.
    #[schema(example = "unsubscribed")]
    status: Option<String>,
    /// Who ended it.
    #[schema(example = "person")]
    by: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// When it became known.
    #[schema(format = DateTime)]
    noted_at: String,
    /// By what; at most 500 characters.
    #[schema(max_length = 500, nullable = false)]
    how: Option<String>,
}
