use crate::script::{ID, OTHER, Script, done};
use serde_json::{Value, json};

const BATCH: &str = "POST /v1/databases/7/profiles/batch";
const WRITE: &str = "POST /v1/databases/7/profiles";

fn results(results: Value) -> Value {
    json!({"created": 0, "updated": 0, "unchanged": 0, "failed": 0, "results": results})
}

#[test]
fn a_batch_is_one_batch_and_each_item_has_its_result() {
    let body = json!({"mode": "add", "data": [{"email": "a@x.org"}, {"email": "b"}]});
    let wrong = json!({"status": 422, "code": "invalid_email", "pointer": "/email", "detail": "No address."});
    let answer = results(
        json!([{"index": 0, "outcome": "created", "id": ID, "revision": 1},
        {"index": 1, "outcome": "failed", "error": wrong}]),
    );
    let script = Script::new().then(BATCH, body, 200, answer);
    let call = json!({"db_id": 7, "data": [{"email": "a@x.org"}, {"email": "b"}]});
    let answer = script.call("profiles/add_batch/", call);
    let mut expected = done();
    expected["result"] = json!([
        {"error": 0, "error_text": "Successful operation", "profile_id": ID},
        {"error": 400, "error_text": "email: No address.", "profile_id": ""},
    ]);
    assert_eq!(answer, expected);
}

#[test]
fn one_matching_holds_for_all_and_values_stand_in_the_items() {
    let body = json!({"mode": "update", "matching": "custom", "field_name": "custom_id",
        "data": [{"custom_id": "1", "_fname": "A", "subscriptions": [
            {"resource_id": "5", "channel": "email", "email": "a@x.org", "status": -1, "priority": -1}]},
            {"custom_id": "2"}]});
    let answer = results(
        json!([{"index": 0, "outcome": "updated", "id": ID}, {"index": 1, "outcome": "updated", "id": OTHER}]),
    );
    let script = Script::new().then(BATCH, body, 200, answer);
    let item = json!({"custom_id": 1, "_fname": "A", "subscriptions": [
        {"resource_id": 5, "channel": "email", "email_data": {"email": "a@x.org"}, "status": -1, "priority": -1}]});
    let call = json!({"db_id": 7, "matching": "custom", "field_name": "custom_id", "data": [item, {"field_value": 2}]});
    let answer = script.call("profiles/update_batch", call);
    assert_eq!(answer["result"][1]["profile_id"], OTHER);
}

#[test]
fn items_that_are_named_otherwise_are_asked_for_in_their_places() {
    let ok = |id| json!({"outcome": "updated", "id": id, "revision": 1});
    let main =
        json!({"mode": "import", "matching": "email_profile", "data": [{"email": "a@x.org"}]});
    let by_id =
        json!({"mode": "update", "matching": "profile_id", "data": [{"_fname": "B", "id": ID}]});
    let fresh = json!({"mode": "add", "data": [{"_fname": "C"}]});
    let script = Script::new()
        .then(BATCH, by_id, 200, results(json!([ok(ID)])))
        .then(BATCH, main, 200, results(json!([ok(OTHER)])))
        .then(BATCH, fresh, 200, results(json!([ok("fresh")])));
    let call = json!({"db_id": 7, "matching": "email_profile", "data": [
        {"_fname": "C"}, 5, {"email": format!("{ID}@localhost"), "_fname": "B"}, {"email": "a@x.org"}]});
    let answer = script.call("profiles/import_batch", call);
    let ids: Vec<&Value> = answer["result"]
        .as_array()
        .expect("results")
        .iter()
        .map(|one| &one["profile_id"])
        .collect();
    assert_eq!(
        ids,
        [&json!("fresh"), &json!(""), &json!(ID), &json!(OTHER)]
    );
    assert_eq!(answer["result"][1]["error"], 400);
}

#[test]
fn push_subscriptions_are_matched_one_by_one() {
    let body = json!({"mode": "import", "matching": "push_sub", "provider": "Firefox", "subscription_id": "t", "data": {"_fname": "A"}});
    let script = Script::new().then(WRITE, body, 200, json!({"outcome": "updated", "id": ID}));
    let call = json!({"db_id": 7, "matching": "push_sub", "data": [{"provider": "Firefox", "subscription_id": "t", "_fname": "A"}]});
    assert_eq!(
        script.call("profiles/import_batch", call)["result"][0]["profile_id"],
        ID
    );
}

