//! `GET /v1/resources`

use crate::shape::ShownResource;
use roster_http::{Call, Problem, Reply};
use roster_store::resources;

/// Resources, in order of creation.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/resources", tag = "resources", operation_id = "listResources",
    params(roster_http::openapi::PageQuery),
    responses((status = 200, body = crate::openapi::ResourcePage)),
))]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.only(&["limit", "cursor"])?;
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let found = resources::page(&sql, paging.after.unwrap_or(0), paging.rows()).await?;
    let page = paging.page(found, |one| one.resource.id.get());
    Ok(Reply::ok(
        &page.map(|one| ShownResource::new(one, &call.caller)),
    ))
}
