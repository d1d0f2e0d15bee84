//! `PATCH /v1/resources/{id}`

use crate::resources::shape::{
    ShownResource, check_databases, check_room, found, may_change, name_taken, resource_id,
    with_context,
};
use roster_http::{Call, Problem, Reply, route};
use roster_store::resources;
use serde_json::Value;

/// Changes settings, as a JSON merge patch says; a list that is given replaces
/// the whole list.
#[route(
    patch, "/v1/resources/{id}", ResourcesWrite, id = "updateResource",
    if_match,
    once,
    patch = roster_model::ResourceSettings,
    answer = ShownResource,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let id = resource_id(&call)?;
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    call.once(async |sql| {
        let mut found = found(sql, id).await?;
        if_match.check(found.revision)?;
        let before = &found.resource.settings;
        may_change(before, &call.caller)?;
        let settings = with_context(|context| before.patch(&patch, context))?;
        if settings.databases != before.databases {
            check_databases(sql, &settings, &call.caller).await?;
        }
        if settings != *before {
            check_room(sql, &settings, Some(id)).await?;
            let holder = resources::named(sql, &settings.name).await?;
            if holder.is_some_and(|holder| holder != id) {
                return Err(name_taken());
            }
            found.revision =
                resources::update(sql, &found.resource, &settings, &call.author()).await?;
            found.resource.settings = settings;
            found.resource.updated_at = call.now;
        }
        Ok(ShownResource::new(found, &call.caller).reply())
    })
    .await
}
