//! What SDKs send, what `/v1` is asked for it, and by which status they hear of it.

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
fn a_device_subscribes() {
    let path = "/api/subscription/push/subscribe/";
    let query = "provider=android-firebase&matching_mode=push_sub&sync=true";
    let one = with(
        device(),
        json!({"status": "subscribed", "custom_fields": {"_os": "Android"}}),
    );
    let body = with(
        written(matched_device(), one),
        json!({"consent": {"act": "app"}}),
    );
    let script = Script::new()
        .then("GET /v1/resources/5", Value::Null, 200, resource())
        .then(
            "POST /v1/databases/7/profiles",
            body,
            201,
            result(json!([])),
        )
        .then(
            &format!("GET {}", at("")),
            Value::Null,
            200,
            profile(&[subscription("subscribed")]),
        );
    let answered = ask(
        &script,
        &of_resource(),
        path,
        query,
        &subscribing("subscribed"),
    );
    assert_eq!(answered, done(seen("subscribed")));
}

#[test]
fn what_a_person_chooses_in_an_app_brings_them_back_but_a_complaint_holds() {
    let path = "/subscription/push/subscribe/";
    let stays = json!([{"pointer": "/data/subscriptions/0/status", "code": "status_protected",
        "detail": "The status stays."}]);
    let one = with(
        device(),
        json!({"status": "subscribed", "custom_fields": {"_os": "Android"}}),
    );
    let matching = json!({"matching": "email", "email": "ann@example.org"});
    let body = with(written(matching, one), json!({"consent": {"act": "app"}}));
    let begin = || {
        Script::new()
            .then("GET /v1/resources/5", Value::Null, 200, resource())
            .then(
                "POST /v1/databases/7/profiles",
                body.clone(),
                200,
                result(stays.clone()),
            )
    };
    let back = with(
        device(),
        json!({"status": "subscribed", "resubscribe": true,
        "reason": "The person subscribed in the app."}),
    );
    let put = format!("PUT {} if-match: \"3\"", at("/subscriptions"));
    let changed = json!({"id": ID, "outcome": "updated", "revision": 4, "skipped": [],
        "subscriptions": []});
    let get = format!("GET {}", at(""));
    let stale = json!({"code": "precondition_failed", "detail": "Another."});
    let script = begin()
        .then(
            &get,
            Value::Null,
            200,
            profile(&[subscription("unsubscribed")]),
        )
        .then(&put, back.clone(), 412, stale)
        .then(
            &get,
            Value::Null,
            200,
            profile(&[subscription("unsubscribed")]),
        )
        .then(&put, back, 200, changed)
        .then(
            &get,
            Value::Null,
            200,
            profile(&[subscription("subscribed")]),
        );
    let answered = ask(&script, &of_person(), path, "", &subscribing("subscribed"));
    assert_eq!(answered, done(seen("subscribed")));
    for status in ["complained", "hardbounced"] {
        let script = begin().then(&get, Value::Null, 200, profile(&[subscription(status)]));
        let (code, body) = ask(&script, &of_person(), path, "", &subscribing("subscribed"));
        assert_eq!((code, &body["profile"]), (200, &seen(status)));
        let text = body["error_text"].as_str().unwrap();
        assert!(text.contains("The status stays."), "{text}");
    }
}

#[test]
fn leaving_and_pausing_are_the_persons_own() {
    let path = "/subscription/push/subscribe/";
    for (status, more) in [
        ("unsubscribed", json!({"left_by": "person"})),
        ("suspended", json!({})),
    ] {
        let one = json!({"status": status, "custom_fields": {"_os": "Android"}});
        let one = with(with(device(), one), more);
        let script = Script::new()
            .then("GET /v1/resources/5", Value::Null, 200, resource())
            .then(
                "POST /v1/databases/7/profiles",
                written(matched_device(), one),
                200,
                result(json!([])),
            )
            .then(
                &format!("GET {}", at("")),
                Value::Null,
                200,
                profile(&[subscription(status)]),
            );
        let answered = ask(&script, &of_resource(), path, "", &subscribing(status));
        assert_eq!(answered, done(seen(status)));
    }
    // Nothing said is not yes, and an app says no more than these.
    for (status, word) in [
        (json!(null), "needed"),
        (json!(""), "needed"),
        (json!("complained"), "must be"),
        (json!(4), "must be"),
        (json!([]), "must be"),
    ] {
        let mut body = subscribing("");
        body["subscription"]["status"] = status.clone();
        let (code, body) = ask(&Script::new(), &of_resource(), path, "", &body);
        assert_eq!(code, 400, "{status}");
        assert!(
            body["error_text"].as_str().unwrap().contains(word),
            "{body}"
        );
    }
}

