//! What a client does in a day, by method after method.

use super::{Altcraft, called, number};
use crate::support::{Client, text};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const EMAIL: &str = "ann@example.org";

/// A person as a client imports her.
fn ann(alt: &Altcraft) -> Value {
    json!({"matching": "email", "email": EMAIL, "skip_triggers": true, "detect_geo": false, "data": {
        "email": EMAIL, "phones": [79_000_000_001_u64], "_fname": "Ann", "_sex": 1, "points": 3,
        "plan": 2, "labels": ["a", 7], "custom_id": 12,
        "subscriptions": [{"resource_id": alt.resource(), "channel": "email", "email": EMAIL, "cats": ["sales"]},
            {"resource_id": alt.resource(), "channel": "sms", "phone": "+79000000001", "status": "unsubscribed"}]}})
}

#[test]
fn somebody_is_imported_read_changed_and_deleted() {
    let alt = Altcraft::start();
    let made = alt.done("profiles/import", &ann(&alt));
    let id = text(&made["profile_id"]);
    assert_eq!(id.len(), 24);
    let again = alt.done("profiles/import", &ann(&alt));
    assert_eq!(again["profile_id"], made["profile_id"]);
    assert_eq!(alt.db.total(), 1);

    let shown = alt.done("profiles/get/", &json!({"email": EMAIL}))["data"].clone();
    let expected = json!({"id": id, "db_id": number(&alt.db.id), "_status": 0, "_fname": "Ann",
        "_sex": 1, "plan": 2, "points": 3, "labels": ["a", "7"], "custom_id": "12",
        "phones": ["+79000000001"], "_emaildomain": "example.org"});
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name} of {shown}");
    }
    let subscriptions = shown["subscriptions"].as_array().unwrap();
    assert_eq!(subscriptions[0]["email_data"]["email"], EMAIL);
    assert_eq!(subscriptions[0]["status"], "subscribed");
    assert_eq!(subscriptions[0]["cats"], json!(["sales"]));
    assert_eq!(subscriptions[1]["status"], "unsubscribed");

    // What was shown may be sent back as it is, and changes nothing.
    let revision = alt.db.profile(&id)["revision"].clone();
    alt.done(
        "profiles/import",
        &json!({"matching": "profile_id", "profile_id": id, "data": shown}),
    );
    let same = alt.db.profile(&id);
    assert_eq!(same["revision"], revision, "{same}");

    let change = json!({"matching": "custom", "field_name": "custom_id", "field_value": "12",
        "data": {"points": {"action": "incr", "value": 2}, "labels": {"action": "add", "value": ["b"]},
            "_fname": {"action": "unset"}}});
    alt.done("profiles/update", &change);
    let data = alt.db.profile(&id)["data"].clone();
    assert_eq!(data["points"], 5);
    assert_eq!(data["labels"], json!(["a", "7", "b"]));
    assert_eq!(data.get("_fname"), None);

    let found = alt.done(
        "profiles/list",
        &json!({"query": {"points": {"$gte": 5}}, "fields": ["points"]}),
    );
    assert_eq!(found["data"][0]["id"], json!(id));
    let end = alt.done("profiles/list", &json!({"from_id": found["next_from_id"]}));
    assert_eq!(end["data"], json!([]));

    let sms = json!({"profile_id": id, "resource_id": alt.resource(), "channel": "sms", "phone": "+79000000001"});
    let one = alt.done("subscriptions/get", &sms);
    assert_eq!(one["data"]["status"], "unsubscribed");
    alt.done("subscriptions/delete", &sms);
    let left = alt.done("subscriptions/list", &json!({"profile_id": id}));
    assert_eq!(left["data"].as_array().map(Vec::len), Some(1));
    alt.done("subscriptions/undelete", &sms);
    let all = alt.done(
        "subscriptions/list_all",
        &json!({"resource_id": alt.resource()}),
    );
    assert_eq!(all["data"].as_array().map(Vec::len), Some(2));

    let gone = alt.done(
        "profiles/delete",
        &json!({"matching": "phone", "phone": "+79000000001"}),
    );
    assert_eq!(gone["data"]["profile_id"], json!(id));
    alt.fails("profiles/get", 404, &json!({"email": EMAIL}));
    assert_eq!(alt.db.total(), 0);
}

