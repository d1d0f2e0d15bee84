//! `POST /v1/resources`

use crate::resources::shape::{
    ShownResource, check_databases, check_room, name_taken, with_context,
};
use roster_http::{Call, Problem, Reply, route};
use roster_model::ResourceSettings;
use roster_store::resources;
use serde_json::Value;

/// Makes a resource.
#[route(
    post, "/v1/resources", ResourcesWrite, id = "createResource",
    once,
    new = roster_model::ResourceSettings,
    made = ShownResource,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let given: Value = call.json()?;
    let settings = with_context(|context| ResourceSettings::create(&given, context))?;
    call.once(async |sql| {
        check_databases(sql, &settings, &call.caller).await?;
        check_room(sql, &settings, None).await?;
        let made = resources::create(sql, settings.clone(), &call.author()).await?;
        let made = made.ok_or_else(name_taken)?;
        Ok(ShownResource::new(made, &call.caller).created())
    })
    .await
}
