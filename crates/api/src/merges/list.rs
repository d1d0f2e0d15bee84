//! `GET /v1/databases/{db}/profiles/merges`

use crate::merges::shape::ShownMerge;
use roster_http::{Call, Problem, Reply, route};
use roster_model::{MergeId, ProfileId};
use roster_store::merges;

/// What was merged into profiles of a database, the latest first.
#[route(
    get, "/v1/databases/{db}/profiles/merges", ProfilesRead, id = "listMerges",
    query = crate::merges::openapi::MergeFilter,
    page = ShownMerge,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let profile = call
        .query("profile_id")
        .map(str::parse::<ProfileId>)
        .transpose();
    let profile = profile.map_err(|wrong| {
        let detail = format!("profile_id must be an id. {}", wrong.detail);
        Problem::parameter("profile_id", detail)
    })?;
    let paging = call.paging::<MergeId>()?;
    // That the database is there.
    call.definitions(database).await?;
    let sql = call.pool.lend().await?;
    let rows = merges::page(&sql, database, paging.after, profile, paging.rows()).await?;
    let page = paging.page(rows, |row| row.id);
    Ok(Reply::ok(
        &page.map(|row| ShownMerge::of(row, &call.caller)),
    ))
}