#[test]
fn a_batch_has_a_result_for_each_in_order() {
    let alt = Altcraft::start();
    let batch = json!({"data": [
        {"email": "a@example.org", "points": 1}, {"email": "no address"}, "nobody",
        {"email": "b@example.org", "points": 99_999_999_999_999_999_999_u128 as f64},
        {"email": "c@example.org", "subscriptions": [{"channel": "email", "email": "c@example.org"}]},
        {"email": "a@example.org", "points": 2}]});
    let result = alt.done("profiles/import_batch", &batch)["result"].clone();
    let errors: Vec<u64> = result
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["error"].as_u64().unwrap())
        .collect();
    assert_eq!(errors, [0, 400, 400, 400, 400, 0], "{result}");
    assert_eq!(result[0]["profile_id"], result[5]["profile_id"]);
    assert_eq!(alt.db.total(), 1);
    // Without the subscription that names no resource, the profile is good.
    let mut batch = batch;
    batch["skip_invalid_subscriptions"] = true.into();
    let result = alt.done("profiles/import_batch", &batch)["result"].clone();
    assert_eq!(result[4]["error"], 0, "{result}");
    let only =
        json!({"data": [{"email": "a@example.org", "points": 9}, {"email": "x@example.org"}]});
    let result = alt.done("profiles/update_batch", &only)["result"].clone();
    assert_eq!(
        (&result[0]["error"], &result[1]["error"]),
        (&json!(0), &json!(404))
    );
    let result = alt.done("profiles/add_batch", &only)["result"].clone();
    assert_eq!(
        (&result[0]["error"], &result[1]["error"]),
        (&json!(409), &json!(0))
    );
}

#[test]
fn ids_from_before_stay() {
    let alt = Altcraft::start();
    let old = "5f0123456789abcdef012345";
    let own = alt.db.import(&json!({"email": EMAIL, "legacy_id": old}));
    let of_old = json!({"matching": "profile_id", "profile_id": old});
    let shown = alt.done("profiles/get", &of_old);
    assert_eq!(shown["data"]["id"], old);
    let mut change = of_old.clone();
    change["data"] = json!({"points": 4});
    assert_eq!(alt.done("profiles/update", &change)["profile_id"], old);
    assert_eq!(alt.db.profile(&own)["data"]["points"], 4);
    let batch = json!({"matching": "profile_id", "data": [{"profile_id": old, "points": 5}, {"profile_id": own, "_fname": "Ann"}]});
    let result = alt.done("profiles/update_batch", &batch)["result"].clone();
    assert_eq!(
        (&result[0]["error"], &result[1]["error"]),
        (&json!(0), &json!(0)),
        "{result}"
    );
    let data = alt.db.profile(&own)["data"].clone();
    assert_eq!(
        (&data["points"], &data["_fname"]),
        (&json!(5), &json!("Ann"))
    );
    alt.fails(
        "profiles/get",
        404,
        &json!({"matching": "profile_id", "profile_id": "5f0123456789abcdef012346"}),
    );
}

/// What a client reads by a method that has no database in it.
fn data(api: &Client, method: &str, body: &Value) -> Value {
    let answer = called(api, method, body);
    assert_eq!(answer["error"], 0, "{method}: {answer}");
    answer["data"].clone()
}

