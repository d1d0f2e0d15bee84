//! `PATCH /v1/connectors/{id}`

use super::shape::{ShownConnector, found};
use super::{name_taken, sealed};
use crate::reach::Reach;
use crate::sealing;
use roster_http::{Call, Problem, Reply, route};
use roster_store::{connectors, schedules};
use serde_json::Value;

/// Changes a connector, as a JSON merge patch says. One that leads elsewhere, for another user or
/// without encryption must bring its secret along.
#[route(
    patch, "/v1/connectors/{id}", ConnectorsWrite, id = "updateConnector",
    if_match,
    once,
    body = super::openapi::ConnectorPatch,
    answer = ShownConnector,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    sealing::refuse_sealed(&patch, "secret")?;
    let reach = Reach::of_variables().await?;
    call.once(async |sql| {
        let mut before = found(sql, &call).await?;
        if_match.check(before.revision)?;
        let (settings, secret) = before.connector.settings.patch(&patch)?;
        let secret = sealed(secret, before.secret.as_ref()).await?;
        if settings == before.connector.settings && secret == before.secret {
            return Ok(ShownConnector::from(before).reply());
        }
        if settings.host_and_port() != before.connector.settings.host_and_port()
            || settings.kind != before.connector.settings.kind
        {
            let allowed = reach.databases.check_connector(&settings);
            allowed.map_err(|invalid| invalid.at("address"))?;
        }
        let holder = connectors::named(sql, &settings.name).await?;
        if holder.is_some_and(|holder| holder != before.connector.id) {
            return Err(name_taken());
        }
        let author = call.author();
        before.revision =
            connectors::update(sql, &before, &settings, secret.as_ref(), &author).await?;
        // What was seen at one database means nothing at another.
        if settings.target() != before.connector.settings.target() {
            schedules::forget_seen(sql, before.connector.id).await?;
        }
        before.connector.settings = settings;
        before.secret = secret;
        before.updated_at = call.now;
        Ok(ShownConnector::from(before).reply())
    })
    .await
}
