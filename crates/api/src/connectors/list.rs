//! `GET /v1/connectors`

use super::shape::ShownConnector;
use roster_http::{Call, Page, Problem, Reply, route};
use roster_store::connectors;

/// The connectors in order of creation; they are few, so they come all at once.
#[route(
    get, "/v1/connectors", ConnectorsRead, id = "listConnectors",
    answer = roster_http::Page<ShownConnector>,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let all = connectors::all(call.pool).await?.into_iter();
    Ok(Reply::ok(&Page {
        items: all.map(ShownConnector::from).collect(),
        next: None,
    }))
}
