//! The console's files, as the host serves them.

use crate::support::Server;

#[test]
fn a_newcomer_is_led_to_the_console() {
    let server = Server::start();
    let nobody = server.anonymous();
    let accept = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let home = nobody.send("GET", "/", &accept, "");
    assert_eq!(
        (home.status, home.header("location")),
        (302, Some("/console/"))
    );
    let page = nobody.get("/console/");
    assert_eq!(
        (page.status, page.header("cache-control")),
        (200, Some("no-cache"))
    );
    for (name, part) in [
        ("content-type", "text/html"),
        ("content-security-policy", "script-src 'self'"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("vary", "accept-encoding"),
    ] {
        let value = page.header(name).unwrap_or_default();
        assert!(value.contains(part), "{name}: {value}");
    }
    for path in ["/console", "/console/search?q=ann", "/console/invitation"] {
        let answer = nobody.get(path);
        assert!(matches!(answer.status, 200 | 302), "{path}: {answer:?}");
    }
}

#[test]
fn its_files_are_packed_and_kept() {
    let server = Server::start();
    let nobody = server.anonymous();
    let page = nobody.get("/console/").text;
    let (_, rest) = page.split_once("src=\"").unwrap();
    let script = rest.split_once('"').unwrap().0;
    let packed = nobody.send("GET", script, &[("accept-encoding", "br, gzip")], "");
    assert_eq!(packed.header("content-encoding"), Some("br"));
    assert!(
        packed
            .header("cache-control")
            .unwrap()
            .contains("immutable")
    );
    let tag = packed.header("etag").unwrap();
    let headers = [("accept-encoding", "br"), ("if-none-match", tag)];
    assert_eq!(nobody.send("GET", script, &headers, "").status, 304);
    let plain = nobody.get(script);
    assert!(plain.bytes.len() > packed.bytes.len() * 2);
    for target in ["/console/assets/none.js", "/console/x.map"] {
        nobody.get(target).problem(404, "not_found");
    }
    let answer = nobody.send("POST", "/console/", &[], "");
    answer.problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("GET, HEAD"));
}