#[test]
fn a_bash_script_matches_by_phones_in_the_items() {
    let body = json!({"mode": "import", "matching": "phone", "data": [{"phones": ["+79000000000"]}, {"phones": ["+79000000001"]}]});
    let answer =
        results(json!([{"outcome": "created", "id": ID}, {"outcome": "created", "id": OTHER}]));
    let script = Script::new().then(BATCH, body, 200, answer);
    let call = json!({"db_id": 7, "matching": "phone", "data": [{"phones": ["+79000000000"]}, {"phone": "+79000000001"}]});
    assert_eq!(script.call("profiles/import_batch", call)["error"], 0);
}

#[test]
fn ten_thousand_are_the_most_and_are_soon_translated() {
    let item = |n: usize| {
        json!({"email": format!("p{n}@x.org"), "_fname": "A", "labels": [1, 2], "custom_id": n,
        "subscriptions": [{"resource_id": 5, "channel": "email", "email": format!("p{n}@x.org")}]})
    };
    let ours = |n: usize| {
        json!({"email": format!("p{n}@x.org"), "_fname": "A", "labels": ["1", "2"], "custom_id": n.to_string(),
        "subscriptions": [{"resource_id": "5", "channel": "email", "email": format!("p{n}@x.org")}]})
    };
    let all: Vec<Value> = (0..10_000).map(item).collect();
    let expected: Vec<Value> = (0..10_000).map(ours).collect();
    let done: Vec<Value> = (0..10_000)
        .map(|_| json!({"outcome": "created", "id": ID}))
        .collect();
    let body = json!({"mode": "import", "matching": "email", "data": expected});
    let script = Script::new().then(BATCH, body, 200, results(done.into()));
    let call = json!({"db_id": 7, "data": all}).to_string();
    let answer: Value =
        serde_json::from_slice(&script.raw("profiles/import_batch", "", &call)).expect("JSON");
    assert_eq!(answer["result"].as_array().map(Vec::len), Some(10_000));
    let more: Vec<Value> = (0..10_001).map(|_| json!({})).collect();
    let answer = Script::new().call("profiles/import_batch", json!({"db_id": 7, "data": more}));
    assert_eq!(answer["error"], 400);
    assert_eq!(
        answer["error_text"],
        "data: 10001 profiles are too many: send 10000 at once at most."
    );
}

/// What names a profile by an id from before, and what by one of ours, is written in the order of
/// the call: a later word about the same profile counts.
#[test]
fn ids_from_before_are_asked_for_in_their_places() {
    let old = "5b0f3a4c7e1d2a0001c0ffee";
    let own = |n: i64| json!({"mode": "update", "matching": "profile_id", "show": ["legacy_id"], "data": [{"visits": n, "id": ID}]});
    let legacy = json!({"mode": "update", "matching": "custom", "field_name": "legacy_id", "show": ["legacy_id"],
        "data": [{"visits": 6, "legacy_id": old}, {"visits": 7, "legacy_id": old}]});
    let done = || json!({"outcome": "updated", "id": ID, "data": {"legacy_id": old}});
    let script = Script::with_legacy_ids()
        .then(BATCH, own(2), 200, results(json!([done()])))
        .then(BATCH, legacy, 200, results(json!([done(), done()])))
        .then(BATCH, own(8), 200, results(json!([done()])));
    let call = json!({"db_id": 7, "matching": "profile_id", "data": [
        {"profile_id": ID, "visits": 2}, {"id": old, "visits": 6}, {"id": old, "visits": 7}, {"id": ID, "visits": 8}]});
    let answer = script.call("profiles/update_batch", call);
    for index in 0..4 {
        assert_eq!(answer["result"][index]["profile_id"], old, "{answer}");
    }
}

