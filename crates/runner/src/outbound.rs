//! `allowed_outbound_hosts`: where a component may send requests, and which SQL servers it
//! may connect to.
//!
//! Patterns are `scheme://host[:port]`, as in Spin: `*` stands for any scheme,
//! host or port, `*.example.com` for any subdomain, an address with a prefix
//! length for a network, `8000..8010` for a range of ports that excludes its
//! end. Without a port, the scheme's own is meant. Nothing listed, nothing allowed.

use std::net::IpAddr;

use anyhow::{Context as _, Result, bail, ensure};
use http::Uri;

/// What one component may reach.
#[derive(Debug, Default)]
pub struct AllowedHosts(Vec<Pattern>);

#[derive(Debug)]
struct Pattern {
    /// `None` is any.
    scheme: Option<String>,
    host: Host,
    port: Port,
}

#[derive(Debug)]
enum Host {
    Any,
    /// With its leading dot.
    SubdomainOf(String),
    Name(String),
    Network(IpAddr, u8),
}

#[derive(Debug)]
enum Port {
    Any,
    One(u16),
    /// The end is not in it.
    Range(u16, u16),
}

impl AllowedHosts {
    /// Reads the patterns of one component.
    pub fn parse<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        patterns
            .into_iter()
            .map(|text| {
                Pattern::parse(text.trim())
                    .with_context(|| format!("allowed_outbound_hosts: {text:?}"))
            })
            .collect::<Result<_>>()
            .map(Self)
    }

    /// Whether a request to this address may be sent.
    pub fn allows(&self, uri: &Uri) -> bool {
        let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
            return false;
        };
        self.allows_host(scheme, host, uri.port_u16())
    }

    /// Whether a host may be reached under this scheme, on a port or the scheme's own.
    pub fn allows_host(&self, scheme: &str, host: &str, port: Option<u16>) -> bool {
        let Some(port) = port.or_else(|| default_port(scheme)) else {
            return false;
        };
        let host = normal_host(host);
        self.0.iter().any(|pattern| {
            pattern.scheme.as_deref().is_none_or(|s| s == scheme)
                && pattern.host.allows(&host)
                && pattern.port.allows(port)
        })
    }
}

impl Pattern {
    fn parse(text: &str) -> Result<Self> {
        let (scheme, rest) = text
            .split_once("://")
            .context("expected scheme://host[:port]")?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = split_port(rest);
        ensure!(
            scheme == "*" || (!scheme.is_empty() && scheme.chars().all(char::is_alphabetic)),
            "the scheme must be letters or *"
        );
        let scheme = (scheme != "*").then(|| scheme.to_owned());
        let port = match port {
            None | Some("") => Port::One(
                scheme
                    .as_deref()
                    .and_then(default_port)
                    .context("this scheme has no port of its own, so one must be given")?,
            ),
            Some("*") => Port::Any,
            Some(port) => match port.split_once("..") {
                Some((start, end)) => Port::Range(number(start)?, number(end)?),
                None => Port::One(number(port)?),
            },
        };
        Ok(Self {
            scheme,
            host: Host::parse(host)?,
            port,
        })
    }
}

fn number(text: &str) -> Result<u16> {
    text.parse()
        .with_context(|| format!("{text:?} is not a port"))
}

/// Splits `host:port`; the colons inside `[…]` belong to the host.
fn split_port(text: &str) -> (&str, Option<&str>) {
    let after_bracket = text.rfind(']').map_or(0, |at| at + 1);
    match text[after_bracket..].rfind(':') {
        Some(at) => {
            let at = after_bracket + at;
            (&text[..at], Some(&text[at + 1..]))
        }
        None => (text, None),
    }
}

impl Host {
    fn parse(text: &str) -> Result<Self> {
        if text == "*" {
            return Ok(Self::Any);
        }
        ensure!(
            text != "self" && text != "self.alt",
            "requests to the application itself are not supported by this runner"
        );
        ensure!(
            !text.ends_with(".spin.internal"),
            "calling another component is not supported by this runner"
        );
        if let Some((address, length)) = text.split_once('/') {
            let address: IpAddr = bare(address)
                .parse()
                .context("a path is not allowed here")?;
            let length: u8 = length.parse().context("a path is not allowed here")?;
            ensure!(
                length <= if address.is_ipv4() { 32 } else { 128 },
                "the prefix is longer than the address"
            );
            return Ok(Self::Network(address, length));
        }
        if let Some(domain) = text.strip_prefix("*.") {
            ensure!(is_name(domain), "not a host name");
            return Ok(Self::SubdomainOf(format!(
                ".{}",
                domain.to_ascii_lowercase()
            )));
        }
        if bare(text).parse::<IpAddr>().is_err() && !is_name(text) {
            bail!("not a host name; * may stand for a whole host or before a dot");
        }
        Ok(Self::Name(normal_host(text)))
    }

