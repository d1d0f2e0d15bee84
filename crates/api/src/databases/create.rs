//! `POST /v1/databases`

use crate::databases::shape::{ShownDatabase, may_create, name_taken};
use roster_http::{Call, Problem, Reply, route};
use roster_model::define::Settings;
use roster_model::{DatabaseSettings, standard_fields};
use roster_store::databases;
use serde_json::Value;

/// Makes a database with the standard fields.
#[route(
    post, "/v1/databases", DatabasesWrite, id = "createDatabase",
    once,
    new = roster_model::DatabaseSettings,
    made = ShownDatabase,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    may_create(&call)?;
    let settings = DatabaseSettings::create(&call.json::<Value>()?)?;
    settings.check_card(&standard_fields().into())?;
    call.once(async |sql| {
        let made =
            databases::create(sql, settings.clone(), standard_fields(), &call.author()).await?;
        Ok(ShownDatabase::from(made.ok_or_else(name_taken)?).created())
    })
    .await
}
