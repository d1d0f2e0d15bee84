use crate::script::{Script, database, done};
use serde_json::{Value, json};

fn counters() -> Value {
    let statuses = json!({"subscribed": 2, "unsubscribed": 1, "complained": 0, "hardbounced": 0,
        "unconfirmed": 0, "suspended": 0, "invalid": 0});
    json!({"total": 3, "statuses": statuses, "channels": {"email": {"total": 3, "statuses": statuses,
        "subscribed_sendable": 1, "unconfirmed_sendable": 0}}})
}

fn counted() -> Value {
    json!([{"channel": "email", "status": {"all": 3, "subscribed": 2, "unsubscribed": 1, "complained": 0,
        "hardbounced": 0, "unconfirmed": 0, "suspended": 0, "invalid": 0,
        "subscribed_sendable": 1, "unconfirmed_sendable": 0}}])
}

fn resource() -> Value {
    json!({"id": "5", "name": "News", "channels": ["email"], "databases": ["7"], "url": "https://x.org",
        "fields": [{"name": "_os", "channel": "push", "type": "string", "title": "OS", "standard": true},
                   {"name": "size", "channel": "email", "type": "integer", "title": "Size", "standard": false}]})
}

#[test]
fn databases_are_listed_a_page_at_a_time() {
    let page = json!({"items": [{"id": "7", "name": "shop", "tags": ["main"]}, {"id": "12", "name": "b", "tags": []}], "next": null});
    let list = |call| {
        let script = Script::new().then(
            "GET /v1/databases?limit=1000",
            Value::Null,
            200,
            page.clone(),
        );
        script.call("databases/list/", call)
    };
    let answer = list(json!({"token": "abc", "limit": 1}));
    let mut expected = done();
    expected["data"] = json!([{"id": 7, "name": "shop", "ui_tags": ["main"], "Groups": []}]);
    expected["next_from_id"] = 8.into();
    expected["total_count"] = 2.into();
    assert_eq!(answer, expected);
    let answer = list(json!({"from_id": 8}));
    assert_eq!(
        (&answer["data"][0]["id"], &answer["next_from_id"]),
        (&json!(12), &json!(13))
    );
    assert_eq!(list(json!({"from_id": 13}))["data"], json!([]));
    assert_eq!(list(json!({"ui_tags": ["main"]}))["total_count"], 1);
}

#[test]
fn a_database_and_its_fields_are_shown() {
    let lists = json!({"items": [{"id": "1", "databases": []}, {"id": "3", "databases": ["7"]}], "next": null});
    let script = Script::new()
        .then("GET /v1/databases/7", Value::Null, 200, database())
        .then("GET /v1/suppressions?limit=1000", Value::Null, 200, lists);
    let shown = json!({"id": 7, "name": "shop", "suppress_id": 3, "description": "all of it"});
    assert_eq!(
        script.call("databases/get/", json!({"id": 7}))["data"],
        shown
    );
    let script = Script::new().then("GET /v1/databases/7", Value::Null, 200, database());
    let fields = script.call("databases/fields_get/", json!({"id": 7}))["data"].clone();
    assert_eq!(
        fields[0],
        json!({"category": "system", "title": "email", "name": "email", "required": false, "type": "unicode"})
    );
    let all = fields.as_array().expect("fields");
    let choice = all
        .iter()
        .find(|field| field["name"] == "custom_enum")
        .expect("an enum");
    assert_eq!(choice["options"], json!(["a", "b", "c", "d"]));
    let gone = json!({"code": "not_found", "detail": "There is no such database."});
    let script = Script::new().then("GET /v1/databases/8", Value::Null, 404, gone);
    let answer = script.call("databases/get", json!({"id": 8}));
    assert_eq!(
        answer,
        json!({"error": 404, "error_text": "id: there is no database 8."})
    );
}

