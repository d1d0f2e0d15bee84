//! `/v1/standing`: looking at how contacts stand, moving it, lifting it.

use crate::support::{Client, Database, Server, text};
use serde_json::{Value, json};

/// A database with a resource for it: its id.
fn resource(db: &Database, name: &str) -> String {
    let body = json!({ "name": name, "databases": [db.id], "channels": ["email"] });
    text(&db.api.post("/v1/resources", &body).ok(201)["id"])
}

fn person(resource: &str, more: Value) -> Value {
    let mut one =
        json!({ "resource_id": resource, "channel": "email", "email": "ann@example.org" });
    let members = one.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    json!({ "email": "ann@example.org", "subscriptions": [one] })
}

fn status(db: &Database, id: &str) -> String {
    text(&db.profile(id)["subscriptions"][0]["status"])
}

fn entries(api: &Client) -> Vec<Value> {
    let lines = api.get("/v1/standing/export");
    assert_eq!(lines.status, 200);
    let lines = lines.text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Somebody who left by themselves, and whose profile is gone.
fn left(db: &Database, resource: &str) {
    let gone = json!({ "status": "unsubscribed", "left_by": "person",
        "left_at": "2026-03-01T10:00:00Z" });
    let id = db.import(&person(resource, gone));
    db.api.delete(&db.of(&id)).ok(200);
}

#[test]
fn what_is_kept_moves_to_another_installation() {
    let (there, here) = (Server::start(), Server::start());
    let old = Database::new(&there, "Old", &[]);
    let letter = resource(&old, "The Letter");
    left(&old, &letter);
    let kept = entries(&old.api);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0]["status"], "unsubscribed");
    assert_eq!(kept[0]["by"], "person");
    assert_eq!(kept[0]["at"], "2026-03-01T10:00:00.000Z");
    assert!(!kept[0].to_string().contains("ann"), "{kept:?}");
    let page = old.api.get("/v1/standing?limit=1").ok(200);
    assert_eq!(page["items"], json!(kept));
    let of_one = old.api.get("/v1/standing?email=Ann@Example.org").ok(200);
    assert_eq!(of_one["items"], json!(kept));
    let nobody = old.api.get("/v1/standing?email=ben@example.org").ok(200);
    assert_eq!(nobody["items"], json!([]));

    let new = Database::new(&here, "New", &[]);
    resource(&new, "Another");
    let ours = resource(&new, "Our Letter");
    let keys = old.api.get("/v1/standing/keys").ok(200)["items"].clone();
    let import = |body: Value| new.api.post("/v1/standing/import", &body);
    // Without the key nobody can tell whose it is.
    let alone = import(json!({ "entries": kept })).ok(200);
    assert_eq!((&alone["failed"], &alone["taken"]), (&json!(1), &json!(0)));
    assert_eq!(alone["errors"][0]["code"], "unknown_key");
    // Nor where it belongs without the map.
    let stray = import(json!({ "keys": keys, "entries": kept })).ok(200);
    assert_eq!(
        (&stray["unmapped"], &stray["taken"]),
        (&json!(1), &json!(0))
    );
    let map = json!({ letter.as_str(): ours });
    for _ in 0..2 {
        let taken = import(json!({ "keys": keys, "resources": map, "entries": kept })).ok(200);
        assert_eq!(taken["taken"], 1, "{taken}");
    }
    let id = new.import(&person(&ours, json!({ "status": "subscribed" })));
    assert_eq!(status(&new, &id), "unsubscribed");
    let one = &new.profile(&id)["subscriptions"][0];
    assert_eq!(one["left_by"], "person", "{one}");
    let known = new.api.get("/v1/standing?email=ann@example.org").ok(200);
    assert_eq!(known["items"][0]["resource_id"], json!(ours));

    for (body, pointer) in [
        (json!({ "entries": [] }), "/entries"),
        (
            json!({ "keys": [{ "name": "a b", "secret": "00" }], "entries": kept }),
            "/keys/0/name",
        ),
        (
            json!({ "resources": { "1": "999" }, "entries": kept }),
            "/resources/1",
        ),
        (
            json!({ "databases": { "1": "x" }, "entries": kept }),
            "/databases/1",
        ),
    ] {
        let wrong = import(body).problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["pointer"], pointer, "{wrong}");
    }
    let mut other = keys.clone();
    other[0]["secret"] = "ab".repeat(32).into();
    let wrong = import(json!({ "keys": other, "entries": kept })).problem(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["code"], "key_differs");
    let odd = [json!({}), json!(5), json!({ "hash": "zz", "key": "x" })];
    let odd = import(json!({ "entries": odd })).ok(200);
    assert_eq!((&odd["failed"], &odd["taken"]), (&json!(3), &json!(0)));
}

#[test]
fn what_stands_is_lifted_with_a_reason_and_not_without() {
    let server = Server::start();
    let db = Database::new(&server, "People", &[]);
    let letter = resource(&db, "The Letter");
    left(&db, &letter);
    let lift = |body: Value| db.api.post("/v1/standing/lift", &body);
    for (body, code) in [
        (json!({ "email": "ann@example.org" }), "required"),
        (
            json!({ "email": "ann@example.org", "reason": " " }),
            "required",
        ),
        (json!({ "reason": "x" }), "contact_missing"),
        (json!({ "email": "ann", "reason": "x" }), "invalid_email"),
        (
            json!({ "email": "ann@example.org", "reason": "x", "why": "y" }),
            "unknown_member",
        ),
    ] {
        let wrong = lift(body).problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["code"], code, "{wrong}");
    }
    let nobody = json!({ "email": "ben@example.org", "reason": "x" });
    lift(nobody).problem(404, "not_found");
    // For another resource nothing is lifted of this one.
    let another = resource(&db, "Another");
    let elsewhere = json!({ "email": "ann@example.org", "resource_id": another, "reason": "x" });
    lift(elsewhere).problem(404, "not_found");
    let id = db.import(&person(&letter, json!({})));
    assert_eq!(status(&db, &id), "unsubscribed");
    db.api.delete(&db.of(&id)).ok(200);
    let body = json!({ "email": "ann@example.org", "resource_id": letter,
        "reason": "She wrote to us." });
    let lifted = lift(body.clone()).ok(200);
    assert_eq!(lifted["items"][0]["status"], "unsubscribed");
    lift(body).problem(404, "not_found");
    let kept = db.api.get("/v1/standing?email=ann@example.org").ok(200);
    assert_eq!(kept["items"][0]["status"], Value::Null);
    assert_eq!(kept["items"][0]["how"], "She wrote to us.");
    let id = db.import(&person(&letter, json!({})));
    assert_eq!(status(&db, &id), "subscribed");
}

