//! Whether a component may connect to what an address says, and how it is connected to.

use anyhow::{Result, bail};
use mysql_async::{Opts, OptsBuilder, SslOpts};
use rustls::pki_types::CertificateDer;
use url::{Host, Url};

use crate::{bindings::mysql::Error, host::ComponentConfig, outbound::AllowedHosts, tls};

/// The scheme of addresses, and of `allowed_outbound_hosts`.
const SCHEME: &str = "mysql";

/// Reads an address whose host the component may reach.
///
/// # Errors
/// `connection-failed`. What isn't allowed is said on stderr, too.
pub fn parse(address: &str, component: &ComponentConfig) -> Result<Opts, Error> {
    let options = options(address, tls::system());
    let options = options.map_err(|error| Error::ConnectionFailed(format!("{error:?}")))?;
    // Checked is what will be connected to, not the text: they can be read differently.
    check(&options, &component.outbound).map_err(|place| {
        eprintln!(
            "[{}] a connection to {place} was refused: not in allowed_outbound_hosts",
            component.id,
        );
        Error::ConnectionFailed(format!("address {place} is not permitted"))
    })?;
    Ok(options)
}

/// The place that isn't allowed, if it isn't.
fn check(options: &Opts, allowed: &AllowedHosts) -> Result<(), String> {
    let (host, port) = (options.ip_or_hostname(), options.tcp_port());
    // As in a URL, so that no other spelling leads past a pattern.
    let read = Host::parse(host).map(|host| host.to_string());
    if read.is_ok_and(|host| allowed.allows_host(SCHEME, &host, Some(port))) {
        return Ok(());
    }
    Err(format!("{SCHEME}://{host}:{port}"))
}

/// What an address says. `ssl-mode` or `sslmode` other than `disabled` is TLS, with the
/// certificate checked against these roots; the driver itself knows no such parameter.
pub(super) fn options(address: &str, roots: &[CertificateDer<'static>]) -> Result<Opts> {
    let mut url = Url::parse(address)?;
    let mut uses_tls = false;
    let mut others = Vec::new();
    for (name, value) in url.query_pairs() {
        match name.to_lowercase().as_str() {
            "ssl-mode" | "sslmode" => uses_tls |= value.to_lowercase() != "disabled",
            // It would lead past the check, and past the sandbox.
            "socket" => bail!("Unix sockets are not supported on WebAssembly"),
            _ => others.push((name.into_owned(), value.into_owned())),
        }
    }
    url.set_query(None);
    if !others.is_empty() {
        url.query_pairs_mut().extend_pairs(others);
    }
    let options = OptsBuilder::from_opts(Opts::from_url(url.as_str())?);
    // A server on this machine would offer its socket, and the connection would go there.
    let options = options.prefer_socket(false);
    Ok(options.ssl_opts(uses_tls.then(|| trusting(roots))).into())
}

/// Without any root the driver's own are trusted.
fn trusting(roots: &[CertificateDer<'static>]) -> SslOpts {
    let certificates = roots.iter().map(|root| root.to_vec().into()).collect();
    SslOpts::default()
        .with_disable_built_in_roots(!roots.is_empty())
        .with_root_certs(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(address: &str, patterns: &[&str]) -> Result<(), String> {
        let allowed = AllowedHosts::parse(patterns.iter().copied()).unwrap();
        check(&options(address, &[]).unwrap(), &allowed)
    }

    #[test]
    fn what_each_pattern_lets_through() {
        let one = &["mysql://db.example"];
        for (address, patterns, refused) in [
            ("mysql://u:p@db.example/d", one.as_slice(), None),
            ("mysql://u:p@db.example:3306/d?ssl-mode=required", one, None),
            ("mysql://DB.example/d", one, None),
            (
                "mysql://db.example:3307/d",
                one,
                Some("mysql://db.example:3307"),
            ),
            (
                "mysql://u:p@other.example/d",
                one,
                Some("mysql://other.example:3306"),
            ),
            (
                "mysql://db.example",
                &["postgres://db.example:3306"],
                Some("mysql://db.example:3306"),
            ),
            ("mysql://db.example", &[], Some("mysql://db.example:3306")),
            ("mysql://127.0.0.1", &["mysql://127.0.0.0/8"], None),
            ("mysql://0x7f.1", &["mysql://127.0.0.0/8"], None),
            ("mysql://[::1]", &["mysql://[::1]"], None),
            (
                "mysql://[::1]",
                &["mysql://127.0.0.1"],
                Some("mysql://[::1]:3306"),
            ),
            // What would be connected to counts, however it may be read.
            (
                "mysql://evil.example:3306#@db.example",
                one,
                Some("mysql://evil.example:3306"),
            ),
            (
                "mysql://db.example@evil.example",
                one,
                Some("mysql://evil.example:3306"),
            ),
        ] {
            let expected = refused.map_or(Ok(()), |place| Err(place.to_owned()));
            assert_eq!(
                checked(address, patterns),
                expected,
                "{address} {patterns:?}"
            );
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        for (address, why) in [
            ("db.example", "relative URL without a base"),
            ("postgres://db.example/d", "scheme"),
            (
                "mysql://db.example/d?socket=/run/mysqld/mysqld.sock",
                "Unix sockets",
            ),
            (
                "mysql://db.example/d?SOCKET=/run/mysqld/mysqld.sock",
                "Unix sockets",
            ),
            ("mysql://db.example/d?nothing=known", "nothing"),
        ] {
            let error = options(address, &[]).err().unwrap();
            assert!(format!("{error:?}").contains(why), "{address}: {error:?}");
        }
    }

    #[test]
    fn tls_is_what_a_parameter_asks_for() {
        for (address, expected) in [
            ("mysql://h/d", false),
            ("mysql://h/d?ssl-mode=DISABLED", false),
            ("mysql://h/d?sslmode=disabled", false),
            ("mysql://h/d?sslMode=VERIFY_CA", true),
            ("mysql://h/d?ssl-mode=preferred", true),
            ("mysql://h/d?tcp_keepalive=1000&sslmode=required", true),
            // The driver's own parameters change nothing, as on Spin.
            ("mysql://h/d?require_ssl=true", false),
        ] {
            let options = options(address, &[]).unwrap();
            assert_eq!(options.ssl_opts().is_some(), expected, "{address}");
            assert!(!options.prefer_socket(), "{address}");
        }
        let kept = options("mysql://h/d?tcp_keepalive=1000&sslmode=required", &[]).unwrap();
        assert!(kept.tcp_keepalive().is_some());
    }
}