#[test]
fn categories_are_the_whole_list_and_those_turned_off_were_left() {
    let mut body = subscribing("subscribed");
    body["subscription"]["cats"] = json!([
        {"name": "news", "title": "News", "steady": false, "active": true},
        {"name": "offers", "active": false}, {"name": "gone", "active": false}]);
    body["profile_fields"] = json!({"_fname": "Ann", "_status": "subscribed", "_lname": null,
        "visits": {"action": "incr", "value": 1}});
    let one = json!({"status": "subscribed", "custom_fields": {"_os": "Android"},
        "cats": ["news"], "left_cats": [{"name": "offers", "left_by": "person"}]});
    let mut write = written(matched_device(), with(device(), one));
    write["consent"] = json!({"act": "app"});
    write["data"]["_fname"] = "Ann".into();
    write["data"]["visits"] = json!({"action": "incr", "value": 1});
    let taken = json!({"code": "duplicate", "field": "_fname", "detail": "Taken."});
    let mut again = write.clone();
    again["data"] = json!({"subscriptions": write["data"]["subscriptions"]});
    let script = Script::new()
        .then("GET /v1/resources/5", Value::Null, 200, resource())
        .then("POST /v1/databases/7/profiles", write, 409, taken)
        .then(
            "POST /v1/databases/7/profiles",
            again,
            200,
            result(json!([])),
        )
        .then(
            &format!("GET {}", at("")),
            Value::Null,
            200,
            profile(&[subscription("subscribed")]),
        );
    let path = "/subscription/push/subscribe/";
    let (code, body) = ask(&script, &of_resource(), path, "", &body);
    assert_eq!((code, &body["profile"]), (200, &seen("subscribed")));
    assert!(
        body["error_text"]
            .as_str()
            .unwrap()
            .contains("another profile's")
    );
}

#[test]
fn a_status_is_asked_for_in_three_modes() {
    let path = "/subscription/push/status/";
    let mut older = subscription("unsubscribed");
    older["provider"] = "android-huawei".into();
    older["updated_at"] = "2025-01-01T00:00:00.000Z".into();
    let all = profile(&[older, subscription("subscribed")]);
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    let script = || {
        Script::new()
            .then(
                "POST /v1/databases/7/profiles/match",
                claim.clone(),
                200,
                all.clone(),
            )
            .then("GET /v1/resources/5", Value::Null, 200, resource())
    };
    for (query, status) in [
        ("matching_mode=email", json!("subscribed")),
        ("provider=android-huawei", json!("unsubscribed")),
        (
            "provider=android-firebase&subscription_id=tok-1",
            json!("subscribed"),
        ),
        ("provider=android-rustore", Value::Null),
    ] {
        let (code, body) = ask(&script(), &of_person(), path, query, &Value::Null);
        assert_eq!(code, 200);
        assert_eq!(body["profile"]["subscription"]["status"], status, "{query}");
    }
    // The token of a resource says nothing of who it is.
    let (code, body) = ask(&Script::new(), &of_resource(), path, "", &Value::Null);
    assert_eq!((code, body["error"].as_u64()), (400, Some(400)));
    let gone = json!({"code": "not_found", "detail": "There is no such profile."});
    let script = Script::new().then("POST /v1/databases/7/profiles/match", claim, 404, gone);
    assert_eq!(ask(&script, &of_person(), path, "", &Value::Null).0, 404);
}

fn rotation() -> Value {
    json!({"old_token": "tok-1", "old_provider": "android-firebase", "new_token": "tok-2",
           "new_provider": "android-firebase"})
}

