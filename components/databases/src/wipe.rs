//! `POST /v1/databases/{db}/wipe`

use crate::shape::{Removed, found};
use roster_http::{Call, Problem, Reply};
use roster_store::databases;

/// Deletes all profiles of a database and all that belongs to them; settings,
/// fields and static segments stay. Imports and bulk updates that wait or run are
/// cancelled.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases/{db}/wipe", tag = "databases", operation_id = "wipeDatabase",
    params(
        crate::openapi::DatabasePath,
        crate::openapi::Confirm,
        roster_http::openapi::IdempotencyKey,
    ),
    responses((status = 200, body = Removed)),
))]
pub(crate) async fn wipe(call: Call) -> Result<Reply, Problem> {
    call.only(&["confirm"])?;
    let id = call.database()?;
    call.once(async |sql| {
        let found = found(sql, id).await?;
        call.confirmed(&found.database.name)?;
        let profiles = databases::wipe(sql, id, &call.author()).await?;
        Ok(Reply::ok(&Removed { id, profiles }))
    })
    .await
}
