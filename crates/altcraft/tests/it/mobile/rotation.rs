//! New tokens of devices, and people who share one.

use super::*;

fn rotation() -> Value {
    json!({"old_token": "tok-1", "old_provider": "android-firebase", "new_token": "tok-2",
           "new_provider": "android-firebase"})
}

const PATH: &str = "/subscription/push/update/";
const QUERY: &str = "provider=android-firebase&subscription_id=tok-1&sync=true";
const MATCH: &str = "POST /v1/databases/7/profiles/match";

fn nobody() -> Value {
    json!({"code": "not_found", "detail": "There is no such profile."})
}

fn matched_new() -> Value {
    with(matched_device(), json!({"subscription_id": "tok-2"}))
}

fn removed(revision: i64) -> String {
    let named = "resource_id=5&channel=push&provider=android-firebase&subscription_id=tok-1";
    let place = at("/subscriptions");
    format!("DELETE {place}?{named} if-match: \"{revision}\"")
}

fn put(revision: i64) -> String {
    format!("PUT {} if-match: \"{revision}\"", at("/subscriptions"))
}

/// A profile with the old token, and perhaps the new one, at a revision.
fn standing(revision: i64, old: &str, new: Option<&str>) -> Value {
    let mut all = vec![subscription(old)];
    all.extend(new.map(made));
    with(profile(&all), json!({"revision": revision}))
}

fn made(status: &str) -> Value {
    with(subscription(status), json!({"subscription_id": "tok-2"}))
}

fn changed(revision: i64, all: &[Value]) -> Value {
    json!({"id": ID, "outcome": "updated", "revision": revision, "skipped": [], "subscriptions": all})
}

/// The new one as it is written.
fn carried(status: &str) -> Value {
    with(
        device(),
        json!({"subscription_id": "tok-2", "status": status, "priority": 0, "cats": ["news"],
            "custom_fields": {"_os": "Android"}}),
    )
}

/// The look-ups before a change.
fn begun(before: Value) -> Script {
    Script::new()
        .then(MATCH, matched_device(), 200, before.clone())
        .then(&format!("GET {}", at("")), Value::Null, 200, before)
        .then(MATCH, matched_new(), 404, nobody())
}

fn gone() -> (u16, Value) {
    let body = json!({"error": 0, "error_text": "Successful operation"});
    (200, body)
}

#[test]
fn a_token_is_replaced_and_the_status_goes_along() {
    for (status, will_be) in [
        ("subscribed", "subscribed"),
        ("unsubscribed", "unsubscribed"),
        ("suspended", "suspended"),
        ("complained", "complained"),
        ("hardbounced", "unsubscribed"),
    ] {
        let both = [subscription(status), made(will_be)];
        let script = begun(standing(3, status, None))
            .then(&put(3), carried(will_be), 200, changed(4, &both))
            .then(&removed(4), Value::Null, 200, changed(5, &both[1..]));
        let answered = ask(&script, &of_resource(), PATH, QUERY, &rotation());
        assert_eq!(answered, gone(), "{status}");
    }
    // Somebody else has the new one already: two would leave nobody to be meant by it.
    let before = standing(3, "subscribed", None);
    let script = Script::new()
        .then(MATCH, matched_device(), 200, before.clone())
        .then(&format!("GET {}", at("")), Value::Null, 200, before)
        .then(
            MATCH,
            matched_new(),
            200,
            with(profile(&[]), json!({"id": OTHER})),
        )
        .then(&removed(3), Value::Null, 200, changed(4, &[]));
    let answered = ask(&script, &of_resource(), PATH, QUERY, &rotation());
    assert_eq!(answered, gone());
    // Again, or where nobody has the old one: an SDK that hears of an error subscribes nobody.
    let script = Script::new().then(MATCH, matched_device(), 404, nobody());
    let (code, body) = ask(&script, &of_resource(), PATH, QUERY, &rotation());
    assert_eq!((code, body["error"].as_u64()), (200, Some(0)));
    for body in [
        with(rotation(), json!({"old_token": null})),
        with(rotation(), json!({"old_token": "tok-2"})),
    ] {
        assert_eq!(ask(&Script::new(), &of_resource(), PATH, "", &body).0, 200);
    }
    let body = with(rotation(), json!({"new_token": null}));
    let answered = ask(&Script::new(), &of_resource(), PATH, QUERY, &body);
    assert_eq!(answered.0, 400);
}

#[test]
fn a_no_that_comes_in_between_goes_along() {
    let stale = json!({"code": "precondition_failed", "detail": "Another."});
    for status in ["unsubscribed", "complained"] {
        let both = [subscription("subscribed"), made("subscribed")];
        let after = [subscription(status), made(status)];
        let no = with(
            device(),
            json!({"subscription_id": "tok-2", "status": status}),
        );
        let script = begun(standing(3, "subscribed", None))
            .then(&put(3), carried("subscribed"), 200, changed(4, &both))
            .then(&removed(4), Value::Null, 412, stale.clone())
            .then(
                &format!("GET {}", at("")),
                Value::Null,
                200,
                standing(5, status, Some("subscribed")),
            )
            .then(&put(5), no, 200, changed(6, &after))
            .then(&removed(6), Value::Null, 200, changed(7, &after[1..]));
        let answered = ask(&script, &of_resource(), PATH, QUERY, &rotation());
        assert_eq!(answered, gone(), "{status}");
    }
}

#[test]
fn a_token_that_was_left_before_stays_so() {
    let stays = json!({"code": "validation_failed", "detail": "No.", "errors": [
        {"pointer": "/status", "code": "status_protected", "detail": "It stays."}]});
    let mut quiet = carried("subscribed");
    quiet["withheld"] = "left_elsewhere".into();
    for name in ["status", "cats"] {
        quiet.as_object_mut().unwrap().remove(name);
    }
    let both = [subscription("subscribed"), made("unsubscribed")];
    let script = begun(standing(3, "subscribed", None))
        .then(&put(3), carried("subscribed"), 422, stays)
        .then(&put(3), quiet, 200, changed(4, &both))
        .then(&removed(4), Value::Null, 200, changed(5, &both[1..]));
    let (code, body) = ask(&script, &of_resource(), PATH, QUERY, &rotation());
    let text = body["error_text"].as_str().unwrap();
    assert!(code == 200 && text.contains("was left before"), "{text}");
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
