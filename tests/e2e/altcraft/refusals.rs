//! What is wrong is said in an envelope, whatever it is, and changes nothing.

use super::{Altcraft, called};
use crate::support::{Answer, Client, text};
use roster_altcraft::METHODS;
use serde_json::{Value, json};

/// A method's path; those of the old API have a database in it, here one that isn't there.
fn path(method: &str) -> String {
    match method.strip_prefix("lists/") {
        Some(rest) => format!("/api/v1.0/lists/404/{rest}"),
        None => format!("/api/v1.1/{method}"),
    }
}

/// The number that an answer has as its error; it must be an envelope with HTTP 200.
fn error(answer: &Answer) -> u64 {
    assert_eq!(answer.status, 200, "{answer:?}");
    let kind = answer.header("content-type").unwrap();
    assert!(kind.starts_with("application/json"), "{answer:?}");
    let body = answer.body();
    assert!(body["error_text"].is_string(), "{answer:?}");
    body["error"].as_u64().unwrap()
}

fn raw(api: &Client, method: &str, body: &[u8]) -> Answer {
    let headers = [("content-type", "application/json")];
    api.send_bytes("POST", &path(method), &headers, body)
}

/// A token of this scope alone, with an end or without one.
fn token(api: &Client, scopes: &[&str], end: Option<&str>) -> String {
    let mut body = json!({"name": "client", "scopes": scopes});
    if let Some(end) = end {
        body["expires_at"] = end.into();
    }
    text(&api.post("/v1/tokens", &body).ok(201)["secret"])
}

#[test]
fn every_method_refuses_whoever_may_not_call_it() {
    let alt = Altcraft::start();
    let anonymous = alt.server.anonymous();
    let wrong = alt.server.client("rst_nobody_has_this_one");
    let expiring = token(
        &alt.db.api,
        &["profiles:read"],
        Some("2999-01-01T00:00:00Z"),
    );
    let body =
        json!({"expires_at": "2020-01-01T00:00:00Z", "name": "old", "scopes": ["profiles:read"]});
    assert_eq!(alt.db.api.post("/v1/tokens", &body).status, 422);
    let lame = alt
        .server
        .client(&token(&alt.db.api, &["views:read"], None));
    let by_expiring = alt.server.client(&expiring);
    assert_eq!(
        called(
            &by_expiring,
            "profiles/get",
            &json!({"db_id": 1, "email": "x@example.org"})
        )["error"],
        404
    );
    for method in METHODS {
        let body = json!({"db_id": 1, "id": 1, "list_id": 1, "rel_id": 1, "resource_id": 1, "profile_id": "1a20967479554ede711e88dc",
            "email": "x@example.org", "task_id": "task_00000001-0000-4000-8101-000000000001", "data": {"email": "x@example.org"}});
        let text = body.to_string();
        assert_eq!(
            error(&anonymous.send("POST", &path(method), &[], &text)),
            401,
            "{method}"
        );
        assert_eq!(
            error(&raw(&wrong, method, text.as_bytes())),
            403,
            "{method}"
        );
        let mut named = body.clone();
        named["token"] = "wrong".into();
        assert_eq!(
            error(&anonymous.post(&path(method), &named)),
            403,
            "{method}"
        );
        // Who may do nothing of it is refused, or was asked for more first.
        let refused = error(&raw(&lame, method, text.as_bytes()));
        let is_nothing = method.ends_with("refresh_counters");
        assert!(
            matches!(refused, 400 | 403 | 404) || is_nothing,
            "{method}: {refused}"
        );
    }
    assert_eq!(alt.db.total(), 0);
}

