//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use crate::words::{InvalidValues, LeftBy, MembershipAction, StatusWord};
use roster_http::openapi::{Condition, Consent, FieldChanges, Range};
use roster_http::query;
use roster_model::Channel;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A member of a segment: its id alone, or the whole profile.
#[derive(serde::Serialize, ToSchema)]
#[schema(example = json!({"id": "1a20967479554ede711e88dc"}))]
#[allow(dead_code, reason = "describes Member")]
pub(crate) struct SegmentMember {
    /// The profile's id.
    id: String,
    /// With `profiles=true`: its values by field.
    #[schema(nullable = false)]
    data: Option<Map<String, Value>>,
    /// With `profiles=true`: what else a profile shows.
    #[serde(flatten)]
    more: Map<String, Value>,
}

/// Who enters and who leaves a segment: by ids, or by a condition.
#[derive(ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes change_members")]
pub(crate) enum MemberChange {
    /// By ids.
    Ids(MembersById),
    /// By a condition.
    Condition(MembersByCondition),
}

/// Who enters and who leaves a segment; no profile may be in both lists.
#[derive(ToSchema)]
#[schema(example = json!({"add": ["1a20967479554ede711e88dc"]}))]
#[allow(dead_code, reason = "describes Moves::parse")]
pub(crate) struct MembersById {
    /// Ids of profiles, at most 10,000.
    #[schema(max_items = 10000)]
    add: Option<Vec<String>>,
    /// Ids of profiles, at most 10,000.
    #[schema(max_items = 10000)]
    remove: Option<Vec<String>>,
}

/// Whose memberships change, which takes the scope `profiles:read` too.
#[derive(ToSchema)]
#[schema(example = json!({"condition": {"field": "_city", "eq": "Paris"}, "action": "add"}))]
#[allow(dead_code, reason = "describes BulkUpdate::of_members")]
pub(crate) struct MembersByCondition {
    /// Whose memberships change: a condition; `{}` for everybody.
    condition: Condition,
    /// Whether they enter the segment or leave it.
    action: MembershipAction,
    /// Only members of this segment.
    segment: Option<String>,
    /// A percent window of the whole database, before the condition.
    range: Option<Range>,
    /// How many at most, after the condition.
    limit: Option<u64>,
    /// What people call it, if it becomes a job.
    name: Option<String>,
}

/// A bulk update: whose profiles, and what is done to each. One of `set`,
/// `status`, `subscriptions`, `add_to_segments`, `remove_from_segments` and
/// `delete` must be there.
#[derive(ToSchema)]
#[schema(example = json!({
    "condition": {"field": "_city", "eq": "Paris"}, "set": {"_region": "75"}, "dry_run": true
}))]
#[allow(dead_code, reason = "describes BulkUpdate::parse")]
pub(crate) struct NewUpdate {
    /// Whose profiles; everybody's otherwise.
    condition: Option<Condition>,
    /// Only members of this segment.
    segment: Option<String>,
    /// A percent window of the whole database, chosen before the condition.
    range: Option<Range>,
    /// How many at most, of those who meet the condition, the oldest profiles
    /// first.
    #[schema(minimum = 1)]
    limit: Option<u64>,
    /// Fields, as in a write: values, `null` to clear, functional updates.
    set: Option<FieldChanges>,
    /// The global status. Subscribing is about suspended profiles, suspending about
    /// subscribed ones, unless the condition names a status.
    status: Option<StatusWord>,
    /// Subscriptions that are made or changed, at most 50.
    #[schema(max_items = 50)]
    subscriptions: Option<Vec<UpdateSubscription>>,
    /// Static segments that the profiles enter.
    add_to_segments: Option<Vec<String>>,
    /// Static segments that the profiles leave.
    remove_from_segments: Option<Vec<String>>,
    /// Ask for the confirmation of unconfirmed subscriptions. The resource must have
    /// double opt-in; who said no is not asked.
    ask_confirmation: Option<BulkConfirmation>,
    /// Whether those who left, complained or bounced agreed again; needs `reason`.
    resubscribe: Option<bool>,
    /// How that is known, or why else something changes; history keeps it.
    reason: Option<String>,
    /// What was agreed to, and how; history keeps it.
    consent: Option<Consent>,
    /// Changes of fields that can't be made: `refuse` the profile, or `skip` the
    /// field; `refuse` otherwise.
    invalid: Option<InvalidValues>,
    /// Delete the profiles; stands alone and takes the scope `profiles:write` too.
    /// Where nothing narrows it, that needs `?confirm=` with the database's name.
    delete: Option<bool>,
    /// Only count the profiles, and show what would become of the first ten;
    /// takes the scope `profiles:read` too.
    dry_run: Option<bool>,
    /// What people call it.
    name: Option<String>,
}

