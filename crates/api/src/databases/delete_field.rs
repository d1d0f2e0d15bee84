//! `DELETE /v1/databases/{db}/fields/{name}`

use crate::databases::shape::{ShownField, found, refused};
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_store::fields;

/// Takes a field out of a database, with its values in all profiles. Shows what
/// it was.
#[route(
    delete, "/v1/databases/{db}/fields/{name}", DatabasesWrite, id = "deleteField",
    if_match,
    once,
    answer = ShownField,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(sql, id).await?;
        if_match.check(found.revision)?;
        let database = &found.database;
        let field = database.field(call.parameter("name"));
        let field = field.ok_or_else(|| Problem::not_found("field"))?;
        if field.standard {
            let detail = "Every database has the standard fields.";
            return Err(Problem::new(kinds::STANDARD_FIELD, detail));
        }
        let revision = fields::delete(sql, database, field, &call.author()).await;
        let revision = revision.map_err(refused)?;
        Ok(Reply::ok(&ShownField::from(field.clone())).etag(revision))
    })
    .await
}
