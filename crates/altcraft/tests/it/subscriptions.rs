use crate::script::{ID, OTHER, Script, done, problem, profile, subscription};
use serde_json::{Value, json};

fn base(rest: &str) -> String {
    format!("/v1/databases/7/profiles/{ID}/subscriptions{rest}")
}

fn named() -> Value {
    json!({"token": "abc", "db_id": 7, "profile_id": ID, "resource_id": 5, "channel": "email",
        "email": "john@example.com"})
}

fn contact() -> Value {
    json!({"resource_id": "5", "channel": "email", "email": "john@example.com"})
}

#[test]
fn somebody_leaves_by_a_message() {
    const LEAVE: &str = "POST /v1/unsubscribe";
    let left = || json!({"profile_id": ID, "outcome": "updated"});
    let script = Script::new().then(LEAVE, json!({"message_id": "m-17"}), 200, left());
    let mut expected = done();
    expected["profile_id"] = ID.into();
    let call = json!({"rtoken": "2fHLS9YR9daS-a90b371eecc2952f", "smid": "m-17"});
    assert_eq!(script.call("profiles/message_unsub", call), expected);
    let some = json!({"message_id": "m-17", "categories": ["news"]});
    let script = Script::new().then(LEAVE, some, 200, left());
    let call = json!({"rtoken": "x", "smid": "m-17", "categories": "news"});
    assert_eq!(script.call("profiles/message_unsub", call), expected);
    // A link of ours says by itself whose it is.
    let gone = || json!({"code": "not_found", "detail": "There is no such message."});
    let link = "https://x.org/s/unsubscribe/abc";
    let script = Script::new()
        .then(LEAVE, json!({"message_id": link}), 404, gone())
        .then(LEAVE, json!({"link": link}), 200, left());
    let call = json!({"rtoken": "x", "smid": link});
    assert_eq!(script.call("profiles/message_unsub", call), expected);
    let none = problem("invalid_link", "/link", "This must be a link of a message.");
    let script = Script::new()
        .then(LEAVE, json!({"message_id": "m"}), 404, gone())
        .then(LEAVE, json!({"link": "m"}), 422, none);
    let answer = script.call(
        "profiles/message_unsub",
        json!({"rtoken": "x", "smid": "m"}),
    );
    let text = "smid: There is no such message.";
    assert_eq!(answer, json!({"error": 404, "error_text": text}));
    let answer = Script::new().call("profiles/message_unsub", json!({"rtoken": "x"}));
    assert_eq!(answer["error"], 400);
}

#[test]
fn one_is_set_deleted_and_brought_back() {
    let mut body = contact();
    body["status"] = "subscribed".into();
    body["priority"] = 0.into();
    body["custom_fields"] = json!({"_os": "Linux"});
    body["cats"] = json!(["news"]);
    body["date"] = "2026-01-01T00:00:00Z".into();
    body["ip"] = "127.0.0.1".into();
    let mut call = named();
    for name in ["status", "priority", "custom_fields", "cats", "date", "ip"] {
        call[name] = body[name].clone();
    }
    call["skip_triggers"] = true.into();
    let changed = json!({"id": ID, "outcome": "updated", "skipped": [], "subscriptions": []});
    let script = Script::new().then(&format!("PUT {}", base("")), body, 200, changed.clone());
    assert_eq!(script.call("subscriptions/set", call), done());
    let script = Script::new().then(
        &format!(
            "DELETE {}",
            base("?resource_id=5&channel=email&email=john@example.com")
        ),
        Value::Null,
        200,
        changed.clone(),
    );
    assert_eq!(script.call("subscriptions/delete", named()), done());
    let script = Script::new().then(
        &format!("POST {}", base("/restore")),
        contact(),
        200,
        changed,
    );
    assert_eq!(script.call("subscriptions/undelete", named()), done());
}

