//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use crate::words::{InvalidValues, LeftBy, LineBreaks, MatchingMode, StatusWord, WriteMode};
use roster_http::openapi::{Consent, FieldChanges};
use roster_http::query;
use roster_model::Channel;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Which fields are shown.
#[query]
pub(crate) struct Fields {
    /// Names of fields with commas between them, `subscriptions`, `segments` and
    /// `control_group`; all otherwise.
    #[param(example = "email,_fname")]
    fields: Option<String>,
}

/// When.
#[query]
pub(crate) struct Moment {
    /// As the profile was at this time (RFC 3339); now if absent. Without the segments that it
    /// was in, which no history says. 404 `merged` while it was part of another one.
    #[param(example = "2030-01-01T00:00:00Z")]
    at: Option<String>,
}

/// What a list is narrowed to.
#[query]
pub(crate) struct Conditions {
    /// A saved view: only profiles that meet its condition, with its columns unless
    /// `fields` are given; beside it no condition can stand. Takes the scope `views:read`
    /// too.
    view: Option<String>,
    /// The order: `created_at`, `updated_at`, `_status` or the name of a field that holds no
    /// object; with `-` before it the highest first. Without a value comes last.
    #[param(min_length = 1, example = "created_at")]
    sort: Option<String>,
    /// Any field by its name: only profiles with this value, or with it among
    /// their values. Several conditions must all hold.
    email: Option<String>,
    /// Only profiles with this global status.
    #[param(schema_with = crate::words::status)]
    _status: Option<String>,
}

/// Which changes are listed.
#[query]
pub(crate) struct HistoryParameters {
    /// Only changes of this kind.
    #[param(example = "profile.updated", schema_with = crate::words::change)]
    kind: Option<String>,
    /// Only changes at or after this time.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Only changes before this time.
    #[param(format = DateTime)]
    to: Option<String>,
}

/// Which subscription is meant: by `id`, or by resource, channel and contact.
#[query]
pub(crate) struct SubscriptionName {
    /// The subscription's id.
    id: Option<String>,
    /// The resource.
    resource_id: Option<String>,
    /// The channel.
    #[param(schema_with = crate::words::channel)]
    channel: Option<String>,
    /// The address, for `email`.
    email: Option<String>,
    /// The number, for `sms`, `whatsapp`, `viber` and `notify`.
    phone: Option<String>,
    /// The provider, for `push`.
    #[param(schema_with = crate::words::provider)]
    provider: Option<String>,
    /// The device token, for `push`.
    #[param(schema_with = crate::words::token)]
    subscription_id: Option<String>,
    /// The chat, for `telegram_bot`.
    #[param(schema_with = crate::words::token)]
    chat_id: Option<String>,
}

