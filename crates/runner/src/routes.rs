//! Which component answers a path, and what Spin tells it about the route.

use std::net::SocketAddr;

use anyhow::{Result, anyhow, ensure};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use routefinder::{Match, RouteSpec, Router};

use crate::manifest::Route;

/// The routes of an application. The most specific pattern wins.
pub struct Routes(Router<Target>);

/// Where a route leads.
#[derive(Debug)]
pub struct Target {
    /// Position of the component among those served.
    pub component: usize,
    /// The pattern as in the manifest.
    pattern: String,
}

impl Routes {
    /// Reads the patterns; `position` finds a component by its id. The same
    /// pattern twice is an error (Spin lets the last one win and complains).
    pub fn new(routes: &[Route], position: impl Fn(&str) -> Option<usize>) -> Result<Self> {
        let mut router = Router::new();
        for (at, route) in routes.iter().enumerate() {
            let pattern = route.route.as_str();
            ensure!(
                routes.iter().take(at).all(|other| other.route != pattern),
                "the route {pattern} is there twice"
            );
            let full = full_pattern(pattern);
            let spec = match full.strip_suffix("/...") {
                Some(before) => RouteSpec::try_from(format!("{before}/*")),
                None => RouteSpec::try_from(full.as_str()),
            };
            let spec = spec.map_err(|reason| anyhow!("the route {pattern}: {reason}"))?;
            let component = position(&route.component)
                .ok_or_else(|| anyhow!("the route {pattern} leads to no component"))?;
            let target = Target {
                component,
                pattern: pattern.to_owned(),
            };
            router
                .add(spec, target)
                .map_err(|reason| anyhow!("the route {pattern}: {reason}"))?;
        }
        Ok(Self(router))
    }

    /// The route for a path, if there is one.
    pub fn find<'a>(&'a self, path: &'a str) -> Option<Match<'a, 'a, Target>> {
        self.0.best_match(path)
    }
}

/// The pattern with a slash in front and none at the end.
fn full_pattern(pattern: &str) -> String {
    let slash = if pattern.starts_with('/') { "" } else { "/" };
    format!("{slash}{}", pattern.strip_suffix('/').unwrap_or(pattern))
}

/// Adds Spin's headers about the route to a request's.
///
/// They come after what the client sent under the same names, as in Spin: a
/// component must not trust the first.
pub fn add_headers(
    headers: &mut HeaderMap,
    found: &Match<'_, '_, Target>,
    uri: &Uri,
    client: SocketAddr,
) {
    let pattern = found.handler().pattern.as_str();
    let prefix = pattern.strip_suffix("/...").unwrap_or(pattern);
    let captures = found.captures();
    let slash = if uri.path().ends_with('/') { "/" } else { "" };
    let rest = match captures.wildcard() {
        None => String::new(),
        Some("") => slash.to_owned(),
        Some(rest) => format!("/{rest}{slash}"),
    };
    let mut add = |name: HeaderName, value: &str| {
        // A path may hold bytes that a header may not; Spin drops those too.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    };
    let fixed = HeaderName::from_static;
    add(fixed("spin-path-info"), &rest);
    add(fixed("spin-full-url"), &uri.to_string());
    add(fixed("spin-matched-route"), &full_pattern(pattern));
    add(fixed("spin-base-path"), "/");
    add(fixed("spin-raw-component-route"), pattern);
    add(fixed("spin-component-route"), prefix);
    add(fixed("spin-client-addr"), &client.to_string());
    for capture in captures.params() {
        let (name, value) = (capture.name(), capture.value());
        let name = format!(
            "spin-path-match-{}",
            name.to_ascii_lowercase().replace('_', "-")
        );
        if let Ok(name) = HeaderName::try_from(name) {
            add(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(patterns: &[&str]) -> Result<Routes> {
        let routes: Vec<Route> = patterns
            .iter()
            .map(|pattern| {
                toml::from_str(&format!("route = {pattern:?}\ncomponent = {pattern:?}")).unwrap()
            })
            .collect();
        Routes::new(&routes, |id| patterns.iter().position(|p| *p == id))
    }

    #[test]
    fn the_most_specific_route_wins() {
        let routes = routes(&[
            "/v1/databases/...",
            "/v1/databases/:db/profiles/...",
            "/health",
            "/v1/search",
            "/...",
        ])
        .unwrap();
        let component = |path| routes.find(path).map(|found| found.handler().component);
        assert_eq!(component("/v1/databases"), Some(0));
        assert_eq!(component("/v1/databases/7"), Some(0));
        assert_eq!(component("/v1/databases/7/fields/x"), Some(0));
        assert_eq!(component("/v1/databases/7/profiles"), Some(1));
        assert_eq!(component("/v1/databases/7/profiles/abc/history"), Some(1));
        assert_eq!(component("/health"), Some(2));
        assert_eq!(component("/health/"), Some(2));
        assert_eq!(component("/v1/search/x"), Some(4));
        assert_eq!(component("/v1//databases"), Some(0));
        assert_eq!(component("/x"), Some(4));
        assert_eq!(component("/"), Some(4));
    }

    #[test]
    fn a_route_twice_is_refused() {
        assert!(routes(&["/a", "/a"]).is_err());
    }

    #[test]
    fn headers_say_what_spin_says() {
        let routes = routes(&["/v1/:db_name/profiles/..."]).unwrap();
        let uri: Uri = "http://localhost:3000/v1/7/profiles/a/b?x=1"
            .parse()
            .unwrap();
        let found = routes.find(uri.path()).unwrap();
        let mut headers = HeaderMap::new();
        add_headers(&mut headers, &found, &uri, "127.0.0.1:9".parse().unwrap());
        let expected = [
            ("spin-path-info", "/a/b"),
            (
                "spin-full-url",
                "http://localhost:3000/v1/7/profiles/a/b?x=1",
            ),
            ("spin-matched-route", "/v1/:db_name/profiles/..."),
            ("spin-base-path", "/"),
            ("spin-raw-component-route", "/v1/:db_name/profiles/..."),
            ("spin-component-route", "/v1/:db_name/profiles"),
            ("spin-client-addr", "127.0.0.1:9"),
            ("spin-path-match-db-name", "7"),
        ];
        assert_eq!(headers.len(), expected.len());
        for (name, value) in expected {
            assert_eq!(headers[name], value, "{name}");
        }
    }
}