#[test]
fn counters_are_those_of_a_resource() {
    let script = Script::new()
        .then("GET /v1/resources/5", Value::Null, 200, resource())
        .then(
            "GET /v1/resources/5/counters?sendable=true&database=7",
            Value::Null,
            200,
            counters(),
        );
    let answer = script.call("databases/get_counters", json!({"id": 7, "resource_id": 5}));
    assert_eq!(answer["data"], counted());
    let script = Script::new().then("GET /v1/resources/5", Value::Null, 200, resource());
    assert_eq!(
        script.call("databases/get_counters", json!({"id": 9, "resource_id": 5}))["error"],
        404
    );
    let script = Script::new().then(
        "GET /v1/resources/5/counters?sendable=true",
        Value::Null,
        200,
        counters(),
    );
    assert_eq!(
        script.call("resources/get_counters", json!({"id": 5}))["data"],
        counted()
    );
    let script = Script::new().then("GET /v1/databases/7", Value::Null, 200, database());
    let answer = script.call(
        "databases/refresh_counters",
        json!({"id": 7, "resource_id": 5}),
    );
    assert_eq!(
        answer["data"]["task_id"],
        "task_00000000-0000-4000-8001-000000000007"
    );
}

#[test]
fn a_database_is_wiped_where_that_is_allowed() {
    let script = Script::new()
        .then("GET /v1/databases/7", Value::Null, 200, database())
        .then(
            "POST /v1/databases/7/wipe?confirm=shop",
            Value::Null,
            200,
            json!({"id": "7", "profiles": 12}),
        );
    let answer = script.call("databases/wipe", json!({"id": 7}));
    assert_eq!(
        answer["data"],
        json!({"count_action": 0, "count_profile": 12})
    );
}

#[test]
fn resources_are_shown() {
    let page = json!({"items": [resource()], "next": null});
    let script = Script::new().then("GET /v1/resources?limit=1000", Value::Null, 200, page);
    let answer = script.call("resources/list", json!({}));
    assert_eq!(
        answer["data"],
        json!([{"id": 5, "name": "News", "groups": []}])
    );
    let one = || Script::new().then("GET /v1/resources/5", Value::Null, 200, resource());
    let shown = json!({"id": 5, "name": "News", "channels": ["email"], "dbs_ids": [7], "trk_domain": "", "url": "https://x.org"});
    assert_eq!(one().call("resources/get", json!({"id": 5}))["data"], shown);
    let fields = one().call("resources/fields_get", json!({"id": 5, "channel": "email"}));
    assert_eq!(
        fields["data"],
        json!([{"category": "custom", "title": "Size", "name": "size", "required": false, "type": "int"}])
    );
    let refreshed = one().call(
        "resources/refresh_counters",
        json!({"id": 5, "list_id": 7, "feedback": {"type": "JSON", "url": "x"}}),
    );
    assert!(refreshed["data"]["task_id"].is_string());
}

fn segment() -> Value {
    json!({"id": "4", "database_id": "7", "name": "Warm", "kind": "updatable", "condition": {"all": []},
        "refresh": "daily", "members": 3})
}

#[test]
fn segments_are_made_of_the_three_kinds() {
    let path = "POST /v1/databases/7/segments";
    let body = json!({"name": "Guests", "kind": "static"});
    let script = Script::new().then(path, body, 201, segment());
    let call = json!({"name": "Guests", "is_static": true, "list_id": 7});
    assert_eq!(
        script.call("segments/add/", call)["data"],
        json!({"saved_id": 4})
    );
    let given = json!([{"condition": "or", "list_id": 7, "limit": 10, "percent_from": 0, "percent_to": 50, "queries": [
        {"compo": "profile", "name": "_city", "operator": "equal", "type": "string", "value": [{"name": "Rome", "value": "Rome"}]},
        {"compo": "profile", "name": "labels", "operator": "in", "value": [{"value": "a"}, {"value": "b"}]}]}]);
    let condition = json!({"any": [{"field": "_city", "eq": "Rome"}, {"field": "labels", "has_any": ["a", "b"]}]});
    let range = json!({"from": 0, "to": 50});
    let body = json!({"name": "D", "kind": "dynamic", "condition": condition, "range": range});
    let script = Script::new().then(path, body, 201, segment());
    let mut call = json!({"name": "D", "segment": given});
    assert_eq!(script.call("segments/add", call.clone())["error"], 0);
    let body = json!({"name": "D", "kind": "updatable", "condition": condition, "range": range, "limit": 10, "refresh": "daily"});
    let script = Script::new().then(path, body, 201, segment());
    call["is_static"] = true.into();
    call["is_refresh_daily"] = true.into();
    assert_eq!(script.call("segments/add", call.clone())["error"], 0);
    call["segment"][0]["queries"][0]["operator"] = "sounds_like".into();
    let answer = Script::new().call("segments/add", call);
    assert_eq!(answer["error"], 400);
    assert!(
        answer["error_text"]
            .as_str()
            .is_some_and(|text| text.starts_with("segment[0].queries[0].operator: "))
    );
}