/// What happens to subscriptions to a resource by a channel.
#[derive(ToSchema)]
#[schema(example = json!({
    "resource_id": "1", "channel": "email", "status": "subscribed", "contact": {"field": "email"}
}))]
#[allow(dead_code, reason = "describes Template::parse")]
pub(crate) struct UpdateSubscription {
    /// The resource.
    resource_id: String,
    /// The channel.
    channel: Channel,
    /// The status.
    status: Option<StatusWord>,
    /// Where the contact comes from: `{"field": "email"}`, or `{"subscription":
    /// {"resource_id": …, "channel": …}}`. Without it existing subscriptions are
    /// changed and none are made.
    contact: Option<Value>,
    /// Until when it is suspended, where `status` suspends it.
    suspended_until: Option<String>,
    /// Who ended it, of one that ended elsewhere.
    left_by: Option<LeftBy>,
    /// When that was.
    left_at: Option<String>,
    /// What kept messages from it where it comes from: `suppressed`,
    /// `left_elsewhere`, `global_status`.
    withheld: Option<String>,
    /// Whether they who left agreed again; needs `reason`.
    resubscribe: Option<bool>,
    /// How that is known, or why else something changes; history keeps it.
    reason: Option<String>,
    /// 0 is the highest.
    priority: Option<i64>,
    /// Names of categories. Those that the person left are left out (`category_left`),
    /// unless `resubscribe` says why.
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
    /// Which of those that are there are changed: `{"status": ["suspended"]}`.
    /// Otherwise those that the change or the condition can mean: resuming is about
    /// what is suspended.
    r#where: Option<SubscriptionFilter>,
}

/// Which subscriptions a change is about.
#[derive(ToSchema)]
#[schema(example = json!({"status": ["suspended"]}))]
#[allow(dead_code, reason = "describes model's BulkScope")]
pub(crate) struct SubscriptionFilter {
    /// One of these statuses: words.
    status: Vec<String>,
}

/// Whose confirmation is asked for.
#[derive(ToSchema)]
#[schema(example = json!({"resource_id": "1", "channel": "email"}))]
#[allow(dead_code, reason = "describes model's BulkConfirmation")]
pub(crate) struct BulkConfirmation {
    /// The resource.
    resource_id: String,
    /// The channel; any if absent.
    channel: Option<Channel>,
}

/// How members are shown.
#[query]
pub(crate) struct MembersQuery {
    /// Whether the whole profiles are shown; takes the scope `profiles:read` too.
    profiles: Option<bool>,
}

/// How a refresh is started.
#[query]
pub(crate) struct RefreshQuery {
    /// Answer with lines of progress until it ends.
    wait: Option<bool>,
}

/// What is counted of a segment's members.
#[query]
pub(crate) struct SegmentCountersQuery {
    /// Only subscriptions to this resource.
    resource_id: Option<String>,
}

/// How a bulk update is started.
#[query]
pub(crate) struct UpdateQuery {
    /// Answer with lines of progress until it ends.
    wait: Option<bool>,
    /// The name of the database; needed to delete everybody.
    confirm: Option<String>,
}
