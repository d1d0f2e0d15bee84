//! `/v1/suppressions`

use crate::support::{Client, Database, Server, text};
use serde_json::{Value, json};

const GLOBAL: &str = "/v1/suppressions/1";

/// A new list: its path.
fn list(api: &Client, settings: &Value) -> String {
    let made = api.post("/v1/suppressions", settings);
    made.ok(201);
    made.header("location").unwrap().to_owned()
}

fn add(api: &Client, path: &str, entries: &Value) -> Value {
    let body = json!({ "entries": entries, "reason": "bounce", "region": "DE" });
    api.post(&format!("{path}/entries"), &body).ok(200)
}

fn values(api: &Client, target: &str) -> Vec<String> {
    let page = api.get(target).ok(200);
    let items = page["items"].as_array().unwrap();
    items.iter().map(|one| text(&one["value"])).collect()
}

/// For each value: by what it is on the list.
fn check(api: &Client, path: &str, values: &Value) -> Vec<String> {
    let body = json!({ "values": values, "region": "DE" });
    let answer = api.post(&format!("{path}/check"), &body).ok(200);
    let items = answer["items"].as_array().unwrap();
    let by = |one: &Value| {
        let kinds = ["email", "domain", "phone"];
        let hit = kinds
            .iter()
            .filter(|kind| one[format!("{kind}_matched")] == true);
        let hit: Vec<&str> = hit.copied().collect();
        assert_eq!(one["matched"], !hit.is_empty());
        assert_eq!(one["entry"].is_null(), hit.is_empty());
        hit.join(" ")
    };
    items.iter().map(by).collect()
}

fn import(api: &Client, target: &str, file: &[u8]) -> Value {
    api.send_bytes("POST", target, &[], file).ok(200)
}

#[test]
fn a_list_is_made_attached_listed_and_deleted() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let api = &db.api;
    let global = api.get(GLOBAL).ok(200);
    assert_eq!(
        (
            &global["is_global"],
            &global["entries"],
            &global["databases"]
        ),
        (&json!(true), &json!(0), &json!([]))
    );
    let settings = json!({ "name": " Bounces ", "description": "hard", "databases": [db.id] });
    let made = api.post("/v1/suppressions", &settings);
    assert_eq!(made.header("etag"), Some("\"1\""));
    let path = made.header("location").unwrap().to_owned();
    let made = made.ok(201);
    assert_eq!(
        (&made["name"], &made["is_global"], &made["databases"]),
        (&json!("Bounces"), &json!(false), &json!([db.id]))
    );
    assert_eq!(api.get(&path).ok(200), made);
    api.post("/v1/suppressions", &json!({ "name": "Bounces" }))
        .problem(409, "name_taken");
    for (body, pointer) in [
        (json!({}), "/name"),
        (json!({ "name": "x", "is_global": true }), "/is_global"),
        (json!({ "name": "x", "databases": ["999"] }), "/databases/0"),
        (json!({ "name": "x", "entries": [] }), "/entries"),
    ] {
        let wrong = api.post("/v1/suppressions", &body);
        let wrong = wrong.problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["pointer"], pointer, "{body}");
    }

    let stale = [("if-match", "\"7\"")];
    let stale = api.json("PATCH", &path, &stale, &json!({ "name": "x" }));
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], 1);
    let changed = api.patch(&path, &json!({ "name": "Complaints", "databases": null }));
    assert_eq!(changed.header("etag"), Some("\"2\""));
    assert_eq!(changed.ok(200)["databases"], json!([]));
    api.patch(&path, &json!({ "name": "Global" }))
        .problem(409, "name_taken");
    let page = api.get("/v1/suppressions?limit=1").ok(200);
    assert_eq!(page["items"][0]["id"], "1");
    let next = text(&page["next"]);
    let rest = api
        .get(&format!("/v1/suppressions?limit=1&cursor={next}"))
        .ok(200);
    assert_eq!(
        (&rest["items"][0]["name"], &rest["next"]),
        (&json!("Complaints"), &Value::Null)
    );

    add(api, &path, &json!(["ann@example.org"]));
    let asked = api.delete(&path).problem(409, "confirmation_needed");
    assert!(text(&asked["detail"]).contains("confirm=Complaints"));
    let gone = api.delete(&format!("{path}?confirm=Complaints")).ok(200);
    assert_eq!(gone["entries"], 1);
    api.get(&path).problem(404, "not_found");
}

