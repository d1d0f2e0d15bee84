//! `GET /v1/resources/{id}`

use crate::shape::{ShownResource, found, resource_id};
use roster_http::{Call, Problem, Reply};

/// One resource.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/resources/{id}", tag = "resources", operation_id = "getResource",
    params(crate::openapi::ResourcePath),
    responses((status = 200, body = ShownResource)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let id = resource_id(&call)?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, id).await?;
    Ok(ShownResource::new(found, &call.caller).reply(200))
}
