//! `POST /v1/connectors/{id}/test`

use super::shape::found;
use crate::reach::{Reach, in_time};
use roster_http::{Call, Problem, Reply, now, route};
use roster_jobs::schedule::connect;
use roster_model::Code;
use roster_source::version;
use serde::Serialize;
use std::time::Duration;

/// How long a test takes at most.
const LONGEST: Duration = Duration::from_secs(10);

/// What trying a connector gave.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ConnectorTest {
    /// Whether somebody was let in.
    reached: bool,
    /// What the server says that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PostgreSQL 15.18", nullable = false)]
    version: Option<String>,
    /// Why nobody was let in: a stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    code: Option<Code>,
    /// The same in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
    /// How long it took, in milliseconds.
    took_ms: i64,
}

/// Tries a connector: signs in there and asks for the version, within 10 s. Nothing is read or
/// changed.
#[route(post, "/v1/connectors/{id}/test", ConnectorsRead, id = "testConnector", answer = ConnectorTest)]
pub(crate) async fn test(call: Call) -> Result<Reply, Problem> {
    let found = found(call.pool, &call).await?;
    let reach = Reach::of_variables().await?;
    let world = reach.world();
    let trying = async {
        let connection = connect(&world, &found).await?;
        version(&connection, found.connector.settings.kind).await
    };
    let tried = in_time(LONGEST, Code::SourceUnreachable, trying).await;
    let took_ms = (now().ms() - call.now.ms()).max(0);
    let shown = match tried {
        Ok(version) => ConnectorTest {
            reached: true,
            version: Some(version),
            code: None,
            detail: None,
            took_ms,
        },
        Err(error) => ConnectorTest {
            reached: false,
            version: None,
            code: Some(error.code),
            detail: Some(error.detail),
            took_ms,
        },
    };
    Ok(Reply::ok(&shown))
}
