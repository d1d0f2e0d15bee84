//! Where the store is: what a runtime configuration says of it.

use std::{
    net::{SocketAddr, ToSocketAddrs as _},
    path::Path,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context as _, Result};

/// What the address of a server begins with.
const SCHEME: &str = "http://";

/// A runtime configuration with what it leaves open filled in.
pub fn config(template: &Path, state: &Path) -> Result<String> {
    let text = std::fs::read_to_string(template)
        .with_context(|| format!("cannot read {}", template.display()))?;
    let text = text.replace("{state}", &state.display().to_string());
    Ok(text.replace("{store_port}", &port(state)?.to_string()))
}

/// The port of this machine for the server that has the database of `state`.
pub fn port(state: &Path) -> Result<u16> {
    // Hosts that start together must be given the same.
    static ONE: Mutex<()> = Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let file = state.join("store.port");
    if file.exists() {
        let text = std::fs::read_to_string(&file)?;
        return text.parse().context("no port in the state folder's file");
    }
    let port = crate::port::free()?;
    std::fs::write(&file, port.to_string())?;
    Ok(port)
}

/// The server that a configuration names first.
pub fn address(config: &str) -> Option<SocketAddr> {
    host(config)?.to_socket_addrs().ok()?.next()
}

/// The configuration with another server in place of that one.
pub fn moved(config: &str, to: SocketAddr) -> String {
    match host(config) {
        Some(host) => config.replacen(&format!("{SCHEME}{host}"), &format!("{SCHEME}{to}"), 1),
        None => config.to_owned(),
    }
}

/// Host and port as they stand in the first `url`.
fn host(config: &str) -> Option<&str> {
    let urls = config.lines().map(str::trim_start);
    let url = urls
        .filter(|line| line.starts_with("url"))
        .find_map(|line| line.split_once(SCHEME))?
        .1;
    url.split(['"', '\'', '/']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIBSQL: &str = "[sqlite_database.default]\ntype = \"libsql\"\n\
                          url = \"http://127.0.0.1:8080\"\ntoken = \"none\"\n";

    #[test]
    fn a_server_is_known_by_its_url_and_put_elsewhere() {
        let there = "127.0.0.1:8080".parse().unwrap();
        assert_eq!(address(LIBSQL), Some(there));
        let here = "127.0.0.1:9".parse().unwrap();
        let moved = moved(LIBSQL, here);
        assert_eq!(address(&moved), Some(here));
        assert_eq!(moved, LIBSQL.replace("8080", "9"));
    }

    #[test]
    fn what_is_no_plain_server_has_no_address() {
        for other in [
            "",
            "[sqlite_database.default]\ntype = \"spin\"\npath = \"a.db\"\n",
            "url = \"https://store.example.com\"\n",
        ] {
            assert_eq!(address(other), None, "{other}");
        }
    }

    #[test]
    fn a_state_has_one_port() {
        let state = std::env::temp_dir().join(format!("roster-port-{}", std::process::id()));
        std::fs::create_dir_all(&state).unwrap();
        assert_eq!(port(&state).unwrap(), port(&state).unwrap());
        std::fs::remove_dir_all(&state).unwrap();
    }
}
