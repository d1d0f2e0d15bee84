//! `GET /v1/databases/{db}/fields`

use crate::shape::{ShownField, found};
use roster_http::{Call, Page, Problem, Reply};
use roster_model::activity;

/// The fields of a database in the order in which they are shown, then those that
/// the system keeps; all of them, since there are 500 at most.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/fields", tag = "databases", operation_id = "listFields",
    params(crate::openapi::DatabasePath),
    responses((status = 200, body = crate::openapi::FieldPage)),
))]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
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