#[test]
fn a_contact_may_be_nested_and_says_its_channel() {
    let body = json!({"resource_id": "5", "channel": "push", "provider": "Firefox",
        "subscription_id": "t", "status": 5});
    let changed = json!({"id": ID, "outcome": "created", "skipped": [], "subscriptions": []});
    let script = Script::new().then(&format!("PUT {}", base("")), body, 201, changed);
    let call = json!({"db_id": 7, "profile_id": ID, "resource_id": "5", "status": "5",
        "push_data": {"provider": "Firefox", "subscription_id": "t"}});
    assert_eq!(script.call("subscriptions/set", call), done());
}

#[test]
fn a_resource_that_is_not_there_is_404_and_named() {
    let unknown = problem(
        "unknown_resource",
        "/resource_id",
        "There is no resource 5.",
    );
    let script = Script::new().then(
        &format!(
            "DELETE {}",
            base("?resource_id=5&channel=email&email=john@example.com")
        ),
        Value::Null,
        422,
        unknown,
    );
    let answer = script.call("subscriptions/delete", named());
    assert_eq!(
        answer,
        json!({"error": 404, "error_text": "resource_id: There is no resource 5."})
    );
}

#[test]
fn those_of_a_profile_are_listed_flat() {
    let mut gone = subscription();
    gone["deleted"] = true.into();
    gone["email"] = "old@example.com".into();
    let all = || json!({"items": [subscription(), gone], "next": null});
    let path = format!("GET {}", base(""));
    let script = Script::new().then(&path, Value::Null, 200, all());
    let answer = script.call("subscriptions/list", json!({"db_id": 7, "profile_id": ID}));
    assert_eq!(
        answer["data"],
        json!([{
            "resource_id": 5, "channel": "email", "email": "John@Example.com", "priority": 0,
            "status": "subscribed", "custom_fields": {"_os": "Linux"}, "cats": ["news"],
            "hash_id": "8dccb1b3", "is_delete": false,
        }])
    );
    // One that was deleted is shown where it is asked for.
    let mut call = named();
    call["email"] = "OLD@example.com".into();
    let script = Script::new().then(&path, Value::Null, 200, all());
    let answer = script.call("subscriptions/get", call);
    assert_eq!(answer["data"]["is_delete"], true);
    assert_eq!(answer["data"]["email_data"]["domain"], "example.com");
    let mut call = named();
    call["email"] = "nobody@example.com".into();
    let script = Script::new().then(&path, Value::Null, 200, all());
    assert_eq!(script.call("subscriptions/get", call)["error"], 404);
}

#[test]
fn everybodys_are_listed_through_all_databases() {
    let condition =
        json!({"subscription": {"resource_id": "5", "channel": "email", "status": "subscribed"}});
    let body = json!({"condition": condition, "limit": 1000, "fields": ["subscriptions"]});
    let resource = json!({"id": "5", "databases": ["8", "7"]});
    let page = |items, next: Value| json!({"items": items, "next": next});
    let mut other = profile();
    other["id"] = OTHER.into();
    let mut second = body.clone();
    second["cursor"] = "abc".into();
    let call = |from: Value| json!({"resource_id": 5, "channel": "email", "status": "subscribed", "from_id": from});
    let script = Script::new()
        .then("GET /v1/resources/5", Value::Null, 200, resource.clone())
        .then(
            "POST /v1/databases/8/profiles/query",
            body.clone(),
            200,
            page(json!([]), Value::Null),
        )
        .then(
            "POST /v1/databases/7/profiles/query",
            body,
            200,
            page(json!([profile()]), "abc".into()),
        );
    let first = script.call("subscriptions/list_all", call(Value::Null));
    assert_eq!(first["next_from_id"], "7.abc");
    assert_eq!(
        first["data"],
        json!([{
            "db_id": 7, "profile_id": ID, "_xxh": "1a20967479554ede", "hash_id": "8dccb1b3",
            "resource_id": 5, "channel": "email", "email": "John@Example.com", "priority": 0,
            "status": "subscribed", "custom_fields": {"_os": "Linux"}, "cats": ["news"], "is_delete": false,
        }])
    );
    let script = Script::new()
        .then("GET /v1/resources/5", Value::Null, 200, resource)
        .then(
            "POST /v1/databases/7/profiles/query",
            second,
            200,
            page(json!([other]), Value::Null),
        );
    let last = script.call(
        "subscriptions/list_all",
        call(first["next_from_id"].clone()),
    );
    assert_eq!(last["data"][0]["profile_id"], OTHER);
    let end = Script::new().call("subscriptions/list_all", call(last["next_from_id"].clone()));
    assert_eq!(end["data"], json!([]));
}

