//! Events of apps, and fields that they change.

use super::*;

#[test]
fn an_event_subscribes_nobody_else_and_the_token_of_a_resource_takes_no_address() {
    let apps = Apps::start();
    let app = apps.of_resource();
    let id = text(&subscribe(&app, "tok-1", "subscribed")["profile"]["id"]);
    let send = |sn: &Value| {
        let ma = r#"{"provider": "android-firebase", "subscription_id": "tok-1"}"#;
        let body = multipart(&[("wn", "ev"), ("ma", ma), ("sn", &sn.to_string())]);
        let headers = [("content-type", "multipart/form-data; boundary=B")];
        text(&said(&app.send("POST", "/event/post", &headers, &body), 200)["error_text"])
    };
    for sn in [
        json!({"channel": "email", "email": "bob@example.org", "status": "subscribed",
            "resubscribe": true, "reason": "x"}),
        json!({"channel": "push", "provider": "android-firebase", "subscription_id": "tok-2",
            "status": "subscribed"}),
    ] {
        let said = send(&sn);
        assert!(said.contains("sn: "), "{said}");
    }
    let own = apps.alt.db.profile(&id);
    assert_eq!(own["subscriptions"].as_array().unwrap().len(), 1, "{own}");
    send(
        &json!({"channel": "push", "provider": "android-firebase", "subscription_id": "tok-1",
        "status": "unsubscribed", "cats": [{"name": "sales", "active": false}]}),
    );
    let own = apps.alt.db.profile(&id);
    assert_eq!(own["subscriptions"][0]["left_by"], "person", "{own}");

    let mut body = subscribing("tok-1", "subscribed");
    body["profile_fields"] = json!({"email": "later@example.org", "_fname": "Eve"});
    let answer = said(&app.post("/subscription/push/subscribe/", &body), 200);
    assert!(text(&answer["error_text"]).contains("email: "), "{answer}");
    let data = &apps.alt.db.profile(&id)["data"];
    assert_eq!(
        (&data["email"], &data["_fname"]),
        (&Value::Null, &json!("Eve"))
    );
}

/// A body as SDKs build it.
fn multipart(parts: &[(&str, &str)]) -> String {
    let part = |(name, text): &(&str, &str)| {
        format!(
            "--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\
             Content-Type: application/json; charset=utf-8\r\n\r\n{text}\r\n"
        )
    };
    parts.iter().map(part).collect::<String>() + "--B--\r\n"
}

#[test]
fn events_count_once_and_fields_change() {
    let apps = Apps::start();
    let app = apps.of("ann@example.org");
    let id = text(&subscribe(&app, "tok-1", "subscribed")["profile"]["id"]);
    let send = |request: &str| {
        let body = multipart(&[
            ("tz", "-180"),
            ("t", "1790000000"),
            ("wn", "purchase"),
            ("wd", "{\"sum\": 5}"),
            ("mi", "\"m1\""),
            ("ma", "{\"email\": \"bob@example.org\"}"),
            ("pf", "{\"points\": {\"action\": \"incr\", \"value\": 5}}"),
        ]);
        let headers = [
            ("content-type", "multipart/form-data; boundary=B"),
            ("request-id", request),
        ];
        let answer = app.send(
            "POST",
            "/event/post?i=px1&tr=px&t=open&v=2",
            &headers,
            &body,
        );
        said(&answer, 200);
    };
    send("r1");
    send("r1");
    send("r2");
    let points = || apps.alt.db.profile(&id)["data"]["points"].clone();
    assert_eq!(points(), 10);
    assert_eq!(
        apps.history(&id).matches("\"event\":\"purchase\"").count(),
        2
    );
    let update = |request: &str| {
        let body = json!({"profile_fields": {"points": {"action": "incr", "value": 1},
            "_status": "unsubscribed", "no_such": 1}, "skip_triggers": true});
        app.json("POST", "/profile/update", &[("request-id", request)], &body)
    };
    for request in ["u1", "u1", "u2"] {
        let text = text(&said(&update(request), 200)["error_text"]);
        assert!(text.contains("no_such"), "{text}");
    }
    assert_eq!(points(), 12);
    assert_eq!(apps.alt.db.profile(&id)["status"], "subscribed");

    for _ in 0..2 {
        let body = json!({"time": 1_790_000_000, "smid": "m1"});
        said(
            &app.post("/event/push/delivery?matching_mode=email", &body),
            200,
        );
        said(
            &app.post("/event/push/open?matching_mode=email", &body),
            200,
        );
    }
    let data = &apps.alt.db.profile(&id)["data"];
    assert_eq!(
        (&data["_deliv_push_exist"], &data["_open_push_exist"]),
        (&json!(true), &json!(true)),
        "{data}"
    );
    let history = apps.history(&id);
    assert_eq!(
        history.matches("\"event\":\"opened\"").count(),
        1,
        "{history}"
    );
    // The token of a resource: the sender put the profile's id before the message's.
    let body = json!({"smid": format!("{id}.m2")});
    said(&apps.of_resource().post("/event/push/open", &body), 200);
    said(
        &apps
            .of_resource()
            .post("/event/push/open", &json!({"smid": "m2"})),
        400,
    );
}
