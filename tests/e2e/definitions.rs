//! What every kind of definition does alike: unknown members, revisions, repetitions,
//! names, lists, and tokens for one database.

use crate::history::definitions;
use crate::support::{ADMIN, Database, Server, State, text};
use serde_json::{Value, json};

fn started() -> Server {
    let variables = [
        ("admin_token", ADMIN),
        ("import_hosts", "files.example"),
        ("notify_hosts", "crm.example"),
    ];
    Server::with(&State::new(), &variables)
}

fn resource_of(db: &Database) -> String {
    let resource = json!({"name": "News", "databases": [db.id], "channels": ["email"]});
    text(&db.api.post("/v1/resources", &resource).ok(201)["id"])
}

#[test]
fn every_kind_is_made_once_guarded_by_its_revision_and_refuses_what_it_does_not_know() {
    let server = started();
    let db = Database::new(&server, "People", &[]);
    let resource = resource_of(&db);
    for one in definitions(&db, &resource) {
        let noun = one.noun;
        let (collection, body) = &one.create;
        let keyed = |key: &str, body: &Value| {
            let headers = [
                ("content-type", "application/json"),
                ("idempotency-key", key),
            ];
            db.api.send("POST", collection, &headers, &body.to_string())
        };
        // A member that nobody knows changes nothing.
        let mut odd = body.clone();
        odd["no_such_member"] = json!(1);
        let refused = db.api.post(collection, &odd);
        let wrong = refused.problem(422, "validation_failed");
        let pointers = wrong["errors"].as_array().unwrap().iter();
        assert!(
            pointers
                .clone()
                .any(|one| one["pointer"] == "/no_such_member"),
            "{noun}: {wrong}"
        );
        // Twice with one key is once.
        let made = keyed(noun, body);
        assert_eq!(made.status, 201, "{noun}: {made:?}");
        let again = keyed(noun, body);
        assert_eq!(
            (again.status, again.header("idempotency-replayed")),
            (201, Some("true")),
            "{noun}"
        );
        let path = made.header("location").expect("a location").to_owned();
        // Schedules may have the same name.
        if noun != "schedule" {
            db.api.post(collection, body).problem(409, "name_taken");
        }
        // A change of another revision happens to nobody.
        let patch = |revision: &str, body: &Value| {
            let headers = [("content-type", "application/json"), ("if-match", revision)];
            db.api.send("PATCH", &path, &headers, &body.to_string())
        };
        let other = patch("\"77\"", &one.patch);
        assert_eq!(other.status, 412, "{noun}: {other:?}");
        if noun == "field" {
            // A field's revision is its database's.
            db.api.patch(&path, &one.patch).ok(200);
        } else {
            let changed = patch("\"1\"", &one.patch);
            assert_eq!(changed.status, 200, "{noun}: {changed:?}");
            assert_eq!(changed.header("etag"), Some("\"2\""), "{noun}");
            let shown = db.api.get(&path);
            assert_eq!(shown.header("etag"), Some("\"2\""), "{noun}");
            // What changes nothing counts for nothing.
            if noun != "schedule" {
                let same = patch("\"2\"", &one.patch);
                assert_eq!(same.header("etag"), Some("\"2\""), "{noun}: {same:?}");
            }
        }
        let odd = db.api.patch(&path, &json!({"no_such_member": 1}));
        odd.problem(422, "validation_failed");
        let listed = db.api.get(collection).ok(200);
        assert!(!listed["items"].as_array().unwrap().is_empty(), "{noun}");
        assert!(listed.get("next").is_some(), "{noun}: {listed}");
    }
}

#[test]
fn a_token_for_another_database_knows_of_none() {
    let server = started();
    let db = Database::new(&server, "People", &[]);
    let other = Database::new(&server, "Others", &[]);
    let resource = resource_of(&db);
    let token = json!({"name": "other", "databases": [other.id], "scopes": [
        "databases:admin", "segments:admin", "views:admin", "forms:admin", "hooks:admin",
        "imports:admin"
    ]});
    let token = db.api.post("/v1/tokens", &token).ok(201);
    let limited = server.client(&text(&token["secret"]));
    for one in definitions(&db, &resource) {
        if !one.is_of_database {
            continue;
        }
        let noun = one.noun;
        let made = db.api.post(&one.create.0, &one.create.1);
        let path = made.header("location").expect("a location").to_owned();
        for answer in [
            limited.get(&path),
            limited.patch(&path, &one.patch),
            limited.delete(&path),
        ] {
            assert_eq!(answer.status, 404, "{noun}: {answer:?}");
        }
        let refused = limited.post(&one.create.0, &one.create.1);
        assert!(matches!(refused.status, 404 | 422), "{noun}: {refused:?}");
        db.api.get(&path).ok(200);
    }
}
