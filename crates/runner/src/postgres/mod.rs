//! PostgreSQL as Spin gives it: `spin:postgres`, over tokio-postgres and deadpool as there.
//!
//! What a component can observe differs from Spin in this, on the side of the sandbox or of those
//! who wait: `hostaddr` and the address of a blocking `build` must be allowed too, and connecting
//! ends after 30 s. TLS is rustls instead of OpenSSL, so the texts of its errors differ, and a
//! certificate needs its name as a subject alternative name.

#![allow(
    clippy::result_large_err,
    reason = "the error is as large as Spin's interface makes it"
)]

mod address;
mod host;
mod parameter;
mod pool;
mod query;
mod value;
mod wire;

use std::sync::Arc;

use deadpool_postgres::Object;

pub use pool::Pools;

use crate::tls::Root;

/// A connection handed to a component. Clones share it; when the last is dropped, it goes
/// back to its pool.
#[derive(Clone)]
pub struct Connection(Arc<Object>);

impl Connection {
    fn client(&self) -> &tokio_postgres::Client {
        &self.0
    }
}

/// What a connection will be made with.
pub struct ConnectionBuilder {
    address: String,
    root: Option<Root>,
}

/// How many handles an instance has.
#[derive(Debug, Default)]
pub struct Handles {
    connections: usize,
    builders: usize,
}

#[cfg(test)]
mod tests;
