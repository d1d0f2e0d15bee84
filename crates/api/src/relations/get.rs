//! `GET /v1/relation-types/{id}/relations/{a}/{b}`

use crate::relations::shape::{ShownRelation, found, relation_type_id};
use roster_http::{Call, Problem, Reply, route};
use roster_model::write::RelationKey;
use roster_store::relations;

/// The relation of two profiles, by their ids.
#[route(
    get, "/v1/relation-types/{id}/relations/{a}/{b}", RelationsRead, id = "getRelation",
    answer = ShownRelation,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let relation_type = relation_type_id(&call)?;
    let (a, b) = (call.id("a", "relation")?, call.id("b", "relation")?);
    let sql = call.pool.lend().await?;
    found(&sql, relation_type, &call.caller).await?;
    let key = RelationKey {
        relation_type,
        a,
        b,
    };
    let relation = relations::get(&sql, key).await?;
    let relation = relation.ok_or_else(|| Problem::not_found("relation"))?;
    Ok(Reply::ok(&ShownRelation::new(key, relation)))
}
