//! What the server may reach outside, by its variables: files for schedules, and other databases.

use crate::schedules::host_clients::HostClients;
use crate::sealing;
use futures_util::future::{Either, select};
use roster_http::{Problem, now, variable};
use roster_jobs::schedule::World;
use roster_model::Code;
use roster_model::schedule::AllowedHosts;
use roster_seal::Keyring;
use roster_source::SourceError;
use std::pin::pin;
use std::time::Duration;

/// What schedules may reach, by the variables, and what their secrets are opened with.
#[derive(Debug)]
pub(crate) struct Reach {
    pub(crate) hosts: AllowedHosts,
    pub(crate) databases: AllowedHosts,
    keys: Keyring,
}

impl Reach {
    /// As `import_hosts`, `sql_hosts` and `secrets_key` say.
    ///
    /// # Errors
    /// A variable that can't be read.
    pub(crate) async fn of_variables() -> Result<Self, Problem> {
        Ok(Reach {
            hosts: AllowedHosts::parse(&variable("import_hosts").await?),
            databases: AllowedHosts::of_databases(&variable("sql_hosts").await?),
            keys: sealing::opening().await?,
        })
    }

    /// The same for the work itself.
    pub(crate) fn world(&self) -> World<'_, HostClients> {
        World {
            fetch: &HostClients,
            hosts: &self.hosts,
            databases: &self.databases,
            keys: &self.keys,
            now: &now,
        }
    }
}

/// What a database gives, or an error with this code if that takes longer.
pub(crate) async fn in_time<T>(
    limit: Duration,
    code: Code,
    work: impl Future<Output = Result<T, SourceError>>,
) -> Result<T, SourceError> {
    match select(pin!(work), pin!(spin_sdk::time::sleep(limit))).await {
        Either::Left((done, _)) => done,
        Either::Right(((), _)) => {
            let detail = format!("The database did not answer within {} s.", limit.as_secs());
            Err(SourceError::temporary(code, detail))
        }
    }
}
