//! `POST /v1/databases/{db}/fields`

use crate::databases::shape::{ShownField, found, name_taken_field, refused, room};
use roster_http::{Call, Problem, Reply, route};
use roster_model::Field;
use roster_store::fields;
use serde_json::Value;

/// Gives a database a field. On a database with profiles it can't be required:
/// none of them would have a value.
#[route(
    post, "/v1/databases/{db}/fields", DatabasesWrite, id = "createField",
    if_match,
    once,
    body = crate::databases::openapi::NewField,
    made = ShownField,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let if_match = call.if_match()?;
    let definition: Value = call.json()?;
    call.once(async |sql| {
        let found = found(sql, id).await?;
        if_match.check(found.revision)?;
        let database = &found.database;
        let field_id = fields::next_id(sql, id).await?;
        let mut field = Field::create(field_id, &definition, &database.context())?;
        if definition.get("position").is_none_or(Value::is_null) {
            // Ids grow, so a field that names no place comes last.
            field.position = field_id.get();
        }
        if database.field(&field.name).is_some() {
            return Err(name_taken_field());
        }
        room(sql, database, &field).await?;
        let revision = fields::create(sql, database, &field, &call.author()).await;
        let revision = revision.map_err(refused)?;
        let path = format!("/v1/databases/{id}/fields/{}", field.name);
        let shown = ShownField::from(field);
        Ok(Reply::created(&shown).etag(revision).location(&path))
    })
    .await
}
