//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use roster_http::query;
use utoipa::ToSchema;

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

/// What is counted beside.
#[query]
pub(crate) struct CountersQuery {
    /// Whether to count who may be sent to, too.
    sendable: Option<bool>,
    /// Only subscriptions of this database's profiles.
    #[param(schema_with = crate::words::id)]
    database: Option<String>,
}
