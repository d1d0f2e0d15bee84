//! `GET /v1/databases/{db}/fields`

use crate::databases::shape::{ShownField, found};
use roster_http::{Call, Page, Problem, Reply, route};
use roster_model::activity;

/// The fields of a database in the order in which they are shown, then those that
/// the system keeps; all of them, since there are 500 at most.
#[route(
    get, "/v1/databases/{db}/fields", DatabasesRead, id = "listFields",
    answer = roster_http::Page<ShownField>,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let sql = call.pool.lend().await?;
    let found = found(&sql, id).await?;
    let fields = found.database.fields.into_vec().into_iter();
    let fields = fields.chain(activity::fields().iter().cloned());
    let page = Page {
        items: fields.map(ShownField::from).collect(),
        next: None,
    };
    Ok(Reply::ok(&page).etag(found.revision))
}
