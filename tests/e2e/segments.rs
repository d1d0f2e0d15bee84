//! `/v1/databases/{db}/segments`, and memberships through profile writes.

use crate::support::{Client, Database, Server, text};
use serde_json::{Value, json};

fn people(db: &Database, names: &[&str]) -> Vec<String> {
    let data: Vec<Value> = names
        .iter()
        .map(|name| json!({ "email": format!("{name}@example.org"), "_fname": name }))
        .collect();
    let done = db.batch(&json!({ "data": data }));
    let results = done["results"].as_array().unwrap();
    results.iter().map(|one| text(&one["id"])).collect()
}

/// A new segment: its path and id.
fn segment(db: &Database, name: &str) -> (String, String) {
    let made = db
        .api
        .post(&format!("{}/segments", db.path), &json!({ "name": name }));
    let path = made.header("location").unwrap().to_owned();
    (path, text(&made.ok(201)["id"]))
}

fn members(api: &Client, path: &str) -> Vec<String> {
    let target = format!("{path}/members?limit=1000");
    let found = api.get(&target).ok(200);
    let items = found["items"].as_array().unwrap();
    items.iter().map(|one| text(&one["id"])).collect()
}

fn move_members(db: &Database, path: &str, body: &Value) -> Value {
    db.api.post(&format!("{path}/members"), body).ok(200)
}

#[test]
fn a_segment_is_made_renamed_listed_and_deleted() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let list = format!("{}/segments", db.path);
    let made = db.api.post(
        &list,
        &json!({ "name": " Guests ", "description": "of May" }),
    );
    assert_eq!(made.header("etag"), Some("\"1\""));
    let path = made.header("location").unwrap().to_owned();
    let made = made.ok(201);
    assert_eq!(
        (&made["name"], &made["members"], &made["database_id"]),
        (&json!("Guests"), &json!(0), &json!(db.id))
    );
    assert_eq!(db.api.get(&path).ok(200), made);
    db.api
        .post(&list, &json!({ "name": "Guests" }))
        .problem(409, "name_taken");
    let wrong = db.api.post(&list, &json!({ "name": "", "members": 5 }));
    assert_eq!(
        wrong.problem(422, "validation_failed")["errors"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    // Another database has names of its own.
    let other = Database::new(&server, "Others", &[]);
    segment(&other, "Guests");
    other
        .api
        .get(&path.replace(&db.path, &other.path))
        .problem(404, "not_found");

    let stale = db.api.json(
        "PATCH",
        &path,
        &[("if-match", "\"7\"")],
        &json!({ "name": "x" }),
    );
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], 1);
    let renamed = db
        .api
        .patch(&path, &json!({ "name": "Visitors", "description": null }));
    assert_eq!(renamed.header("etag"), Some("\"2\""));
    let renamed = renamed.ok(200);
    assert_eq!(
        (
            &renamed["name"],
            &renamed["description"],
            &renamed["revision"]
        ),
        (&json!("Visitors"), &json!(""), &json!(2))
    );
    segment(&db, "Second");
    db.api
        .patch(&path, &json!({ "name": "Second" }))
        .problem(409, "name_taken");
    let first = db.api.get(&format!("{list}?limit=1")).ok(200);
    assert_eq!(first["items"][0]["name"], "Visitors");
    let next = text(&first["next"]);
    let second = db.api.get(&format!("{list}?limit=1&cursor={next}")).ok(200);
    assert_eq!(
        (&second["items"][0]["name"], &second["next"]),
        (&json!("Second"), &Value::Null)
    );

    let ids = people(&db, &["ann", "ben"]);
    move_members(&db, &path, &json!({ "add": ids }));
    let asked = db.api.delete(&path).problem(409, "confirmation_needed");
    assert!(text(&asked["detail"]).contains("confirm=Visitors"));
    let gone = db.api.delete(&format!("{path}?confirm=Visitors")).ok(200);
    assert_eq!(gone["members"], 2);
    db.api.get(&path).problem(404, "not_found");
    db.api
        .get(&format!("{path}/members"))
        .problem(404, "not_found");
    assert_eq!(db.profile(&ids[0])["segments"], json!([]));
    // The history of the database tells of all of it.
    let told = db.api.get(&format!("{}/profiles/history", db.path)).ok(200);
    let kinds: Vec<&str> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .filter(|kind| kind.starts_with("segment."))
        .collect();
    assert_eq!(
        kinds,
        [
            "segment.deleted",
            "segment.created",
            "segment.updated",
            "segment.created"
        ]
    );
    // An empty one goes without being asked twice.
    let second = text(&second["items"][0]["id"]);
    db.api.delete(&format!("{list}/{second}")).ok(200);
}

