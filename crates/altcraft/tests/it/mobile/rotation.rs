//! New tokens of devices, and people who share one.

use super::*;

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