/// What is written, and how the profile is found.
#[derive(ToSchema)]
#[schema(examples(
    json!({"data": {"email": "ann@example.org", "_fname": "Ann"}}),
    json!({"mode": "update", "data": {
        "email": "ann@example.org", "visits": {"action": "incr", "value": 1},
        "interests": {"action": "add", "value": ["law", "maths"]}
    }})
))]
#[allow(dead_code, reason = "describes prepare_write")]
pub(crate) struct Write {
    /// `import` (add and change; the default), `add` (only add) or `update` (only change).
    mode: Option<WriteMode>,
    /// How the profile is found; `email` if absent.
    matching: Option<MatchingMode>,
    /// The match value of the modes with e-mail; `data.email` otherwise.
    email: Option<String>,
    /// The match value of the modes with phones; `data.phones` otherwise.
    phone: Option<String>,
    /// The match value of `profile_id`.
    profile_id: Option<String>,
    /// The field of `custom`, the channel of `custom_sub`.
    field_name: Option<String>,
    /// The match value of both.
    field_value: Option<Value>,
    /// The provider of `push_sub`.
    provider: Option<String>,
    /// The device token of `push_sub`.
    subscription_id: Option<String>,
    /// Only subscriptions to this resource are matched.
    resource_id: Option<String>,
    /// Optional values that can't be read: `refuse` refuses the profile, `skip`
    /// leaves them out and tells them in `skipped`; `refuse` otherwise. What the
    /// profile is matched by, required fields and consent are never left out.
    invalid: Option<InvalidValues>,
    /// Line breaks and tabs in texts: `refuse`, or `space` for a space; `refuse`
    /// otherwise. Fields that are `multiline` keep their lines.
    line_breaks: Option<LineBreaks>,
    /// Whether a wrong subscription is left out and reported, instead of
    /// refusing the profile; as `invalid` has it otherwise.
    skip_invalid_subscriptions: Option<bool>,
    /// Whether those who left, complained or bounced agreed again.
    resubscribe: Option<bool>,
    /// How that is known, or why else something changes; history keeps it.
    reason: Option<String>,
    /// What was agreed to, and how; history keeps it.
    consent: Option<Consent>,
    /// Static segments that the profile enters, at most 500; it enters them
    /// whether or not anything else of it changes.
    add_to_segments: Option<Vec<String>>,
    /// Static segments that the profile leaves, at most 500.
    remove_from_segments: Option<Vec<String>>,
    /// What watchers are asked to start for the profile, whether or not anything of it changes:
    /// they are told as `profile.trigger_requested`.
    start: Option<Start>,
    /// Fields whose values the answer has in `data`, at most 5, each matchable or unique: by
    /// them others know the profile.
    #[schema(max_items = 5)]
    show: Option<Vec<String>>,
    /// The profile: values by field, `_status` and `subscriptions`.
    data: FieldChanges,
}

/// What is started: ids of somebody else's, at most 100 characters, of which one at least is
/// there.
#[derive(ToSchema)]
#[schema(example = json!({"trigger_id": "17"}))]
#[allow(dead_code, reason = "describes model's start")]
pub(crate) struct Start {
    /// The trigger, such as a trigger mailing.
    trigger_id: Option<String>,
    /// The workflow that the profile enters.
    workflow_id: Option<String>,
}

/// Many profiles, each with its own match value.
#[derive(ToSchema)]
#[schema(example = json!({"matching": "email", "data": [{"email": "ann@example.org"}, {"email": "bob@example.org"}]}))]
#[allow(dead_code, reason = "describes Request::prepare")]
pub(crate) struct WriteBatch {
    /// `import` (add and change; the default), `add` (only add) or `update` (only change).
    mode: Option<WriteMode>,
    /// As for one profile.
    matching: Option<MatchingMode>,
    /// The field of `custom`, the channel of `custom_sub`.
    field_name: Option<String>,
    /// Only subscriptions to this resource are matched.
    resource_id: Option<String>,
    /// Optional values that can't be read: `refuse` refuses the profile, `skip`
    /// leaves them out and tells them in `skipped`; `refuse` otherwise. What the
    /// profile is matched by, required fields and consent are never left out.
    invalid: Option<InvalidValues>,
    /// Line breaks and tabs in texts: `refuse`, or `space` for a space; `refuse`
    /// otherwise. Fields that are `multiline` keep their lines.
    line_breaks: Option<LineBreaks>,
    /// Whether wrong subscriptions are left out and reported; as `invalid` has it
    /// otherwise.
    skip_invalid_subscriptions: Option<bool>,
    /// Whether those who left, complained or bounced agreed again.
    resubscribe: Option<bool>,
    /// How that is known, or why else something changes; history keeps it.
    reason: Option<String>,
    /// What was agreed to, and how; history keeps it.
    consent: Option<Consent>,
    /// Static segments that all profiles enter, at most 500.
    add_to_segments: Option<Vec<String>>,
    /// Static segments that all profiles leave, at most 500.
    remove_from_segments: Option<Vec<String>>,
    /// What watchers are asked to start for each profile that isn't refused.
    start: Option<Start>,
    /// Fields whose values each result has in `data`, at most 5, each matchable or unique.
    #[schema(max_items = 5)]
    show: Option<Vec<String>>,
    /// Whether one refused profile refuses all.
    atomic: Option<bool>,
    /// The profiles, at most 10,000.
    #[schema(max_items = 10000)]
    data: Vec<FieldChanges>,
}

