//! `/v1/relation-types` and `/v1/relation-types/{id}`: what kinds of relations there are.

use crate::relations::shape::{
    RemovedRelationType, ShownRelationType, check_databases, check_values, found, name_taken,
    relation_type_id,
};
use roster_http::{Call, Problem, Reply, route};
use roster_model::define::Settings as _;
use roster_model::relation::MAX_RELATION_TYPES;
use roster_model::{Code, Invalid, RelationTypeSettings};
use roster_store::relation_types;
use serde_json::Value;

/// Relation types, in order of creation. A token for some databases sees those that lie
/// wholly in them.
#[route(
    get, "/v1/relation-types", RelationsRead, id = "listRelationTypes",
    page = ShownRelationType,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let only = call.caller.databases.as_deref();
    let read = async |after: Option<&i64>, rows| {
        relation_types::page(&sql, after.copied().unwrap_or(0), rows, only).await
    };
    let show = |one| Ok(ShownRelationType::new(one));
    let page = paging
        .read(read, |one| one.relation_type.id.get(), show)
        .await?;
    Ok(Reply::ok(&page))
}

/// Makes a relation type: which database stands on which side, and what a relation says.
#[route(
    post, "/v1/relation-types", RelationsWrite, id = "createRelationType",
    once,
    new = RelationTypeSettings,
    made = ShownRelationType,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let settings = RelationTypeSettings::create(&call.json::<Value>()?)?;
    call.once(async |sql| {
        check_databases(sql, &settings, &call.caller).await?;
        if relation_types::is_full(sql, &settings).await? {
            let detail =
                format!("A database is part of at most {MAX_RELATION_TYPES} relation types.");
            return Err(Invalid::new(Code::TooMany, detail).into());
        }
        let made = relation_types::create(sql, settings.clone(), &call.author()).await?;
        Ok(ShownRelationType::new(made.ok_or_else(name_taken)?).created())
    })
    .await
}

/// One relation type.
#[route(
    get, "/v1/relation-types/{id}", RelationsRead, id = "getRelationType",
    answer = ShownRelationType,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let id = relation_type_id(&call)?;
    let sql = call.pool.lend().await?;
    Ok(ShownRelationType::new(found(&sql, id, &call.caller).await?).reply())
}

/// Changes a relation type, as a JSON merge patch says; a list of properties replaces the
/// whole list. A property that relations have a value of neither goes nor gets another type.
#[route(
    patch, "/v1/relation-types/{id}", RelationsWrite, id = "updateRelationType",
    if_match,
    once,
    patch = RelationTypeSettings,
    answer = ShownRelationType,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let id = relation_type_id(&call)?;
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    call.once(async |sql| {
        let mut found = found(sql, id, &call.caller).await?;
        if_match.check(found.revision)?;
        let before = &found.relation_type;
        let settings = before.settings.patch(&patch)?;
        before.settings.check_change(&settings)?;
        if settings != before.settings {
            let holder = relation_types::named(sql, &settings).await?;
            if holder.is_some_and(|holder| holder != id) {
                return Err(name_taken());
            }
            check_values(sql, before, &settings).await?;
            found.revision = relation_types::update(sql, before, &settings, &call.author()).await?;
            found.relation_type.settings = settings;
            found.relation_type.updated_at = call.now;
        }
        Ok(ShownRelationType::new(found).reply())
    })
    .await
}

/// Deletes a relation type. While it has relations that needs a confirmation, and they go
/// with it.
#[route(
    delete, "/v1/relation-types/{id}", RelationsWrite, id = "deleteRelationType",
    query = crate::queries::ConfirmQuery,
    if_match,
    once,
    answer = RemovedRelationType,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let id = relation_type_id(&call)?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(sql, id, &call.caller).await?;
        if_match.check(found.revision)?;
        if found.relations > 0 {
            call.confirmed(&found.relation_type.name)?;
        }
        relation_types::delete(sql, &found, &call.author()).await?;
        Ok(Reply::ok(&RemovedRelationType {
            id,
            relations: found.relations,
        }))
    })
    .await
}
