//! What the OpenAPI document says of these routes: bodies and parameters that
//! the handlers read as plain JSON or text, and the list of handlers.

use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// The channels.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes model's Channel")]
pub(crate) enum ChannelName {
    Email,
    Sms,
    Push,
    TelegramBot,
    Whatsapp,
    Viber,
    Notify,
}

/// A topic inside a resource.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's Category")]
pub(crate) struct Category {
    /// What subscriptions name it by.
    #[schema(max_length = 200)]
    name: String,
    /// What people see; the name otherwise.
    #[schema(max_length = 200)]
    title: Option<String>,
    /// Whether every subscriber has it and none can leave it.
    steady: Option<bool>,
    /// Whether it can be chosen; true otherwise.
    active: Option<bool>,
}

/// A custom field of the subscriptions of one channel.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's SubscriptionField")]
pub(crate) struct SubscriptionField {
    /// The channel whose subscriptions have it.
    channel: ChannelName,
    /// A letter and at most 63 letters, digits and underscores.
    name: String,
    /// The types of a database's custom fields.
    #[schema(example = "string")]
    r#type: String,
    /// What people see.
    title: Option<String>,
    /// What it is for.
    description: Option<String>,
    /// Whether every subscription must have a value.
    required: Option<bool>,
    /// Whether the subscription manager shows it.
    manager: Option<bool>,
    /// Whether its dates lie in the past: a year of two digits is then the last one
    /// that ends so, otherwise the nearest. Dates alone.
    past: Option<bool>,
    /// Whether a text may have several lines; strings alone, and not those that
    /// profiles are matched by.
    multiline: Option<bool>,
    /// The value of new subscriptions that bring none.
    default: Option<Value>,
    /// The options of an enum, in order.
    options: Option<Vec<String>>,
    /// Where it stands among the fields, ascending.
    position: Option<i64>,
    /// Kept by the system, as what follows: it may be sent back as it is shown.
    #[schema(nullable = false)]
    id: Option<Value>,
    /// Always false.
    #[schema(nullable = false)]
    standard: Option<bool>,
    /// Always false.
    #[schema(nullable = false)]
    unique: Option<bool>,
    /// Always false.
    #[schema(nullable = false)]
    matchable: Option<bool>,
    /// Always false.
    #[schema(nullable = false)]
    searchable: Option<bool>,
}

/// Double opt-in: who has to confirm a new subscription, and how they are asked.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's OptIn")]
pub(crate) struct DoubleOptIn {
    /// Whether new subscriptions are confirmed at all; false otherwise.
    enabled: Option<bool>,
    /// From which doors: `form`, `webhook`, `api`; all otherwise.
    sources: Option<Vec<String>>,
    /// How long a link lives, in days; 7 otherwise.
    #[schema(minimum = 1, maximum = 90)]
    link_days: Option<i64>,
    /// After how many hours without an answer they are reminded; never otherwise.
    reminder_hours: Option<Vec<i64>>,
    /// Whether opening the link confirms, without a button. Programs that look
    /// into mail open links too.
    confirm_on_open: Option<bool>,
    /// Where they go afterwards; a page of our own otherwise.
    redirect: Option<String>,
    /// The sender's address; the application's otherwise.
    from: Option<String>,
    /// The sender's name.
    from_name: Option<String>,
    /// Own wording by language tag: `subject`, `message`, `reminder_subject`,
    /// `reminder`, `page`, `button`, `thanks`, with `{resource}`, `{link}`,
    /// `{contact}` and `{days}` in it.
    texts: Option<std::collections::BTreeMap<String, Value>>,
}

/// A new resource's settings. One of `channels` and `primary_channel` must be
/// there; each follows from the other.
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "Newsletter", "databases": ["1"], "channels": ["email", "sms"],
    "primary_channel": "email", "categories": [{"name": "offers", "title": "Offers"}]
}))]
#[allow(dead_code, reason = "describes ResourceSettings::create")]
pub(crate) struct NewResource {
    /// 1 to 200 characters, unique among resources.
    #[schema(max_length = 200)]
    name: String,
    /// At most 2,000 characters.
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// The website, an absolute http or https URL.
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// The databases whose profiles may subscribe.
    databases: Option<Vec<String>>,
    /// The channels it has.
    channels: Option<Vec<ChannelName>>,
    /// The channel it is mainly for; the first otherwise.
    primary_channel: Option<ChannelName>,
    /// Topics inside the resource.
    categories: Option<Vec<Category>>,
    /// What its subscriptions know beside the contact.
    fields: Option<Vec<SubscriptionField>>,
    /// Whether a new subscription gets priority over the profile's older ones.
    raise_priority: Option<bool>,
    /// Who has to confirm a new subscription, and how they are asked.
    double_opt_in: Option<DoubleOptIn>,
}

/// Changed settings: what is absent stays, `null` goes back to the default, a
/// list replaces the whole list.
#[derive(ToSchema)]
#[schema(example = json!({"channels": ["email", "sms", "push"]}))]
#[allow(dead_code, reason = "describes ResourceSettings::patch")]
pub(crate) struct ResourcePatch {
    /// 1 to 200 characters, unique among resources.
    #[schema(max_length = 200, nullable = false)]
    name: Option<String>,
    /// At most 2,000 characters.
    #[schema(max_length = 2000)]
    description: Option<String>,
    /// The website, an absolute http or https URL.
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// The databases whose profiles may subscribe.
    databases: Option<Vec<String>>,
    /// The channels it has.
    #[schema(nullable = false)]
    channels: Option<Vec<ChannelName>>,
    /// The channel it is mainly for.
    #[schema(nullable = false)]
    primary_channel: Option<ChannelName>,
    /// Topics inside the resource.
    categories: Option<Vec<Category>>,
    /// What its subscriptions know beside the contact. A field that keeps its
    /// channel and name keeps its type.
    fields: Option<Vec<SubscriptionField>>,
    /// Whether a new subscription gets priority over the profile's older ones.
    raise_priority: Option<bool>,
    /// Who has to confirm a new subscription, and how they are asked.
    double_opt_in: Option<DoubleOptIn>,
}

/// What is counted beside.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes Call::flag")]
pub(crate) struct Counted {
    /// Whether to count who may be sent to, too.
    sendable: Option<bool>,
}

/// Confirms what can't be undone.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes Call::confirmed")]
pub(crate) struct Confirm {
    /// The name of the resource; needed while it has subscriptions.
    confirm: Option<String>,
}
