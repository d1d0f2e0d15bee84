//! What the OpenAPI document says of these routes.

use roster_http::query;

/// What is looked for, and where.
#[query]
pub(crate) struct SearchQuery {
    /// Words that must all occur: anywhere from three characters on, at the
    /// beginning of a word with two. Quotation marks keep words together;
    /// `field_name:value` asks of one field.
    #[param(example = "maria cantwell")]
    q: String,
    /// Only this database.
    database: Option<String>,
    /// `profiles` (their data), `subscriptions` (their contacts) or `all`.
    #[param(schema_with = crate::words::searched)]
    r#in: Option<String>,
}