#[test]
fn a_token_for_some_databases_asks_and_sees_what_was_told_there() {
    let server = Server::start();
    let db = Database::new(&server, "Theirs", &[]);
    let other = Database::new(&server, "Others", &[]);
    let letter = resource(&db, "The Letter");
    left(&db, &letter);
    let token = |database: &str| {
        let body = json!({ "name": format!("of {database}"), "databases": [database],
            "scopes": ["suppressions:read", "suppressions:write"] });
        let made = db.api.post("/v1/tokens", &body).ok(201);
        server.client(&text(&made["secret"]))
    };
    let (own, stranger) = (token(&db.id), token(&other.id));
    let asked = "/v1/standing?email=ann@example.org";
    assert_eq!(own.get(asked).ok(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(stranger.get(asked).ok(200)["items"], json!([]));
    let reason = json!({ "email": "ann@example.org", "reason": "x" });
    for client in [&own, &stranger] {
        for path in ["/v1/standing", "/v1/standing/export", "/v1/standing/keys"] {
            client.get(path).problem(403, "forbidden");
        }
        client
            .post("/v1/standing/lift", &reason)
            .problem(403, "forbidden");
        let body = json!({ "entries": [{}] });
        client
            .post("/v1/standing/import", &body)
            .problem(403, "forbidden");
    }
    db.api
        .get("/v1/standing?email=nobody")
        .problem(400, "invalid_parameter");
    db.api
        .get("/v1/standing?channel=pigeon")
        .problem(400, "invalid_parameter");
}

#[test]
fn an_old_export_undoes_nothing_that_was_told_since() {
    let server = Server::start();
    let db = Database::new(&server, "Old", &[]);
    let letter = resource(&db, "The Letter");
    left(&db, &letter);
    let kept = entries(&db.api);
    let keys = db.api.get("/v1/standing/keys").ok(200)["items"].clone();
    let taken = |entry: &Value| {
        let body = json!({ "keys": keys, "entries": [entry], "unmapped": "skip",
            "resources": { &letter: letter }, "databases": { &db.id: db.id } });
        db.api.post("/v1/standing/import", &body).ok(200)
    };
    let mut old = kept[0].clone();
    old["status"] = json!(null);
    old["noted_at"] = json!("2020-01-01T00:00:00Z");
    taken(&old);
    assert_eq!(entries(&db.api), kept);
    // What is told from the future was told now: they may leave after it.
    old["noted_at"] = json!("9999-01-01T00:00:00Z");
    taken(&old);
    assert!(entries(&db.api)[0]["status"].is_null());
    std::thread::sleep(std::time::Duration::from_millis(5));
    left(&db, &letter);
    let id = db.import(&person(&letter, json!({ "status": "subscribed" })));
    assert_eq!(status(&db, &id), "unsubscribed");
    // One name is one secret.
    let mut twice = keys.as_array().unwrap().clone();
    let mut other = twice[0].clone();
    other["secret"] = json!("00".repeat(32));
    twice.push(other);
    let body = json!({ "keys": twice, "entries": kept });
    let refused = db.api.post("/v1/standing/import", &body).ok(422);
    assert_eq!(refused["errors"][0]["code"], "invalid_key");
}

#[test]
fn nobody_takes_back_for_a_person_what_they_said_in_another_database() {
    let server = Server::start();
    let (one, two) = (
        Database::new(&server, "One", &[]),
        Database::new(&server, "Two", &[]),
    );
    let both = json!({ "name": "Letter", "databases": [one.id, two.id], "channels": ["email"] });
    let letter = text(&one.api.post("/v1/resources", &both).ok(201)["id"]);
    let id = one.import(&person(&letter, json!({})));
    two.import(&person(
        &letter,
        json!({ "status": "unsubscribed", "left_by": "person" }),
    ));
    let put = |more: Value| {
        let body = person(&letter, more)["subscriptions"][0].clone();
        one.api
            .put(&format!("{}/subscriptions", one.of(&id)), &body)
    };
    put(json!({ "status": "unsubscribed", "left_by": "operator" })).ok(200);
    let refused = put(json!({ "status": "subscribed" }));
    let why = &refused.ok(422)["errors"][0]["code"];
    assert_eq!(why, "status_protected");
    // Where it is wrong is said once.
    let patch = person(&letter, json!({ "status": "subscribed" }));
    let patch = json!({ "data": { "subscriptions": patch["subscriptions"] } });
    let refused = one.api.patch(&one.of(&id), &patch);
    let errors = &refused.body()["errors"];
    assert_eq!(
        errors[0]["pointer"], "/data/subscriptions/0/status",
        "{refused:?}"
    );
    let why = one
        .api
        .get(&format!("{}/deliverability", one.of(&id)))
        .ok(200);
    assert!(!why.to_string().contains("\"deliverable\":true"), "{why}");
}
