//! `DELETE /v1/resources/{id}`

use crate::resources::shape::{found, may_delete, resource_id};
use roster_http::{Call, Problem, Reply, route};
use roster_model::ResourceId;
use roster_store::resources;
use serde::Serialize;

/// What was deleted.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedResource {
    /// The resource.
    #[schema(value_type = String, example = "1")]
    id: ResourceId,
    /// How many subscriptions were deleted.
    subscriptions: i64,
}

/// Deletes a resource. While it has subscriptions that needs a confirmation,
/// and they go with it.
#[route(
    delete, "/v1/resources/{id}", ResourcesWrite, id = "deleteResource",
    query = crate::queries::ConfirmQuery,
    if_match,
    once,
    answer = RemovedResource,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let id = resource_id(&call)?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(sql, id).await?;
        if_match.check(found.revision)?;
        may_delete(sql, &found.resource, &call.caller).await?;
        let all = resources::counters(sql, id, None).await?;
        if !all.is_empty() && all.iter().any(|(_, _, count)| *count > 0) {
            call.confirmed(&found.resource.name)?;
        }
        let subscriptions = resources::delete(sql, &found.resource, &call.author()).await?;
        Ok(Reply::ok(&RemovedResource { id, subscriptions }))
    })
    .await
}
