//! Connections of one component, kept for each address: opening one takes several turns
//! with the server, and a component opens one for each request.

use std::time::Duration;

use anyhow::{Context as _, Result};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio::time::timeout;
use tokio_postgres::{Config, NoTls, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    recent::Recent,
    tls::{self, Root},
};

/// Connections to one address, as in Spin. Anyone who wants one more waits.
const PER_ADDRESS: usize = 64;

/// Addresses whose connections are kept, as in Spin.
const ADDRESSES: usize = 16;

/// How long connecting may take, or waiting for a connection that others use.
const CONNECTING: Duration = Duration::from_secs(30);

/// How long a kept connection may take to answer; else another is opened in its place.
const ANSWERING: Duration = Duration::from_secs(5);

/// The kept connections of one component, by their address and the certificate that it is
/// reached with.
pub struct Pools(Recent<(String, Option<Root>), Pool>);

impl Default for Pools {
    fn default() -> Self {
        Self(Recent::new(ADDRESSES))
    }
}

impl std::fmt::Debug for Pools {
    /// Without addresses, since they have passwords in them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pools")
    }
}

impl Pools {
    /// A connection that nobody uses, or a new one. `config` is what the address says.
    ///
    /// # Errors
    /// What connecting meets; that it took longer than 30 s.
    pub async fn connect(
        &self,
        address: &str,
        config: Config,
        root: Option<Root>,
    ) -> Result<Object> {
        self.connect_within(CONNECTING, address, config, root).await
    }

    /// As [`connect`](Self::connect), with a patience of one's own.
    pub async fn connect_within(
        &self,
        patience: Duration,
        address: &str,
        config: Config,
        root: Option<Root>,
    ) -> Result<Object> {
        let key = (address.to_owned(), root);
        let pool = self
            .0
            .get_or(key, |(_, root)| new_pool(config, root.as_ref()));
        let pool = pool.context("establishing PostgreSQL connection pool")?;
        let connected = timeout(patience, pool.get()).await;
        let late = || format!("connecting took longer than {patience:?}");
        Ok(connected.with_context(late)??)
    }
}

fn new_pool(config: Config, root: Option<&Root>) -> Result<Pool> {
    // What a component did to the session is undone before the next has it; a transaction
    // that it left open is not, as on Spin.
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Clean,
    };
    let manager = if config.get_ssl_mode() == SslMode::Disable {
        Manager::from_config(config, NoTls, recycling)
    } else {
        let tls = MakeRustlsConnect::new(tls::client(root)?);
        Manager::from_config(config, tls, recycling)
    };
    let pool = Pool::builder(manager)
        .max_size(PER_ADDRESS)
        .runtime(Runtime::Tokio1)
        .recycle_timeout(Some(ANSWERING))
        .build();
    pool.context("building PostgreSQL connection pool")
}
