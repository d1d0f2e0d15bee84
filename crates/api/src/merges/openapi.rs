//! What the OpenAPI document says of bodies that the handlers read as plain JSON.

use crate::words::MatchingMode;
use roster_http::query;
use serde_json::Value;
use utoipa::ToSchema;

/// A profile of a database, by what it matches; its id alone is enough.
#[derive(ToSchema)]
#[schema(example = json!({"email": "ada@example.org"}))]
#[allow(dead_code, reason = "describes prepare_merge")]
pub(crate) struct MergedProfile {
    /// Its database; that of the path if absent.
    database_id: Option<String>,
    /// As for writing; `email` if absent.
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

/// A profile that is there, or a new one.
#[derive(ToSchema)]
#[serde(untagged)]
#[schema(example = json!({"email": "bob@example.org"}))]
#[allow(dead_code, reason = "describes prepare_merge")]
pub(crate) enum MergeDestination {
    /// One that is there.
    Known(MergedProfile),
    /// A new one.
    New(NewProfile),
}

/// A new profile.
#[derive(ToSchema)]
#[schema(example = json!({"new": true}))]
#[allow(dead_code, reason = "describes prepare_merge")]
pub(crate) struct NewProfile {
    /// `true`.
    new: bool,
    /// Its database; that of the path if absent.
    database_id: Option<String>,
}

/// What is merged into what.
#[derive(ToSchema)]
#[schema(example = json!({
    "sources": [{"email": "ada@example.org"}], "destination": {"email": "bob@example.org"},
    "dry_run": true
}))]
#[allow(dead_code, reason = "describes prepare_merge")]
pub(crate) struct ProfileMerge {
    /// Those that become part of the destination; the first counts first.
    #[schema(min_items = 1, max_items = 100)]
    sources: Vec<MergedProfile>,
    /// The profile that stays.
    destination: MergeDestination,
    /// Values that the result gets last, as in a PATCH; neither status nor subscriptions.
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
    /// Whether subscriptions come along; `true` if absent.
    subscriptions: Option<bool>,
    /// Whether histories come along; `true` if absent. Those that don't are kept out of sight
    /// for an undo.
    history: Option<bool>,
    /// Whether the result enters the static segments of the sources; `false` if absent.
    segments: Option<bool>,
    /// Whether nothing is written, and the answer says what would be.
    dry_run: Option<bool>,
    /// Taken; there are no triggers yet.
    skip_triggers: Option<bool>,
}

/// Which subscriptions are taken: those that fit all that is given.
#[derive(ToSchema)]
#[schema(example = json!({"channel": "email"}))]
#[allow(dead_code, reason = "describes prepare_split")]
pub(crate) struct SplitFilter {
    /// Those to this resource.
    resource_id: Option<String>,
    /// Those of this channel; that of the contact if absent.
    channel: Option<String>,
    /// Those of this address.
    email: Option<String>,
    /// Those of this number.
    phone: Option<String>,
    /// Those of this device, with `subscription_id`.
    provider: Option<String>,
    /// The device's token.
    subscription_id: Option<String>,
    /// Those of this contact of a messenger.
    #[schema(value_type = Option<Object>)]
    cc_data: Option<Value>,
}

/// Who takes something of a profile: a new one, or one by what it matches.
#[derive(ToSchema)]
#[schema(example = json!({
    "new": true, "data": {"_fname": "Bob"}, "subscriptions": [{"phone": "+4915112345678"}]
}))]
#[allow(dead_code, reason = "describes prepare_split")]
pub(crate) struct SplitDestination {
    /// `true` for a new profile.
    new: Option<bool>,
    /// As for writing; `email` if absent.
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
    /// Values that it gets, as in a PATCH; neither status nor subscriptions.
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
    /// The subscriptions that it takes: those that any of these filters takes.
    #[schema(max_items = 100)]
    subscriptions: Option<Vec<SplitFilter>>,
    /// Whether it gets a copy of the history; `false` if absent.
    history: Option<bool>,
    /// Whether it enters the same static segments; `false` if absent.
    segments: Option<bool>,
}

/// What a profile is split into.
#[derive(ToSchema)]
#[schema(example = json!({
    "source": {"email": "ann@example.org"},
    "destinations": [{"new": true, "subscriptions": [{"channel": "sms"}]}],
    "dry_run": true
}))]
#[allow(dead_code, reason = "describes prepare_split")]
pub(crate) struct ProfileSplit {
    /// The profile that is split; it stays, with what nobody takes.
    source: crate::relations::openapi::ProfileReference,
    /// Who takes something; a subscription goes to the first that takes it.
    #[schema(min_items = 1, max_items = 20)]
    destinations: Vec<SplitDestination>,
    /// Whether nothing is written, and the answer says what would be.
    dry_run: Option<bool>,
    /// Taken; there are no triggers yet.
    skip_triggers: Option<bool>,
}

/// How something is undone.
#[derive(ToSchema)]
#[schema(example = json!({"dry_run": true}))]
#[allow(dead_code, reason = "describes undo")]
pub(crate) struct Undo {
    /// Whether nothing is written, and the answer says what would be.
    dry_run: Option<bool>,
}

/// Which merges are listed.
#[query]
pub(crate) struct MergeFilter {
    /// Only those into this profile.
    profile_id: Option<String>,
}

/// By what profiles look like one person.
#[derive(ToSchema)]
#[schema(example = json!({"by": ["phone", "name_birthday"], "limit": 100}))]
#[allow(dead_code, reason = "describes find")]
pub(crate) struct DuplicateQuery {
    /// `email`, `phone`, `push`, `telegram_bot`, `name_birthday`, or the name of a field by
    /// which profiles are matched; all of them if absent.
    by: Option<Vec<String>>,
    /// How many groups: 1 to 1,000, otherwise 100.
    #[schema(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    cursor: Option<String>,
}

/// Profiles that look like one person and are several.
#[derive(ToSchema)]
#[schema(example = json!({"profiles": [{"email": "ada@example.org"}, {"email": "ann@example.org"}]}))]
#[allow(dead_code, reason = "describes dismiss")]
pub(crate) struct Dismissal {
    /// 2 to 20 profiles, each of which is another person.
    #[schema(min_items = 2, max_items = 20)]
    profiles: Vec<crate::relations::openapi::ProfileReference>,
    /// `true` to forget it again: they may be one after all.
    revoke: Option<bool>,
}
