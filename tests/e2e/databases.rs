//! `/v1/databases`

use crate::support::{Database, Server, all, data, text};
use roster_people::People;
use serde_json::{Value, json};

#[test]
fn a_database_has_its_settings_and_the_standard_fields() {
    let server = Server::start();
    let api = server.admin();
    let body = json!({
        "name": "Customers", "description": "All of them", "region": "de",
        "time_zone": "Europe/Berlin", "language": "de", "manager_title": "Abos", "tags": ["eu", "b2c"],
    });
    let answer = api.post("/v1/databases", &body);
    let made = answer.ok(201);
    let path = format!("/v1/databases/{}", text(&made["id"]));
    assert_eq!(answer.header("location"), Some(path.as_str()));
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(made["region"], "DE");
    for member in [
        "description",
        "time_zone",
        "language",
        "manager_title",
        "tags",
    ] {
        assert_eq!(made[member], body[member], "{member}");
    }
    let names: Vec<_> = made["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| text(&f["name"]))
        .collect();
    for name in [
        "email", "phones", "_fname", "_lname", "_bdate", "_sex", "_regip", "_tz", "_os",
    ] {
        assert!(names.contains(&name.to_owned()), "{name} in {names:?}");
    }
    assert_eq!(api.get(&path).ok(200), made);
    assert_eq!(api.get("/v1/databases").ok(200)["items"], json!([made]));
}

#[test]
fn wrong_settings_are_refused_each_with_its_place() {
    let server = Server::start();
    let body = json!({ "name": "", "region": "XX", "time_zone": "Mars/North", "nonsense": 1 });
    let problem = server
        .admin()
        .post("/v1/databases", &body)
        .problem(422, "validation_failed");
    let mut pointers: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| text(&e["pointer"]))
        .collect();
    pointers.sort();
    assert_eq!(pointers, ["/name", "/nonsense", "/region", "/time_zone"]);
    assert_eq!(
        server.admin().get("/v1/databases").ok(200)["items"],
        json!([])
    );
}

#[test]
fn a_name_is_given_once() {
    let server = Server::start();
    let first = Database::new(&server, "One", &[]);
    let second = Database::new(&server, "Two", &[]);
    let api = server.admin();
    api.post("/v1/databases", &json!({ "name": "One" }))
        .problem(409, "name_taken");
    api.patch(&second.path, &json!({ "name": "One" }))
        .problem(409, "name_taken");
    api.patch(&first.path, &json!({ "name": "One" })).ok(200);
}

#[test]
fn a_patch_changes_what_it_names_and_needs_the_right_revision() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let patched = db
        .api
        .patch(&db.path, &json!({ "description": "new", "region": "US" }));
    assert_eq!(patched.header("etag"), Some("\"2\""));
    assert_eq!(patched.ok(200)["name"], "Customers");
    let old = [("if-match", "\"1\"")];
    let problem = db
        .api
        .json("PATCH", &db.path, &old, &json!({ "region": null }));
    assert_eq!(problem.problem(412, "precondition_failed")["revision"], 2);
    let new = [("if-match", "\"2\"")];
    let cleared = db
        .api
        .json("PATCH", &db.path, &new, &json!({ "region": null }))
        .ok(200);
    assert_eq!(cleared["region"], Value::Null);
    assert_eq!(cleared["description"], "new");
}

#[test]
fn lists_page_by_cursor_while_rows_are_added() {
    let server = Server::start();
    for number in 0..7 {
        Database::new(&server, &format!("D{number}"), &[]);
    }
    let api = server.admin();
    let first = api.get("/v1/databases?limit=3").ok(200);
    Database::new(&server, "D7", &[]);
    let next = text(&first["next"]);
    let second = api
        .get(&format!("/v1/databases?limit=3&cursor={next}"))
        .ok(200);
    assert_eq!(second["items"][0]["name"], "D3");
    let names: Vec<_> = all(&api, "/v1/databases?limit=2")
        .iter()
        .map(|d| text(&d["name"]))
        .collect();
    assert_eq!(names, ["D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7"]);
}