/// What a profile is found by.
#[derive(ToSchema)]
#[schema(example = json!({"matching": "email", "email": "ann@example.org"}))]
#[allow(dead_code, reason = "describes Selector::parse")]
pub(crate) struct Match {
    /// As for writing.
    matching: Option<MatchingMode>,
    /// The match value of the modes with e-mail.
    email: Option<String>,
    /// The match value of the modes with phones.
    phone: Option<String>,
    /// The match value of `profile_id`.
    profile_id: Option<String>,
    /// The field of `custom`, the channel of `custom_sub`.
    field_name: Option<String>,
    /// The match value of both.
    field_value: Option<Value>,
    /// The provider of `push_sub`.
    provider: Option<String>,
    /// The device token of `push_sub`.
    subscription_id: Option<String>,
    /// Only subscriptions to this resource are matched.
    resource_id: Option<String>,
}

/// Which profiles are listed, and what of them is shown.
#[derive(ToSchema)]
#[schema(as = ProfileQuery, example = json!({"condition": {"field": "_city", "eq": "Paris"}, "fields": ["email", "_fname"], "limit": 20}))]
#[allow(dead_code, reason = "describes a body")]
pub(crate) struct Query {
    /// A saved view: its condition must hold too, and its columns are shown unless `fields`
    /// are given. Takes the scope `views:read` too.
    #[schema(example = json!(null))]
    view: Option<String>,
    /// The condition; everybody if absent.
    condition: Option<roster_http::openapi::Condition>,
    /// The window of the database, chosen before the condition.
    range: Option<roster_http::openapi::Range>,
    /// Names of fields, `subscriptions` and `segments`; all otherwise.
    fields: Option<Vec<String>>,
    /// The order: `created_at`, `updated_at`, `_status` or the name of a field that holds no
    /// object; with `-` before it the highest first. Profiles without a value come last, those
    /// with the same one in order of creation; texts are compared as far as 200 characters, and
    /// a list by its first item. In order of creation if absent. Sorting looks at all that are
    /// meant: what takes longer than 10 s is refused (503 `took_too_long`); `-created_at` needs
    /// no sorting.
    #[schema(example = "_lname")]
    sort: Option<String>,
    /// How many items: 1 to 1,000, otherwise 100.
    #[schema(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
    /// Whether all are counted too, which may take longer than the page.
    total: Option<bool>,
}

/// Which profiles are counted.
#[derive(ToSchema)]
#[schema(as = ProfileCountQuery, example = json!({"condition": {"status": ["subscribed"]}}))]
#[allow(dead_code, reason = "describes a body")]
pub(crate) struct CountQuery {
    /// The condition; everybody if absent.
    condition: Option<roster_http::openapi::Condition>,
    /// The window of the database, chosen before the condition.
    range: Option<roster_http::openapi::Range>,
    /// Where to go on counting: `after` of an answer that took too long. Not with `group_by`.
    cursor: Option<String>,
    /// Also count by the values of this: `created_at`, `updated_at` (by day, in UTC), `_status`
    /// or the name of a field that holds no object.
    #[schema(example = "_city")]
    group_by: Option<String>,
}

/// A JSON merge patch (RFC 7396) of a profile.
#[derive(ToSchema)]
#[schema(example = json!({"data": {"_city": "Lyon", "_region": null}}))]
#[allow(dead_code, reason = "describes prepare_patch")]
pub(crate) struct Patch {
    /// Values by field, and `subscriptions`; objects are merged.
    #[schema(nullable = false)]
    data: Option<FieldChanges>,
    /// The global status.
    #[schema(nullable = false)]
    status: Option<StatusWord>,
    /// Optional values that can't be read: `refuse`, or `skip`, which leaves them out
    /// and tells them in `skipped`; `refuse` otherwise.
    invalid: Option<InvalidValues>,
    /// Line breaks and tabs in texts: `refuse` or `space`; `refuse` otherwise.
    line_breaks: Option<LineBreaks>,
    /// Whether those who left, complained or bounced agreed again; needs `reason`.
    resubscribe: Option<bool>,
    /// How that is known, or why else something changes; history keeps it.
    reason: Option<String>,
    /// What was agreed to, and how; history keeps it.
    consent: Option<Consent>,
    /// Static segments that the profile enters; its revision stays.
    add_to_segments: Option<Vec<String>>,
    /// Static segments that the profile leaves.
    remove_from_segments: Option<Vec<String>>,
}

