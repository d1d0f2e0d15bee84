//! What the OpenAPI document says of bodies that the handlers read as plain JSON.

use crate::words::MatchingMode;
use roster_http::query;
use serde_json::Value;
use utoipa::ToSchema;

/// What is done with a pair.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "describes RelationAct")]
pub(crate) enum RelationAction {
    /// Relates the two, if they aren't related.
    Attach,
    /// Ends the relation.
    Detach,
    /// Adds to numbers; relates the two where they aren't.
    Strengthen,
    /// Sets weights; relates the two where they aren't.
    Edit,
}

/// A profile, by what it matches; its id alone is enough.
#[derive(ToSchema)]
#[schema(example = json!({"email": "ann@example.org"}))]
#[allow(dead_code, reason = "describes prepare_relation")]
pub(crate) struct ProfileReference {
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

/// What is done with the relation of two profiles.
#[derive(ToSchema)]
#[schema(example = json!({
    "action": "strengthen", "a": {"email": "ada@example.org"}, "b": {"email": "ann@example.org"},
    "weights": {"orders": 1}
}))]
#[allow(dead_code, reason = "describes prepare_relation")]
pub(crate) struct RelationChange {
    /// What is done.
    action: RelationAction,
    /// Who stands on side A.
    a: ProfileReference,
    /// Who stands on side B.
    b: ProfileReference,
    /// Values by property. `strengthen` adds them to numbers, negative ones weaken; `edit`
    /// sets them, and `null` takes one away.
    #[schema(value_type = Option<Object>)]
    weights: Option<Value>,
}

/// Many pairs.
#[derive(ToSchema)]
#[schema(example = json!({"data": [{
    "action": "attach", "a": {"email": "ada@example.org"}, "b": {"email": "ann@example.org"}
}]}))]
#[allow(dead_code, reason = "describes batch")]
pub(crate) struct RelationBatch {
    /// Whether one refused pair refuses all.
    atomic: Option<bool>,
    /// The pairs, at most 10,000; one after the other.
    #[schema(max_items = 10000)]
    data: Vec<RelationChange>,
}

/// Whose relations are listed.
#[query]
pub(crate) struct RelationFilter {
    /// `a` or `b`: on which side the profile stands. Needed with `profile_id`.
    #[param(schema_with = crate::words::side)]
    side: Option<String>,
    /// Only relations of this profile.
    profile_id: Option<String>,
}
