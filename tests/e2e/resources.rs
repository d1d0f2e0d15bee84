//! `/v1/resources`

use crate::support::{Database, Server, text};
use serde_json::{Value, json};

fn body(db: &Database, name: &str) -> Value {
    json!({
        "name": name, "description": "Weekly", "url": "https://example.com/news", "databases": [db.id],
        "channels": ["email", "push"], "primary_channel": "email",
        "categories": [{ "name": "offers", "title": "Offers", "steady": false, "active": true }],
        "fields": [{ "channel": "email", "name": "source", "type": "string" }], "raise_priority": true,
    })
}

#[test]
fn a_resource_has_its_settings() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let made = db.api.post("/v1/resources", &body(&db, "News"));
    let path = made.header("location").unwrap().to_owned();
    let made = made.ok(201);
    for member in [
        "name",
        "description",
        "url",
        "databases",
        "channels",
        "primary_channel",
        "raise_priority",
    ] {
        assert_eq!(made[member], body(&db, "News")[member], "{member}");
    }
    assert_eq!(made["categories"][0]["name"], "offers");
    assert_eq!(made["fields"][0]["name"], "source");
    assert_eq!(db.api.get(&path).ok(200), made);
    db.api
        .post("/v1/resources", &body(&db, "News"))
        .problem(409, "name_taken");
    let patched = db
        .api
        .patch(&path, &json!({ "description": "Daily" }))
        .ok(200);
    assert_eq!(
        (&patched["description"], &patched["revision"]),
        (&json!("Daily"), &json!(2))
    );
    let clone = db.api.post(&format!("{path}/clone"), &json!({})).ok(201);
    assert_ne!(clone["id"], made["id"]);
    assert_eq!(clone["channels"], made["channels"]);
    assert_eq!(
        db.api.get("/v1/resources").ok(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    for (member, wrong) in [
        ("name", json!("")),
        ("databases", json!([999])),
        ("channels", json!(["pigeon"])),
        ("channels", json!([])),
        ("primary_channel", json!("sms")),
        ("url", json!("javascript:alert(1)")),
        (
            "fields",
            json!([{ "channel": "email", "name": "bad name", "type": "string" }]),
        ),
        ("ghost", json!(1)),
    ] {
        let mut given = body(&db, "News");
        given[member] = wrong;
        let answer = db.api.post("/v1/resources", &given);
        assert_eq!(answer.status, 422, "{given}: {answer:?}");
    }
}

#[test]
fn deleting_with_subscribers_asks_for_the_name() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let id = text(&db.api.post("/v1/resources", &body(&db, "News")).ok(201)["id"]);
    let path = format!("/v1/resources/{id}");
    let mut profiles = Vec::new();
    for n in 0..5 {
        let email = format!("p{n}@example.com");
        profiles.push(db.import(&json!({ "email": email, "subscriptions": [
            { "resource_id": id, "channel": "email", "email": email }] })));
    }
    let counters = db.api.get(&format!("{path}/counters")).ok(200);
    assert_eq!(
        (&counters["total"], &counters["channels"]["email"]["total"]),
        (&json!(5), &json!(5))
    );
    db.api.delete(&path).problem(409, "confirmation_needed");
    db.api
        .delete(&format!("{path}?confirm=news"))
        .problem(409, "confirmation_needed");
    assert_eq!(
        db.api.delete(&format!("{path}?confirm=News")).ok(200)["subscriptions"],
        5
    );
    db.api.get(&path).problem(404, "not_found");
    assert_eq!(db.profile(&profiles[0])["subscriptions"], json!([]));
    db.find(&json!({ "matching": "email_sub", "email": "p0@example.com" }))
        .problem(404, "not_found");
    assert_eq!(db.total(), 5);
    // Without subscribers nothing needs confirming.
    let id = text(&db.api.post("/v1/resources", &body(&db, "News")).ok(201)["id"]);
    db.api.delete(&format!("/v1/resources/{id}")).ok(200);
}

#[test]
fn counters_know_who_may_be_sent_to() {
    let server = Server::start();
    let db = Database::new(&server, "Counted", &[]);
    let body = json!({"name": "Counted", "databases": [db.id], "channels": ["email", "sms"]});
    let id = text(&db.api.post("/v1/resources", &body).ok(201)["id"]);
    let person = |name: &str, status: &str, global: &str| {
        let email = format!("{name}@example.org");
        db.import(
            &json!({"email": email, "_status": global, "subscriptions": [
            {"resource_id": id, "channel": "email", "email": email, "status": status}]}),
        );
    };
    for name in ["ann", "ben", "cem"] {
        person(name, "subscribed", "subscribed");
    }
    person("dan", "unconfirmed", "subscribed");
    person("eve", "subscribed", "unsubscribed");
    person("fay", "unsubscribed", "subscribed");
    let entries = json!({"entries": ["ben@example.org"], "reason": "asked"});
    db.api.post("/v1/suppressions/1/entries", &entries).ok(200);
    let target = format!("/v1/resources/{id}/counters");
    let plain = db.api.get(&target).ok(200);
    assert_eq!(plain.get("subscribed_sendable"), None, "{plain}");
    assert_eq!(plain["statuses"]["subscribed"], 4);
    let found = db.api.get(&format!("{target}?sendable=true")).ok(200);
    assert_eq!(found["at_least"], false, "{found}");
    for of in [&found, &found["channels"]["email"]] {
        assert_eq!(of["statuses"]["subscribed"], 4, "{found}");
        assert_eq!(of["subscribed_sendable"], 2, "{found}");
        assert_eq!(of["unconfirmed_sendable"], 1, "{found}");
    }
    assert_eq!(
        found["channels"]["sms"]["subscribed_sendable"], 0,
        "{found}"
    );
    db.api
        .get(&format!("{target}?sendable=perhaps"))
        .problem(400, "invalid_parameter");
}
