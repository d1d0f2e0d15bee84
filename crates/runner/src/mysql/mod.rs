//! MySQL and MariaDB as Spin gives them: `spin:mysql`, over mysql_async as there.
//!
//! What a component can observe differs from Spin in this: connections outlive the instances that
//! opened them, and are reset between; connecting ends after 30 s and holds up nothing else of
//! the instance; an address that isn't allowed is named without its password; a Unix socket is
//! never connected to. TLS is rustls instead of OpenSSL, so the
//! texts of its errors differ, and a certificate needs its name as a subject alternative
//! name.

mod address;
mod host;
mod pool;
mod query;
mod value;

use std::sync::Arc;

use mysql_async::Conn;
use tokio::sync::Mutex;

pub use pool::Pools;

/// A connection handed to a component. Clones share it; when the last is dropped, it goes
/// back to its pool. One statement at a time runs on it.
#[derive(Clone)]
pub struct Connection(Arc<Mutex<Conn>>);

#[cfg(test)]
mod tests;
