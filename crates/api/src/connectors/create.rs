//! `POST /v1/connectors`

use super::shape::ShownConnector;
use super::{name_taken, sealed};
use crate::reach::Reach;
use crate::sealing;
use roster_http::{Call, Problem, Reply, route};
use roster_model::connector::{ConnectorSettings, MAX_CONNECTORS};
use roster_model::{Code, Invalid};
use roster_store::connectors;
use serde_json::Value;

/// Makes a connector. Its secret is kept sealed, and never shown. The server must be allowed to
/// connect there (`sql_hosts`), and have a key for secrets (`secrets_key`).
#[route(
    post, "/v1/connectors", ConnectorsWrite, id = "createConnector",
    once,
    body = super::openapi::NewConnector,
    made = ShownConnector,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let body: Value = call.json()?;
    sealing::refuse_sealed(&body, "secret")?;
    let (settings, secret) = ConnectorSettings::create(&body)?;
    let allowed = Reach::of_variables()
        .await?
        .databases
        .check_connector(&settings);
    allowed.map_err(|invalid| invalid.at("address"))?;
    let secret = sealed(secret, None).await?;
    call.once(async |sql| {
        let count = connectors::all(sql).await?.len();
        if i64::try_from(count).unwrap_or(i64::MAX) >= MAX_CONNECTORS {
            let detail = format!("There are at most {MAX_CONNECTORS} connectors.");
            return Err(Invalid::new(Code::TooMany, detail).into());
        }
        let author = call.author();
        let made = connectors::create(sql, settings.clone(), secret.clone(), &author).await?;
        Ok(ShownConnector::from(made.ok_or_else(name_taken)?).created())
    })
    .await
}
