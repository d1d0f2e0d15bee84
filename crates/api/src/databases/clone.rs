//! `POST /v1/databases/{db}/clone`

use crate::databases::shape::{ShownDatabase, found, may_create, name_taken};
use roster_http::{Call, Problem, Reply, route};
use roster_model::DatabaseSettings;
use roster_model::define::Settings;
use roster_store::{databases, segments};
use serde_json::{Value, json};

/// Settings that differ from the original's.
#[allow(dead_code, reason = "describes the body")]
type Changes = roster_http::openapi::Patch<roster_http::openapi::New<DatabaseSettings>>;

/// Makes a database with the settings and fields of another one and with its
/// static segments, without its profiles: nobody is in a segment. The body may give settings that differ; the name is the other's
/// with ` (copy)` unless it says so.
#[route(
    post, "/v1/databases/{db}/clone", DatabasesWrite, id = "cloneDatabase",
    once,
    body = Option<Changes>,
    made = ShownDatabase,
)]
pub(crate) async fn clone(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    may_create(&call)?;
    let patch: Value = call.json_or_none()?.unwrap_or_else(|| json!({}));
    call.once(async |sql| {
        let source = found(sql, id).await?.database;
        let mut base: DatabaseSettings = source.settings;
        if patch.get("name").is_none() {
            let name = json!({ "name": format!("{} (copy)", base.name) });
            base = base.patch(&name)?;
        }
        let settings = base.patch(&patch)?;
        settings.check_card(&source.fields)?;
        let fields = source.fields.into_vec();
        let made = databases::create(sql, settings, fields, &call.author()).await?;
        let made = made.ok_or_else(name_taken)?;
        segments::copy(sql, id, made.database.id, &call.author()).await?;
        Ok(ShownDatabase::from(made).created())
    })
    .await
}