#[test]
fn the_global_list_stays_global() {
    let server = Server::start();
    let api = server.admin();
    for body in [json!({ "is_global": false }), json!({ "databases": ["1"] })] {
        api.patch(GLOBAL, &body).problem(422, "validation_failed");
    }
    let renamed = api.patch(GLOBAL, &json!({ "name": "Everywhere", "is_global": true }));
    assert_eq!(renamed.ok(200)["is_global"], true);
    api.delete(&format!("{GLOBAL}?confirm=Everywhere"))
        .problem(409, "global_list");
    add(&api, GLOBAL, &json!(["a@example.org", "b@example.org"]));
    api.post(&format!("{GLOBAL}/clear"), &json!({}))
        .problem(409, "confirmation_needed");
    let target = format!("{GLOBAL}/clear?confirm=Everywhere");
    let cleared = api.post(&target, &json!({ "reason": "tests" })).ok(200);
    assert_eq!(cleared, json!({ "id": "1", "entries": 2 }));
    assert_eq!(api.get(GLOBAL).ok(200)["entries"], 0);
    let told = api.get(&format!("{GLOBAL}/history?keys=true")).ok(200);
    let told = &told["items"][0];
    assert_eq!(
        (&told["action"], &told["reason"], &told["keys"]),
        (
            &json!("cleared"),
            &json!("tests"),
            &json!(["a@example.org", "b@example.org"])
        )
    );
}

#[test]
fn values_are_added_found_and_removed() {
    let server = Server::start();
    let api = server.admin();
    let given = json!([
        "Ann@Example.org", "*.example.net", "@example.com", "030 901820", "nobody",
        { "value": "ann@example.org", "type": "email" }, { "value": 5, "typ": "phone" },
    ]);
    let done = add(&api, GLOBAL, &given);
    assert_eq!(
        (
            &done["total"],
            &done["added"],
            &done["repeated"],
            &done["failed"]
        ),
        (&json!(7), &json!(4), &json!(1), &json!(2))
    );
    assert_eq!(
        (&done["errors"][0]["index"], &done["errors"][0]["code"]),
        (&json!(4), &json!("unrecognised"))
    );
    assert_eq!(done["errors"][1]["index"], 6);
    let again = json!({ "entries": ["ann@example.org"], "reason": "complaint" });
    let target = format!("{GLOBAL}/entries");
    assert_eq!(api.post(&target, &again).ok(200)["updated"], 1);
    assert_eq!(api.post(&target, &again).ok(200)["repeated"], 1);

    assert_eq!(
        check(
            &api,
            GLOBAL,
            &json!([
                "ANN@example.org",
                "ben@example.org",
                "ben@shop.example.net",
                "ben@example.com",
                "ben@shop.example.com",
                "+49 30 901820",
                "shop.example.net",
                "nobody"
            ])
        ),
        ["email", "", "domain", "domain", "", "phone", "domain", ""]
    );
    let page = values(&api, &target);
    assert_eq!(
        page,
        [
            "+4930901820",
            "ann@example.org",
            "example.com",
            "example.net"
        ]
    );
    assert_eq!(
        values(&api, &format!("{target}?type=domain&q=example.n")),
        ["example.net"]
    );
    let first = api.get(&format!("{target}?limit=3")).ok(200);
    let next = text(&first["next"]);
    let rest = values(&api, &format!("{target}?limit=3&cursor={next}"));
    assert_eq!(rest, ["example.net"]);
    let counters = api.get(&format!("{GLOBAL}/counters")).ok(200);
    assert_eq!(
        (
            &counters["total"],
            &counters["domain"]["plain"],
            &counters["subdomains"]
        ),
        (&json!(4), &json!(2), &json!(1))
    );

    let target = format!("{GLOBAL}/entries/remove");
    let body = json!({ "entries": ["ann@example.org"] });
    let wrong = api.post(&target, &body).problem(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["pointer"], "/reason");
    let body = json!({ "entries": ["ann@example.org", "xan@example.org"], "reason": "she asked" });
    let key = [("idempotency-key", "once")];
    let gone = api.json("POST", &target, &key, &body);
    assert_eq!(gone.ok(200)["removed"], 1);
    let again = api.json("POST", &target, &key, &body);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.ok(200), gone.ok(200));
    assert_eq!(check(&api, GLOBAL, &json!(["ann@example.org"])), [""]);
    let told = api.get(&format!("{GLOBAL}/history?limit=1")).ok(200);
    assert_eq!(
        (&told["items"][0]["action"], &told["items"][0]["reason"]),
        (&json!("removed"), &json!("she asked"))
    );
    assert!(told["next"].is_string());

    for (body, pointer) in [
        (json!({ "entries": [] }), "/entries"),
        (json!({ "entries": vec!["a"; 100_001] }), "/entries"),
        (json!({ "entries": ["a"], "region": "Mars" }), "/region"),
        (json!({ "entries": ["a"], "reason": "a\nb" }), "/reason"),
    ] {
        let wrong = api.post(&format!("{GLOBAL}/entries"), &body);
        let wrong = wrong.problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["pointer"], pointer);
    }
    api.post(
        &format!("{GLOBAL}/check"),
        &json!({ "values": vec!["a"; 1001] }),
    )
    .problem(422, "validation_failed");
    api.get(&format!("{GLOBAL}/entries?type=mail"))
        .problem(400, "invalid_parameter");
}

