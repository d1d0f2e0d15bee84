//! To which website keys belong.

use http::Uri;
use webauthn_rp::request::{AsciiDomain, RpId};

/// A website that keys belong to: its host's name, and the origin of its pages.
#[derive(Clone, Debug)]
pub struct RelyingSite {
    pub(crate) id: RpId,
    origin: String,
}

impl RelyingSite {
    /// The website of an installation that people reach at `public_url`. Where that has an
    /// address in place of a name, as `cargo up` has it, it is the one that a request was
    /// sent to, if that has a name: `http://localhost:3000`. None where browsers have no
    /// passkeys: at an address, and over plain http but on the machine itself.
    #[must_use]
    pub fn of(public_url: &str, called: Option<&str>) -> Option<Self> {
        let public = Place::of(public_url)?;
        match public.is_named() {
            true => public.site(),
            false => called.and_then(Place::of).and_then(Place::site),
        }
    }

    /// The name that keys are made for.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.as_ref()
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }
}

/// Scheme, host and port of a URL.
struct Place {
    is_https: bool,
    host: String,
    port: Option<u16>,
}

impl Place {
    fn of(url: &str) -> Option<Self> {
        let url: Uri = url.trim().parse().ok()?;
        let is_https = match url.scheme_str()?.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let usual = if is_https { 443 } else { 80 };
        Some(Place {
            is_https,
            host: url.host()?.to_ascii_lowercase(),
            port: url.port_u16().filter(|port| *port != usual),
        })
    }

    /// Whether the host is a name. What ends in a number is an address however it is
    /// written (WHATWG URL, "ends in a number").
    fn is_named(&self) -> bool {
        let last = self.host.rsplit('.').next().unwrap_or_default();
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
        !self.host.starts_with('[') && !is_number
    }

    /// Whether browsers trust what comes from it (Secure Contexts, 3.1).
    fn is_secure(&self) -> bool {
        self.is_https || self.host == "localhost" || self.host.ends_with(".localhost")
    }

    fn site(self) -> Option<RelyingSite> {
        if !self.is_named() || !self.is_secure() {
            return None;
        }
        let scheme = if self.is_https { "https" } else { "http" };
        let port = self.port.map_or(String::new(), |port| format!(":{port}"));
        let origin = format!("{scheme}://{}{port}", self.host);
        let id = RpId::Domain(AsciiDomain::try_from(self.host).ok()?);
        Some(RelyingSite { id, origin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(public_url: &str, called: &str) -> Option<(String, String)> {
        let site = RelyingSite::of(public_url, Some(called))?;
        Some((site.name().to_owned(), site.origin().to_owned()))
    }

    fn is(name: &str, origin: &str) -> Option<(String, String)> {
        Some((name.to_owned(), origin.to_owned()))
    }

    #[test]
    fn the_public_site_counts_wherever_it_has_a_name() {
        let called = "http://10.0.0.7:3000/v1/session/passkey";
        let https = is("crm.example.org", "https://crm.example.org");
        assert_eq!(site(" HTTPS://CRM.example.org:443/ ", called), https);
        assert_eq!(
            site("https://crm.example.org:8443", "http://localhost:3000/"),
            is("crm.example.org", "https://crm.example.org:8443")
        );
        assert_eq!(
            site("http://localhost:3000", called),
            is("localhost", "http://localhost:3000")
        );
    }

    #[test]
    fn without_a_name_it_is_where_the_request_went() {
        let local = is("localhost", "http://localhost:3000");
        let called = "http://localhost:3000/v1/passkeys/begin";
        assert_eq!(site("http://127.0.0.1:3000", called), local);
        assert_eq!(site("http://[::1]:3000", called), local);
        assert_eq!(
            site("http://127.0.0.1:3000", "https://crm.example.org/v1"),
            is("crm.example.org", "https://crm.example.org")
        );
        assert!(RelyingSite::of("http://127.0.0.1:3000", None).is_none());
    }

    #[test]
    fn there_are_none_at_an_address_nor_without_tls() {
        for none in [
            "http://127.0.0.1:3000/",
            "https://192.0.2.7/",
            "https://[2001:db8::1]/",
            "https://0x7f000001/",
            "https://2130706433/",
            "http://crm.example.org/",
            "http://localhost.example.org/",
            "ftp://localhost/",
            "localhost",
            "",
        ] {
            assert_eq!(site("http://127.0.0.1:3000", none), None, "{none}");
            assert_eq!(site(none, none), None, "{none}");
        }
    }
}
