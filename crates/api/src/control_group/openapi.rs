//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use crate::words::MatchingMode;
use roster_http::query;
use serde_json::Value;
use utoipa::ToSchema;

/// What is done by hand.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "describes ControlAct")]
pub(crate) enum ControlAction {
    /// Puts the profile in, whatever its lot.
    Add,
    /// Takes it out.
    Remove,
    /// Its lot counts again.
    Clear,
}

/// Who is put in or taken out, and why; the profile by what it matches, its id alone is
/// enough.
#[derive(ToSchema)]
#[schema(example = json!({
    "action": "remove", "email": "ada@example.org", "reason": "Asked for the offer"
}))]
#[allow(dead_code, reason = "describes prepare_control")]
pub(crate) struct ControlMove {
    /// What is done.
    action: ControlAction,
    /// Why, at most 500 characters; needed but for `clear`.
    #[schema(max_length = 500)]
    reason: Option<String>,
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

/// Where a profile stands that is in the control group.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes ControlState")]
pub(crate) struct ControlMembership {
    /// Since when it is in.
    #[schema(format = DateTime)]
    entered_at: String,
    /// Whether it was put in by hand.
    by_hand: bool,
}

/// Which period, which events, and in what form.
#[query]
pub(crate) struct ControlReportQuery {
    /// The first moment; the beginning of the control group if absent.
    #[param(format = DateTime)]
    from: Option<String>,
    /// The first moment after it; now if absent.
    #[param(format = DateTime)]
    to: Option<String>,
    /// Only events of these types, with commas between them.
    #[param(example = "purchase")]
    event: Option<String>,
    /// `json` or `csv`; `json` if absent.
    #[param(example = "json", schema_with = crate::words::report_format)]
    format: Option<String>,
}
