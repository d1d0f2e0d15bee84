//! `GET /v1/resources`

use crate::resources::shape::ShownResource;
use roster_http::{Call, Problem, Reply, route};
use roster_store::resources;

/// Resources, in order of creation.
#[route(
    get, "/v1/resources", ResourcesRead, id = "listResources",
    page = ShownResource,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let read = async |after: Option<&i64>, rows| {
        resources::page(&sql, after.copied().unwrap_or(0), rows).await
    };
    let show = |one| Ok(ShownResource::new(one, &call.caller));
    let page = paging.read(read, |one| one.resource.id.get(), show).await?;
    Ok(Reply::ok(&page))
}
