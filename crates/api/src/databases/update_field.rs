//! `PATCH /v1/databases/{db}/fields/{name}`

use crate::databases::shape::{ShownField, changeable, found, refused, room};
use roster_http::{Call, Problem, Reply, route};
use roster_store::fields;
use serde_json::Value;

/// Changes a field, as a JSON merge patch says. Stored values must suit the
/// change, or nothing is changed and the answer says how many don't.
#[route(
    patch, "/v1/databases/{db}/fields/{name}", DatabasesWrite, id = "updateField",
    if_match,
    once,
    body = crate::databases::openapi::FieldPatch,
    answer = ShownField,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    call.once(async |sql| {
        let mut found = found(sql, id).await?;
        if_match.check(found.revision)?;
        let database = &found.database;
        let before = changeable(database, call.parameter("name"))?;
        let after = before.patch(&patch, &database.context())?;
        if after != *before {
            room(sql, database, &after).await?;
            let revision = fields::update(sql, database, before, &after, &call.author()).await;
            found.revision = revision.map_err(refused)?;
        }
        Ok(Reply::ok(&ShownField::from(after)).etag(found.revision))
    })
    .await
}
