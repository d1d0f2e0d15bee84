//! Where schedules may fetch files from, watchers get messages and connectors lead: lists of
//! patterns that the operator gives it. Nothing listed, nothing allowed.

use crate::Code;
use crate::connector::{ConnectorSettings, Kind};
use crate::error::{Invalid, excerpt};
use url::{Host, Url};

/// Hosts that may be reached.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts {
    patterns: Vec<Pattern>,
    unreadable: Vec<String>,
    /// The variable that the patterns are from; `import_hosts` if absent.
    variable: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct Pattern {
    /// `None` is http and https.
    scheme: Option<String>,
    /// In lower case; `None` is any.
    host: Option<HostPattern>,
    /// `None` is the scheme's own, `Some(None)` any.
    port: Option<Option<u16>>,
}

#[derive(Clone, Debug)]
enum HostPattern {
    Name(String),
    /// With its leading dot.
    Under(String),
}

impl AllowedHosts {
    /// Reads patterns with commas between them: `[scheme://]host[:port]`, where
    /// the host is a name, an address, `*.` and a name for all names under it,
    /// or `*` for all, and the port a number or `*`. Without a scheme, http and
    /// https; without a port, that of the scheme. What can't be read allows
    /// nothing, and is named in the complaint about a host that isn't allowed.
    pub fn parse(text: &str) -> Self {
        Self::of_schemes(text, &["http", "https"])
    }

    /// The databases that connectors may lead to, by the variable `sql_hosts`: patterns as those
    /// of [`AllowedHosts::parse`], with the schemes `postgres` and `mysql`.
    pub fn of_databases(text: &str) -> Self {
        AllowedHosts {
            variable: Some("sql_hosts"),
            ..Self::of_schemes(text, &[Kind::Postgres.as_str(), Kind::Mysql.as_str()])
        }
    }

    fn of_schemes(text: &str, schemes: &[&str]) -> Self {
        let mut allowed = AllowedHosts::default();
        for given in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            match Pattern::parse(given, schemes) {
                Some(pattern) => allowed.patterns.push(pattern),
                None => allowed.unreadable.push(given.to_owned()),
            }
        }
        allowed
    }

    /// [`AllowedHosts::parse`] of another variable than `import_hosts`, which
    /// complaints name.
    pub fn of_variable(variable: &'static str, text: &str) -> Self {
        AllowedHosts {
            variable: Some(variable),
            ..Self::parse(text)
        }
    }

    /// Refuses a URL whose host is not allowed, with code `host_not_allowed`.
    pub fn check(&self, url: &Url) -> Result<(), Invalid> {
        let host = url.host_str().unwrap_or_default();
        let own = match url.scheme() {
            "http" => 80,
            "https" => 443,
            _ => return Err(self.refused(host)),
        };
        self.check_at(url.scheme(), host, url.port().unwrap_or(own), own)
    }

    /// Refuses the address of a connector that is not allowed, with code `host_not_allowed`.
    pub fn check_connector(&self, connector: &ConnectorSettings) -> Result<(), Invalid> {
        let (host, port) = connector.host_and_port();
        // As patterns have it.
        let host = match host.contains(':') {
            true => format!("[{host}]"),
            false => host,
        };
        let kind = connector.kind;
        self.check_at(kind.as_str(), &host, port, kind.port())
    }

    /// `own` is the port of the scheme.
    fn check_at(&self, scheme: &str, host: &str, port: u16, own: u16) -> Result<(), Invalid> {
        let allows = |pattern: &Pattern| pattern.allows(scheme, host, port, own);
        if !host.is_empty() && self.patterns.iter().any(allows) {
            return Ok(());
        }
        Err(self.refused(host))
    }

    fn refused(&self, host: &str) -> Invalid {
        let variable = self.variable.unwrap_or("import_hosts");
        let mut detail = if self.patterns.is_empty() && self.unreadable.is_empty() {
            format!(
                "{} is not allowed: no host is. The application's variable {variable} names those that are.",
                excerpt(host)
            )
        } else {
            format!(
                "{} is not among the hosts that the application's variable {variable} allows.",
                excerpt(host)
            )
        };
        if let Some(first) = self.unreadable.first() {
            detail.push_str(&format!(
                " (It has {}, which is no pattern.)",
                excerpt(first)
            ));
        }
        Invalid::new(Code::HostNotAllowed, detail)
    }
}

