//! Who leaves by a message, who stands on lists, and ids by which people are found again.

use super::{Altcraft, called, number};
use crate::support::text;
use serde_json::{Value, json};
use std::io::{Cursor, Read as _};

#[test]
fn somebody_leaves_by_the_message_they_got() {
    let alt = Altcraft::start();
    let import = |email: &str| {
        let one = json!({"resource_id": alt.resource(), "channel": "email", "email": email, "cats": ["sales"]});
        let phone =
            json!({"resource_id": alt.resource(), "channel": "sms", "phone": "+79000000001"});
        let data = json!({"email": email, "subscriptions": [one, phone]});
        text(&alt.done("profiles/import", &json!({"email": email, "data": data}))["profile_id"])
    };
    let ann = import("ann@example.org");
    let events = json!({"database_id": alt.db.id, "events": [
        {"type": "delivered", "email": "ann@example.org", "resource_id": alt.resource, "message_id": "smid-1"},
        {"type": "opened", "email": "ann@example.org", "resource_id": alt.resource, "message_id": "smid-1"}]});
    alt.db.api.post("/v1/events", &events).ok(200);
    let history = alt.done(
        "subscribers/history_get",
        &json!({"list_id": number(&alt.db.id), "profile_id": ann}),
    );
    assert_eq!(history["data"][0]["smid"], "smid-1");

    let unsub = json!({"rtoken": "x", "smid": "smid-1", "categories": ["sales"]});
    assert_eq!(
        alt.done("profiles/message_unsub", &unsub)["profile_id"],
        json!(ann)
    );
    let shown = || alt.db.profile(&ann)["subscriptions"].clone();
    assert_eq!(
        (&shown()[0]["status"], &shown()[0]["cats"]),
        (&json!("subscribed"), &json!([]))
    );
    let unsub = json!({"rtoken": "x", "smid": "smid-1"});
    for _ in 0..2 {
        alt.done("profiles/message_unsub", &unsub);
    }
    assert_eq!(shown()[0]["status"], "unsubscribed");
    assert_eq!(shown()[0]["status_by"], "person");
    // It was an e-mail: other channels are as they were.
    assert_eq!(shown()[1]["status"], "subscribed");

    // Clients show the token of a resource and no other.
    let app = format!("/v1/resources/{}/app-token", alt.resource);
    let rtoken = "2fHLS9YR9daS-a90b371eecc2952f";
    alt.db.api.put(&app, &json!({ "token": rtoken })).ok(200);
    let carl = import("carl@example.org");
    let events = json!({"database_id": alt.db.id, "events": [
        {"type": "delivered", "email": "carl@example.org", "resource_id": alt.resource, "message_id": "smid-2"}]});
    alt.db.api.post("/v1/events", &events).ok(200);
    let anybody = alt.server.anonymous();
    let unsub = json!({"rtoken": rtoken, "smid": "smid-2", "resource_id": 404});
    let done = called(&anybody, "profiles/message_unsub", &unsub);
    assert_eq!(
        (&done["error"], &done["profile_id"]),
        (&json!(0), &json!(carl)),
        "{done}"
    );
    let status = || alt.db.profile(&carl)["subscriptions"][0]["status"].clone();
    assert_eq!(status(), "unsubscribed");
    let wrong = json!({"rtoken": "2fHLS9YR9daS-a90b371eecc2952e", "smid": "smid-2"});
    assert_eq!(
        called(&anybody, "profiles/message_unsub", &wrong)["error"],
        403
    );
    // It opens nothing else.
    let other = json!({"rtoken": rtoken, "db_id": number(&alt.db.id), "email": "carl@example.org"});
    assert_eq!(called(&anybody, "profiles/get", &other)["error"], 401);
    let app = alt.server.client(&format!("rtoken@{rtoken}"));
    assert_eq!(called(&app, "profiles/get", &other)["error"], 403);

    // A message of ours is named by its link.
    let bob = import("bob@example.org");
    let one = text(&alt.db.profile(&bob)["subscriptions"][0]["id"]);
    let links = alt
        .db
        .api
        .get(&format!("{}/links?subscription={one}", alt.db.of(&bob)))
        .ok(200);
    let unsub = json!({"rtoken": "x", "smid": links["unsubscribe"]});
    assert_eq!(
        alt.done("profiles/message_unsub", &unsub)["profile_id"],
        json!(bob)
    );
    assert_eq!(
        alt.db.profile(&bob)["subscriptions"][0]["status"],
        "unsubscribed"
    );

    // One that went to several says nothing of whom.
    let events = json!({"database_id": alt.db.id, "events": [
        {"type": "opened", "email": "ann@example.org", "resource_id": alt.resource, "message_id": "news"},
        {"type": "opened", "email": "bob@example.org", "resource_id": alt.resource, "message_id": "news"}]});
    alt.db.api.post("/v1/events", &events).ok(200);
    alt.fails(
        "profiles/message_unsub",
        409,
        &json!({"rtoken": "x", "smid": "news"}),
    );
    alt.fails(
        "profiles/message_unsub",
        404,
        &json!({"rtoken": "x", "smid": "nothing"}),
    );
    alt.fails("profiles/message_unsub", 400, &json!({"rtoken": "x"}));
    let anybody = alt.server.anonymous();
    let refused = anybody.post(
        "/api/v1.1/profiles/message_unsub",
        &json!({"rtoken": "x", "smid": "smid-1"}),
    );
    assert_eq!(refused.body()["error"], 403, "{refused:?}");
}

