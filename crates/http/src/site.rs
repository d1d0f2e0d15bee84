//! Which website a browser says that it sends from: a page of ours, or another's.

use http::header::{self, HeaderValue};
use http::{HeaderMap, Method, Uri};

use crate::access::variable;
use crate::call::Call;
use crate::problem::Problem;

/// Where this application's own pages are.
#[derive(Debug)]
pub struct Site {
    /// As it was called, and as people reach it: behind a proxy these differ.
    own: Vec<Place>,
}

/// A host in lower case and its port, none for the usual ones.
type Place = (String, Option<u16>);

impl Site {
    /// Where they are for a request.
    ///
    /// # Errors
    /// As [`variable`].
    pub async fn of(call: &Call) -> Result<Self, Problem> {
        let public_url = variable("public_url").await?;
        Ok(Site::new(&call.headers, &public_url))
    }

    /// Where they are for a request with these headers.
    pub fn new(headers: &HeaderMap, public_url: &str) -> Self {
        let urls = called_url(headers).into_iter().chain([public_url.trim()]);
        Site {
            own: urls.filter_map(place).collect(),
        }
    }

    /// Whether an origin, as browsers send it, is that of our own pages. The
    /// scheme doesn't count: a proxy in front may speak TLS.
    pub fn is_own(&self, origin: &str) -> bool {
        place(origin).is_some_and(|place| self.own.contains(&place))
    }

    /// Whether a POST comes from a page of ours, as browsers say. A program that
    /// says nothing is no browser that somebody could have been lured with.
    pub fn is_sender(&self, headers: &HeaderMap) -> bool {
        // Browsers leave it out where the page came over plain HTTP.
        if let Some(site) = text(headers, "sec-fetch-site") {
            return site == "same-origin" || site == "none";
        }
        text(headers, header::ORIGIN.as_str()).is_none_or(|origin| self.is_own(origin))
    }
}

/// Whether a request that carries a cookie may be one that its owner meant, as browsers say.
/// What changes something must come from a page of ours for certain; what only reads may be
/// opened from an address bar, but by no other website.
pub(crate) fn is_meant(method: &Method, headers: &HeaderMap, public_url: &str) -> bool {
    let site = text(headers, "sec-fetch-site");
    if matches!(*method, Method::GET | Method::HEAD) {
        return site != Some("cross-site");
    }
    // Browsers leave it out where the page came over plain HTTP.
    match site {
        Some(site) => site == "same-origin",
        None => text(headers, header::ORIGIN.as_str())
            .is_some_and(|origin| Site::new(headers, public_url).is_own(origin)),
    }
}

/// The URL of a request, as its sender wrote it. A component never sees `host`. What the host
/// itself says comes after whatever a client sent under the same name.
pub fn called_url(headers: &HeaderMap) -> Option<&str> {
    let called = headers.get_all("spin-full-url").iter().next_back();
    called.and_then(|url| url.to_str().ok())
}

fn place(url: &str) -> Option<Place> {
    let url: Uri = url.parse().ok()?;
    url.scheme()?;
    let port = url.port_u16().filter(|port| !matches!(port, 80 | 443));
    Some((url.host()?.to_ascii_lowercase(), port))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = headers.get(name).map(HeaderValue::to_str)?;
    text.ok().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderName;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| {
                let name = HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            })
            .collect()
    }

    const CALLED: (&str, &str) = ("spin-full-url", "http://10.0.0.7:3000/s/confirm/x?y=1");

    fn is_sender(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut all = vec![CALLED];
        all.extend(pairs);
        let headers = headers(&all);
        Site::new(&headers, "https://news.example/").is_sender(&headers)
    }

    #[test]
    fn our_own_pages_send_and_programs_that_say_nothing() {
        for own in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("sec-fetch-site", "none")],
            // As it was called, and as people reach it through a proxy.
            &[("origin", "http://10.0.0.7:3000")],
            &[("origin", "https://news.example")],
            &[("origin", "https://NEWS.example:443")],
            &[],
        ] {
            assert!(is_sender(own), "{own:?}");
        }
    }

    #[test]
    fn other_sites_do_not_send_in_somebodys_name() {
        for other in [
            &[("sec-fetch-site", "cross-site")][..],
            &[
                ("sec-fetch-site", "same-site"),
                ("origin", "https://news.example"),
            ],
            &[("origin", "https://evil.example")],
            &[("origin", "https://evil.example"), ("host", "evil.example")],
            &[("origin", "http://10.0.0.7")],
            &[("origin", "https://news.example:8443")],
            &[("origin", "null")],
            &[("origin", "news.example")],
        ] {
            assert!(!is_sender(other), "{other:?}");
        }
    }

    #[test]
    fn a_cookie_counts_only_where_its_owner_meant_it() {
        let is_meant = |method: Method, pairs: &[(&'static str, &'static str)]| {
            let mut all = vec![CALLED];
            all.extend(pairs);
            super::is_meant(&method, &headers(&all), "https://news.example")
        };
        let site = |site| [("sec-fetch-site", site)];
        let own = [("origin", "https://news.example")];
        let other = [("origin", "https://evil.example")];
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(is_meant(method.clone(), &site("same-origin")));
            assert!(is_meant(method.clone(), &own));
            assert!(is_meant(
                method.clone(),
                &[("origin", "http://10.0.0.7:3000")]
            ));
            for not in ["cross-site", "same-site", "none"] {
                assert!(!is_meant(method.clone(), &site(not)), "{not}");
                let with_origin = [("sec-fetch-site", not), own[0]];
                assert!(!is_meant(method.clone(), &with_origin), "{not}");
            }
            assert!(!is_meant(method.clone(), &other));
            assert!(!is_meant(method, &[]), "nothing is said");
        }
        for method in [Method::GET, Method::HEAD] {
            for fine in ["same-origin", "same-site", "none"] {
                assert!(is_meant(method.clone(), &site(fine)), "{fine}");
            }
            assert!(is_meant(method.clone(), &[]));
            assert!(!is_meant(method, &site("cross-site")));
        }
    }

    #[test]
    fn what_a_client_says_of_the_address_does_not_count() {
        let forged = ("spin-full-url", "http://evil.example/");
        let headers = headers(&[forged, CALLED, ("origin", "http://evil.example")]);
        assert!(!Site::new(&headers, "").is_sender(&headers));
    }
}
