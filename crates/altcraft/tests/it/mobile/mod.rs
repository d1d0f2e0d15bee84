//! What SDKs send, what `/v1` is asked for it, and by which status they hear of it.

mod devices;
mod events;
mod rotation;

use crate::script::{ID, OTHER, Script, run};
use roster_altcraft::mobile::{AppContext, HttpAnswer, MobileCall, answer, is_mobile, refusal};
use serde_json::{Map, Value, json};

const NOW: i64 = 1_800_000_000_000;
const JSON: &str = "application/json; charset=utf-8";

/// An app with the token of resource 5, which serves database 7.
fn of_resource() -> AppContext {
    AppContext {
        databases: vec![7],
        resource: 5,
        person: None,
    }
}

/// An app with a JWT about somebody's e-mail address.
fn of_person() -> AppContext {
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    AppContext {
        person: claim.as_object().cloned(),
        ..of_resource()
    }
}

fn call<'a>(path: &'a str, query: &'a str, body: &'a str) -> MobileCall<'a> {
    MobileCall {
        verb: if path.contains("status") {
            "GET"
        } else {
            "POST"
        },
        path,
        query,
        content_type: JSON,
        request_id: "",
        now_ms: NOW,
        body: body.as_bytes(),
    }
}

/// The status and the body of an answer.
fn read(answer: HttpAnswer) -> (u16, Value) {
    assert_eq!(answer.content_type, JSON);
    assert_eq!(answer.retry_after.is_some(), answer.status == 503);
    (
        answer.status,
        serde_json::from_slice(&answer.body).expect("JSON"),
    )
}

fn ask(script: &Script, app: &AppContext, path: &str, query: &str, body: &Value) -> (u16, Value) {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let answered = read(run(answer(script, app, call(path, query, &body))));
    script.is_over();
    answered
}

fn device() -> Value {
    json!({"resource_id": "5", "channel": "push", "provider": "android-firebase",
           "subscription_id": "tok-1"})
}

fn with(mut value: Value, more: Value) -> Value {
    for (name, more) in more.as_object().into_iter().flatten() {
        value[name] = more.clone();
    }
    value
}

/// The subscription of a device as `/v1` shows it.
fn subscription(status: &str) -> Value {
    with(
        device(),
        json!({"id": "8dccb1b3", "status": status, "status_by": "import", "suspended_until": null,
            "priority": 0, "cats": ["news"], "custom_fields": {"_os": "Android"},
            "reg_info": {"date": null, "ip": null, "url": null}, "deleted": false,
            "created_at": "2026-11-23T17:14:53.149Z", "updated_at": "2026-11-23T17:14:53.149Z"}),
    )
}

fn profile(subscriptions: &[Value]) -> Value {
    json!({
        "id": ID, "database_id": "7", "revision": 3, "status": "subscribed",
        "created_at": "2026-11-23T17:14:53.149Z", "updated_at": "2026-11-23T17:14:53.149Z",
        "data": {"email": "ann@example.org"}, "subscriptions": subscriptions,
        "segments": [], "control_group": null,
    })
}

fn resource() -> Value {
    let category = |name: &str, title: &str, steady: bool| json!({"name": name, "title": title, "steady": steady, "active": true});
    json!({"id": "5", "name": "App", "databases": ["7"], "channels": ["push"],
        "primary_channel": "push", "revision": 1, "created_at": "2026-11-23T17:14:53.149Z",
        "updated_at": "2026-11-23T17:14:53.149Z", "fields": [],
        "categories": [category("news", "News", false), category("offers", "Offers", true)]})
}

fn matched_device() -> Value {
    json!({"matching": "push_sub", "provider": "android-firebase", "resource_id": "5",
           "subscription_id": "tok-1"})
}

/// What an SDK sends to subscribe.
fn subscribing(status: &str) -> Value {
    json!({
        "time": 1_790_000_000, "subscription_id": "tok-1",
        "subscription": {"subscription_id": "tok-1", "provider": "android-firebase",
            "status": status, "fields": {"_os": "Android", "_ad_id": null}, "cats": []},
        "profile_fields": null, "replace": false, "skip_triggers": false,
    })
}

