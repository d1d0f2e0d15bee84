//! What the OpenAPI document says of these routes: bodies and parameters that
//! the handlers read as plain JSON or text, and the list of handlers.

use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// What became of a message, or what a reader did.
#[derive(ToSchema)]
#[schema(as = MessageEvent, example = json!({
    "id": "evt-1", "type": "opened", "email": "ada@example.org", "message_id": "m-17"
}))]
#[allow(dead_code, reason = "describes Prepared::event")]
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
    channel: Option<String>,
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
#[allow(dead_code, reason = "describes Prepared::event")]
pub(crate) struct Several {
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
#[allow(dead_code, reason = "describes Prepared::event")]
pub(crate) struct One {
    /// The database.
    database_id: String,
    #[serde(flatten)]
    event: Event,
}

/// One event, or several.
#[derive(ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes Prepared::event")]
pub(crate) enum Events {
    /// Several.
    Several(Several),
    /// One.
    One(One),
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
    /// The contact's channel.
    channel: Option<String>,
    /// The contact.
    email: Option<String>,
    /// The contact.
    phone: Option<String>,
    /// Only these categories are left, and no write gives them back; the subscription
    /// stays.
    categories: Option<Vec<String>>,
}

/// What people choose for a form.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's FormSettings")]
pub(crate) struct FormMembers {
    /// Unique among the forms of the database.
    name: String,
    /// Whether it takes anything.
    enabled: bool,
    /// What it subscribes to.
    resource_id: String,
    /// `email` or `sms`.
    channel: String,
    /// The fields beside the contact: names, or `{name, required, label}`.
    fields: Vec<Value>,
    /// What they agree to.
    consent: String,
    /// Where to read more about it.
    consent_url: String,
    /// Where browsers go afterwards.
    redirect: String,
    /// From which websites it may be sent; any if none is named.
    origins: Vec<String>,
    /// The control that people don't see and leave empty.
    honeypot: String,
    /// How many seconds filling it in takes at least.
    minimum_seconds: i64,
    /// How often one address may send it in an hour.
    per_ip_hour: i64,
    /// How often all together may send it in an hour.
    per_hour: i64,
    /// What becomes of an optional value that can't be read: `skip` leaves it out,
    /// `refuse` refuses the form.
    #[schema(example = "skip")]
    invalid: String,
    /// A language tag; the database's if empty.
    language: String,
    /// The button's label.
    button: String,
}

/// A new form.
#[derive(ToSchema)]
#[schema(example = json!({
    "database_id": "1", "name": "Footer", "resource_id": "1", "fields": ["_fname"],
    "consent": "I want the newsletter."
}))]
#[allow(dead_code, reason = "describes FormSettings::create")]
pub(crate) struct NewForm {
    /// The database whose profiles it makes.
    database_id: String,
    /// Unique among the forms of the database.
    name: String,
    /// What it subscribes to.
    resource_id: String,
    /// Whether it takes anything.
    #[schema(nullable = false)]
    enabled: Option<bool>,
    /// `email` or `sms`.
    #[schema(nullable = false)]
    channel: Option<String>,
    /// The fields beside the contact: names, or `{name, required, label}`.
    fields: Option<Vec<Value>>,
    /// What they agree to.
    consent: Option<String>,
    /// Where to read more about it.
    consent_url: Option<String>,
    /// Where browsers go afterwards.
    redirect: Option<String>,
    /// From which websites it may be sent; any if none is named.
    origins: Option<Vec<String>>,
    /// The control that people don't see and leave empty.
    honeypot: Option<String>,
    /// How many seconds filling it in takes at least.
    #[schema(nullable = false, minimum = 0, maximum = 60)]
    minimum_seconds: Option<i64>,
    /// How often one address may send it in an hour.
    #[schema(nullable = false, minimum = 0, maximum = 100_000)]
    per_ip_hour: Option<i64>,
    /// How often all together may send it in an hour.
    #[schema(nullable = false, minimum = 0, maximum = 1_000_000)]
    per_hour: Option<i64>,
    /// What becomes of an optional value that can't be read: `skip` leaves it out,
    /// `refuse` refuses the form.
    invalid: Option<String>,
    /// A language tag; the database's if empty.
    language: Option<String>,
    /// The button's label.
    button: Option<String>,
}

/// Changed settings: what is absent stays, `null` goes back to the default.
#[derive(ToSchema)]
#[schema(example = json!({"enabled": false}))]
#[allow(dead_code, reason = "describes FormSettings::patch")]
pub(crate) struct FormPatch {
    /// Unique among the forms of the database.
    #[schema(nullable = false)]
    name: Option<String>,
    /// What it subscribes to.
    #[schema(nullable = false)]
    resource_id: Option<String>,
    /// Whether it takes anything.
    #[schema(nullable = false)]
    enabled: Option<bool>,
    /// `email` or `sms`.
    #[schema(nullable = false)]
    channel: Option<String>,
    /// The fields beside the contact: names, or `{name, required, label}`.
    fields: Option<Vec<Value>>,
    /// What they agree to.
    consent: Option<String>,
    /// Where to read more about it.
    consent_url: Option<String>,
    /// Where browsers go afterwards.
    redirect: Option<String>,
    /// From which websites it may be sent; any if none is named.
    origins: Option<Vec<String>>,
    /// The control that people don't see and leave empty.
    honeypot: Option<String>,
    /// How many seconds filling it in takes at least.
    #[schema(nullable = false, minimum = 0, maximum = 60)]
    minimum_seconds: Option<i64>,
    /// How often one address may send it in an hour.
    #[schema(nullable = false, minimum = 0, maximum = 100_000)]
    per_ip_hour: Option<i64>,
    /// How often all together may send it in an hour.
    #[schema(nullable = false, minimum = 0, maximum = 1_000_000)]
    per_hour: Option<i64>,
    /// What becomes of an optional value that can't be read: `skip` leaves it out,
    /// `refuse` refuses the form.
    invalid: Option<String>,
    /// A language tag; the database's if empty.
    language: Option<String>,
    /// The button's label.
    button: Option<String>,
}

/// Which subscriptions are asked about.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes query parameters")]
pub(crate) struct DeliverabilityQuery {
    /// Only those to this resource.
    resource: Option<String>,
    /// Only those by this channel.
    #[param(schema_with = crate::words::channel)]
    channel: Option<String>,
    /// Messages of this category.
    category: Option<String>,
}

/// Which subscription's links are asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes query parameters")]
pub(crate) struct LinksQuery {
    /// The subscription's `id`.
    subscription: String,
    /// The sender's id of the message.
    message_id: Option<String>,
}
