//! `GET /v1/resources/{id}/app-token`

use super::token_shape::ShownAppToken;
use crate::resources::shape::resource_id;
use roster_http::{Call, Problem, Reply, route};
use roster_store::apps;

/// What is known of the token that a resource's apps carry: never the token itself. 404 where
/// it has none.
#[route(
    get, "/v1/resources/{id}/app-token", ResourcesRead, id = "getAppToken",
    answer = ShownAppToken,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let id = resource_id(&call)?;
    let sql = call.pool.lend().await?;
    let token = apps::token(&sql, id).await?;
    let token = token.ok_or_else(|| Problem::not_found("token of this resource"))?;
    Ok(Reply::ok(&ShownAppToken::from(token)))
}
