//! What the OpenAPI document says of bodies and parameters that the handlers read as plain
//! JSON or text.

use roster_http::query;

/// Which messages.
#[query]
pub(crate) struct MessagesQuery {
    /// Only those that are `queued`, `sent`, `dead`, `cancelled` or `held`.
    #[param(example = "queued", schema_with = crate::words::message_state)]
    state: Option<String>,
    /// Only those of the kind `confirmation` or `change`.
    #[param(example = "confirmation", schema_with = crate::words::message_kind)]
    kind: Option<String>,
    /// Only those about a database.
    #[param(schema_with = crate::words::id)]
    database: Option<String>,
    /// Only those about a profile.
    #[param(schema_with = crate::words::profile_id)]
    profile: Option<String>,
    /// Only those for a recipient.
    #[param(example = "email:ann@example.org")]
    recipient: Option<String>,
}
