//! What the token of a resource looks like, and what its handlers share.

use crate::resources::shape::{found, may_change, resource_id};
use roster_http::{Call, Problem, Scope};
use roster_model::{ResourceId, Timestamp};
use roster_store::Sql;
use roster_store::apps::AppToken;
use serde::Serialize;

/// How many characters of a token are kept to know it by.
const SHOWN_CHARS: usize = 4;

/// The token of a resource, as far as it is kept.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = AppToken)]
pub(crate) struct ShownAppToken {
    /// The resource.
    #[schema(value_type = String, example = "1")]
    resource_id: ResourceId,
    /// Its first characters.
    #[schema(example = "2fHL")]
    prefix: String,
    /// When it was made or set.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<AppToken> for ShownAppToken {
    fn from(token: AppToken) -> Self {
        ShownAppToken {
            resource_id: token.resource,
            prefix: token.prefix,
            created_at: token.created_at,
        }
    }
}

/// The beginning of a token.
pub(super) fn prefix(token: &str) -> &str {
    token.get(..SHOWN_CHARS).unwrap_or_default()
}

/// The resource of the path, whose token this caller may change. What a token opens is
/// writing profiles, so who may not do that themselves gives it to nobody.
pub(super) async fn own(sql: &impl Sql, call: &Call) -> Result<ResourceId, Problem> {
    call.caller.require(Scope::ProfilesWrite)?;
    let found = found(sql, resource_id(call)?).await?;
    may_change(&found.resource.settings, &call.caller)?;
    Ok(found.resource.id)
}