#[test]
fn hashes_stand_for_what_they_are_of() {
    let server = Server::start();
    let api = server.admin();
    let md5 = "900150983cd24fb0d6963f7d28e17f72";
    add(&api, GLOBAL, &json!(["ann@example.org", md5]));
    let target = format!("{GLOBAL}/export?hashed=md5");
    let file = api.get(&target);
    assert_eq!(file.status, 200);
    assert_eq!(
        file.header("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(
        lines[0],
        "value,type,hash,subdomains,added_at,reason,source"
    );
    assert_eq!(lines.len(), 3);
    // What was kept as a hash goes out as it is, and so does Ann, as one.
    let hashed = lines[1..]
        .iter()
        .find(|line| !line.starts_with(md5))
        .unwrap();
    let (hash, rest) = hashed.split_at(32);
    assert!(rest.starts_with(",email,md5,false,"));
    // Another list that only knows the hash finds her, and removing her takes it off.
    let other = list(&api, &json!({ "name": "Partner's" }));
    add(&api, &other, &json!([hash]));
    assert_eq!(
        check(&api, &other, &json!(["ann@example.org", hash])),
        ["email", "email"]
    );
    let body = json!({ "entries": ["ann@example.org"], "reason": "she asked" });
    let gone = api.post(&format!("{other}/entries/remove"), &body).ok(200);
    assert_eq!(gone["removed"], 1);
    assert_eq!(api.get(&other).ok(200)["entries"], 0);
}

#[test]
fn a_hundred_thousand_values_fit_in_one_request() {
    let server = Server::start();
    let api = server.admin();
    let many: Vec<String> = (0..100_000)
        .map(|n| format!("p{n:06}@example.org"))
        .collect();
    let done = add(&api, GLOBAL, &json!(many));
    assert_eq!(
        (&done["added"], &done["failed"]),
        (&json!(100_000), &json!(0))
    );
    assert_eq!(api.get(GLOBAL).ok(200)["entries"], 100_000);
    let body = json!({ "entries": many[..50_000], "reason": "too many" });
    let gone = api.post(&format!("{GLOBAL}/entries/remove"), &body).ok(200);
    assert_eq!(gone["removed"], 50_000);
    let cleared = api
        .post(&format!("{GLOBAL}/clear?confirm=Global"), &json!({}))
        .ok(200);
    assert_eq!(cleared["entries"], 50_000);
}

#[test]
fn files_are_imported_whatever_they_are() {
    let server = Server::start();
    let api = server.admin();
    let target = format!("{GLOBAL}/import?region=DE&reason=bounce&filename=list.txt");
    let text_file = b"Ann@example.org\r\n*.example.net\r\n\r\n030 901820\r\nnobody\r\n";
    let report = import(&api, &target, text_file);
    assert_eq!(
        (&report["rows"], &report["added"], &report["failed"]),
        (&json!(4), &json!(3), &json!(1))
    );
    assert_eq!(
        (&report["errors"][0]["file"], &report["errors"][0]["line"]),
        (&json!("list.txt"), &json!(5))
    );
    let told = api.get(&format!("{GLOBAL}/history?keys=true")).ok(200);
    assert_eq!(
        (&told["items"][0]["action"], &told["items"][0]["keys"]),
        (
            &json!("imported"),
            &json!(["+4930901820", "ann@example.org", "example.net"])
        )
    );

    // Its own export, on another list.
    let export = api.get(&format!("{GLOBAL}/export"));
    assert!(
        export.text.contains("'+4930901820,phone"),
        "{}",
        export.text
    );
    let other = list(&api, &json!({ "name": "Copy" }));
    let report = import(
        &api,
        &format!("{other}/import?filename=a.csv"),
        export.text.as_bytes(),
    );
    assert_eq!(
        (&report["added"], &report["failed"]),
        (&json!(3), &json!(0))
    );
    assert_eq!(
        check(&api, &other, &json!(["ben@shop.example.net"])),
        ["domain"]
    );

    let broken = b"\x1f\x8b\x08\x00nothing more";
    let broken = api.send_bytes("POST", &format!("{GLOBAL}/import"), &[], broken);
    let broken = broken.problem(422, "unreadable_file");
    assert_eq!(
        (&broken["reason"], &broken["added"]),
        (&json!("archive_broken"), &json!(0))
    );
    let pdf = api.send_bytes("POST", &format!("{GLOBAL}/import"), &[], b"%PDF-1.7\n");
    assert_eq!(
        pdf.problem(422, "unreadable_file")["reason"],
        "unsupported_format"
    );
}

#[test]
fn what_a_token_may_do_with_suppression_lists() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let other = Database::new(&server, "Others", &[]);
    let own = list(&db.api, &json!({ "name": "Own", "databases": [db.id] }));
    let both = list(
        &db.api,
        &json!({ "name": "Both", "databases": [db.id, other.id] }),
    );
    let free = list(&db.api, &json!({ "name": "Free" }));
    add(&db.api, GLOBAL, &json!(["ann@example.org"]));
    let token = |scopes: Value, databases: Value| {
        let body = json!({ "name": "t", "scopes": scopes, "databases": databases });
        let made = db.api.post("/v1/tokens", &body).ok(201);
        server.client(&text(&made["secret"]))
    };
    let reader = token(json!(["suppressions:read"]), Value::Null);
    reader.get(&both).ok(200);
    let refused = reader.post(
        &format!("{own}/entries"),
        &json!({ "entries": ["a@b.org"] }),
    );
    assert_eq!(
        refused.problem(403, "missing_scope")["scope"],
        "suppressions:write"
    );

    let limited = token(json!(["suppressions:admin"]), json!([db.id]));
    let seen = limited.get("/v1/suppressions").ok(200);
    let seen = seen["items"].as_array().unwrap();
    let seen: Vec<String> = seen.iter().map(|one| text(&one["name"])).collect();
    assert_eq!(seen, ["Global", "Own"]);
    add(&limited, &own, &json!(["ben@example.org"]));
    for hidden in [&both, &free] {
        limited.get(hidden).problem(404, "not_found");
        limited
            .post(
                &format!("{hidden}/check"),
                &json!({ "values": ["a@b.org"] }),
            )
            .problem(404, "not_found");
    }
    // The global list may be asked, and that is all.
    assert_eq!(
        check(&limited, GLOBAL, &json!(["ann@example.org"])),
        ["email"]
    );
    for path in ["entries", "history", "export"] {
        limited
            .get(&format!("{GLOBAL}/{path}"))
            .problem(403, "forbidden");
    }
    limited
        .post(
            &format!("{GLOBAL}/entries"),
            &json!({ "entries": ["a@b.org"] }),
        )
        .problem(403, "forbidden");
    limited
        .post(&format!("{GLOBAL}/clear?confirm=Global"), &json!({}))
        .problem(403, "forbidden");
    limited
        .patch(GLOBAL, &json!({ "name": "Mine" }))
        .problem(403, "forbidden");
    // It makes and keeps lists for its own databases.
    for databases in [json!([]), json!([other.id]), json!([db.id, other.id])] {
        let body = json!({ "name": "New", "databases": databases });
        limited
            .post("/v1/suppressions", &body)
            .problem(422, "validation_failed");
        limited
            .patch(&own, &json!({ "databases": databases }))
            .problem(422, "validation_failed");
    }
    list(&limited, &json!({ "name": "New", "databases": [db.id] }));
}