#[test]
fn a_segment_is_found_in_its_database() {
    let databases = json!({"items": [{"id": "6"}, {"id": "7"}], "next": null});
    let gone = json!({"code": "not_found", "detail": "No."});
    let found = || {
        Script::new()
            .then(
                "GET /v1/databases?limit=1000",
                Value::Null,
                200,
                databases.clone(),
            )
            .then(
                "GET /v1/databases/6/segments/4",
                Value::Null,
                404,
                gone.clone(),
            )
            .then(
                "GET /v1/databases/7/segments/4",
                Value::Null,
                200,
                segment(),
            )
    };
    let path = "/v1/databases/7/segments/4";
    let shown = found().call("segments/get", json!({"id": 4}));
    assert_eq!(
        (
            &shown["data"]["list_id"],
            &shown["data"]["is_refresh_daily"]
        ),
        (&json!(7), &json!(true))
    );
    let body = json!({"name": "W", "refresh": null});
    let script = found().then(&format!("PATCH {path}"), body, 200, segment());
    let call = json!({"id": 4, "name": "W", "list_id": 7, "is_refresh_daily": false});
    assert_eq!(
        script.call("segments/update/", call)["data"],
        json!({"saved_id": 4})
    );
    let moved = found().call("segments/update/", json!({"id": 4, "list_id": 8}));
    assert_eq!(moved["error"], 400);
    let script = found().then(
        &format!("DELETE {path}?confirm=Warm"),
        Value::Null,
        200,
        json!({}),
    );
    assert_eq!(script.call("segments/delete", json!({"id": 4})), done());
    let script = found().then(
        &format!("POST {path}/refresh"),
        Value::Null,
        202,
        json!({"id": "9"}),
    );
    assert_eq!(
        script.call("segments/refresh", json!({"id": 4}))["error"],
        0
    );
    let counts = json!({"members": 3, "at_least": false, "channels": {"email": {"subscribed": 2, "sendable": 1, "unconfirmed": 1}}});
    let script = Script::new()
        .then(
            "GET /v1/databases/7/segments/4",
            Value::Null,
            200,
            segment(),
        )
        .then(
            &format!("GET {path}/counters?resource_id=5"),
            Value::Null,
            200,
            counts,
        );
    let answer = script.call(
        "segments/get_counters",
        json!({"id": 4, "resource_id": 5, "db_id": 7}),
    );
    let status = json!({"subscribed_sendable": 1, "unconfirmed_sendable": 1});
    assert_eq!(
        answer["data"],
        json!([{"channel": "email", "status": status}])
    );
    let script = Script::new()
        .then(
            "GET /v1/databases?limit=1000",
            Value::Null,
            200,
            json!({"items": [{"id": "7"}], "next": null}),
        )
        .then(
            "GET /v1/databases/7/segments?limit=1000",
            Value::Null,
            200,
            json!({"items": [segment()], "next": null}),
        );
    let answer = script.call("segments/list/", json!({}));
    assert_eq!(
        answer["data"],
        json!([{"id": 4, "name": "Warm", "ui_tags": [], "Groups": [], "list_id": 7}])
    );
}
