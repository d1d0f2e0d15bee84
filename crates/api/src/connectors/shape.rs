//! What connectors look like.

use roster_http::{Call, Problem, Reply};
use roster_model::connector::ConnectorSettings;
use roster_model::{ConnectorId, Timestamp};
use roster_store::Sql;
use roster_store::connectors::{self, ConnectorRow};
use serde::Serialize;

/// A connector: another database, and how it is reached.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Connector)]
pub(crate) struct ShownConnector {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: ConnectorId,
    #[serde(flatten)]
    settings: ConnectorSettings,
    /// Whether there is a secret, which is never shown.
    secret_set: bool,
    /// Counts its changes from 1; also the `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<ConnectorRow> for ShownConnector {
    fn from(found: ConnectorRow) -> Self {
        ShownConnector {
            id: found.connector.id,
            settings: found.connector.settings,
            secret_set: found.secret.is_some(),
            revision: found.revision,
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}

impl ShownConnector {
    /// The answer that shows it.
    pub(crate) fn reply(&self) -> Reply {
        Reply::ok(self).etag(self.revision)
    }

    /// 201 with its place.
    pub(crate) fn created(&self) -> Reply {
        let path = format!("/v1/connectors/{}", self.id);
        Reply::created(self).etag(self.revision).location(&path)
    }
}

/// The connector of the path.
pub(crate) async fn found(sql: &impl Sql, call: &Call) -> Result<ConnectorRow, Problem> {
    let id: ConnectorId = call.id("id", "connector")?;
    let found = connectors::get(sql, id).await?;
    found.ok_or_else(|| Problem::not_found("connector"))
}
