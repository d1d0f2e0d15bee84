//! A connection to the database that a connector leads to.

use super::super::{Host, World, fetch::within};
use roster_model::Code;
use roster_model::connector::ConnectorSettings;
use roster_seal::Purpose;
use roster_source::{HostError, SourceError, address};

/// How long connecting may take, in milliseconds.
const CONNECTING_MS: u64 = 10_000;

/// A connection to the database that a connector leads to.
///
/// # Errors
/// Why there is none, within 10 s: [`SourceError`]'s codes, `host_not_allowed`,
/// `secret_unreadable`.
pub async fn connect<F: Host>(
    world: &World<'_, F>,
    connector: &ConnectorSettings,
    secret: Option<&str>,
) -> Result<F::Connection, SourceError> {
    let allowed = world.databases.check_connector(connector);
    allowed.map_err(|invalid| SourceError::permanent(invalid.code, invalid.detail))?;
    let secret = secret.map(|stored| world.keys.open(Purpose::Connector, stored));
    let secret = secret.transpose();
    let secret =
        secret.map_err(|why| SourceError::permanent(Code::SecretUnreadable, why.to_string()))?;
    let address = address(connector, secret.as_deref());
    let connecting = world.fetch.connect(&address, connector.ca.as_deref());
    let connected = within(world.fetch, CONNECTING_MS, connecting).await;
    let connected = connected.unwrap_or_else(|| {
        let seconds = CONNECTING_MS / 1000;
        Err(HostError::Connecting(format!(
            "no answer within {seconds} s"
        )))
    });
    connected.map_err(|error| SourceError::of(connector.kind, &error))
}
