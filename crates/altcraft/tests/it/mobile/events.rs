//! Events, and fields that change.

use super::*;

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
            r#"{"resource_id": 5, "channel": "email", "email": "ann@example.org", "status": null,
                "resubscribe": true, "reason": "x"}"#,
        ),
    ]);
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    let write = with(
        claim,
        json!({"mode": "import", "invalid": "skip",
        "skip_invalid_subscriptions": true, "data": {"_fname": "Ann", "subscriptions": [
            {"resource_id": "5", "channel": "email", "email": "ann@example.org", "status": null}]}}),
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
fn what_comes_with_an_event_is_of_nobody_else() {
    let ma = r#"{"provider": "android-firebase", "subscription_id": "tok-1"}"#;
    let event = json!({"database_id": "7", "events": [{"type": "app_open", "at": null,
        "profile_id": ID, "data": {"pixel": "pixel"}}]});
    let other = r#"{"channel": "push", "provider": "android-firebase", "subscription_id": "tok-2",
        "status": "subscribed"}"#;
    let email = r#"{"channel": "email", "email": "bob@example.org", "status": "subscribed",
        "resubscribe": true, "reason": "x"}"#;
    let away = r#"{"resource_id": 6, "channel": "push", "provider": "android-firebase",
        "subscription_id": "tok-1", "status": "subscribed"}"#;
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    for (app, matched, sn) in [
        (of_resource(), matched_device(), other),
        (of_resource(), matched_device(), email),
        (of_resource(), matched_device(), away),
        (of_person(), claim, away),
    ] {
        let script = Script::new()
            .then(
                "POST /v1/databases/7/profiles/match",
                matched,
                200,
                profile(&[]),
            )
            .then_event(event.clone(), told("applied"));
        let body = multipart(&[("wn", "app_open"), ("ma", ma), ("sn", sn)]);
        let (code, body) = post(&script, &app, &body);
        let text = body["error_text"].as_str().unwrap();
        assert!(code == 200 && text.contains("sn: "), "{sn}: {text}");
    }
}

#[test]
fn large_numbers_keep_their_digits() {
    let body = r#"{"profile_fields": {"custom_id": 12345678901234567890123}}"#;
    let claim = json!({"matching": "email", "email": "ann@example.org"});
    let write = with(
        claim,
        json!({"mode": "update", "invalid": "skip", "skip_invalid_subscriptions": true,
            "data": {"custom_id": "12345678901234567890123"}}),
    );
    let script = Script::new().then(
        "POST /v1/databases/7/profiles",
        write,
        200,
        result(json!([])),
    );
    let call = call("/profile/update", "", body);
    assert_eq!(read(run(answer(&script, &of_person(), call))).0, 200);
    script.is_over();
}

#[test]
fn leaving_by_an_event_is_the_persons_own() {
    let sn = r#"{"channel": "push", "push_data": {"provider": "android-firebase",
        "subscription_id": "tok-1"}, "status": "unsubscribed", "fields": {"_os": "iOS"},
        "cats": [{"name": "news"}, {"name": "offers", "active": false}]}"#;
    let one = with(
        device(),
        json!({"status": "unsubscribed", "left_by": "person", "cats": ["news"],
            "left_cats": [{"name": "offers", "left_by": "person"}], "custom_fields": {"_os": "iOS"}}),
    );
    let event = json!({"database_id": "7", "events": [{"type": "app_open", "at": null,
        "profile_id": ID, "data": {"pixel": "pixel"}}]});
    let mut write = written(json!({"matching": "profile_id", "profile_id": ID}), one);
    write["skip_invalid_subscriptions"] = true.into();
    let script = Script::new()
        .then(
            "POST /v1/databases/7/profiles/match",
            matched_device(),
            200,
            profile(&[]),
        )
        .then("GET /v1/resources/5", Value::Null, 200, resource())
        .then(
            "POST /v1/databases/7/profiles",
            write,
            200,
            result(json!([])),
        )
        .then_event(event, told("applied"));
    let body = multipart(&[("wn", "app_open"), ("sn", sn)]);
    assert_eq!(post(&script, &of_resource(), &body).0, 200);
}