/// A subscription. Its contact stands beside the channel, or nested in a member that
/// is called like it: `email_data`, `push_data` and so on.
#[derive(ToSchema)]
#[schema(example = json!({"resource_id": "1", "channel": "email", "email": "ann@example.org", "status": "subscribed"}))]
#[allow(dead_code, reason = "describes prepare_subscription_set")]
pub(crate) struct SubscriptionBody {
    /// The resource.
    resource_id: String,
    /// The channel.
    channel: Channel,
    /// The address, for `email`.
    email: Option<String>,
    /// The number, for `sms`.
    phone: Option<String>,
    /// The provider, for `push`.
    provider: Option<String>,
    /// The device token, for `push`.
    subscription_id: Option<String>,
    /// `id` for `telegram_bot`; `phone` for `whatsapp`, `viber` and `notify`.
    cc_data: Option<Map<String, Value>>,
    /// The status.
    status: Option<StatusWord>,
    /// Who ended it, where `status` says that it ended.
    left_by: Option<LeftBy>,
    /// When it ended.
    left_at: Option<String>,
    /// What kept messages from it where it comes from, whatever its status says:
    /// `suppressed`, `left_elsewhere`, `global_status`.
    withheld: Option<String>,
    /// Until when it is suspended, where `status` suspends it.
    suspended_until: Option<String>,
    /// Whether they who left agreed again; needs `reason`.
    resubscribe: Option<bool>,
    /// How that is known, or why else something changes; history keeps it.
    reason: Option<String>,
    /// 0 is the highest.
    priority: Option<i64>,
    /// Names of categories. Those that the person left are refused or left out
    /// (`category_left`), unless `resubscribe` says why.
    cats: Option<Vec<String>>,
    /// Categories that were left: names, or objects with `name`, `left_by`, `left_at`.
    left_cats: Option<Vec<Value>>,
    /// The resource's fields for the channel.
    custom_fields: Option<Map<String, Value>>,
    /// When and from where the consent came: `date`, `ip`, `url`.
    reg_info: Option<Map<String, Value>>,
    /// `reg_info.date` by itself.
    date: Option<String>,
    /// `reg_info.ip` by itself.
    ip: Option<String>,
    /// `reg_info.url` by itself.
    url: Option<String>,
    /// Optional values that can't be read: `refuse`, or `skip`, which leaves them out
    /// and tells them in `skipped`; `refuse` otherwise.
    invalid: Option<InvalidValues>,
    /// Line breaks and tabs in texts: `refuse` or `space`; `refuse` otherwise.
    line_breaks: Option<LineBreaks>,
}

/// Which subscriptions are to be confirmed: one, by its resource, channel and contact;
/// or all that wait, of a resource or a channel.
#[derive(ToSchema)]
#[schema(example = json!({"resource_id": "1", "channel": "email"}))]
#[allow(dead_code, reason = "describes model's prepare_asks")]
pub(crate) struct ConfirmationScope {
    /// The resource.
    resource_id: Option<String>,
    /// The channel.
    channel: Option<Channel>,
    /// The address, for `email`.
    email: Option<String>,
    /// The number, for `sms`.
    phone: Option<String>,
    /// The provider, for `push`.
    provider: Option<String>,
    /// The device token, for `push`.
    subscription_id: Option<String>,
    /// `id` for `telegram_bot`; `phone` for `whatsapp`, `viber` and `notify`.
    cc_data: Option<Map<String, Value>>,
}

/// Which subscription is to be confirmed.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's prepare_asks")]
pub(crate) struct ConfirmationById {
    /// The subscription's `id`.
    #[schema(example = "9f2c41d0")]
    id: String,
}

/// Which subscriptions are to be confirmed; all that wait if nothing is said.
#[derive(ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes model's prepare_asks")]
pub(crate) enum ConfirmationBody {
    /// By what they are.
    Scope(ConfirmationScope),
    /// One by its id.
    Id(ConfirmationById),
}
