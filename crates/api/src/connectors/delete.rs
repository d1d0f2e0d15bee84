//! `DELETE /v1/connectors/{id}`

use super::shape::found;
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_model::ConnectorId;
use roster_store::{connectors, schedules};
use serde::Serialize;

/// How many of the schedules that stand in the way are named.
const NAMED: i64 = 10;

/// What was deleted.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedConnector {
    /// The connector.
    #[schema(value_type = String, example = "1")]
    id: ConnectorId,
}

/// Deletes a connector that no schedule reads by.
#[route(
    delete, "/v1/connectors/{id}", ConnectorsWrite, id = "deleteConnector",
    if_match,
    once,
    answer = RemovedConnector,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let found = found(sql, &call).await?;
        if_match.check(found.revision)?;
        let id = found.connector.id;
        let readers = schedules::of_connector(sql, id, NAMED).await?;
        if !readers.is_empty() {
            let readers = readers.into_iter();
            let seen = readers.filter(|(database, _)| call.caller.may_see(*database));
            let paths: Vec<String> = seen
                .map(|(database, id)| format!("/v1/databases/{database}/schedules/{id}"))
                .collect();
            let detail = "Schedules read by this connector.";
            return Err(Problem::new(kinds::CONNECTOR_IN_USE, detail).with("schedules", paths));
        }
        connectors::delete(sql, &found.connector, &call.author()).await?;
        Ok(Reply::ok(&RemovedConnector { id }))
    })
    .await
}
