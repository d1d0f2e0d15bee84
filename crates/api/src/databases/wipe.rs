//! `POST /v1/databases/{db}/wipe`

use crate::databases::shape::{RemovedDatabase, found};
use roster_http::{Call, Problem, Reply, route};
use roster_store::databases;

/// Deletes all profiles of a database and all that belongs to them; settings,
/// fields and static segments stay. Imports and bulk updates that wait or run are
/// cancelled.
#[route(
    post, "/v1/databases/{db}/wipe", DatabasesWrite, id = "wipeDatabase",
    query = crate::queries::ConfirmQuery,
    once,
    answer = RemovedDatabase,
)]
pub(crate) async fn wipe(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    call.once(async |sql| {
        let found = found(sql, id).await?;
        call.confirmed(&found.database.name)?;
        let profiles = databases::wipe(sql, id, &call.author()).await?;
        Ok(Reply::ok(&RemovedDatabase { id, profiles }))
    })
    .await
}
