//! `DELETE /v1/databases/{db}`

use crate::shape::{Removed, found};
use roster_http::{Call, Problem, Reply};
use roster_store::databases;

/// Deletes a database with its profiles and all that belongs to them, its
/// segments, imports and schedules.
#[cfg_attr(feature = "openapi", utoipa::path(
    delete, path = "/v1/databases/{db}", tag = "databases", operation_id = "deleteDatabase",
    params(
        crate::openapi::DatabasePath,
        crate::openapi::Confirm,
        roster_http::openapi::IfMatchHeader, roster_http::openapi::IdempotencyKey,
    ),
    responses((status = 200, body = Removed)),
))]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    call.only(&["confirm"])?;
    let id = call.database()?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(sql, id).await?;
        if_match.check(found.revision)?;
        call.confirmed(&found.database.name)?;
        let profiles = databases::delete(sql, &found.database, &call.author()).await?;
        Ok(Reply::ok(&Removed { id, profiles }))
    })
    .await
}
