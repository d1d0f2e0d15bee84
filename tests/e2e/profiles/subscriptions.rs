//! `…/profiles/{id}/subscriptions`, and subscriptions inside a profile's data.

use crate::support::{Database, Server, text};
use serde_json::{Value, json};

fn with_resource(server: &Server) -> (Database, String) {
    let db = Database::new(server, "Customers", &[]);
    let resource = json!({
        "name": "Newsletter", "databases": [db.id], "channels": ["email", "sms"], "primary_channel": "email",
        "categories": [{ "name": "offers" }, { "name": "news" }],
        "fields": [{ "channel": "email", "name": "source", "type": "string" }],
    });
    let id = text(&db.api.post("/v1/resources", &resource).ok(201)["id"]);
    (db, id)
}

fn counters(db: &Database, resource: &str) -> Value {
    db.api
        .get(&format!("/v1/resources/{resource}/counters"))
        .ok(200)
}

#[test]
fn set_delete_and_restore() {
    let server = Server::start();
    let (db, resource) = with_resource(&server);
    let id = db.import(&json!({ "email": "ann@example.com" }));
    let path = format!("{}/subscriptions", db.of(&id));
    let body = json!({
        "resource_id": resource, "channel": "email", "email": "ann@example.com",
        "cats": ["offers"], "custom_fields": { "source": "form" }, "status": "unconfirmed", "priority": 3,
    });
    let made = db.api.put(&path, &body).ok(201);
    let shown = &made["subscriptions"][0];
    assert_eq!(
        (&shown["status"], &shown["priority"]),
        (&json!("unconfirmed"), &json!(3))
    );
    assert_eq!(shown["cats"], json!(["offers"]));
    assert_eq!(shown["custom_fields"]["source"], "form");
    assert_eq!(shown["email"], "ann@example.com");
    assert_eq!(
        counters(&db, &resource)["channels"]["email"]["statuses"]["unconfirmed"],
        1
    );

    let name = json!({ "resource_id": resource, "channel": "email", "email": "ANN@example.com" });
    let mut confirm = name.clone();
    confirm["status"] = json!(0);
    let set = db.api.put(&path, &confirm).ok(200);
    assert_eq!(set["subscriptions"][0]["status"], "subscribed");
    assert_eq!(
        set["subscriptions"][0]["cats"],
        json!(["offers"]),
        "absent keeps"
    );
    assert_eq!(
        counters(&db, &resource)["channels"]["email"]["statuses"]["subscribed"],
        1
    );

    for (status, why) in [("suspended", "On leave."), ("subscribed", "Back.")] {
        let mut body = name.clone();
        body["status"] = json!(status);
        body["reason"] = json!(why);
        db.api.put(&path, &body).ok(200);
        let newest = format!("{}/history?limit=1", db.of(&id));
        let newest = db.api.get(&newest).ok(200)["items"][0].clone();
        assert_eq!(newest["about"], json!({ "reason": why }), "{newest}");
    }

    let headers = [("content-type", "application/json")];
    let gone = db
        .api
        .send("DELETE", &path, &headers, &name.to_string())
        .ok(200);
    assert_eq!(gone["subscriptions"][0]["deleted"], true);
    assert_eq!(counters(&db, &resource)["total"], 0);
    db.find(&json!({ "matching": "email_sub", "email": "ann@example.com" }))
        .problem(404, "not_found");
    let back = db.api.post(&format!("{path}/restore"), &name).ok(200);
    assert_eq!(back["subscriptions"][0]["deleted"], false);
    assert_eq!(counters(&db, &resource)["total"], 1);
    assert_eq!(
        db.api.get(&path).ok(200)["items"].as_array().unwrap().len(),
        1
    );
    let history = db.api.get(&format!("{}/history", db.of(&id))).ok(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 7);
}

#[test]
fn statuses_come_as_words_and_as_numbers() {
    let server = Server::start();
    let (db, resource) = with_resource(&server);
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
        for status in [json!(word), json!(number)] {
            // Somebody else each time: an import doesn't wake anyone who complained.
            let email = format!("{word}@example.com");
            let sub = json!({ "resource_id": resource, "channel": "email", "email": email, "status": status });
            let id =
                db.import(&json!({ "email": email, "_status": status, "subscriptions": [sub] }));
            let shown = db.profile(&id);
            assert_eq!(
                (&shown["status"], &shown["subscriptions"][0]["status"]),
                (&json!(word), &json!(word))
            );
        }
    }
    let wrong = db.write(&json!({ "data": { "email": "s@example.com", "_status": 7 } }));
    assert_eq!(wrong.status, 422);
}

#[test]
fn a_bad_subscription_is_an_error_or_skipped_and_reported() {
    let server = Server::start();
    let (db, resource) = with_resource(&server);
    let elsewhere = json!({ "name": "Elsewhere", "databases": [], "channels": ["email"], "primary_channel": "email" });
    let elsewhere = text(&db.api.post("/v1/resources", &elsewhere).ok(201)["id"]);
    let bad = [
        json!({ "resource_id": 999, "channel": "email", "email": "a@example.com" }),
        json!({ "resource_id": elsewhere, "channel": "email", "email": "a@example.com" }),
        json!({ "resource_id": resource, "channel": "email", "email": "nonsense" }),
        json!({ "resource_id": resource, "channel": "push", "provider": "p", "subscription_id": "x" }),
        json!({ "resource_id": resource, "channel": "pigeon" }),
        json!({ "resource_id": resource, "channel": "email", "email": "a@example.com", "cats": ["ghost"] }),
    ];
    for one in &bad {
        let answer =
            db.write(&json!({ "data": { "email": "a@example.com", "subscriptions": [one] } }));
        let problem = answer.ok(422);
        let pointer = text(&problem["errors"][0]["pointer"]);
        assert!(pointer.starts_with("/data/subscriptions/0"), "{problem}");
    }
    assert_eq!(db.total(), 0);
    let mut all = bad.to_vec();
    all.push(json!({ "resource_id": resource, "channel": "email", "email": "good@example.com" }));
    let body = json!({ "skip_invalid_subscriptions": true, "data": { "email": "a@example.com", "subscriptions": all } });
    let made = db.write(&body).ok(201);
    assert_eq!(
        made["skipped"].as_array().unwrap().len(),
        bad.len(),
        "{made}"
    );
    let shown = db.profile(&text(&made["id"]));
    assert_eq!(shown["subscriptions"].as_array().unwrap().len(), 1);
}

#[test]
fn contacts_come_flat_or_nested() {
    let server = Server::start();
    let (db, resource) = with_resource(&server);
    let id = db.import(&json!({ "email": "a@example.com", "subscriptions": [
        { "resource_id": resource, "channel": "email", "email": "b@example.com" },
        { "resource_id": resource, "channel": "email", "email_data": { "email": "B@example.com" }, "priority": 1 },
        { "resource_id": resource, "channel": "sms", "phone": "+12125550100" },
    ]}));
    let shown = db.profile(&id);
    assert_eq!(
        shown["subscriptions"].as_array().unwrap().len(),
        2,
        "{shown}"
    );
    assert_eq!(shown["subscriptions"][0]["priority"], 1);
}
