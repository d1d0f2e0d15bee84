//! What the OpenAPI document says of these routes.

use utoipa::IntoParams;

/// What is looked for, and where.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
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