    /// `host` as from [`normal_host`].
    fn allows(&self, host: &str) -> bool {
        match self {
            Self::Any => true,
            Self::SubdomainOf(suffix) => {
                host.parse::<IpAddr>().is_err() && host.ends_with(suffix.as_str())
            }
            Self::Name(name) => name == host,
            Self::Network(network, length) => host
                .parse()
                .is_ok_and(|address| in_network(address, *network, *length)),
        }
    }
}

impl Port {
    fn allows(&self, port: u16) -> bool {
        match *self {
            Self::Any => true,
            Self::One(one) => one == port,
            Self::Range(start, end) => (start..end).contains(&port),
        }
    }
}

fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" => Some(80),
        "https" => Some(443),
        "mysql" => Some(3306),
        "postgres" => Some(5432),
        _ => None,
    }
}

fn is_name(text: &str) -> bool {
    let part = |p: &str| {
        !p.is_empty()
            && p.chars()
                .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    text.strip_suffix('.').unwrap_or(text).split('.').all(part)
}

fn bare(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|h| h.strip_suffix(']'))
        .unwrap_or(host)
}

/// Lower case, without brackets; addresses in their one canonical form.
fn normal_host(host: &str) -> String {
    let host = bare(host);
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => host.to_lowercase(),
    }
}

fn in_network(address: IpAddr, network: IpAddr, length: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            a.to_bits() & mask == n.to_bits() & mask
        }
        (IpAddr::V6(a), IpAddr::V6(n)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            a.to_bits() & mask == n.to_bits() & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(pattern: &str, uri: &str) -> bool {
        AllowedHosts::parse([pattern])
            .unwrap()
            .allows(&uri.parse().unwrap())
    }

    #[test]
    fn nothing_listed_nothing_allowed() {
        let none = AllowedHosts::default();
        assert!(!none.allows(&"http://example.com/".parse().unwrap()));
    }

    #[test]
    fn what_each_pattern_allows() {
        for (pattern, uri, expected) in [
            ("https://example.com", "https://example.com/x", true),
            ("https://example.com", "https://EXAMPLE.com:443/", true),
            ("https://example.com", "http://example.com/", false),
            ("https://example.com", "https://example.com:444/", false),
            ("https://example.com", "https://a.example.com/", false),
            ("https://example.com/", "https://example.com/", true),
            ("http://*.example.com", "http://a.b.example.com/", true),
            ("http://*.example.com", "http://example.com/", false),
            ("http://*.example.com", "http://badexample.com/", false),
            ("http://*:8080", "http://anything:8080/", true),
            ("http://*:8080", "http://anything/", false),
            ("*://*:*", "https://anything:1/", true),
            (
                "http://localhost:8000..8010",
                "http://localhost:8009/",
                true,
            ),
            (
                "http://localhost:8000..8010",
                "http://localhost:8010/",
                false,
            ),
            ("http://10.0.0.0/8", "http://10.1.2.3/", true),
            ("http://10.0.0.0/8:*", "http://11.1.2.3:9/", false),
            ("http://0.0.0.0/0:*", "http://1.2.3.4:9/", true),
            ("http://0.0.0.0/0:*", "http://name:9/", false),
            ("http://[::1]:80", "http://[0:0:0:0:0:0:0:1]/", true),
            ("http://127.0.0.1", "http://localhost/", false),
        ] {
            assert_eq!(allows(pattern, uri), expected, "{pattern} {uri}");
        }
    }

    #[test]
    fn sql_servers_have_ports_of_their_own() {
        for (pattern, scheme, host, port, expected) in [
            (
                "postgres://db.example",
                "postgres",
                "db.example",
                None,
                true,
            ),
            (
                "postgres://db.example",
                "postgres",
                "DB.example",
                Some(5432),
                true,
            ),
            (
                "postgres://db.example",
                "postgres",
                "db.example",
                Some(5433),
                false,
            ),
            (
                "postgres://db.example",
                "mysql",
                "db.example",
                Some(5432),
                false,
            ),
            (
                "postgres://*.example:*",
                "postgres",
                "a.example",
                Some(9),
                true,
            ),
            ("mysql://10.0.0.0/8", "mysql", "10.1.2.3", None, true),
            ("mysql://10.0.0.0/8", "mysql", "10.1.2.3", Some(3306), true),
            ("mysql://10.0.0.0/8", "mysql", "11.1.2.3", Some(3306), false),
            ("*://db.example:3306", "mysql", "db.example", None, true),
            ("*://db.example:3306", "ftp", "db.example", None, false),
        ] {
            let hosts = AllowedHosts::parse([pattern]).unwrap();
            let allowed = hosts.allows_host(scheme, host, port);
            assert_eq!(allowed, expected, "{pattern} {scheme}://{host}:{port:?}");
        }
    }

    #[test]
    fn bad_patterns_are_refused() {
        for bad in [
            "*",
            "",
            "example.com",
            "http://",
            "http://a*b",
            "http://example.com/path",
            "http://example.com:x",
            "http://example.com:70000",
            "ftp://example.com",
            "http://self",
            "http://other.spin.internal",
            "http://10.0.0.0/33",
            "{http,https}://x:1",
        ] {
            assert!(AllowedHosts::parse([bad]).is_err(), "{bad}");
        }
    }
}
