//! Connections of one component, kept for each address and reset before they are used
//! again: opening one takes several turns with the server, and a component opens one for
//! each request.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use mysql_async::{Conn, Opts, OptsBuilder, Pool, PoolConstraints, PoolOpts};
use tokio::time::timeout;

use crate::recent::Recent;

/// Connections to one address. Anyone who wants one more waits.
const PER_ADDRESS: usize = 64;

/// Addresses whose connections are kept.
const ADDRESSES: usize = 16;

/// How long connecting may take, or waiting for a connection that others use.
const CONNECTING: Duration = Duration::from_secs(30);

/// How long a connection is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(60);

/// The kept connections of one component, by their address.
pub struct Pools(Recent<String, Pool>);

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
    /// A connection that nobody uses, or a new one. `options` are what the address says.
    ///
    /// # Errors
    /// What connecting meets; that it took longer than 30 s.
    pub async fn connect(&self, address: &str, options: Opts) -> Result<Conn> {
        self.connect_within(CONNECTING, address, options).await
    }

    /// As [`connect`](Self::connect), with a patience of one's own.
    pub async fn connect_within(
        &self,
        patience: Duration,
        address: &str,
        options: Opts,
    ) -> Result<Conn> {
        let key = address.to_owned();
        let pool = self.0.get_or(key.clone(), |_| new_pool(options))?;
        match timeout(patience, pool.get_conn()).await {
            Ok(connected) => Ok(connected?),
            Err(_) => {
                // Whatever hangs, it keeps its place in that pool.
                self.0.forget(&key);
                bail!("connecting took longer than {patience:?}")
            }
        }
    }
}

fn new_pool(options: Opts) -> Result<Pool> {
    let limits = PoolConstraints::new(0, PER_ADDRESS).context("no such pool")?;
    let pool = PoolOpts::default()
        .with_constraints(limits)
        .with_inactive_connection_ttl(IDLE);
    Ok(Pool::new(OptsBuilder::from_opts(options).pool_opts(pool)))
}
