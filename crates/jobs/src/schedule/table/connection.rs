//! A connection to the database that a connector leads to.

use super::super::{Host, World};
use roster_model::Code;
use roster_seal::Purpose;
use roster_source::{SourceError, address};
use roster_store::connectors::ConnectorRow;
use std::time::Duration;

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(10);

/// A connection to the database that a connector leads to.
///
/// # Errors
/// Why there is none, within 10 s: [`SourceError`]'s codes, `host_not_allowed`,
/// `secret_unreadable`.
pub async fn connect<F: Host>(
    world: &World<'_, F>,
    found: &ConnectorRow,
) -> Result<F::Connection, SourceError> {
    let connector = &found.connector.settings;
    let allowed = world.databases.check_connector(connector);
    allowed.map_err(|invalid| SourceError::permanent(invalid.code, invalid.detail))?;
    let secret = found.secret.as_ref();
    let secret = secret.map(|stored| world.keys.open(Purpose::Connector, &stored.0));
    let secret = secret.transpose();
    let secret =
        secret.map_err(|why| SourceError::permanent(Code::SecretUnreadable, why.to_string()))?;
    let address = address(connector, secret.as_deref());
    let ca = connector.ca.as_deref();
    let connected = world.fetch.connect(&address, ca, CONNECTING).await;
    connected.map_err(|error| SourceError::of(connector.kind, &error))
}
