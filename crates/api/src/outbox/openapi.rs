//! What the OpenAPI document says of these routes: bodies and parameters that
//! the handlers read as plain JSON or text, and the list of handlers.

use utoipa::{IntoParams, ToSchema};

/// A new watcher's settings.
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "CRM", "url": "https://example.org/hooks", "events": ["subscription.confirmed"]
}))]
#[allow(dead_code, reason = "describes WatcherSettings::create")]
pub(crate) struct NewWatcher {
    /// 1 to 200 characters, unique among watchers.
    #[schema(max_length = 200)]
    name: String,
    /// Where it is told, an absolute http or https URL whose host the variable
    /// `notify_hosts` allows.
    url: String,
    /// Whether it is told at all; true if absent.
    enabled: Option<bool>,
    /// Of which databases; of all if empty or absent.
    databases: Option<Vec<String>>,
    /// Of what: `profile.created`, `profile.updated`, `profile.deleted`,
    /// `subscription.changed`, `subscription.confirmed`; of all if empty or
    /// absent.
    events: Option<Vec<String>>,
}

/// Changed settings: what is absent stays.
#[derive(ToSchema)]
#[schema(example = json!({"enabled": false}))]
#[allow(dead_code, reason = "describes WatcherSettings::patch")]
pub(crate) struct WatcherPatch {
    /// 1 to 200 characters, unique among watchers.
    #[schema(max_length = 200, nullable = false)]
    name: Option<String>,
    /// Where it is told.
    #[schema(nullable = false)]
    url: Option<String>,
    /// Whether it is told at all.
    #[schema(nullable = false)]
    enabled: Option<bool>,
    /// Of which databases; `null` is all.
    databases: Option<Vec<String>>,
    /// Of what; `null` is everything.
    events: Option<Vec<String>>,
}

/// Which messages.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct MessagesQuery {
    /// Only those that are `queued`, `sent`, `dead`, `cancelled` or `held`.
    #[param(example = "queued", schema_with = crate::words::message_state)]
    state: Option<String>,
    /// Only those of the kind `confirmation` or `change`.
    #[param(example = "confirmation", schema_with = crate::words::message_kind)]
    kind: Option<String>,
    /// Only those about a database.
    #[param(pattern = "^[1-9][0-9]*$")]
    database: Option<String>,
    /// Only those about a profile.
    profile: Option<String>,
    /// Only those for a recipient.
    #[param(example = "email:ann@example.org")]
    recipient: Option<String>,
}