#[test]
fn a_clone_has_the_schema_and_nobody_in_it() {
    let server = Server::start();
    let db = Database::of_people(&server, "Customers");
    db.batch(&json!({ "data": data(People::new(1).range(0..20)) }));
    let clone = db
        .api
        .post(&format!("{}/clone", db.path), &json!({}))
        .ok(201);
    assert_eq!(clone["name"], "Customers (copy)");
    let names = |d: &Value| {
        d["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| text(&f["name"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&clone), names(&db.api.get(&db.path).ok(200)));
    let copy = Database {
        api: server.admin(),
        id: text(&clone["id"]),
        path: format!("/v1/databases/{}", text(&clone["id"])),
    };
    assert_eq!((copy.total(), db.total()), (0, 20));
    // The clone's unique values are its own.
    let result = copy.batch(&json!({ "data": data(People::new(1).range(0..20)) }));
    assert_eq!(result["created"], 20);
    db.api
        .post(&format!("{}/clone", db.path), &json!({}))
        .problem(409, "name_taken");
}

#[test]
fn wiping_and_deleting_ask_for_the_name() {
    let server = Server::start();
    let db = Database::of_people(&server, "A & B, München");
    let other = Database::of_people(&server, "Other");
    for database in [&db, &other] {
        database.batch(&json!({ "data": data(People::new(1).range(0..50)) }));
    }
    let confirm = "confirm=A%20%26%20B%2C%20M%C3%BCnchen";
    for wrong in ["", "?confirm=", "?confirm=Other", "?confirm=true"] {
        let wipe = format!("{}/wipe{wrong}", db.path);
        db.api
            .post(&wipe, &json!({}))
            .problem(409, "confirmation_needed");
        let delete = format!("{}{wrong}", db.path);
        db.api.delete(&delete).problem(409, "confirmation_needed");
    }
    assert_eq!(db.total(), 50);
    let person = People::new(1).person(7);
    assert_eq!(db.search(&person.email).len(), 1);

    let wiped = db
        .api
        .post(&format!("{}/wipe?{confirm}", db.path), &json!({}))
        .ok(200);
    assert_eq!(wiped["profiles"], 50);
    assert_eq!((db.total(), db.all().len()), (0, 0));
    assert_eq!(db.search(&person.email).len(), 0);
    db.find(&json!({ "email": person.email }))
        .problem(404, "not_found");
    // Fields stay, and the same people can come again.
    let again = db.batch(&json!({ "data": data(People::new(1).range(0..50)) }));
    assert_eq!(again["created"], 50);

    let gone = db.api.delete(&format!("{}?{confirm}", db.path)).ok(200);
    assert_eq!(gone["profiles"], 50);
    db.api.get(&db.path).problem(404, "not_found");
    db.api
        .get(&format!("{}/profiles", db.path))
        .problem(404, "not_found");
    db.write(&json!({ "data": { "email": "a@example.com" } }))
        .problem(404, "not_found");
    assert_eq!((other.total(), other.all().len()), (50, 50));
    assert_eq!(other.search(&person.email).len(), 1);
}

#[test]
fn counters_follow_every_status() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let words = [
        "subscribed",
        "unsubscribed",
        "complained",
        "hardbounced",
        "unconfirmed",
        "suspended",
        "invalid",
    ];
    for (number, word) in words.iter().enumerate() {
        db.import(&json!({ "email": format!("w{number}@example.com"), "_status": word }));
        db.import(&json!({ "email": format!("n{number}@example.com"), "_status": number }));
    }
    let counters = db.api.get(&format!("{}/counters", db.path)).ok(200);
    assert!(
        words.iter().all(|word| counters["statuses"][word] == 2),
        "{counters}"
    );
    let id = db.import(&json!({ "email": "w0@example.com", "_status": "invalid" }));
    let counters = db.api.get(&format!("{}/counters", db.path)).ok(200);
    assert_eq!(
        (
            &counters["statuses"]["subscribed"],
            &counters["statuses"]["invalid"]
        ),
        (&json!(1), &json!(3))
    );
    db.api.delete(&db.of(&id)).ok(200);
    assert_eq!(db.total(), 13);
}

#[test]
fn a_card_names_fields_in_order_and_loses_those_that_are_deleted() {
    let server = Server::start();
    let field = json!({"name": "score", "type": "integer"});
    let db = Database::new(&server, "Cards", &[field]);
    assert_eq!(db.api.get(&db.path).ok(200)["card"], json!([]));
    let card = json!(["score", "_lname", "email", "score"]);
    let set = db.api.patch(&db.path, &json!({ "card": card })).ok(200);
    assert_eq!(set["card"], json!(["score", "_lname", "email"]));
    for (card, code, pointer) in [
        (json!(["email", "nothing"]), "unknown_field", "/card/1"),
        (json!("email"), "wrong_type", "/card"),
        (json!([1]), "wrong_type", "/card/0"),
        (json!(vec!["email"; 21]), "too_many", "/card"),
    ] {
        let wrong = db.api.patch(&db.path, &json!({ "card": card })).ok(422);
        let first = &wrong["errors"][0];
        assert_eq!(
            (&first["code"], &first["pointer"]),
            (&json!(code), &json!(pointer))
        );
    }
    let early = json!({"name": "Early", "card": ["score"]});
    let refused = db.api.post("/v1/databases", &early).ok(422);
    assert_eq!(refused["errors"][0]["pointer"], "/card/0");
    let copy = db
        .api
        .post(&format!("{}/clone", db.path), &json!({}))
        .ok(201);
    assert_eq!(copy["card"], set["card"]);
    db.api.delete(&format!("{}/fields/score", db.path)).ok(200);
    assert_eq!(
        db.api.get(&db.path).ok(200)["card"],
        json!(["_lname", "email"])
    );
    let kept = db
        .api
        .get(&format!("/v1/databases/{}", copy["id"].as_str().unwrap()));
    assert_eq!(kept.ok(200)["card"], set["card"]);
}