fn written(matching: Value, one: Value) -> Value {
    let act = json!({"mode": "import", "invalid": "skip", "skip_invalid_subscriptions": false,
        "data": {"subscriptions": [one]}});
    with(matching, act)
}

fn result(skipped: Value) -> Value {
    json!({"id": ID, "outcome": "updated", "revision": 3, "skipped": skipped})
}

fn at(rest: &str) -> String {
    format!("/v1/databases/7/profiles/{ID}{rest}")
}

/// What an app sees of Ann.
fn seen(status: &str) -> Value {
    json!({"id": ID, "status": "subscribed", "is_test": false, "subscription": {
        "subscription_id": "tok-1", "hash_id": "8dccb1b3", "provider": "android-firebase",
        "status": status, "fields": {"_os": "Android"},
        "cats": [{"name": "news", "title": "News", "steady": false, "active": true},
                 {"name": "offers", "title": "Offers", "steady": true, "active": false}]}})
}

fn done(profile: Value) -> (u16, Value) {
    (
        200,
        json!({"error": 0, "error_text": "Successful operation", "profile": profile}),
    )
}

#[test]
fn paths_are_those_of_the_sdks() {
    for path in [
        "/subscription/push/subscribe/",
        "/api/subscription/push/subscribe/",
        "/api/v1.1/subscription/push/update/",
        "/api//event/push/open",
        "/event/post",
        "/profile/update",
    ] {
        assert!(is_mobile(path), "{path}");
    }
    for path in [
        "/",
        "/api/v1.1/profiles/update",
        "/api/event/push/click",
        "/v1/events",
    ] {
        assert!(!is_mobile(path), "{path}");
    }
}

#[test]
fn bad_requests_hear_a_sentence() {
    let subscribe = "/subscription/push/subscribe/";
    let sent = |verb: &str, path: &str, body: &[u8]| {
        let call = MobileCall {
            verb,
            path,
            body,
            content_type: JSON,
            now_ms: NOW,
            ..MobileCall::default()
        };
        let (code, body) = read(run(answer(&Script::new(), &of_resource(), call)));
        assert_eq!(body["error"], code);
        assert!(
            body["error_text"]
                .as_str()
                .is_some_and(|text| text.ends_with('.')),
            "{body}"
        );
        code
    };
    assert_eq!(sent("GET", subscribe, b""), 405);
    assert_eq!(sent("POST", "/subscription/push/status/", b""), 405);
    assert_eq!(sent("POST", "/subscription/push/forget", b""), 404);
    assert_eq!(sent("POST", subscribe, &vec![b' '; (256 << 10) + 1]), 413);
    for body in [
        "",
        "[]",
        "{",
        "<xml/>",
        "\u{1}",
        r#"{"subscription": 1}"#,
        r#"{"subscription": {}}"#,
    ] {
        assert_eq!(sent("POST", subscribe, body.as_bytes()), 400, "{body}");
    }
    assert_eq!(sent("POST", subscribe, b"\xff{}"), 400);
    for cats in [
        json!("news"),
        json!([1]),
        json!([{"active": true}]),
        json!([{"name": "a", "active": 7}]),
    ] {
        let mut body = subscribing("subscribed");
        body["subscription"]["cats"] = cats.clone();
        let script = Script::new().then("GET /v1/resources/5", Value::Null, 200, resource());
        assert_eq!(
            ask(&script, &of_resource(), subscribe, "", &body).0,
            400,
            "{cats}"
        );
    }
    // A claim without a value: the token is wrong, not the request.
    let claim: Map<String, Value> = json!({"matching": "email"}).as_object().cloned().unwrap();
    let app = AppContext {
        person: Some(claim),
        ..of_resource()
    };
    let answered = ask(
        &Script::new(),
        &app,
        subscribe,
        "",
        &subscribing("subscribed"),
    );
    assert_eq!(answered.0, 401);
    assert_eq!(read(refusal(401, "The token has expired.")).0, 401);
    assert_eq!(read(refusal(507, "No room.")).0, 503);
}
