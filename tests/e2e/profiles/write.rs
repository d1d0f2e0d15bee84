//! `POST …/profiles`, `GET, PATCH, DELETE …/profiles/{id}`

use crate::support::{Database, Server, text};
use serde_json::{Value, json};

fn customers(server: &Server) -> Database {
    Database::new(
        server,
        "Customers",
        &[
            json!({ "name": "level", "type": "integer" }),
            json!({ "name": "code", "type": "string", "unique": true }),
            json!({ "name": "extra", "type": "object" }),
        ],
    )
}

#[test]
fn importing_creates_then_updates_then_leaves_alone() {
    let server = Server::start();
    let db = customers(&server);
    let ann = json!({ "data": { "email": "ann@example.com", "_fname": "Ann", "level": 1 } });
    let answer = db.write(&ann);
    let made = answer.ok(201);
    assert_eq!(
        (&made["outcome"], &made["revision"]),
        (&json!("created"), &json!(1))
    );
    assert_eq!(made["skipped"], json!([]));
    let id = text(&made["id"]);
    assert!(
        id.len() == 24 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
        "{id}"
    );

    let same = db.write(&ann).ok(200);
    assert_eq!(
        (&same["outcome"], &same["revision"], &same["id"]),
        (&json!("unchanged"), &json!(1), &made["id"])
    );
    let other = db
        .write(&json!({ "data": { "email": "ANN@example.com", "level": 2, "_lname": "Doe" } }))
        .ok(200);
    assert_eq!(
        (&other["outcome"], &other["revision"]),
        (&json!("updated"), &json!(2))
    );

    let shown = db.profile(&id);
    assert_eq!(shown["data"]["_fname"], "Ann", "absent keeps");
    assert_eq!(shown["data"]["level"], 2);
    assert_eq!(shown["database_id"], json!(db.id));
    assert_eq!(shown["status"], "subscribed");
    assert!(shown["created_at"].as_str() <= shown["updated_at"].as_str());
    assert_eq!(db.api.get(&db.of(&id)).header("etag"), Some("\"2\""));

    db.write(&json!({ "data": { "email": "ann@example.com", "_fname": null } }))
        .ok(200);
    assert_eq!(db.profile(&id)["data"].get("_fname"), None, "null clears");
    assert_eq!(db.total(), 1);
}

#[test]
fn adding_refuses_what_exists_and_names_it() {
    let server = Server::start();
    let db = customers(&server);
    let id = db.import(&json!({ "email": "ann@example.com", "code": "A1" }));
    let add = |data: Value| db.write(&json!({ "mode": "add", "data": data }));
    let email = add(json!({ "email": "ann@EXAMPLE.com" })).problem(409, "duplicate");
    assert_eq!(
        (&email["field"], &email["profile"]),
        (&json!("email"), &json!(id))
    );
    let code = add(json!({ "email": "bob@example.com", "code": "A1" })).problem(409, "duplicate");
    assert_eq!(
        (&code["field"], &code["profile"]),
        (&json!("code"), &json!(id))
    );
    assert_eq!(
        add(json!({ "email": "bob@example.com", "code": "A2" })).ok(201)["outcome"],
        "created"
    );
    assert_eq!(
        add(json!({})).ok(201)["outcome"],
        "created",
        "an empty profile"
    );
    assert_eq!(db.total(), 3);
}

#[test]
fn updating_never_creates() {
    let server = Server::start();
    let db = customers(&server);
    let update = json!({ "mode": "update", "data": { "email": "ann@example.com", "level": 5 } });
    db.write(&update).problem(404, "not_found");
    assert_eq!(db.total(), 0);
    let id = db.import(&json!({ "email": "ann@example.com" }));
    assert_eq!(db.write(&update).ok(200)["outcome"], "updated");
    assert_eq!(db.profile(&id)["data"]["level"], 5);
}

#[test]
fn an_import_cannot_take_a_unique_value_of_another() {
    let server = Server::start();
    let db = customers(&server);
    db.import(&json!({ "email": "ann@example.com", "code": "A1" }));
    let bob = db.import(&json!({ "email": "bob@example.com" }));
    let taken =
        db.write(&json!({ "data": { "email": "bob@example.com", "code": "A1", "level": 9 } }));
    taken.problem(409, "duplicate");
    assert_eq!(
        db.profile(&bob)["data"].get("level"),
        None,
        "nothing of it was written"
    );
    assert_eq!(db.profile(&bob)["revision"], 1);
}