#[test]
fn members_are_moved_by_id_and_nobody_is_lost_in_silence() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let other = Database::new(&server, "Others", &[]);
    let ids = people(&db, &["ann", "ben", "cid"]);
    let foreign = people(&other, &["xan"]);
    let (path, id) = segment(&db, "Guests");
    let nobody = "000000000000000000000000";
    let moved = move_members(
        &db,
        &path,
        &json!({ "add": [ids[0], ids[1], foreign[0]], "remove": [ids[2]] }),
    );
    assert_eq!(
        moved,
        json!({ "added": 2, "removed": 0, "unchanged": 1, "unknown": [foreign[0]], "members": 2 })
    );
    assert_eq!(members(&db.api, &path), ids[..2]);
    let moved = move_members(&db, &path, &json!({ "add": [ids[2]], "remove": [ids[0]] }));
    assert_eq!((&moved["added"], &moved["removed"]), (&json!(1), &json!(1)));
    assert_eq!(db.api.get(&path).ok(200)["members"], 2);
    assert_eq!(db.profile(&ids[1])["segments"], json!([id]));
    assert_eq!(db.profile(&ids[0])["segments"], json!([]));
    // Settings are another matter than members.
    assert_eq!(db.api.get(&path).ok(200)["revision"], 1);
    assert_eq!(db.profile(&ids[1])["revision"], 1);

    let target = format!("{path}/members");
    for (body, pointer) in [
        (json!({ "add": [ids[0], nobody] }), "/add/1"),
        (json!({ "add": [5] }), "/add/0"),
        (
            json!({ "add": [ids[0]], "remove": [ids[1], ids[0]] }),
            "/remove/1",
        ),
        (json!({ "insert": [] }), "/insert"),
    ] {
        let wrong = db
            .api
            .post(&target, &body)
            .problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(members(&db.api, &path), ids[1..]);
    // A key makes it safe to repeat.
    let body = json!({ "remove": [ids[2]] });
    let key = [("idempotency-key", "once")];
    let first = db.api.json("POST", &target, &key, &body);
    let again = db.api.json("POST", &target, &key, &body);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.ok(200), again.ok(200));
}

#[test]
fn members_come_in_pages_as_ids_or_whole() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let ids = people(&db, &["ann", "ben", "cid"]);
    let (path, _) = segment(&db, "Guests");
    move_members(&db, &path, &json!({ "add": ids }));
    let page = db.api.get(&format!("{path}/members?limit=2")).ok(200);
    assert_eq!(page["items"], json!([{ "id": ids[0] }, { "id": ids[1] }]));
    let rest = format!(
        "{path}/members?limit=2&profiles=true&cursor={}",
        text(&page["next"])
    );
    let rest = db.api.get(&rest).ok(200);
    assert_eq!(rest["next"], Value::Null);
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    let one = &rest["items"][0];
    assert_eq!(
        (&one["id"], &one["data"]["_fname"], &one["revision"]),
        (&json!(ids[2]), &json!("cid"), &json!(1))
    );
}

