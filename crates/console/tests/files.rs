//! What a browser gets of the console, and with which headers.

use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use roster_console_files::{POLICY, answer};
use roster_http::Reply;
use std::io::Read;

fn get(path: &str, headers: &[(HeaderName, &str)]) -> Reply {
    let pairs = headers.iter();
    let headers: HeaderMap = pairs
        .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
        .collect();
    answer(&Method::GET, path, &headers)
}

fn text<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// The address of the page's script.
fn script() -> String {
    let page = get("/console/", &[]);
    let page = String::from_utf8(page.body().to_vec()).unwrap();
    let (_, rest) = page.split_once("src=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[test]
fn every_address_of_the_console_is_its_page() {
    let page = get("/console/", &[]);
    assert_eq!(page.status(), 200);
    assert_eq!(text(&page, "content-type"), "text/html; charset=utf-8");
    assert_eq!(text(&page, "cache-control"), "no-cache");
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("vary", "accept-encoding"),
    ] {
        assert_eq!(text(&page, name), value, "{name}");
    }
    for path in [
        "search",
        "databases/1/profiles/0198c5",
        "invitation",
        "index.html",
    ] {
        let same = get(&format!("/console/{path}"), &[]);
        assert_eq!((same.status(), same.body()), (200, page.body()), "{path}");
    }
    let slash = get("/console", &[]);
    assert_eq!(
        (slash.status(), text(&slash, "location")),
        (302, "/console/")
    );
}

#[test]
fn what_is_not_there_is_no_page() {
    for path in [
        "x.js",
        "assets/x",
        "assets/",
        "../Cargo.toml",
        "assets/../index.html",
    ] {
        let reply = get(&format!("/console/{path}"), &[]);
        assert_eq!(reply.status(), 404, "{path}");
        assert_eq!(text(&reply, "content-type"), "application/problem+json");
        assert_eq!(text(&reply, "content-security-policy"), POLICY);
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let reply = answer(&method, "/console/", &HeaderMap::new());
        assert_eq!((reply.status(), text(&reply, "allow")), (405, "GET, HEAD"));
    }
    assert_eq!(
        answer(&Method::HEAD, "/console/", &HeaderMap::new()).status(),
        200
    );
}

#[test]
fn files_are_sent_packed_and_kept_for_long() {
    let script = script();
    let plain = get(&script, &[]);
    assert_eq!(
        text(&plain, "content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(
        text(&plain, "cache-control"),
        "public, max-age=31536000, immutable"
    );
    let brotli = get(&script, &[(header::ACCEPT_ENCODING, "gzip, deflate, br")]);
    assert_eq!(text(&brotli, "content-encoding"), "br");
    let mut unpacked = Vec::new();
    let mut reader = brotli::Decompressor::new(&brotli.body()[..], 4096);
    reader.read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked[..], plain.body()[..]);
    let gzip = get(&script, &[(header::ACCEPT_ENCODING, "gzip")]);
    assert_eq!(text(&gzip, "content-encoding"), "gzip");
    assert!(brotli.body().len() < gzip.body().len() && gzip.body().len() < plain.body().len());
    let tags = [&plain, &brotli, &gzip].map(|reply| text(reply, "etag").to_owned());
    assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2]);

    let again = [
        (header::ACCEPT_ENCODING, "br"),
        (header::IF_NONE_MATCH, &format!("\"x\", W/{}", tags[1])),
    ];
    let known = get(&script, &again);
    assert_eq!((known.status(), known.body().len()), (304, 0));
    assert_eq!(text(&known, "etag"), tags[1]);
    let other = [(header::IF_NONE_MATCH, tags[1].as_str())];
    assert_eq!(get(&script, &other).status(), 200, "other bytes");
}

/// Everything that one opens the console with, once it is packed.
#[test]
fn the_page_needs_nothing_that_its_policy_forbids() {
    let page = get("/console/", &[]);
    let page = String::from_utf8(page.body().to_vec()).unwrap();
    assert!(
        !page.contains("<style") && !page.contains("style=\""),
        "{page}"
    );
    assert_eq!(
        page.matches("<script").count(),
        page.matches(" src=\"").count()
    );
    assert!(
        !page.contains("http:") && !page.contains("https:"),
        "{page}"
    );
}
