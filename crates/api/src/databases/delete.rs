//! `DELETE /v1/databases/{db}`

use crate::databases::shape::{RemovedDatabase, found};
use roster_http::{Call, Problem, Reply, route};
use roster_store::databases;

/// Deletes a database with its profiles and all that belongs to them, its
/// segments, imports and schedules.
#[route(
    delete, "/v1/databases/{db}", DatabasesWrite, id = "deleteDatabase",
    query = crate::queries::ConfirmQuery,
    if_match,
    once,
    answer = RemovedDatabase,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(sql, id).await?;
        if_match.check(found.revision)?;
        call.confirmed(&found.database.name)?;
        let profiles = databases::delete(sql, &found.database, &call.author()).await?;
        Ok(Reply::ok(&RemovedDatabase { id, profiles }))
    })
    .await
}
