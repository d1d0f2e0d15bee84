//! This component's part of the OpenAPI document: bodies and parameters that
//! the handlers read as plain JSON or text, and the list of handlers.

use crate::shape::ShownMessage;
use crate::watchers::shape::ShownWatcher;
use utoipa::{IntoParams, OpenApi, ToSchema};

/// A page of messages.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes Page<ShownMessage>")]
pub(crate) struct MessagePage {
    /// The messages.
    items: Vec<ShownMessage>,
    /// The cursor of the next page; `null` after the last.
    #[schema(required)]
    next: Option<String>,
}

/// A page of watchers.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes Page<ShownWatcher>")]
pub(crate) struct WatcherPage {
    /// The watchers.
    items: Vec<ShownWatcher>,
    /// Always `null`: they come all at once.
    #[schema(required)]
    next: Option<String>,
}

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

/// Names a message.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes path parameters")]
pub(crate) struct MessagePath {
    /// The message's id.
    #[param(example = "17")]
    id: String,
}

/// Names a watcher.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes path parameters")]
pub(crate) struct WatcherPath {
    /// The watcher's id.
    #[param(example = "1")]
    id: String,
}

/// Which messages.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct MessagesQuery {
    /// Only those that are `queued`, `sent`, `dead`, `cancelled` or `held`.
    #[param(example = "queued")]
    state: Option<String>,
    /// Only those of the kind `confirmation` or `change`.
    #[param(example = "confirmation")]
    kind: Option<String>,
    /// Only those about a database.
    database: Option<String>,
    /// Only those about a profile.
    profile: Option<String>,
    /// Only those for a recipient.
    #[param(example = "email:ann@example.org")]
    recipient: Option<String>,
}

#[derive(OpenApi)]
#[openapi(
    tags(
        (name = "outbox", description = "Messages that wait, and what became of others"),
        (name = "watchers", description = "Systems that are told of changes"),
    ),
    paths(
        crate::list::list,
        crate::counters::counters,
        crate::keys::rotate,
        crate::get::get,
        crate::act::retry,
        crate::act::cancel,
        crate::watchers::list::list,
        crate::watchers::create::create,
        crate::watchers::get::get,
        crate::watchers::update::update,
        crate::watchers::delete::delete,
        crate::watchers::secrets::add,
        crate::watchers::test::test,
        crate::watchers::deliveries::list,
    )
)]
struct Document;

/// This component's paths and schemas.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
