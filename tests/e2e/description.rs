//! The API's description: the document, the page that shows it, and the page of codes.

use crate::support::{BrowserTests, Server, root, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The address of the page's script, and the sources of each directive of its policy.
fn page(server: &Server) -> (String, Vec<(String, Vec<String>)>) {
    let page = server.anonymous().get("/v1/docs");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let (_, rest) = page.text.split_once("<script src=\"").unwrap();
    let script = rest.split('"').next().unwrap().to_owned();
    assert_eq!(page.text.matches("<script").count(), 1);
    (
        script,
        policy(page.header("content-security-policy").unwrap()),
    )
}

fn policy(header: &str) -> Vec<(String, Vec<String>)> {
    let directives = header.split("; ").map(|directive| {
        let mut words = directive.split(' ').map(str::to_owned);
        (words.next().unwrap(), words.collect())
    });
    directives.collect()
}

/// The ids in a page.
fn anchors(page: &str) -> BTreeSet<&str> {
    let ids = page.split(" id=\"").skip(1);
    ids.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn the_description_loads_nothing_from_elsewhere() {
    let server = Server::start();
    let (_, docs) = page(&server);
    let codes = server.anonymous().get("/v1/codes");
    assert_eq!(codes.status, 200);
    assert!(!codes.text.contains("<script"));
    let codes = policy(codes.header("content-security-policy").unwrap());
    for (name, directives) in [("docs", docs), ("codes", codes)] {
        let of = |wanted: &str| directives.iter().find(|(name, _)| name == wanted);
        for nothing in ["default-src", "base-uri", "form-action", "frame-ancestors"] {
            assert_eq!(of(nothing).unwrap().1, ["'none'"], "{name} {nothing}");
        }
        for (directive, sources) in &directives {
            for source in sources {
                let own = matches!(source.as_str(), "'self'" | "'none'");
                let hash = directive == "style-src" && source.starts_with("'sha256-");
                let attribute = directive == "style-src-attr" && source == "'unsafe-inline'";
                assert!(own || hash || attribute, "{name}: {directive} {source}");
            }
        }
        assert_eq!(of("script-src").is_some(), name == "docs");
    }
}

#[test]
fn the_script_comes_packed_and_plain_with_its_length_and_may_be_kept() {
    let server = Server::start();
    let (script, _) = page(&server);
    let get = |accepted: &[(&str, &str)]| server.anonymous().send("GET", &script, accepted, "");
    let packed = get(&[("accept-encoding", "br, gzip;q=0.8")]);
    let plain = get(&[]);
    assert_eq!(get(&[("accept-encoding", "gzip;q=0")]).bytes, plain.bytes);
    for answer in [&packed, &plain] {
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.header("content-type"),
            Some("text/javascript; charset=utf-8")
        );
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
        let kept = answer.header("cache-control").unwrap();
        assert!(kept.contains("immutable"), "{kept}");
        let length = answer.header("content-length").unwrap();
        assert_eq!(length, answer.bytes.len().to_string());
    }
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert_eq!(plain.header("content-encoding"), None);
    assert!(packed.bytes.starts_with(&[0x1f, 0x8b]));
    assert!(packed.bytes.len() < 250_000 && plain.bytes.len() > 800_000);
    assert!(plain.text.contains("RapiDoc"));
}

#[test]
fn the_type_of_a_problem_leads_to_its_anchor() {
    let server = Server::start();
    let codes = server.anonymous().get("/v1/codes");
    let anchors = anchors(&codes.text);
    let anchored = |problem: &Value| {
        let link = text(&problem["type"]);
        let anchor = link.strip_prefix("/v1/codes#").unwrap();
        assert_eq!(anchor, problem["code"]);
        assert!(anchors.contains(anchor), "{anchor}");
        for error in problem["errors"].as_array().into_iter().flatten() {
            assert!(anchors.contains(&*text(&error["code"])), "{error}");
        }
    };
    let missing = server.anonymous().get("/v1/databases");
    anchored(&missing.problem(401, "token_missing"));
    let wrong = json!({"name": "", "colour": 1, "region": "Germany"});
    let wrong = server.admin().post("/v1/databases", &wrong);
    let wrong = wrong.problem(422, "validation_failed");
    assert!(wrong["errors"].as_array().unwrap().len() > 1, "{wrong}");
    anchored(&wrong);
    // Every example of the document has its anchor too.
    let document = server.anonymous().get("/v1/openapi.json").ok(200);
    let mut examples = 0;
    for response in document["components"]["responses"]
        .as_object()
        .unwrap()
        .values()
    {
        let problems = &response["content"]["application/problem+json"]["examples"];
        for example in problems
            .as_object()
            .into_iter()
            .flat_map(|all| all.values())
        {
            anchored(&example["value"]);
            examples += 1;
        }
    }
    assert!(examples > 30, "{examples}");
}

#[test]
fn operations_are_found_and_tried_in_a_browser() {
    let Some(browser) = BrowserTests::of("tests/browser", "axe-core") else {
        return;
    };
    let server = Server::start();
    let shots = root().join("target/browser");
    std::fs::create_dir_all(&shots).unwrap();
    let plan = json!({
        "base": format!("http://{}", server.address),
        "token": crate::support::ADMIN,
        "shots": shots,
    });
    browser.run("docs.mjs", &[&plan.to_string()], &[]);
}