/// An id may be one of ours and from before, as of another Roster; and one that is changed isn't
/// named by what it becomes.
#[test]
fn ids_that_nobody_has_are_looked_for_among_those_from_before() {
    let old = "5b0f3a4c7e1d2a0001c0ffee";
    let first = json!({"mode": "update", "matching": "profile_id", "show": ["legacy_id"],
        "data": [{"_fname": "A", "id": ID}, {"_fname": "B", "id": OTHER}]});
    let gone = json!({"status": 404, "code": "not_found", "pointer": "", "detail": "No."});
    let second = json!({"mode": "update", "matching": "custom", "field_name": "legacy_id", "show": ["legacy_id"],
        "data": [{"_fname": "B", "legacy_id": OTHER}]});
    let third = json!({"mode": "update", "matching": "custom", "field_name": "legacy_id", "field_value": old,
        "show": ["legacy_id"], "data": {"legacy_id": "new"}});
    let updated = |id: &str| json!({"outcome": "updated", "id": id});
    let script = Script::with_legacy_ids()
        .then(
            BATCH,
            first,
            200,
            results(json!([updated(ID), {"outcome": "failed", "error": gone}])),
        )
        .then(BATCH, second, 200, results(json!([updated("b")])))
        .then(WRITE, third, 200, updated("c"));
    let call = json!({"db_id": 7, "matching": "profile_id", "data": [{"profile_id": ID, "_fname": "A"},
        {"profile_id": OTHER, "_fname": "B"}, {"profile_id": old, "legacy_id": "new"}]});
    let answer = script.call("profiles/update_batch", call);
    for (index, id) in [ID, "b", "c"].into_iter().enumerate() {
        assert_eq!(answer["result"][index]["profile_id"], id, "{answer}");
    }
}

/// That a resource isn't there is no reason to look for another profile, or to make one.
#[test]
fn an_item_that_names_no_resource_is_not_asked_for_again() {
    let wrong = json!({"status": 422, "code": "unknown_resource", "pointer": "/subscriptions/0/resource_id", "detail": "No."});
    let failed = || results(json!([{"outcome": "failed", "error": wrong}]));
    let one = json!({"resource_id": "9", "channel": "sms", "phone": "+79000000000"});
    let body = json!({"mode": "update", "matching": "profile_id", "show": ["legacy_id"],
        "data": [{"subscriptions": [one], "id": ID}]});
    let script = Script::with_legacy_ids().then(BATCH, body.clone(), 200, failed());
    let call = json!({"db_id": 7, "matching": "email_profile", "data": [
        {"email": format!("{ID}@localhost"), "subscriptions": [one]}]});
    let answer = script.call("profiles/import_batch", call);
    let text = "subscriptions[0].resource_id: No.";
    assert_eq!(answer["result"][0]["error_text"], text);
    assert_eq!(answer["result"][0]["error"], 404);
}

/// What is written is said so, even if what follows fails: nobody sends it again then.
#[test]
fn a_batch_that_breaks_off_says_what_is_written() {
    let old = "5b0f3a4c7e1d2a0001c0ffee";
    let own = json!({"mode": "update", "matching": "profile_id", "show": ["legacy_id"], "data": [{"visits": 2, "id": ID}]});
    let legacy = json!({"mode": "update", "matching": "custom", "field_name": "legacy_id", "show": ["legacy_id"],
        "data": [{"visits": 6, "legacy_id": old}]});
    let done = json!({"outcome": "updated", "id": ID});
    let down = json!({"code": "unavailable", "detail": "No."});
    let script = Script::with_legacy_ids()
        .then(BATCH, own.clone(), 200, results(json!([done])))
        .then(BATCH, legacy, 503, down.clone());
    let call = json!({"db_id": 7, "matching": "profile_id", "data": [
        {"profile_id": ID, "visits": 2}, {"id": old, "visits": 6}, {"id": ID, "visits": 8}]});
    let answer = script.call("profiles/update_batch", call.clone());
    let errors: Vec<&Value> = (0..3)
        .map(|index| &answer["result"][index]["error"])
        .collect();
    assert_eq!(errors, [&json!(0), &json!(500), &json!(500)]);
    // Nothing is written: the call fails.
    let script = Script::with_legacy_ids().then(BATCH, own, 503, down);
    assert_eq!(script.call("profiles/update_batch", call)["error"], 500);
}
