//! `POST /v1/databases`

use crate::shape::{ShownDatabase, may_create, name_taken};
use roster_http::{Call, Problem, Reply};
use roster_model::{DatabaseSettings, standard_fields};
use roster_store::databases;
use serde_json::Value;

/// Makes a database with the standard fields.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/databases", tag = "databases", operation_id = "createDatabase",
    params(roster_http::openapi::IdempotencyKey),
    request_body = crate::openapi::NewDatabase,
    responses((status = 201, body = ShownDatabase)),
))]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    may_create(&call)?;
    let settings = DatabaseSettings::create(&call.json::<Value>()?)?;
    call.once(async |sql| {
        let made =
            databases::create(sql, settings.clone(), standard_fields(), &call.author()).await?;
        Ok(ShownDatabase::from(made.ok_or_else(name_taken)?).created())
    })
    .await
}