#[test]
fn every_write_of_a_profile_may_change_its_memberships() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let (one, first) = segment(&db, "One");
    let (two, second) = segment(&db, "Two");
    // A single write, a batch, a patch.
    let written = db.write(&json!({
        "data": { "email": "ann@example.org" }, "add_to_segments": [first, second.parse::<i64>().unwrap()]
    }));
    let ann = text(&written.ok(201)["id"]);
    assert_eq!(db.profile(&ann)["segments"], json!([first, second]));
    let done = db.batch(&json!({
        "data": [{ "email": "ann@example.org" }, { "email": "ben@example.org" }, { "email": "no" }],
        "add_to_segments": [second], "remove_from_segments": [first]
    }));
    assert_eq!(
        (&done["unchanged"], &done["created"], &done["failed"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let ben = text(&done["results"][1]["id"]);
    assert_eq!(members(&db.api, &one), [""; 0]);
    assert_eq!(members(&db.api, &two), [&*ann, &*ben]);
    let patched = db
        .api
        .patch(
            &db.of(&ben),
            &json!({ "remove_from_segments": [second], "add_to_segments": [first] }),
        )
        .ok(200);
    assert_eq!(
        (&patched["segments"], &patched["revision"]),
        (&json!([first]), &json!(1))
    );
    // Lists and matches show it as well, unless they are asked for less.
    let all = db.all();
    assert_eq!(
        (&all[0]["segments"], &all[1]["segments"]),
        (&json!([second]), &json!([first]))
    );
    let by_mail = db
        .api
        .get(&format!("{}/profiles?email=ben%40example.org", db.path))
        .ok(200);
    assert_eq!(by_mail["items"][0]["segments"], json!([first]));
    let matched = db.find(&json!({ "email": "ann@example.org" })).ok(200);
    assert_eq!(matched["segments"], json!([second]));
    let sparse = |fields: &str| {
        let target = format!("{}?fields={fields}", db.of(&ann));
        db.api.get(&target).ok(200)["segments"].clone()
    };
    assert_eq!(
        (sparse("email"), sparse("email,segments")),
        (Value::Null, json!([second]))
    );

    let unknown = db.write(&json!({
        "data": { "email": "cid@example.org" }, "add_to_segments": [first, "999"]
    }));
    let unknown = unknown.problem(422, "validation_failed");
    assert_eq!(
        (
            &unknown["errors"][0]["code"],
            &unknown["errors"][0]["pointer"]
        ),
        (&json!("unknown_segment"), &json!("/add_to_segments/1"))
    );
    let both = db.write(&json!({
        "data": { "email": "cid@example.org" },
        "add_to_segments": [first], "remove_from_segments": [first]
    }));
    assert_eq!(
        both.problem(422, "validation_failed")["errors"][0]["code"],
        "contradiction"
    );
    // A repeated request changes nothing a second time.
    let body = json!({ "data": { "email": "ann@example.org" }, "add_to_segments": [first] });
    let key = [("idempotency-key", "again")];
    let target = format!("{}/profiles", db.path);
    let first_answer = db.api.json("POST", &target, &key, &body).ok(200);
    db.write(&json!({ "data": { "email": "ann@example.org" }, "remove_from_segments": [first] }))
        .ok(200);
    assert_eq!(
        db.api.json("POST", &target, &key, &body).ok(200),
        first_answer
    );
    assert_eq!(db.profile(&ann)["segments"], json!([second]));
    // An atomic batch is whole here too.
    let atomic = db.batch(&json!({
        "data": [{ "email": "ann@example.org" }, { "email": "no" }],
        "add_to_segments": [first], "atomic": true
    }));
    assert_eq!(atomic["failed"], 2);
    assert_eq!(db.profile(&ann)["segments"], json!([second]));
    db.api.delete(&db.of(&ann)).ok(200);
    assert_eq!(db.api.get(&two).ok(200)["members"], 0);
}

#[test]
fn what_becomes_of_a_database_becomes_of_its_segments() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let (path, _) = segment(&db, "Guests");
    let ids = people(&db, &["ann", "ben"]);
    move_members(&db, &path, &json!({ "add": ids }));
    let clone = db
        .api
        .post(&format!("{}/clone", db.path), &json!({}))
        .ok(201);
    let copies = format!("/v1/databases/{}/segments", text(&clone["id"]));
    let copies = db.api.get(&copies).ok(200);
    assert_eq!(
        (&copies["items"][0]["name"], &copies["items"][0]["members"]),
        (&json!("Guests"), &json!(0))
    );
    db.api
        .post(&format!("{}/wipe?confirm=Customers", db.path), &json!({}))
        .ok(200);
    assert_eq!(db.api.get(&path).ok(200)["members"], 0);
    db.api
        .delete(&format!("{}?confirm=Customers", db.path))
        .ok(200);
    db.api.get(&path).problem(404, "not_found");
}

#[test]
fn what_a_token_may_do_with_segments() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let (path, _) = segment(&db, "Guests");
    let token = |scopes: Value| {
        let made = db
            .api
            .post("/v1/tokens", &json!({ "name": "t", "scopes": scopes }))
            .ok(201);
        server.client(&text(&made["secret"]))
    };
    let reader = token(json!(["segments:read"]));
    reader.get(&path).ok(200);
    reader.get(&format!("{path}/members")).ok(200);
    let whole = reader.get(&format!("{path}/members?profiles=true"));
    assert_eq!(
        whole.problem(403, "missing_scope")["scope"],
        "profiles:read"
    );
    let write = reader.post(&format!("{path}/members"), &json!({ "add": [] }));
    assert_eq!(
        write.problem(403, "missing_scope")["scope"],
        "members:write"
    );
    for scope in ["members:write", "segments:write"] {
        token(json!([scope]))
            .post(&format!("{path}/members"), &json!({ "add": [] }))
            .ok(200);
    }
    let members = token(json!(["members:write"]));
    let renamed = members.patch(&path, &json!({"name": "other"}));
    renamed.problem(403, "missing_scope");
    members.delete(&path).problem(403, "missing_scope");
    let writer = token(json!(["segments:write"]));
    writer.get(&path).problem(403, "missing_scope");
}
