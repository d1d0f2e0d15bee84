//! What is answered is bounded in bytes, whatever is sent and kept: an instance that ran
//! out of memory would take the requests of others with it.

use crate::imports::{Import, counts, mapping};
use crate::support::{Answer, Database, Server, all};
use serde_json::{Value, json};

/// No trap, and nobody else's requests were lost.
#[track_caller]
fn assert_lives(server: &Server) {
    let log = server.log();
    let trap = log.iter().find(|line| line.contains("trap"));
    assert_eq!(trap, None);
    let health = server.anonymous().get("/health");
    assert_eq!(health.status, 200, "{health:?}");
}

fn megabytes(answer: &Answer) -> usize {
    answer.bytes.len() / 1_000_000
}

#[test]
fn a_batch_of_nothing_but_mistakes_is_answered() {
    let server = Server::start();
    let db = Database::new(&server, "mistakes", &[]);
    let mut item = String::from("{");
    for place in 0..100 {
        item += &format!("\"f{place}\":1,");
    }
    item.pop();
    item.push('}');
    let items = vec![item; 10_000].join(",");
    let target = format!("{}/profiles/batch", db.path);
    let headers = [("content-type", "application/json")];
    for more in ["", "\"atomic\":true,", "\"invalid\":\"skip\","] {
        let body =
            format!("{{{more}\"mode\":\"import\",\"matching\":\"email\",\"data\":[{items}]}}");
        let answer = db.api.send("POST", &target, &headers, &body);
        assert!(
            megabytes(&answer) < 10,
            "{more}: {} bytes",
            answer.bytes.len()
        );
        let done = answer.ok(200);
        assert_eq!(done["failed"], 10_000, "{more}");
        let told = |index: usize| {
            let error = &done["results"][index]["error"];
            assert!(error["code"].is_string(), "{error}");
            error["errors"].as_array().map_or(1, Vec::len)
        };
        // The last ones tell their first mistake.
        assert!(told(0) >= told(9_999));
        assert_eq!(told(9_999), 1, "{more}");
    }
    // One with more members than a request for it alone may have.
    let large = format!("{{\"data\":[{{\"x\":\"{}\"}}]}}", "x".repeat(3 << 20));
    let done = db.api.send("POST", &target, &headers, &large).ok(200);
    assert_eq!(done["results"][0]["error"]["code"], "too_large");
    assert_lives(&server);
}

#[test]
fn a_body_of_nothing_but_unknown_members_is_answered() {
    let server = Server::start();
    let db = Database::new(&server, "members", &[]);
    let members: Vec<String> = (0..150_000)
        .map(|place| format!("\"m{place}\":1"))
        .collect();
    let members = format!("{{{}}}", members.join(","));
    let headers = [("content-type", "application/json")];
    let wrapped = format!("{{\"data\":{members}}}");
    for (path, body) in [
        ("/v1/databases", &members),
        (&*format!("{}/fields", db.path), &members),
        (&*format!("{}/profiles", db.path), &members),
        (&*format!("{}/profiles", db.path), &wrapped),
        ("/v1/events", &members),
    ] {
        let answer = db.api.send("POST", path, &headers, body);
        assert_eq!(answer.status, 422, "{path}: {:.300}", answer.text);
        assert!(
            answer.bytes.len() < 100_000,
            "{path}: {}",
            answer.bytes.len()
        );
        assert!(answer.body()["errors"].as_array().unwrap().len() <= 100);
    }
    assert_lives(&server);
}

#[test]
fn the_report_of_large_rows_is_sent_in_pieces() {
    let server = Server::start();
    let db = Database::new(&server, "large rows", &[]);
    let mut file = "email,note\n".to_owned();
    for row in 0..150 {
        file += &format!("nobody {row},{}\n", "x".repeat(1_000_000));
    }
    let import = Import::of(&db, "large.csv", file.as_bytes());
    let job = import.run(&json!({ "mapping": mapping(&[("email", "email")]) }));
    assert_eq!(counts(&job), [0, 0, 0, 0, 150]);
    let report = import.report("failed");
    assert_eq!(report.len(), 151);
    assert!(report[1..].iter().all(|row| row[7].len() == 1_000_000));
    assert_lives(&server);
}

#[test]
fn lists_of_what_may_be_large_end_by_bytes() {
    let server = Server::start();
    let db = Database::new(&server, "lists", &[]);
    let target = format!("{}/import-settings", db.path);
    let columns =
        (0..1000).map(|place| json!({ "column": format!("{place:0>900}"), "to": "ignore" }));
    let email = json!({ "column": "mail", "to": { "field": "email" } });
    let mapping: Value = columns.chain([email]).collect();
    for place in 0..12 {
        let settings = json!({ "mapping": mapping });
        db.api
            .put(&format!("{target}/s{place:02}"), &settings)
            .ok(201);
    }
    let first = db.api.get(&target);
    assert!(megabytes(&first) < 6, "{}", first.bytes.len());
    assert!(first.ok(200)["next"].is_string());
    let names: Vec<Value> = all(&db.api, &format!("{target}?limit=1000"))
        .iter()
        .map(|saved| saved["name"].clone())
        .collect();
    let wanted: Vec<Value> = (0..12).map(|place| json!(format!("s{place:02}"))).collect();
    assert_eq!(names, wanted);
    db.api
        .get(&format!("{target}?limit=0"))
        .problem(400, "invalid_parameter");

    // Tokens and segments are short, and page as before.
    for place in 0..3 {
        let token = json!({ "name": format!("t{place}"), "scopes": ["search:read"] });
        db.api.post("/v1/tokens", &token).ok(201);
        let segment = json!({ "name": format!("g{place}") });
        db.api
            .post(&format!("{}/segments", db.path), &segment)
            .ok(201);
    }
    assert_eq!(all(&db.api, "/v1/tokens?limit=2").len(), 3);
    assert_eq!(
        all(&db.api, &format!("{}/segments?limit=2", db.path)).len(),
        3
    );
}
