//! What the OpenAPI document says of a subscription as it is shown: model writes it by hand.

use crate::words::StatusWord;
use roster_model::Channel;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A subscription as it is shown, with its contact beside the channel.
#[derive(ToSchema)]
#[schema(as = Subscription)]
#[allow(dead_code, reason = "describes model's Subscription")]
pub(crate) struct ShownSubscription {
    /// Its id: 8 hexadecimal digits, unique in the profile.
    #[schema(example = "9f3c2a1b")]
    id: String,
    /// The resource.
    #[schema(example = "1")]
    resource_id: String,
    /// The channel.
    channel: Channel,
    /// The address, of `email`.
    #[schema(example = "ann@example.org", nullable = false)]
    email: Option<String>,
    /// The number, of `sms`.
    #[schema(nullable = false)]
    phone: Option<String>,
    /// The provider, of `push`.
    #[schema(nullable = false)]
    provider: Option<String>,
    /// The device token, of `push`.
    #[schema(nullable = false)]
    subscription_id: Option<String>,
    /// `id` of `telegram_bot`; `phone` of `whatsapp`, `viber` and `notify`.
    #[schema(nullable = false)]
    cc_data: Option<BTreeMap<String, Value>>,
    /// The status.
    status: StatusWord,
    /// Who set it: `api`, `import`, `person`, `provider` or `system`.
    #[schema(example = "person")]
    status_by: String,
    /// Who ended it, where it ended; `null` if that isn't known.
    left_by: Option<String>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    left_at: Option<String>,
    /// Until when it is suspended; `null` for good, or where it isn't.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    suspended_until: Option<String>,
    /// 0 is the highest.
    priority: i64,
    /// Names of categories.
    cats: Vec<String>,
    /// Categories that were left.
    #[schema(nullable = false)]
    left_cats: Option<Vec<LeftCategory>>,
    /// The resource's fields for the channel.
    custom_fields: BTreeMap<String, Value>,
    /// When and from where the consent came.
    reg_info: RegistrationInfo,
    /// Whether it was deleted.
    deleted: bool,
    /// When it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A category that was left.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's Subscription")]
struct LeftCategory {
    /// Its name.
    name: String,
    /// Who ended it; `null` if that isn't known.
    #[schema(required)]
    left_by: Option<String>,
    /// When.
    #[schema(format = DateTime)]
    left_at: String,
}

/// When and from where the consent to a subscription came.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's Subscription")]
struct RegistrationInfo {
    /// When.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    date: Option<String>,
    /// From which address.
    #[schema(required)]
    ip: Option<String>,
    /// On which page.
    #[schema(required)]
    url: Option<String>,
}
