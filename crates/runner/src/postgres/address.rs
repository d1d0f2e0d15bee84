//! Whether a component may connect to what an address says.

use std::net::IpAddr;

use tokio_postgres::{Config, config::Host};

use crate::{bindings::postgres::Error, host::ComponentConfig, outbound::AllowedHosts};

/// The scheme of `allowed_outbound_hosts`.
const SCHEME: &str = "postgres";

/// Reads an address, all of whose hosts the component may reach.
///
/// # Errors
/// `connection-failed`, as Spin says it. What isn't allowed is said on stderr, too.
pub fn parse(address: &str, component: &ComponentConfig) -> Result<Config, Error> {
    check(address, &component.outbound).map_err(|refusal| match refusal {
        Refusal::Unreadable(why) => Error::ConnectionFailed(why),
        Refusal::UnixSocket => {
            Error::ConnectionFailed("Unix sockets are not supported on WebAssembly".to_owned())
        }
        Refusal::NotAllowed(place) => {
            eprintln!(
                "[{}] a connection to {SCHEME}://{place} was refused: not in allowed_outbound_hosts",
                component.id,
            );
            Error::ConnectionFailed(format!("address {SCHEME}://{place} is not permitted"))
        }
    })
}

#[derive(Debug, PartialEq)]
enum Refusal {
    Unreadable(String),
    UnixSocket,
    /// With the port, where the address has one.
    NotAllowed(String),
}

fn check(address: &str, allowed: &AllowedHosts) -> Result<Config, Refusal> {
    let config: Config = address
        .parse()
        .map_err(|error: tokio_postgres::Error| Refusal::Unreadable(error.to_string()))?;
    let ports = config.get_ports();
    // One port is for all hosts; else each has its own, or PostgreSQL's.
    let port_of = |index: usize| match ports {
        [port] => Some(*port),
        _ => ports.get(index).copied(),
    };
    for (index, host) in config.get_hosts().iter().enumerate() {
        let name = match host {
            Host::Tcp(name) => name,
            #[cfg(unix)]
            Host::Unix(_) => return Err(Refusal::UnixSocket),
        };
        allow(allowed, name, port_of(index))?;
    }
    // It's these that are connected to where there are any, and the names are only for the
    // certificate.
    for (index, ip) in config.get_hostaddrs().iter().enumerate() {
        let host = match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        allow(allowed, &host, port_of(index))?;
    }
    Ok(config)
}

/// A host is read as in a URL, so that no other spelling leads past a pattern.
fn allow(allowed: &AllowedHosts, host: &str, port: Option<u16>) -> Result<(), Refusal> {
    let read = url::Host::parse(host).map(|host| host.to_string());
    if read.is_ok_and(|host| allowed.allows_host(SCHEME, &host, port)) {
        return Ok(());
    }
    Err(Refusal::NotAllowed(match port {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(address: &str, patterns: &[&str]) -> Result<(), Refusal> {
        let allowed = AllowedHosts::parse(patterns.iter().copied()).unwrap();
        check(address, &allowed).map(|_| ())
    }

    fn not_allowed(place: &str) -> Result<(), Refusal> {
        Err(Refusal::NotAllowed(place.to_owned()))
    }

    #[test]
    fn what_each_pattern_lets_through() {
        let one = &["postgres://db.example"];
        let two = &["postgres://a.example:*", "postgres://b.example:5433"];
        for (address, patterns, expected) in [
            ("postgres://u:p@db.example/d", one.as_slice(), Ok(())),
            (
                "postgresql://u:p@db.example:5432/d?sslmode=require",
                one,
                Ok(()),
            ),
            ("host=db.example user=u", one, Ok(())),
            ("host=DB.example user=u", one, Ok(())),
            (
                "host=db.example port=5433",
                one,
                not_allowed("db.example:5433"),
            ),
            ("host=other.example", one, not_allowed("other.example")),
            (
                "host=db.example",
                &["mysql://db.example:5432"],
                not_allowed("db.example"),
            ),
            ("host=db.example", &[], not_allowed("db.example")),
            // Several hosts: one port for all, or one for each.
            ("host=a.example,b.example port=5433", two, Ok(())),
            ("host=a.example,b.example port=1,5433", two, Ok(())),
            ("postgres://u@a.example:1,b.example:5433/d", two, Ok(())),
            (
                "host=a.example,b.example port=5433,5434",
                two,
                not_allowed("b.example:5434"),
            ),
            (
                "host=a.example,c.example port=5433",
                two,
                not_allowed("c.example:5433"),
            ),
            ("host=a.example,b.example", two, not_allowed("b.example")),
            // Addresses are read as addresses.
            ("host=127.0.0.1", &["postgres://127.0.0.0/8"], Ok(())),
            ("host=0x7f.1", &["postgres://127.0.0.0/8"], Ok(())),
            (
                "host=128.0.0.1",
                &["postgres://127.0.0.0/8"],
                not_allowed("128.0.0.1"),
            ),
            // Spin reads no IPv6 address here either.
            ("host=::1", &["postgres://[::1]"], not_allowed("::1")),
            // What is connected to is allowed too, not its name alone.
            (
                "host=db.example hostaddr=10.0.0.1",
                one,
                not_allowed("10.0.0.1"),
            ),
            ("hostaddr=10.0.0.1", one, not_allowed("10.0.0.1")),
            (
                "host=db.example hostaddr=10.0.0.1",
                &["postgres://db.example", "postgres://10.0.0.1"],
                Ok(()),
            ),
            ("host=db.example hostaddr=::1", &["postgres://*"], Ok(())),
            (
                "host=/run/postgresql user=u",
                &["*://*:*"],
                Err(Refusal::UnixSocket),
            ),
            (
                "postgres://%2Frun%2Fpostgresql/d",
                &["*://*:*"],
                Err(Refusal::UnixSocket),
            ),
        ] {
            assert_eq!(
                checked(address, patterns),
                expected,
                "{address} {patterns:?}"
            );
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        for address in [
            "host",
            "postgres://h:x/d",
            "host=h sslmode=verify-full",
            "port=0x",
        ] {
            let refusal = checked(address, &["*://*:*"]);
            assert!(
                matches!(refusal, Err(Refusal::Unreadable(_))),
                "{refusal:?}"
            );
        }
    }
}