#[test]
fn definitions_lists_and_segments_are_read_and_changed() {
    let alt = Altcraft::start();
    let (api, db) = (&alt.db.api, number(&alt.db.id));
    let id = text(&alt.done("profiles/import", &ann(&alt))["profile_id"]);
    assert_eq!(data(api, "databases/list/", &json!({}))[0]["id"], db);
    assert_eq!(
        data(api, "databases/get/", &json!({"id": db}))["name"],
        "Shop"
    );
    let fields = data(api, "databases/fields_get", &json!({"id": db}));
    let plan = fields
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "plan");
    assert_eq!(plan.unwrap()["options"], json!(["free", "paid"]));
    assert_eq!(data(api, "resources/list", &json!({}))[0]["name"], "News");
    let counted = data(
        api,
        "databases/get_counters",
        &json!({"id": db, "resource_id": alt.resource()}),
    );
    assert_eq!(counted[0]["status"]["subscribed_sendable"], 1, "{counted}");

    let list = data(api, "suppresses/add", &json!({"name": "No mail"}))["saved_id"].clone();
    let many = called(
        api,
        "suppresses/emails_add",
        &json!({"id": list, "emails": ["x@example.org", "X@example.org", "?"]}),
    );
    assert_eq!(many["total_imported"], 1, "{many}");
    let checked = called(
        api,
        "suppresses/email_check",
        &json!({"id": list, "email": "x@example.org"}),
    );
    assert_eq!(checked["matched"], true, "{checked}");
    called(
        api,
        "suppresses/email_remove",
        &json!({"id": list, "email": "x@example.org"}),
    );
    let checked = called(
        api,
        "suppresses/email_check",
        &json!({"id": list, "email": "x@example.org"}),
    );
    assert_eq!(checked["matched"], false, "{checked}");

    let query = json!([{"name": "points", "operator": "gte", "type": "int", "value": [{"name": "points", "value": 3}], "compo": "field"}]);
    let segment =
        json!({"name": "Rich", "segment": [{"condition": "and", "list_id": db, "queries": query}]});
    let segment = data(api, "segments/add/", &segment)["saved_id"].clone();
    let count = data(
        api,
        "segments/get_counters",
        &json!({"id": segment, "resource_id": alt.resource(), "db_id": db}),
    );
    assert_eq!(count[0]["status"]["subscribed_sendable"], 1, "{count}");
    let fixed = data(
        api,
        "segments/add",
        &json!({"name": "Picked", "is_static": true, "list_id": db}),
    )["saved_id"]
        .clone();
    alt.done(
        "profiles/segstatic/add",
        &json!({"segment_id": fixed, "profile_id": id}),
    );
    assert_eq!(alt.db.profile(&id)["segments"], json!([text_of(&fixed)]));
    alt.done(
        "profiles/segstatic/remove",
        &json!({"segment_id": fixed, "profile_id": id}),
    );
    assert_eq!(alt.db.profile(&id)["segments"], json!([]));

    let history = called(
        api,
        "subscribers/history_get",
        &json!({"list_id": db, "email": EMAIL, "matching": "email"}),
    );
    assert_eq!(history["error"], 0, "{history}");
    alt.fails("databases/wipe", 403, &json!({"id": db}));
    assert_eq!(alt.db.total(), 1);
    let wiping = Altcraft::wiping();
    wiping.done("profiles/import", &ann(&wiping));
    let wiped = wiping.done("databases/wipe", &json!({"id": number(&wiping.db.id)}));
    assert_eq!(wiped["data"]["count_profile"], 1);
    assert_eq!(wiping.db.total(), 0);
}

fn text_of(number: &Value) -> String {
    number.to_string()
}

/// Waits until a task is over; its result.
fn task(alt: &Altcraft, id: &Value) -> Value {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let status = data(&alt.db.api, "tasks/status", &json!({"task_id": id}));
        if status["status"] == "completed" {
            return status["result"].clone();
        }
        assert!(Instant::now() < until, "{status}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn an_export_is_a_task_with_a_file() {
    let alt = Altcraft::start();
    alt.done("profiles/import", &ann(&alt));
    let begun = alt.done(
        "profiles/get_all",
        &json!({"source_type": "database", "source_id": number(&alt.db.id),
        "custom_request": {"_fname": "Ann"}}),
    );
    let result = task(&alt, &begun["data"]["task_id"]);
    let url = text(&result["urls"][0]);
    let file = alt.db.api.get(&url);
    assert_eq!(file.status, 200, "{file:?}");
    assert!(file.text.contains(EMAIL), "{}", file.text);
    let query = format!("{url}?token={}", crate::support::ADMIN);
    assert_eq!(alt.server.anonymous().get(&query).text, file.text);
    let part = alt.db.api.send("GET", &url, &[("range", "bytes=0-3")], "");
    assert_eq!((part.status, part.text.len()), (206, 4));
    // What comes with 200 is kept as the file, so refusals have their own status.
    for (path, status, error) in [
        (url.replace("000001-", "0000ff-"), 404, 404),
        (
            "/api/download/data/00000001-0000-4000-8101-0000000000ff/x.csv".to_owned(),
            404,
            404,
        ),
    ] {
        let refused = alt.db.api.get(&path);
        assert_eq!(
            (refused.status, refused.body()["error"].clone()),
            (status, json!(error)),
            "{path}"
        );
    }
    assert_eq!(alt.server.anonymous().get(&url).status, 401);
    assert_eq!(alt.server.client("rst_wrong").get(&url).status, 403);
    assert_eq!(alt.db.api.post(&url, &json!({})).status, 405);
}
