//! `GET /v1/openapi.json`, written when the project was built (`cargo run --bin
//! roster-openapi`) from the types that handlers use, and `GET /v1/docs`: RapiDoc, which
//! shows it. The script is npm's file as it is (`crates/api/renderer`), packed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::HeaderMap;
use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, Reply, route};
use sha2::{Digest, Sha256};
use std::io::Read;

/// Without white space and packed, by `build.rs`.
const DOCUMENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));
const PAGE: &str = include_str!("../../renderer/page.html");
const SCRIPT: &[u8] = include_bytes!("../../renderer/rapidoc-min.js.gz");

/// The style blocks that the script makes with the attributes that it has in the page: of
/// the light and of the dark theme. A browser says the hashes when it refuses them.
const THEMES: &str = "'sha256-0E3OUcvJmuxAOS0y7txhE6mNhJW23U7+XfDXDFSs34M=' \
                      'sha256-AWmSnzpBrHgSagydYCJNrO601QBGuPzWSlxN3RlbfGA='";

/// The API's description, OpenAPI 3.1.
#[route(
    get, "/v1/openapi.json", Anybody, id = "getOpenApi",
    responses((status = 200, body = serde_json::Value, example = json!({"openapi": "3.1.0"}))),
)]
pub(crate) async fn openapi(call: Call) -> Result<Reply, Problem> {
    let json = HeaderValue::from_static("application/json");
    Ok(packed(&call.headers, DOCUMENT)?.header(header::CONTENT_TYPE, json))
}

/// The API's description as a page, where it can be searched and tried; loads nothing from
/// elsewhere.
#[route(
    get, "/v1/docs", Anybody, id = "getDocs",
    responses((status = 200, content_type = "text/html", body = String)),
)]
pub(crate) async fn docs(_: Call) -> Result<Reply, Problem> {
    let own = style_of(PAGE).map(style_source).unwrap_or_default();
    // The script sets attributes `style`, which can do no more than the style blocks.
    let policy = format!(
        "script-src 'self'; connect-src 'self'; style-src {own} {THEMES}; \
         style-src-attr 'unsafe-inline'"
    );
    Ok(html(PAGE, &policy))
}

/// The script of that page. Its address has its version, so it may be kept for ever.
#[route(
    get, "/v1/docs/rapidoc-9.3.8.js", Anybody, id = "getDocsScript",
    responses((status = 200, content_type = "text/javascript", body = String)),
)]
pub(crate) async fn script(call: Call) -> Result<Reply, Problem> {
    Ok(packed(&call.headers, SCRIPT)?
        .header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/javascript; charset=utf-8"),
        )
        .header(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        )
        .header(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
}

/// What is kept packed: as it is, or unpacked for those who take no gzip.
fn packed(headers: &HeaderMap, file: &'static [u8]) -> Result<Reply, Problem> {
    let reply = if takes_gzip(headers) {
        let gzip = HeaderValue::from_static("gzip");
        Reply::new(Bytes::from_static(file)).header(header::CONTENT_ENCODING, gzip)
    } else {
        Reply::new(unpacked(file).map_err(|error| Problem::internal(&error))?)
    };
    Ok(reply.header(header::VARY, HeaderValue::from_static("accept-encoding")))
}

fn unpacked(file: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(file).read_to_end(&mut plain)?;
    Ok(plain)
}

/// Whether the client says that it takes gzip (RFC 9110, section 12.5.3). One that says
/// nothing gets plain text: what says nothing seldom unpacks.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter();
    let codings = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let mut any = false;
    for coding in codings {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q="));
        let wanted = weight.is_none_or(|q| q.parse::<f32>().is_ok_and(|q| q > 0.0));
        match name.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => return wanted,
            "*" => any = wanted,
            _ => {}
        }
    }
    any
}

/// A page that may load nothing but what `policy` adds, and be framed by nobody.
pub(super) fn html(page: impl Into<Bytes>, policy: &str) -> Reply {
    let policy = format!(
        "default-src 'none'; {policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let reply = Reply::new(page)
        .header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        )
        .header(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
    match HeaderValue::try_from(policy) {
        Ok(policy) => reply.header(header::CONTENT_SECURITY_POLICY, policy),
        Err(error) => Problem::internal(&error).into_reply(),
    }
}

/// A style block as the source that `style-src` allows.
pub(super) fn style_source(style: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)))
}

/// The one style block of a page.
fn style_of(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("<style>")?;
    Some(rest.split_once("</style>")?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const PACKAGE: &str = include_str!("../../renderer/package.json");
    const LICENCE: &str = include_str!("../../renderer/LICENSE.txt");

    #[test]
    fn the_script_is_the_one_that_is_pinned() {
        let package: Value = serde_json::from_str(PACKAGE).unwrap();
        let digest = Sha256::digest(SCRIPT);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(package["sha256"]["rapidoc-min.js.gz"], digest);
        let version = package["dependencies"]["rapidoc"].as_str().unwrap();
        assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()));
        let plain = String::from_utf8(unpacked(SCRIPT).unwrap()).unwrap();
        assert!(plain.contains(&format!("RapiDoc {version}")));
        assert!(LICENCE.contains("MIT License") && LICENCE.contains("js-yaml"));
        let address = format!("/v1/docs/rapidoc-{version}.js");
        assert_eq!(script.path, address);
        assert!(PAGE.contains(&format!("<script src=\"{address}\" defer>")));
    }

    #[test]
    fn the_page_has_one_style_block_and_says_more_without_a_script() {
        assert_eq!(PAGE.matches("<style").count(), 1);
        assert!(style_of(PAGE).unwrap().contains("color-scheme: light dark"));
        assert!(PAGE.contains("<noscript>"));
        for link in ["\"/v1/openapi.json\"", "\"/v1/codes\""] {
            assert!(PAGE.contains(&format!("<a href={link}>")), "{link}");
        }
        for loading in ["http:", "https:", "//", "@import", "url("] {
            assert!(!PAGE.contains(loading), "{loading}");
        }
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        let takes = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                let value = HeaderValue::from_str(value).unwrap();
                headers.append(header::ACCEPT_ENCODING, value);
            }
            takes_gzip(&headers)
        };
        for yes in [
            &["gzip"][..],
            &["GZIP;q=0.1"],
            &["br, gzip, deflate"],
            &["br", "x-gzip"],
            &["*"],
            &["identity, *;q=0.5"],
        ] {
            assert!(takes(yes), "{yes:?}");
        }
        for no in [
            &[][..],
            &[""],
            &["br"],
            &["identity"],
            &["gzip;q=0"],
            &["gzip; q=0.000, *"],
            &["*;q=0"],
            &["gzip;q=x"],
        ] {
            assert!(!takes(no), "{no:?}");
        }
    }
}