#[test]
fn a_patch_is_a_merge_patch() {
    let server = Server::start();
    let db = customers(&server);
    let id = db.import(
        &json!({ "email": "ann@example.com", "level": 1, "extra": { "a": 1, "b": { "c": 2 } } }),
    );
    let patch = json!({ "data": { "level": null, "extra": { "b": { "d": 3 }, "a": null } } });
    let shown = db.api.patch(&db.of(&id), &patch).ok(200);
    assert_eq!(
        shown["data"],
        json!({ "email": "ann@example.com", "extra": { "b": { "c": 2, "d": 3 } } })
    );
    assert_eq!(shown["revision"], 2);
    let status = db.api.patch(&db.of(&id), &json!({ "status": "suspended" }));
    assert_eq!(status.ok(200)["status"], "suspended");
    let unknown = db
        .api
        .patch(&db.of(&id), &json!({ "data": { "nothing": 1 } }));
    assert_eq!(unknown.ok(422)["errors"][0]["pointer"], "/data/nothing");
}

#[test]
fn if_match_guards_a_change() {
    let server = Server::start();
    let db = customers(&server);
    let id = db.import(&json!({ "email": "ann@example.com", "level": 1 }));
    let path = db.of(&id);
    let patch = |tag: &str, level: i64| {
        db.api.json(
            "PATCH",
            &path,
            &[("if-match", tag)],
            &json!({ "data": { "level": level } }),
        )
    };
    patch("\"1\"", 2).ok(200);
    patch("\"1\"", 3).problem(412, "precondition_failed");
    patch("\"7\", \"2\"", 4).ok(200);
    patch("*", 5).ok(200);
    patch("4", 6).problem(400, "invalid_header");
    assert_eq!(db.profile(&id)["data"]["level"], 5);
    let delete = |tag: &str| db.api.send("DELETE", &path, &[("if-match", tag)], "");
    delete("\"1\"").problem(412, "precondition_failed");
    delete("\"4\"").ok(200);
}

#[test]
fn deleting_takes_all_that_belongs_to_it() {
    let server = Server::start();
    let db = customers(&server);
    let id =
        db.import(&json!({ "email": "ann@example.com", "_lname": "Verschwindel", "code": "A1" }));
    assert_eq!(db.search("verschwindel").len(), 1);
    db.api.delete(&db.of(&id)).ok(200);
    for target in [db.of(&id), format!("{}/subscriptions", db.of(&id))] {
        db.api.get(&target).problem(404, "not_found");
    }
    // Its history is gone but for the fact itself, which holds no data.
    let history = db.api.get(&format!("{}/history", db.of(&id))).ok(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 1);
    assert_eq!(history["items"][0]["kind"], "profile.deleted");
    assert_eq!(history["items"][0]["changes"], json!([]));
    db.api.delete(&db.of(&id)).problem(404, "not_found");
    db.api
        .patch(&db.of(&id), &json!({ "data": {} }))
        .problem(404, "not_found");
    assert_eq!(db.search("verschwindel").len(), 0);
    db.find(&json!({ "matching": "custom", "field_name": "code", "field_value": "A1" }))
        .problem(404, "not_found");
    // Its unique values are free again.
    let again = db
        .write(&json!({ "data": { "email": "ann@example.com", "code": "A1" } }))
        .ok(201);
    assert_ne!(again["id"], json!(id));
}

#[test]
fn ids_that_are_none_are_not_found() {
    let server = Server::start();
    let db = customers(&server);
    let id = db.import(&json!({ "email": "ann@example.com" }));
    let mut other = id.clone().into_bytes();
    other[23] = if other[23] == b'0' { b'1' } else { b'0' };
    for id in [
        String::from_utf8(other).unwrap(),
        id.to_uppercase() + "0",
        "0".repeat(24),
        "f".repeat(24),
        "x".into(),
    ] {
        db.api.get(&db.of(&id)).problem(404, "not_found");
    }
}

#[test]
fn several_complaints_come_at_once_each_with_its_place() {
    let server = Server::start();
    let db = customers(&server);
    let body =
        json!({ "data": { "email": "nonsense", "level": "x", "ghost": 1, "phones": ["1"] } });
    let problem = db.write(&body).ok(422);
    let mut places: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| text(&e["pointer"]))
        .collect();
    places.sort();
    assert_eq!(places.len(), 4, "{problem}");
    assert!(
        places.iter().all(|place| place.starts_with("/data/")),
        "{places:?}"
    );
    let misspelt = db.write(&json!({ "dta": {} })).ok(422);
    assert_eq!(misspelt["errors"][0]["pointer"], "/dta");
    assert_eq!(db.total(), 0);
}

#[test]
fn a_profile_has_a_largest_size() {
    let server = Server::start();
    let fields: Vec<_> = (0..40)
        .map(|n| json!({ "name": format!("s{n}"), "type": "string" }))
        .collect();
    let db = Database::new(&server, "Wide", &fields);
    let mut data = json!({ "email": "ann@example.com" });
    for n in 0..40 {
        data[format!("s{n}")] = json!("x".repeat(4_000));
    }
    let answer = db.write(&json!({ "data": data }));
    assert_eq!(answer.status, 422, "{answer:?}");
    assert_eq!(db.total(), 0);
}