#[test]
fn a_token_is_replaced_and_the_status_goes_along() {
    let path = "/subscription/push/update/";
    let query = "provider=android-firebase&subscription_id=tok-1&sync=true";
    let removed = format!(
        "DELETE {}?resource_id=5&channel=push&provider=android-firebase&subscription_id=tok-1",
        at("/subscriptions")
    );
    let changed = |status: &str| {
        let mut made = subscription(status);
        made["subscription_id"] = "tok-2".into();
        json!({"id": ID, "outcome": "updated", "revision": 4, "skipped": [], "subscriptions": [made]})
    };
    let nobody = json!({"code": "not_found", "detail": "There is no such profile."});
    let matched_other = with(matched_device(), json!({"subscription_id": "tok-2"}));
    let gone = (
        200,
        json!({"error": 0, "error_text": "Successful operation"}),
    );
    for (status, carried) in [
        ("subscribed", "subscribed"),
        ("unsubscribed", "unsubscribed"),
        ("suspended", "suspended"),
        ("complained", "complained"),
        ("hardbounced", "unsubscribed"),
    ] {
        let mut body = with(
            device(),
            json!({"subscription_id": "tok-2", "status": carried,
            "priority": 0, "cats": ["news"], "custom_fields": {"_os": "Android"}}),
        );
        let mut before = subscription(status);
        if status == "unsubscribed" {
            before["left_by"] = "person".into();
            body["left_by"] = "person".into();
        }
        let script = Script::new()
            .then(
                "POST /v1/databases/7/profiles/match",
                matched_device(),
                200,
                profile(&[before]),
            )
            .then(
                "POST /v1/databases/7/profiles/match",
                matched_other.clone(),
                404,
                nobody.clone(),
            )
            .then(
                &format!("PUT {}", at("/subscriptions")),
                body,
                200,
                changed(carried),
            )
            .then(&removed, Value::Null, 200, changed(carried));
        assert_eq!(
            ask(&script, &of_resource(), path, query, &rotation()),
            gone,
            "{status}"
        );
    }
    // Somebody else has the new one already: two would leave nobody to be meant by it.
    let script = Script::new()
        .then(
            "POST /v1/databases/7/profiles/match",
            matched_device(),
            200,
            profile(&[subscription("subscribed")]),
        )
        .then(
            "POST /v1/databases/7/profiles/match",
            matched_other,
            200,
            with(profile(&[]), json!({"id": OTHER})),
        )
        .then(&removed, Value::Null, 200, changed("subscribed"));
    assert_eq!(ask(&script, &of_resource(), path, query, &rotation()), gone);
    // Again, or where nobody has the old one: an SDK that hears of an error subscribes nobody.
    let script = Script::new().then(
        "POST /v1/databases/7/profiles/match",
        matched_device(),
        404,
        nobody,
    );
    let (code, body) = ask(&script, &of_resource(), path, query, &rotation());
    assert_eq!((code, body["error"].as_u64()), (200, Some(0)));
    for body in [
        with(rotation(), json!({"old_token": null})),
        with(rotation(), json!({"old_token": "tok-2"})),
    ] {
        assert_eq!(ask(&Script::new(), &of_resource(), path, "", &body).0, 200);
    }
    let body = with(rotation(), json!({"new_token": null}));
    assert_eq!(
        ask(&Script::new(), &of_resource(), path, query, &body).0,
        400
    );
}

#[test]
fn signing_in_goes_on_for_one_and_suspends_others() {
    let path = "/subscription/push/unsuspend/";
    let body = json!({"replace": true,
        "subscription": {"subscription_id": "tok-1", "provider": "android-firebase"}});
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    let named = json!({"matching": "push_sub", "resource_id": "5",
        "provider": "android-firebase", "subscription_id": "tok-1"});
    let several = json!({"code": "ambiguous_match", "detail": "2 profiles match.",
        "candidates": [ID, OTHER]});
    let other = format!("/v1/databases/7/profiles/{OTHER}");
    let put = |status: &str| with(device(), json!({"status": status}));
    let changed =
        json!({"id": ID, "outcome": "updated", "revision": 4, "skipped": [], "subscriptions": []});
    let script = Script::new()
        .then(
            "POST /v1/databases/7/profiles/match",
            claim.clone(),
            200,
            profile(&[subscription("suspended")]),
        )
        .then(
            "POST /v1/databases/7/profiles/match",
            named.clone(),
            409,
            several,
        )
        .then(
            &format!("GET {other}"),
            Value::Null,
            200,
            profile(&[subscription("subscribed")]),
        )
        .then(
            &format!("PUT {other}/subscriptions if-match: \"3\""),
            put("suspended"),
            200,
            changed.clone(),
        )
        .then(
            &format!("GET {other}"),
            Value::Null,
            200,
            profile(&[subscription("suspended")]),
        )
        .then(
            &format!("GET {}", at("")),
            Value::Null,
            200,
            profile(&[subscription("suspended")]),
        )
        .then(
            &format!("PUT {} if-match: \"3\"", at("/subscriptions")),
            put("subscribed"),
            200,
            changed,
        )
        .then(
            &format!("GET {}", at("")),
            Value::Null,
            200,
            profile(&[subscription("subscribed")]),
        )
        .then("GET /v1/resources/5", Value::Null, 200, resource());
    assert_eq!(
        ask(&script, &of_person(), path, "", &body),
        done(seen("subscribed"))
    );
    // Who left is not brought back by it.
    for status in ["unsubscribed", "complained", "unconfirmed"] {
        let own = profile(&[subscription(status)]);
        let script = Script::new()
            .then(
                "POST /v1/databases/7/profiles/match",
                claim.clone(),
                200,
                own.clone(),
            )
            .then(
                "POST /v1/databases/7/profiles/match",
                named.clone(),
                200,
                own.clone(),
            )
            .then(&format!("GET {}", at("")), Value::Null, 200, own)
            .then("GET /v1/resources/5", Value::Null, 200, resource());
        assert_eq!(
            ask(&script, &of_person(), path, "", &body),
            done(seen(status))
        );
    }
}