impl Pattern {
    fn parse(text: &str, schemes: &[&str]) -> Option<Self> {
        let (scheme, rest) = match text.split_once("://") {
            Some(("*", rest)) => (None, rest),
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        if scheme.as_deref().is_some_and(|s| !schemes.contains(&s)) {
            return None;
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // The colons of an IPv6 address stand in brackets.
        let end = rest.rfind(']').map_or(0, |at| at + 1);
        let tail = rest.get(end..)?;
        let (host, port) = match tail.rfind(':') {
            Some(at) => {
                let port = tail.get(at + 1..)?;
                let port = match port {
                    "*" => None,
                    number => Some(number.parse().ok()?),
                };
                (rest.get(..end + at)?, Some(port))
            }
            None => (rest, None),
        };
        let host = match host {
            "*" => None,
            // A star anywhere else would look as if it did something.
            host if host.trim_start_matches("*.").contains('*') => return None,
            host => Some(match host.strip_prefix("*.") {
                Some(domain) => match Host::parse(domain).ok()? {
                    Host::Domain(domain) => HostPattern::Under(format!(".{domain}")),
                    Host::Ipv4(_) | Host::Ipv6(_) => return None,
                },
                None => HostPattern::Name(Host::parse(host).ok()?.to_string()),
            }),
        };
        Some(Pattern { scheme, host, port })
    }

    fn allows(&self, scheme: &str, host: &str, port: u16, own: u16) -> bool {
        self.scheme.as_deref().is_none_or(|s| s == scheme)
            && match &self.host {
                None => true,
                Some(HostPattern::Name(name)) => name == host,
                Some(HostPattern::Under(suffix)) => host.ends_with(suffix.as_str()),
            }
            && match self.port {
                None => port == own,
                Some(None) => true,
                Some(Some(number)) => port == number,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(patterns: &str, url: &str) -> bool {
        let allowed = AllowedHosts::parse(patterns);
        allowed.check(&Url::parse(url).unwrap()).is_ok()
    }

    #[test]
    fn patterns_allow_what_they_say_and_no_more() {
        for (patterns, url, expected) in [
            ("", "https://example.org/", false),
            ("example.org", "https://example.org/x", true),
            ("example.org", "http://EXAMPLE.org/x", true),
            ("example.org", "https://example.org:8443/", false),
            ("example.org", "https://a.example.org/", false),
            ("example.org", "https://example.org.evil.example/", false),
            ("https://example.org", "http://example.org/", false),
            ("https://example.org:443", "https://example.org/", true),
            ("*.example.org", "https://a.b.example.org/", true),
            ("*.example.org", "https://example.org/", false),
            ("*.example.org", "https://badexample.org/", false),
            ("other.example, example.org", "https://example.org/", true),
            ("http://127.0.0.1:*", "http://127.0.0.1:9999/", true),
            ("http://127.0.0.1:*", "http://2130706433:80/", true),
            ("http://127.0.0.1:*", "http://localhost:80/", false),
            ("[::1]:8080", "http://[0:0::1]:8080/", true),
            ("*", "https://anything.example/", true),
            ("*", "https://anything.example:1/", false),
            ("*:*", "http://anything.example:1/", true),
            ("*", "ftp://anything.example/", false),
            ("bücher.example", "https://xn--bcher-kva.example/", true),
        ] {
            assert_eq!(allows(patterns, url), expected, "{patterns} {url}");
        }
    }

    #[test]
    fn connectors_lead_where_sql_hosts_says() {
        for (patterns, kind, address, expected) in [
            ("", "postgres", "db.example.org", false),
            ("db.example.org", "postgres", "db.example.org", true),
            ("db.example.org", "mysql", "db.example.org:3306", true),
            ("db.example.org", "mysql", "db.example.org:5432", false),
            (
                "mysql://db.example.org",
                "postgres",
                "db.example.org",
                false,
            ),
            ("*.example.org:*", "postgres", "db.example.org:6432", true),
            ("[::1]", "mysql", "[::1]", true),
            ("127.0.0.1:5433", "postgres", "127.0.0.1:5433", true),
            (
                "https://db.example.org",
                "postgres",
                "db.example.org",
                false,
            ),
        ] {
            let body = serde_json::json!({
                "name": "a", "kind": kind, "address": address, "database": "a", "user": "a"
            });
            let (connector, _) = ConnectorSettings::create(&body).unwrap();
            let checked = AllowedHosts::of_databases(patterns).check_connector(&connector);
            assert_eq!(checked.is_ok(), expected, "{patterns} {address}");
            if let Err(invalid) = checked {
                assert!(invalid.detail.contains("sql_hosts"), "{}", invalid.detail);
            }
        }
    }

    #[test]
    fn what_can_not_be_read_allows_nothing_and_is_told() {
        for odd in [
            "ftp://example.org",
            "a b",
            "example.org:x",
            "exa*mple.org",
            "*.127.0.0.1",
        ] {
            let allowed = AllowedHosts::parse(odd);
            let url = Url::parse("https://example.org").unwrap();
            let invalid = allowed.check(&url).unwrap_err();
            assert_eq!(invalid.code.as_str(), "host_not_allowed");
            assert!(invalid.detail.contains("no pattern"), "{odd}");
        }
    }
}
