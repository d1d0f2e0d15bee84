//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use roster_http::query;
use roster_model::Channel;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What became of a message, or what a reader did.
#[derive(ToSchema)]
#[schema(as = MessageEvent, example = json!({
    "id": "evt-1", "type": "opened", "email": "ada@example.org", "message_id": "m-17"
}))]
#[allow(dead_code, reason = "describes Command::event")]
pub(crate) struct Event {
    /// The sender's id of the event: the same counts once.
    id: Option<String>,
    /// `delivered`, `undelivered`, `soft_bounce`, `hard_bounce`, `opened`, `read`,
    /// `clicked`, `confirmed`, `unsubscribed`, `complained`, or a name of your own.
    r#type: String,
    /// When; now otherwise.
    at: Option<String>,
    /// Whom it concerns; or a contact.
    profile_id: Option<String>,
    /// The contact's channel, where it doesn't say it itself.
    channel: Option<Channel>,
    /// The address.
    email: Option<String>,
    /// The number.
    phone: Option<String>,
    /// The provider, for `push`.
    provider: Option<String>,
    /// The device token, for `push`.
    subscription_id: Option<String>,
    /// `id` for `telegram_bot`; `phone` for `whatsapp`, `viber` and `notify`.
    cc_data: Option<Map<String, Value>>,
    /// The subscription's resource.
    resource_id: Option<String>,
    /// The sender's id of the message.
    message_id: Option<String>,
    /// From where.
    ip: Option<String>,
    /// By which program.
    user_agent: Option<String>,
    /// Where a click led.
    url: Option<String>,
    /// Why.
    reason: Option<String>,
    /// What else is known, at most 8 KiB.
    data: Option<Map<String, Value>>,
}

/// Several events.
#[derive(ToSchema)]
#[schema(as = SeveralEvents, example = json!({
    "database_id": "1",
    "events": [{
        "id": "evt-1", "type": "hard_bounce", "email": "ada@example.org", "resource_id": "1",
        "at": "2026-11-25T10:00:00Z"
    }]
}))]
#[allow(dead_code, reason = "describes Command::event")]
pub(crate) struct SeveralEvents {
    /// The database.
    database_id: String,
    /// At most 1,000 events.
    #[schema(max_items = 1000)]
    events: Vec<Event>,
}

/// One event: its members stand beside `database_id`.
#[derive(ToSchema)]
#[schema(as = OneEvent, example = json!({
    "database_id": "1", "id": "evt-2", "type": "opened", "email": "ada@example.org"
}))]
#[allow(dead_code, reason = "describes Command::event")]
pub(crate) struct OneEvent {
    /// The database.
    database_id: String,
    #[serde(flatten)]
    event: Event,
}

/// One event, or several.
#[derive(ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes Command::event")]
#[allow(clippy::large_enum_variant, reason = "no value is ever made")]
pub(crate) enum Events {
    /// Several.
    SeveralEvents(SeveralEvents),
    /// One.
    OneEvent(OneEvent),
}

/// Which subscription is ended.
#[derive(ToSchema)]
#[schema(example = json!({"database_id": "1", "resource_id": "1", "email": "ada@example.org"}))]
#[allow(dead_code, reason = "describes what the handler reads")]
pub(crate) struct Unsubscribe {
    /// A link of a message, or its last part: says everything else.
    link: Option<String>,
    /// The database.
    database_id: Option<String>,
    /// The profile.
    profile_id: Option<String>,
    /// The subscription's `id`, beside `profile_id`.
    subscription_id: Option<String>,
    /// The resource, beside a contact.
    resource_id: Option<String>,
    /// The contact's channel, or the message's.
    channel: Option<Channel>,
    /// The contact.
    email: Option<String>,
    /// The contact.
    phone: Option<String>,
    /// The sender's id of the message, as its events carried it; with nothing else that says
    /// who is meant, its reader is. 409 `ambiguous_match` if several got it.
    message_id: Option<String>,
    /// Only these categories are left, and no write gives them back; the subscription
    /// stays.
    categories: Option<Vec<String>>,
    /// Why they leave; history keeps it.
    reason: Option<String>,
}

/// Which subscriptions are asked about.
#[query]
pub(crate) struct DeliverabilityQuery {
    /// Only those to this resource.
    #[param(schema_with = crate::words::id)]
    resource: Option<String>,
    /// Only those by this channel.
    #[param(schema_with = crate::words::channel)]
    channel: Option<String>,
    /// Messages of this category.
    category: Option<String>,
}

/// Which subscription's links are asked for.
#[query]
pub(crate) struct LinksQuery {
    /// The subscription's `id`.
    subscription: String,
    /// The sender's id of the message.
    message_id: Option<String>,
}