fn told(outcome: &str) -> Value {
    let one = |name: &str| u64::from(outcome == name);
    json!({"applied": one("applied"), "repeated": one("repeated"), "unknown": one("unknown"),
        "failed": one("failed"), "results": [{"index": 0, "outcome": outcome}]})
}

#[test]
fn a_notification_was_delivered_and_opened() {
    let event = |kind: &str, smid: &str, at: Value| {
        json!({"database_id": "7", "events": [{"type": kind, "at": at, "profile_id": ID,
            "channel": "push", "resource_id": "5", "message_id": smid}]})
    };
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    for (path, kind) in [
        ("/api/event/push/delivery", "delivered"),
        ("/event/push/open", "opened"),
    ] {
        let script = Script::new()
            .then(
                "POST /v1/databases/7/profiles/match",
                claim.clone(),
                200,
                profile(&[]),
            )
            .then_event(
                event(kind, "m1", json!("2026-09-21T14:13:20.000Z")),
                told("applied"),
            );
        let body = json!({"time": 1_790_000_000, "smid": "m1"});
        assert_eq!(
            ask(&script, &of_person(), path, "matching_mode=email", &body).0,
            200
        );
    }
    // The token of a resource, and a sender who put the profile's id before the message's. A
    // clock that is wrong by years says nothing.
    let smid = format!("{ID}.17");
    let body = json!({"time": 2_900_000_000_i64, "smid": smid});
    for (outcome, code) in [("applied", 200), ("repeated", 200), ("unknown", 404)] {
        let script = Script::new().then_event(event("opened", &smid, Value::Null), told(outcome));
        assert_eq!(
            ask(&script, &of_resource(), "/event/push/open", "", &body).0,
            code
        );
    }
    for smid in ["m1", &format!("{ID}1"), ""] {
        let body = json!({"smid": smid});
        let answered = ask(
            &Script::new(),
            &of_resource(),
            "/event/push/open",
            "",
            &body,
        );
        assert_eq!(answered.0, 400, "{smid}");
    }
}