#[test]
fn all_of_a_database_are_suspended_and_woken() {
    let job = json!({"id": "1", "state": "running"});
    let test = |from: &str| json!({"any": [{"subscription": {"resource_id": "5", "channel": "email", "status": from}}]});
    let template = |from: &str, to: &str| {
        json!({"condition": test(from), "subscriptions": [
        {"resource_id": "5", "channel": "email", "status": to, "where": {"status": [from]}}]})
    };
    for (method, from, to) in [
        ("subscriptions/suspend_all", "subscribed", "suspended"),
        ("subscriptions/unsuspend_all", "suspended", "subscribed"),
    ] {
        let script = Script::new()
            .then(
                "POST /v1/databases/7/profiles/count",
                json!({"condition": test(from)}),
                200,
                json!({"count": 3}),
            )
            .then(
                "POST /v1/databases/7/updates",
                template(from, to),
                202,
                job.clone(),
            );
        let answer = script.call(
            method,
            json!({"db_id": 7, "channel": "email", "resource_id": 5}),
        );
        assert_eq!(answer["updated"], 3, "{method}");
    }
    let resources = json!({"items": [{"id": "5", "databases": ["7"], "channels": ["email"]},
        {"id": "6", "databases": ["8"], "channels": ["sms"]}], "next": null});
    let script = Script::new()
        .then("GET /v1/resources?limit=1000", Value::Null, 200, resources)
        .then(
            "POST /v1/databases/7/profiles/count",
            json!({"condition": test("subscribed")}),
            200,
            json!({"count": 0}),
        );
    assert_eq!(
        script.call("subscriptions/suspend_all", json!({"db_id": 7}))["updated"],
        0
    );
}

#[test]
fn a_whole_database_is_suspended_by_the_old_method() {
    let update = json!({"status": "suspended", "condition": {"status": ["subscribed"]}});
    let script = Script::new()
        .then(
            "POST /v1/databases/7/profiles/count",
            json!({"condition": {"status": ["subscribed"]}}),
            200,
            json!({"count": 9}),
        )
        .then(
            "POST /v1/databases/7/updates",
            update,
            202,
            json!({"id": "1"}),
        );
    let answer = script.raw("/api/v1.0/lists/7/suspend_all", "token=abc", "");
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert_eq!(
        answer,
        json!({"error": 0, "error_text": "Successful operation", "updated": 9})
    );
}

#[test]
fn one_that_is_sent_as_deleted_is_not_brought_back() {
    let path = format!("GET /v1/databases/7/profiles/{ID}/subscriptions");
    let call = |is_delete: Value| {
        json!({"db_id": 7, "profile_id": ID, "resource_id": 5, "channel": "email",
            "email": "a@x.org", "status": "subscribed", "is_delete": is_delete})
    };
    for yes in [json!(true), json!("true"), json!(1)] {
        let script = Script::new().then(&path, Value::Null, 200, json!({"items": []}));
        let answer = script.call("subscriptions/set", call(yes));
        assert_eq!(answer["error"], 0);
        let text = answer["error_text"].as_str().expect("a text");
        assert!(text.contains("left alone"), "{text}");
    }
    let answer = Script::new().call("subscriptions/set", call(json!("perhaps")));
    assert_eq!(answer["error"], 400);
}
