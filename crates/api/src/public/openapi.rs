//! What the OpenAPI document says of these routes: what people open, what their
//! browsers and mail programs send, and what websites post.

use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What mail programs send (RFC 8058); the button of the page sends nothing.
#[derive(ToSchema)]
#[schema(example = json!({"List-Unsubscribe": "One-Click"}))]
#[allow(dead_code, reason = "describes is_one_click")]
pub(crate) struct OneClick {
    /// `One-Click`.
    #[schema(rename = "List-Unsubscribe")]
    list_unsubscribe: Option<String>,
}

/// What a form of the subscription manager sends.
#[derive(ToSchema)]
#[schema(example = json!({"do": "details", "field._fname": "Ann"}))]
#[allow(dead_code, reason = "describes the pages' actions")]
pub(crate) struct ManagerForm {
    /// `details`, `topics`, `suspend`, `resume`, `unsubscribe` or `leave`.
    r#do: String,
    /// Which subscription, for all but `details` and `leave`.
    subscription: Option<String>,
    /// A topic that is chosen, once for each, for `topics`.
    topic: Option<String>,
    /// For how many days, for `suspend`: 14, 30, 60 or 90.
    days: Option<String>,
    /// What is typed for the fields that the manager shows, as `field.NAME`.
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

/// What is filled into a form: its contact and its fields by name.
#[derive(ToSchema)]
#[schema(example = json!({"email": "eve@example.org", "_fname": "Eve", "consent": true}))]
#[allow(dead_code, reason = "describes what FormSubmission reads")]
pub(crate) struct FilledForm {
    /// The address, of a form for `email`.
    email: Option<String>,
    /// The number, of a form for `sms`.
    phone: Option<String>,
    /// Whether they agree.
    consent: Option<bool>,
    /// The hidden control of the page that tells when it was shown.
    shown: Option<String>,
    /// The form's fields by name.
    #[serde(flatten)]
    fields: BTreeMap<String, serde_json::Value>,
}

/// The same as browsers send it: fields as `field.NAME`.
#[derive(ToSchema)]
#[schema(example = json!({"email": "eva@example.org", "field._fname": "Eva", "consent": "yes"}))]
#[allow(dead_code, reason = "describes what FormSubmission reads")]
pub(crate) struct PostedForm {
    /// The address, of a form for `email`.
    email: Option<String>,
    /// The number, of a form for `sms`.
    phone: Option<String>,
    /// Whether they agree: a box that is ticked.
    consent: Option<String>,
    /// The hidden control of the page that tells when it was shown.
    shown: Option<String>,
    /// The form's fields, as `field.NAME`.
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

/// What a script is told whose form was taken.
#[derive(ToSchema)]
#[schema(example = json!({"status": "confirm"}))]
#[allow(dead_code, reason = "describes form::done")]
pub(crate) struct FormReceipt {
    /// `confirm`: a message asks them to; `subscribed`: they are. Everybody is told
    /// the same, known or not.
    status: String,
}