/// The lines of the only file in an archive.
fn lines(bytes: &[u8]) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    assert_eq!(archive.len(), 1);
    let mut text = String::new();
    archive
        .by_index(0)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_suppression_list_is_exported_as_hashes() {
    let alt = Altcraft::start();
    let list = alt.done("suppresses/add", &json!({"name": "Bounces"}))["data"]["saved_id"].clone();
    let emails = json!({"id": list, "emails": ["john@example.com"]});
    alt.done("suppresses/emails_add", &emails);
    alt.done(
        "suppresses/phone_add",
        &json!({"id": list, "value": "+79000000001"}),
    );
    let export = |kind: Value| {
        let task = alt.done("suppresses/export", &json!({"id": list, "type": kind}));
        let task = json!({"task_id": task["data"]["task_id"]});
        let status = alt.done("tasks/status", &task)["data"].clone();
        assert_eq!(
            (&status["status"], &status["progress"]),
            (&json!("completed"), &json!(100))
        );
        status["result"].clone()
    };
    let fetch = |url: &Value| {
        let answer = alt.db.api.get(url.as_str().unwrap());
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/zip"));
        lines(&answer.bytes)
    };
    let result = export(json!("emails"));
    assert_eq!(
        (&result["total"], &result["suppress_id"]),
        (&json!(1), &list)
    );
    assert_eq!(
        fetch(&result["hashed_file"]),
        ["d4c74594d841139328695756648b6bd6"]
    );
    assert_eq!(fetch(&result["regular_file"]), ["john@example.com"]);
    let result = export(Value::Null);
    assert_eq!(
        fetch(&result["regular_file"]),
        ["+79000000001", "john@example.com"]
    );
    assert_eq!(fetch(&result["hashed_file"]).len(), 2);
    let url = text(&result["hashed_file"]);
    assert_eq!(alt.server.anonymous().get(&url).status, 401);
    alt.fails("suppresses/export", 404, &json!({"id": 99}));
}