/// A body as SDKs build it.
fn multipart(parts: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, text) in parts {
        body.push_str(&format!(
            "--Boundary-1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        ));
    }
    body + "--Boundary-1--\r\n"
}

fn post(script: &Script, app: &AppContext, body: &str) -> (u16, Value) {
    let call = MobileCall {
        content_type: "multipart/form-data; boundary=Boundary-1",
        ..call("/event/post", "i=pixel&tr=px&t=open&v=2", body)
    };
    let answered = read(run(answer(script, app, call)));
    script.is_over();
    answered
}

#[test]
fn an_event_of_an_app_is_told_with_what_came_along() {
    let body = multipart(&[
        ("tz", "-180"),
        ("t", "1790000000"),
        ("aci", ""),
        ("wn", "purchase"),
        ("mm", "push_sub"),
        ("cn", "spring"),
        ("wd", r#"{"sum": 12.5}"#),
        ("mi", "\"m1\""),
        ("ma", r#"{"email": "somebody@else.org"}"#),
        ("pf", r#"{"_fname": "Ann"}"#),
        (
            "sn",
            r#"{"resource_id": 9, "channel": "email", "email": "ann@example.org", "status": null}"#,
        ),
    ]);
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    let write = with(
        claim,
        json!({"mode": "import", "invalid": "skip",
        "skip_invalid_subscriptions": true, "data": {"_fname": "Ann", "subscriptions": [
            {"resource_id": "9", "channel": "email", "email": "ann@example.org", "status": null}]}}),
    );
    let event = json!({"database_id": "7", "events": [{"type": "purchase",
        "at": "2026-09-21T14:13:20.000Z", "profile_id": ID, "message_id": "m1",
        "data": {"payload": {"sum": 12.5}, "utm": {"campaign": "spring"}, "time_zone": "-180",
            "pixel": "pixel"}}]});
    let script = Script::new()
        .then(
            "POST /v1/databases/7/profiles",
            write,
            200,
            result(json!([])),
        )
        .then_event(event, told("applied"));
    assert_eq!(post(&script, &of_person(), &body).0, 200);
}

#[test]
fn an_event_that_is_called_like_one_of_ours_does_nothing() {
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    for name in [
        "complained",
        "hard_bounce",
        "unsubscribed",
        "confirmed",
        "Купил товар",
    ] {
        let body = multipart(&[("wn", name)]);
        let event = json!({"database_id": "7", "events": [{"type": "app_event", "at": null,
            "profile_id": ID, "data": {"name": name, "pixel": "pixel"}}]});
        let script = Script::new()
            .then(
                "POST /v1/databases/7/profiles/match",
                claim.clone(),
                200,
                profile(&[]),
            )
            .then_event(event, told("applied"));
        assert_eq!(post(&script, &of_person(), &body).0, 200, "{name}");
    }
}

#[test]
fn what_is_no_event_is_refused() {
    for parts in [
        vec![("t", "1")],
        vec![("wn", "")],
        vec![("wn", "a"), ("wd", "[1]")],
        vec![("wn", "a"), ("pf", "{")],
        vec![("wn", "a"), ("sn", "\"x\"")],
    ] {
        assert_eq!(
            post(&Script::new(), &of_person(), &multipart(&parts)).0,
            400,
            "{parts:?}"
        );
    }
    for body in ["", "--Boundary-1", "nonsense", "{}"] {
        assert_eq!(post(&Script::new(), &of_person(), body).0, 400, "{body}");
    }
    let many: Vec<(&str, &str)> = vec![("a", "b"); 65];
    assert_eq!(post(&Script::new(), &of_person(), &multipart(&many)).0, 400);
    // Nobody says with the token of a resource who it is.
    let body = multipart(&[("wn", "a"), ("ma", r#"{"email": "ann@example.org"}"#)]);
    assert_eq!(post(&Script::new(), &of_resource(), &body).0, 400);
}

#[test]
fn fields_are_changed_once() {
    let path = "/profile/update";
    let body = json!({"profile_fields": {"visits": {"action": "incr", "value": 1}},
        "skip_triggers": true});
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    let write = with(
        claim,
        json!({"mode": "update", "invalid": "skip",
        "skip_invalid_subscriptions": true, "data": body["profile_fields"]}),
    );
    let send = |script: &Script, request_id: &str| {
        let text = body.to_string();
        let call = MobileCall {
            request_id,
            ..call(path, "", &text)
        };
        let answered = read(run(answer(script, &of_person(), call)));
        script.is_over();
        answered.0
    };
    let once = Script::new().then(
        "POST /v1/databases/7/profiles",
        write.clone(),
        200,
        result(json!([])),
    );
    assert_eq!(send(&once, ""), 200);
    let key = "POST /v1/databases/7/profiles idempotency-key: app-";
    let keyed = |status| {
        Script::new().then_keyed(
            key,
            write.clone(),
            status,
            match status {
                200 => result(json!([])),
                _ => json!({"code": "x", "detail": "No."}),
            },
        )
    };
    assert_eq!(send(&keyed(200), "6f1c"), 200);
    // By which an SDK decides whether to try again.
    for (status, heard) in [
        (404, 404),
        (422, 400),
        (409, 409),
        (429, 503),
        (500, 503),
        (503, 503),
        (507, 503),
    ] {
        assert_eq!(send(&keyed(status), "6f1c"), heard, "{status}");
    }
    let empty = json!({"profile_fields": null, "skip_triggers": false});
    assert_eq!(ask(&Script::new(), &of_person(), path, "", &empty).0, 200);
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
