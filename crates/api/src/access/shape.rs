//! What answers look like, and what a token may be given.

use roster_http::{Caller, Problem, Scopes, kinds};
use roster_model::{DatabaseId, Timestamp, TokenId};
use roster_store::tokens::Token;
use serde::Serialize;

/// An API token, without its secret.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Token)]
pub(crate) struct ShownToken {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    pub(crate) id: TokenId,
    /// What people and history call it.
    #[schema(example = "website")]
    name: String,
    /// The beginning of its secret, to know it by.
    #[schema(example = "rst_4fZk")]
    prefix: String,
    /// What it may do.
    #[schema(value_type = Vec<String>, example = json!(["profiles:read"]))]
    scopes: Scopes,
    /// The databases it may know of; `null` for all.
    #[schema(value_type = Option<Vec<String>>)]
    databases: Option<Vec<DatabaseId>>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it ends by itself; `null` for never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// The name of the token that made it.
    created_by: String,
}

impl From<Token> for ShownToken {
    fn from(token: Token) -> Self {
        ShownToken {
            id: token.id,
            name: token.name,
            prefix: token.prefix,
            scopes: token.scopes.iter().collect(),
            databases: token.databases,
            created_at: token.created_at,
            expires_at: token.expires_at,
            created_by: token.created_by,
        }
    }
}

/// Whether a caller may know of a token: one that can do no more than itself.
/// Others are not there for it.
pub(crate) fn may_see(caller: &Caller, databases: Option<&[DatabaseId]>) -> bool {
    match (&caller.databases, databases) {
        (None, _) => true,
        (Some(_), None) => false,
        // One whose databases are all gone is nobody's in particular.
        (Some(_), Some(ids)) => caller.may_have(ids),
    }
}

/// Refuses to give a token what its maker doesn't have.
pub(crate) fn may_give(
    caller: &Caller,
    scopes: Scopes,
    databases: Option<&[DatabaseId]>,
) -> Result<(), Problem> {
    if let Some(more) = scopes.iter().find(|scope| !caller.scopes.has(*scope)) {
        let detail = format!("Your token lacks {} itself.", more.as_str());
        return Err(Problem::new(kinds::FORBIDDEN, detail).with("scope", more.as_str()));
    }
    if !may_see(caller, databases) {
        let detail = "Your token is limited to some databases: name databases out of these.";
        return Err(Problem::new(kinds::FORBIDDEN, detail));
    }
    Ok(())
}
