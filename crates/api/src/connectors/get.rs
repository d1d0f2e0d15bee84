//! `GET /v1/connectors/{id}`

use super::shape::{ShownConnector, found};
use roster_http::{Call, Problem, Reply, route};

/// One connector.
#[route(get, "/v1/connectors/{id}", ConnectorsRead, id = "getConnector", answer = ShownConnector)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    Ok(ShownConnector::from(found(call.pool, &call).await?).reply())
}