#[test]
fn every_method_names_what_is_wrong() {
    let alt = Altcraft::start();
    let api = &alt.db.api;
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><x><y>&b;</y></x>";
    let file = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>";
    let deep = format!("{{\"data\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let broken: [&[u8]; 9] = [
        b"{",
        b"nonsense",
        b"[]",
        b"\xff\xfe",
        b"<a><b></a>",
        b"\"text\"",
        bomb.as_bytes(),
        file.as_bytes(),
        deep.as_bytes(),
    ];
    for method in METHODS {
        for body in broken {
            let refused = raw(api, method, body);
            assert_eq!(
                error(&refused),
                400,
                "{method} {}",
                String::from_utf8_lossy(body)
            );
        }
        for body in [
            json!({"db_id": "x", "id": [], "list_id": {}, "rel_id": -1, "resource_id": true, "task_id": 7}),
            json!({"db_id": 404, "id": 404, "list_id": 404, "rel_id": 404, "resource_id": 404,
                "task_id": "task_x", "profile_id": "1a20967479554ede711e88dc", "email": "x@example.org",
                "segment_id": 404, "data": {"email": "x@example.org"}, "query": {"$where": "1"}}),
        ] {
            let answer = error(&raw(api, method, body.to_string().as_bytes()));
            let reads_all = method == "suppresses/add"
                || method.ends_with("/list")
                || method.contains("/list_all");
            assert!(
                matches!(answer, 400 | 404)
                    || reads_all
                    || (method, answer) == ("databases/wipe", 403),
                "{method} {body}: {answer}"
            );
        }
    }
    assert_eq!(alt.db.total(), 0);
    for (path, error) in [
        ("/api/v1.1/profiles/nothing", 404),
        ("/api/v1.1/", 404),
        ("/api/nowhere/at/all", 404),
        ("/api/v2/profiles/get", 404),
    ] {
        assert_eq!(self::error(&api.post(path, &json!({}))), error, "{path}");
    }
    assert_eq!(error(&api.get("/api/v1.1/profiles/get?db_id=1")), 400);
    let zipped = api.send(
        "POST",
        "/api/v1.1/databases/list",
        &[("content-encoding", "gzip")],
        "{}",
    );
    assert_eq!(error(&zipped), 400);
    alt.fails(
        "profiles/list",
        400,
        &json!({"query": {"points": {"$near": 1}}}),
    );
    alt.fails(
        "profiles/list",
        400,
        &json!({"query": {"points": {"$regex": "a.*b"}}}),
    );
}

#[test]
fn a_batch_has_ten_thousand_items_and_a_body_ten_megabytes() {
    let alt = Altcraft::start();
    let item = |n: usize| json!({"email": format!("p{n}@example.org")});
    let items: Vec<Value> = (0..10_000).map(item).collect();
    let done = alt.done("profiles/import_batch", &json!({"data": items}));
    assert_eq!(done["result"].as_array().map(Vec::len), Some(10_000));
    let failed = done["result"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["error"] != 0);
    assert_eq!(failed.count(), 0);
    assert_eq!(alt.db.total(), 10_000);
    let more: Vec<Value> = (10_000..20_001).map(item).collect();
    let why = alt.fails("profiles/import_batch", 400, &json!({"data": more}));
    assert!(why.contains("10001"), "{why}");
    assert_eq!(alt.db.total(), 10_000);

    let body = alt
        .with_database(&json!({"data": [{"email": "big@example.org"}]}))
        .to_string();
    let fits = format!("{body}{}", " ".repeat((10 << 20) - body.len()));
    let answer = raw(&alt.db.api, "profiles/import_batch", fits.as_bytes()).body();
    assert_eq!(answer["result"][0]["error"], 0, "{answer}");
    let answer = raw(
        &alt.db.api,
        "profiles/import_batch",
        format!("{fits} ").as_bytes(),
    );
    assert_eq!(error(&answer), 400);
    // One that is too large alone is that one's error.
    let long = "x".repeat(1 << 20);
    let result = alt.done(
        "profiles/import_batch",
        &json!({"data": [{"email": "l@example.org", "_fname": long}, {"email": "m@example.org"}]}),
    );
    assert_eq!(
        (&result["result"][0]["error"], &result["result"][1]["error"]),
        (&json!(400), &json!(0))
    );
}
