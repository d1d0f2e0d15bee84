//! Subscribing, leaving, and asking for the status of a device.

use super::*;

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
        // It holds for all who have the device.
        let several = json!({"code": "ambiguous_match", "detail": "2 profiles match.",
            "candidates": [ID, OTHER]});
        let by_id = |id: &str| json!({"matching": "profile_id", "profile_id": id});
        let script = Script::new()
            .then(
                "POST /v1/databases/7/profiles/match",
                matched_device(),
                409,
                several,
            )
            .then("GET /v1/resources/5", Value::Null, 200, resource())
            .then(
                "POST /v1/databases/7/profiles",
                written(by_id(ID), one.clone()),
                200,
                result(json!([])),
            )
            .then(
                "POST /v1/databases/7/profiles",
                written(by_id(OTHER), one),
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

#[test]
fn a_request_that_comes_late_again_changes_nothing() {
    let one = with(
        device(),
        json!({"status": "subscribed", "custom_fields": {"_os": "Android"}}),
    );
    let write = with(
        written(matched_device(), one),
        json!({"consent": {"act": "app"}}),
    );
    let mut left = profile(&[subscription("unsubscribed")]);
    left["revision"] = 4.into();
    // The kept answer is of revision 3: somebody said something since.
    let script = Script::new()
        .then("GET /v1/resources/5", Value::Null, 200, resource())
        .then_replayed(
            "POST /v1/databases/7/profiles idempotency-key: app-",
            write,
            result(json!([])),
        )
        .then(&format!("GET {}", at("")), Value::Null, 200, left);
    let text = subscribing("subscribed").to_string();
    let call = MobileCall {
        request_id: "r1",
        ..call("/subscription/push/subscribe/", "", &text)
    };
    let (code, body) = read(run(answer(&script, &of_resource(), call)));
    script.is_over();
    assert_eq!((code, &body["profile"]), (200, &seen("unsubscribed")));
}

#[test]
fn the_token_of_a_resource_changes_nothing_that_profiles_are_found_by() {
    let path = "/profile/update";
    let query = "provider=android-firebase&subscription_id=tok-1";
    let body = json!({"profile_fields": {"email": "late@example.org", "phones": ["+4915112345678"],
        "_status": "unsubscribed", "_fname": "Ann"}});
    let write = with(
        matched_device(),
        json!({"mode": "update", "invalid": "skip", "skip_invalid_subscriptions": true,
            "data": {"_fname": "Ann"}}),
    );
    let script = Script::new().then(
        "POST /v1/databases/7/profiles",
        write,
        200,
        result(json!([])),
    );
    let (code, body) = ask(&script, &of_resource(), path, query, &body);
    let text = body["error_text"].as_str().unwrap();
    assert_eq!(code, 200);
    assert!(text.contains("email: profiles are found by it"), "{text}");
    assert!(text.contains("_status"), "{text}");
}
