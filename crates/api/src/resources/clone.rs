//! `POST /v1/resources/{id}/clone`

use crate::resources::shape::{
    ShownResource, check_databases, check_room, found, name_taken, resource_id, with_context,
};
use roster_http::{Call, Problem, Reply, route};
use roster_store::resources;
use serde_json::{Value, json};

/// Settings that differ from the original's.
#[allow(dead_code, reason = "describes the body")]
type Changes =
    roster_http::openapi::Patch<roster_http::openapi::New<roster_model::ResourceSettings>>;

/// Makes a resource with the settings of another one, without its
/// subscriptions. The body may give settings that differ; the name is the
/// other's with ` (copy)` unless it says so.
#[route(
    post, "/v1/resources/{id}/clone", ResourcesWrite, id = "cloneResource",
    once,
    body = Option<Changes>,
    made = ShownResource,
)]
pub(crate) async fn clone(call: Call) -> Result<Reply, Problem> {
    let id = resource_id(&call)?;
    let patch: Value = call.json_or_none()?.unwrap_or_else(|| json!({}));
    call.once(async |sql| {
        let mut base = found(sql, id).await?.resource.settings;
        base.databases.retain(|id| call.caller.may_see(*id));
        if patch.get("name").is_none() {
            let name = json!({ "name": format!("{} (copy)", base.name) });
            base = with_context(|context| base.patch(&name, context))?;
        }
        let settings = with_context(|context| base.patch(&patch, context))?;
        check_databases(sql, &settings, &call.caller).await?;
        check_room(sql, &settings, None).await?;
        let made = resources::create(sql, settings, &call.author()).await?;
        let made = made.ok_or_else(name_taken)?;
        Ok(ShownResource::new(made, &call.caller).created())
    })
    .await
}
