//! Ports of this machine for the programs that are started.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};

/// Below those that Linux gives to outgoing connections and to programs that ask for any: a
/// port of these is taken by nobody between our look and the program's start.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A free port of 127.0.0.1, another one at each call.
///
/// # Errors
/// When none is free.
pub fn free() -> Result<u16> {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    // Two processes of tests begin at different ones.
    let first = std::process::id().wrapping_mul(97);
    for _ in PORTS {
        let place = first.wrapping_add(CALLS.fetch_add(1, Ordering::Relaxed));
        let place = place % u32::from(PORTS.end - PORTS.start);
        let port = PORTS.start + u16::try_from(place)?;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    None.context("no port from 20000 to 31999 is free")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_given_twice() {
        let taken: Vec<u16> = (0..200).map(|_| free().unwrap()).collect();
        let mut distinct = taken.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), taken.len());
        assert!(taken.iter().all(|port| PORTS.contains(port)));
    }
}