#[test]
fn ids_lead_to_people_wherever_they_come_from() {
    let alt = Altcraft::start();
    let old = "5b0f3a4c7e1d2a0001c0ffee";
    let batch =
        json!({"data": [{"email": "a@example.org", "legacy_id": old}, {"email": "b@example.org"}]});
    let result = alt.done("profiles/import_batch", &batch)["result"].clone();
    assert_eq!(result[0]["profile_id"], old);
    let new = text(&result[1]["profile_id"]);
    let shown = alt.done("profiles/get", &json!({"profile_id": old}))["data"].clone();
    assert_eq!(shown["id"], old);
    let xxh = shown["_xxh"].clone();
    let listed = |query: Value| {
        let page = alt.done(
            "profiles/list",
            &json!({"query": query, "fields": ["email"]}),
        );
        let items = page["data"].as_array().unwrap().clone();
        items
            .iter()
            .map(|one| text(&one["email"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(json!({"_id": new})), ["b@example.org"]);
    assert_eq!(listed(json!({"_id": {"$in": [old, new]}})).len(), 2);
    assert_eq!(listed(json!({"_xxh": xxh})), ["a@example.org"]);
    assert_eq!(listed(json!({"_id": {"$ne": new}})), ["a@example.org"]);
    assert_eq!(
        listed(json!({"_id": {"$gte": new}})).last().unwrap(),
        "b@example.org"
    );
    assert_eq!(listed(json!({"_id": "ffffffffffffffffffffffff"})), [""; 0]);
    let call = json!({"list_id": number(&alt.db.id), "xxh": xxh});
    let history = alt.done("subscribers/history_get", &call);
    assert_eq!(history["data"][0]["action"], "profile_created");
    assert_eq!(history["data"][0]["email"], "a@example.org");
}

#[test]
fn counters_and_sexes_are_as_the_database_says() {
    let alt = Altcraft::start();
    let other = alt
        .db
        .api
        .post("/v1/databases", &json!({"name": "Other"}))
        .ok(201);
    let both = json!({"databases": [alt.db.id, other["id"]]});
    alt.db
        .api
        .patch(&format!("/v1/resources/{}", alt.resource), &both)
        .ok(200);
    for (database, count) in [(alt.db.id.clone(), 1), (text(&other["id"]), 2)] {
        let data: Vec<Value> = (0..count).map(|n| {
            let email = format!("p{n}@example.org");
            json!({"email": email, "subscriptions": [{"resource_id": alt.resource, "channel": "email", "email": email}]})
        }).collect();
        let path = format!("/v1/databases/{database}/profiles/batch");
        alt.db.api.post(&path, &json!({"data": data})).ok(200);
    }
    for (database, count) in [(alt.db.id.clone(), 1), (text(&other["id"]), 2)] {
        let call = json!({"id": number(&database), "resource_id": alt.resource()});
        let counted = alt.done("databases/get_counters", &call)["data"].clone();
        let all = counted.as_array().unwrap().iter();
        let mut email = all.filter(|one| one["channel"] == "email");
        let status = email.next().unwrap()["status"].clone();
        assert_eq!(
            (&status["all"], &status["subscribed_sendable"]),
            (&json!(count), &json!(count))
        );
    }
    alt.db
        .api
        .patch(&alt.db.path, &json!({"sex_from_one": true}))
        .ok(200);
    for (sent, kept) in [(1, "male"), (2, "female")] {
        let call = json!({"email": "p0@example.org", "data": {"_sex": sent}});
        alt.done("profiles/update", &call);
        let shown = alt.done("profiles/get", &json!({"email": "p0@example.org"}));
        assert_eq!(shown["data"]["_sex"], sent);
        let query = json!({"query": {"_sex": sent}});
        assert_eq!(
            alt.done("profiles/list", &query)["data"]
                .as_array()
                .map(Vec::len),
            Some(1)
        );
        let found = alt.db.find(&json!({"email": "p0@example.org"})).ok(200);
        assert_eq!(found["data"]["_sex"], kept);
    }
    alt.fails(
        "profiles/update",
        400,
        &json!({"email": "p0@example.org", "data": {"_sex": 0}}),
    );
}
