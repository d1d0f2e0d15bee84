//! `GET /v1/resources/{id}`

use crate::resources::shape::{ShownResource, found, resource_id};
use roster_http::{Call, Problem, Reply, route};

/// One resource.
#[route(get, "/v1/resources/{id}", ResourcesRead, id = "getResource", answer = ShownResource)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let id = resource_id(&call)?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, id).await?;
    Ok(ShownResource::new(found, &call.caller).reply())
}
