//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use roster_http::query;
use roster_model::Channel;
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
    /// `csv`, with all that is known of each entry; `txt`, the values alone, one a line; or
    /// `zip`, that text in an archive. `csv` if absent.
    #[param(schema_with = crate::words::suppression_file)]
    format: Option<String>,
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
