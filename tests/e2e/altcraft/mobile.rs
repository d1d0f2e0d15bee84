//! What apps ask for, as the SDKs do: with the token of a resource, or a JWT for one person.

use super::Altcraft;
use crate::support::{Answer, Client, text};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const RTOKEN: &str = "2fHLS9YR9daS-a90b371eecc2952f";
const SECRET: &str = "a secret that both sides have: 32";

/// The public half of a pair whose other half is nowhere any more, and what that signed: a token
/// without an end about `rsa@example.org` in database 1.
const PUBLIC: &str = include_str!("mobile/public.pem");
const SIGNED: &str = include_str!("mobile/signed.jwt");

/// Apps of a resource, with a token of it and a key of its database.
struct Apps {
    alt: Altcraft,
}

impl Apps {
    fn start() -> Self {
        let alt = Altcraft::start();
        let api = &alt.db.api;
        let token = json!({"token": RTOKEN});
        let path = format!("/v1/resources/{}/app-token", alt.resource);
        let set = api.put(&path, &token).ok(200);
        assert_eq!(set["prefix"], "2fHL");
        let key = json!({"name": "one", "algorithm": "HS256", "secret": SECRET,
            "resource_id": alt.resource});
        let made = api.post(&format!("{}/app-keys", alt.db.path), &key).ok(201);
        assert_eq!(made["secret"], Value::Null);
        assert!(!made.to_string().contains(SECRET), "{made}");
        Apps { alt }
    }

    /// An app with the token of the resource.
    fn of_resource(&self) -> Client {
        self.alt.server.client(&format!("rtoken@{RTOKEN}"))
    }

    /// An app of somebody with an e-mail address.
    fn of(&self, email: &str) -> Client {
        let claims = json!({"exp": 4_000_000_000_i64, "matching": {
            "db_id": 1, "matching": "email", "email": email}});
        self.alt
            .server
            .client(&jwt(&json!({"alg": "HS256"}), &claims, SECRET))
    }

    /// Everybody with a push subscription: their id, and what they have.
    fn subscribed(&self) -> Vec<(String, Vec<Value>)> {
        let people = self.alt.db.all().into_iter();
        let with = people.map(|one| {
            let all = one["subscriptions"].as_array().cloned().unwrap_or_default();
            let push = all
                .into_iter()
                .filter(|one| one["channel"] == "push" && one["deleted"] == false);
            (text(&one["id"]), push.collect::<Vec<Value>>())
        });
        with.filter(|(_, all)| !all.is_empty()).collect()
    }

    fn history(&self, id: &str) -> String {
        let path = format!("{}/history?limit=100", self.alt.db.of(id));
        self.alt.db.api.get(&path).ok(200).to_string()
    }
}

fn jwt(header: &Value, claims: &Value, secret: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{signed}.{signature}")
}

fn subscribing(device: &str, status: &str) -> Value {
    json!({
        "time": 1_790_000_000, "subscription_id": device,
        "subscription": {"subscription_id": device, "provider": "android-firebase",
            "status": status, "cats": [],
            "fields": {"_os": "Android", "_os_tz": "+0300", "_ad_track": false,
                "_device_model": "Pixel", "_app_ver": "1.2"}},
        "profile_fields": null, "replace": false, "skip_triggers": false,
    })
}

fn subscribe(app: &Client, device: &str, status: &str) -> Value {
    let path =
        "/subscription/push/subscribe/?provider=android-firebase&matching_mode=push_sub&sync=true";
    let answer = app.post(path, &subscribing(device, status));
    said(&answer, 200)
}

/// What an answer of this status says.
#[track_caller]
fn said(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{answer:?}");
    let body = answer.body();
    let error = if status == 200 { 0 } else { status };
    assert_eq!(body["error"], error, "{answer:?}");
    assert!(body["error_text"].is_string(), "{answer:?}");
    body
}

fn rotate(app: &Client, old: &str, new: &str) -> Answer {
    let path = format!(
        "/api/subscription/push/update/?provider=android-firebase&subscription_id={old}&sync=true"
    );
    let body = json!({"old_token": old, "old_provider": "android-firebase", "new_token": new,
        "new_provider": "android-firebase"});
    app.post(&path, &body)
}

#[test]
fn a_device_subscribes_leaves_comes_back_and_gets_another_token() {
    let apps = Apps::start();
    let app = apps.of_resource();
    let first = subscribe(&app, "tok-1", "subscribed");
    assert_eq!(
        first["profile"]["subscription"]["status"], "subscribed",
        "{first}"
    );
    assert_eq!(
        first["profile"]["subscription"]["fields"]["_app_ver"],
        "1.2"
    );
    assert_eq!(first["profile"]["subscription"]["cats"][0]["name"], "sales");
    // Again, as an app does at each start: nobody else comes of it.
    subscribe(&app, "tok-1", "subscribed");
    assert_eq!(apps.subscribed().len(), 1);
    let id = text(&first["profile"]["id"]);

    // Who leaves in the app has left themselves: no operator brings them back, they do.
    let left = subscribe(&app, "tok-1", "unsubscribed");
    assert_eq!(left["profile"]["subscription"]["status"], "unsubscribed");
    let (_, all) = apps.subscribed().remove(0);
    assert_eq!(all[0]["left_by"], "person", "{all:?}");
    let operator = json!({"resource_id": apps.alt.resource, "channel": "push",
        "provider": "android-firebase", "subscription_id": "tok-1", "status": "subscribed"});
    let path = format!("{}/subscriptions", apps.alt.db.of(&id));
    assert_eq!(apps.alt.db.api.put(&path, &operator).status, 422);
    let back = subscribe(&app, "tok-1", "subscribed");
    assert_eq!(
        back["profile"]["subscription"]["status"], "subscribed",
        "{back}"
    );
    assert!(
        apps.history(&id)
            .contains("The person subscribed in the app.")
    );

    // A token that changes twice takes the status along; again, nothing happens.
    subscribe(&app, "tok-1", "unsubscribed");
    for (old, new) in [
        ("tok-1", "tok-2"),
        ("tok-2", "tok-3"),
        ("tok-1", "tok-2"),
        ("tok-2", "tok-3"),
    ] {
        said(&rotate(&app, old, new), 200);
    }
    let all = apps.subscribed();
    assert_eq!(all.len(), 1, "{all:?}");
    let (own, all) = &all[0];
    assert_eq!((own, all.len()), (&id, 1), "{all:?}");
    assert_eq!(all[0]["subscription_id"], "tok-3");
    assert_eq!(
        (&all[0]["status"], &all[0]["left_by"]),
        (&json!("unsubscribed"), &json!("person"))
    );
    assert_eq!(all[0]["custom_fields"]["_device_model"], "Pixel");

    let status = "/subscription/push/status/?matching_mode=push_sub&provider=android-firebase&subscription_id=";
    let known = said(&app.get(&format!("{status}tok-3")), 200);
    assert_eq!(known["profile"]["subscription"]["status"], "unsubscribed");
    said(&app.get(&format!("{status}tok-1")), 404);
    said(&app.get("/subscription/push/status/"), 400);
}

#[test]
fn what_a_complaint_says_holds_for_an_app_too() {
    let apps = Apps::start();
    let app = apps.of("ann@example.org");
    let first = subscribe(&app, "tok-1", "subscribed");
    let id = text(&first["profile"]["id"]);
    let complaint = json!({"database_id": apps.alt.db.id, "events": [{"id": "c1",
        "type": "complained", "channel": "push", "provider": "android-firebase",
        "subscription_id": "tok-1", "resource_id": apps.alt.resource}]});
    apps.alt.db.api.post("/v1/events", &complaint).ok(200);
    let again = subscribe(&app, "tok-1", "subscribed");
    assert_eq!(
        again["profile"]["subscription"]["status"], "complained",
        "{again}"
    );
    let unsuspend = json!({"replace": true,
        "subscription": {"subscription_id": "tok-1", "provider": "android-firebase"}});
    let path = "/subscription/push/unsuspend/?provider=android-firebase&subscription_id=tok-1";
    let lifted = said(&app.post(path, &unsuspend), 200);
    assert_eq!(lifted["profile"]["subscription"]["status"], "complained");
    // Nor does another token.
    said(&rotate(&app, "tok-1", "tok-2"), 200);
    let (own, all) = apps.subscribed().remove(0);
    assert_eq!((own, &all[0]["status"]), (id, &json!("complained")));
    let again = subscribe(&app, "tok-2", "subscribed");
    assert_eq!(
        again["profile"]["subscription"]["status"], "complained",
        "{again}"
    );
}

#[test]
fn many_at_once_are_one_subscription() {
    let apps = Apps::start();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let app = apps.of_resource();
            scope.spawn(move || {
                for _ in 0..3 {
                    let body = subscribing("tok-1", "subscribed");
                    let answer = app.post("/subscription/push/subscribe/", &body);
                    assert!(matches!(answer.status, 200 | 503), "{answer:?}");
                }
            });
        }
    });
    let all = apps.subscribed();
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].1.len(), 1, "{all:?}");
}

#[test]
fn two_people_share_a_device_and_one_has_it() {
    let apps = Apps::start();
    let (ann, bob) = (apps.of("ann@example.org"), apps.of("bob@example.org"));
    subscribe(&ann, "tok-1", "subscribed");
    let mut body = subscribing("tok-1", "subscribed");
    body["replace"] = true.into();
    said(&bob.post("/subscription/push/subscribe/", &body), 200);
    let status = |app: &Client| {
        let path = "/subscription/push/status/?provider=android-firebase&subscription_id=tok-1";
        text(&said(&app.get(path), 200)["profile"]["subscription"]["status"])
    };
    assert_eq!(
        (status(&ann), status(&bob)),
        ("suspended".into(), "subscribed".into())
    );
    let body = json!({"replace": true,
        "subscription": {"subscription_id": "tok-1", "provider": "android-firebase"}});
    said(&ann.post("/subscription/push/unsuspend/", &body), 200);
    assert_eq!(
        (status(&ann), status(&bob)),
        ("subscribed".into(), "suspended".into())
    );
    // Somebody new signs in, whom nobody knows yet.
    let answer = said(
        &apps
            .of("new@example.org")
            .post("/subscription/push/unsuspend/", &body),
        200,
    );
    assert_eq!(answer["profile"], Value::Null);
    assert_eq!(status(&ann), "suspended");
}

#[test]
fn a_no_by_a_shared_device_is_everybodys_and_a_late_yes_is_none() {
    let apps = Apps::start();
    let app = apps.of_resource();
    for email in ["ann@example.org", "bob@example.org"] {
        subscribe(&apps.of(email), "tok-1", "subscribed");
    }
    subscribe(&app, "tok-1", "unsubscribed");
    let statuses = |device: &str| -> Vec<String> {
        let all = apps.subscribed().into_iter().flat_map(|(_, all)| all);
        let own = all.filter(|one| one["subscription_id"] == device);
        own.map(|one| text(&one["status"])).collect()
    };
    assert_eq!(statuses("tok-1"), ["unsubscribed", "unsubscribed"]);
    said(&rotate(&app, "tok-1", "tok-2"), 200);
    assert_eq!(statuses("tok-1").len(), 0);
    assert_eq!(statuses("tok-2"), ["unsubscribed", "unsubscribed"]);

    let send = |request: &str, status: &str| {
        let path = "/subscription/push/subscribe/";
        let headers = [("request-id", request)];
        let answer = app.json("POST", path, &headers, &subscribing("tok-7", status));
        text(&said(&answer, 200)["profile"]["subscription"]["status"])
    };
    assert_eq!(send("r1", "subscribed"), "subscribed");
    assert_eq!(send("r2", "unsubscribed"), "unsubscribed");
    assert_eq!(send("r1", "subscribed"), "unsubscribed");
    assert_eq!(send("r3", "subscribed"), "subscribed");
}

#[test]
fn a_no_that_comes_before_the_old_token_goes_is_not_lost() {
    let apps = Apps::start();
    for number in 0..10 {
        let app = apps.of(&format!("ann{number}@example.org"));
        let (old, new) = (format!("old-{number}"), format!("new-{number}"));
        let id = text(&subscribe(&app, &old, "subscribed")["profile"]["id"]);
        let (other, body) = (app.another(), subscribing(&old, "unsubscribed"));
        let was_heard = std::thread::scope(|scope| {
            let no = scope.spawn(move || {
                let path = "/subscription/push/subscribe/";
                other.post(path, &body).status
            });
            let answer = rotate(&app, &old, &new);
            assert!(matches!(answer.status, 200 | 503), "{answer:?}");
            no.join().unwrap() == 200
        });
        let all = apps.subscribed();
        let (_, all) = all.iter().find(|(own, _)| *own == id).unwrap();
        let of = |device: &str| all.iter().find(|one| one["subscription_id"] == device);
        // One that came after the old token had gone brought that back, and is kept with it.
        let kept = of(&old).or(of(&new)).unwrap();
        if was_heard {
            assert_eq!(kept["status"], "unsubscribed", "{all:?}");
        }
    }
}

#[test]
fn a_token_that_was_left_is_taken_back_as_it_may_be() {
    let apps = Apps::start();
    let app = apps.of("ann@example.org");
    subscribe(&app, "tok-1", "subscribed");
    subscribe(&app, "tok-1", "unsubscribed");
    said(&rotate(&app, "tok-1", "tok-2"), 200);
    subscribe(&app, "tok-2", "subscribed");
    said(&rotate(&app, "tok-2", "tok-1"), 200);
    let (_, all) = apps.subscribed().remove(0);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0]["subscription_id"], "tok-1");
    assert_eq!(all[0]["status"], "unsubscribed");
}

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

#[test]
fn whoever_may_not_come_in_hears_so_and_changes_nothing() {
    let apps = Apps::start();
    let claim = json!({"db_id": 1, "matching": "email", "email": "eve@example.org"});
    let later = 4_000_000_000_i64;
    let hs = json!({"alg": "HS256"});
    let good = json!({"exp": later, "matching": claim});
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        jwt(&hs, &claims, SECRET)
    };
    let matching = |name: &str, value: Value| {
        let mut other = claim.clone();
        other[name] = value;
        with("matching", other)
    };
    let unsigned = jwt(&json!({"alg": "none"}), &good, SECRET);
    let (unsigned, _) = unsigned.rsplit_once('.').unwrap();
    let wrong = [
        String::new(),
        "nonsense".to_owned(),
        format!("rtoken@{RTOKEN}x"),
        "rtoken@".to_owned(),
        "rtoken@short".to_owned(),
        apps.alt.db.api.token().unwrap().to_owned(),
        format!("{unsigned}."),
        jwt(&json!({"alg": "none"}), &good, SECRET),
        jwt(&json!({"alg": "HS512"}), &good, SECRET),
        jwt(&json!({"alg": "RS256"}), &good, SECRET),
        jwt(&hs, &good, "another secret of more than 32 bytes"),
        jwt(&hs, &good, PUBLIC),
        jwt(&hs, &json!({"exp": later}), SECRET),
        with("exp", json!(1_000_000_000)),
        with("exp", Value::Null),
        with("nbf", json!(later)),
        with("matching", json!("nonsense")),
        with("pad", json!("a".repeat(10_000))),
        matching("db_id", json!(2)),
        matching("db_id", Value::Null),
        matching("matching", json!("anything")),
        matching("matching", Value::Null),
    ];
    let before = apps.alt.db.total();
    let update = json!({"profile_fields": {"_fname": "Eve"}});
    for token in &wrong {
        let app = apps.alt.server.client(token);
        let body = subscribing("tok-1", "subscribed");
        said(&app.post("/subscription/push/subscribe/", &body), 401);
        said(&app.post("/api/profile/update", &update), 401);
    }
    let nobody = apps.alt.server.anonymous();
    said(
        &nobody.post("/event/push/open", &json!({"smid": "m1"})),
        401,
    );
    let bytes = [("authorization", "Bearer \u{e9}")];
    said(&nobody.send("POST", "/event/push/open", &bytes, "{}"), 401);
    // A value that is missing is the token's fault too.
    let app = apps.alt.server.client(&matching("email", Value::Null));
    said(&app.post("/profile/update", &update), 401);
    assert_eq!(apps.alt.db.total(), before);

    // An app's token opens nothing else.
    for app in [apps.of_resource(), apps.of("ann@example.org")] {
        assert_eq!(app.get("/v1/databases/1/profiles").status, 401);
        assert_eq!(
            app.post("/api/v1.1/databases/list", &json!({})).body()["error"],
            403
        );
    }
}

#[test]
fn keys_are_made_changed_and_ended() {
    let apps = Apps::start();
    let (api, path) = (&apps.alt.db.api, format!("{}/app-keys", apps.alt.db.path));
    assert_eq!(
        apps.alt.db.id, "1",
        "as the token says that was signed beforehand"
    );
    let key = json!({"name": "two", "algorithm": "RS256", "public_key": PUBLIC,
        "resource_id": apps.alt.resource});
    let made = api.post(&path, &key).ok(201);
    let one = format!("{path}/{}", text(&made["id"]));
    let app = apps.alt.server.client(SIGNED.trim());
    let ask = || app.get("/subscription/push/status/").status;
    assert_eq!(ask(), 401, "it has no end");
    api.patch(&one, &json!({"endless": true})).ok(200);
    assert_eq!(ask(), 404, "nobody is known by it");
    subscribe(&app, "tok-9", "subscribed");
    assert_eq!(ask(), 200);
    api.patch(&one, &json!({"ends_at": "2020-01-01T00:00:00Z"}))
        .ok(200);
    assert_eq!(ask(), 401);
    api.patch(&one, &json!({"ends_at": null})).ok(200);
    assert_eq!(ask(), 200);
    assert_eq!(api.delete(&one).status, 204);
    assert_eq!((ask(), api.delete(&one).status), (401, 404));

    let own = json!({"name": "three", "algorithm": "HS256", "resource_id": apps.alt.resource});
    let made = api.post(&path, &own).ok(201);
    assert_eq!(text(&made["secret"]).len(), 43);
    for (name, value, place) in [
        ("algorithm", json!("none"), "/algorithm"),
        ("algorithm", json!(null), "/algorithm"),
        ("secret", json!("short"), "/secret"),
        ("public_key", json!(PUBLIC), "/public_key"),
        ("resource_id", json!("99"), "/resource_id"),
        ("name", json!(""), "/name"),
        ("endless", json!("yes"), "/endless"),
        ("size", json!(1), "/size"),
    ] {
        let mut body = own.clone();
        body["name"] = "four".into();
        body[name] = value;
        let refused = api.post(&path, &body).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], place, "{refused}");
    }
    let body = json!({"name": "four", "algorithm": "RS256", "public_key": "x",
        "resource_id": apps.alt.resource});
    api.post(&path, &body).problem(422, "validation_failed");
    api.post(&path, &own).problem(409, "name_taken");
    for number in 4..=11 {
        let mut body = own.clone();
        body["name"] = number.to_string().into();
        api.post(&path, &body).ok(201);
    }
    let mut more = own.clone();
    more["name"] = "more".into();
    api.post(&path, &more).problem(422, "validation_failed");
    assert_eq!(
        api.get(&path).ok(200)["items"].as_array().unwrap().len(),
        10
    );
    // A secret is told nowhere.
    let history = api.get("/v1/history?limit=100").ok(200).to_string();
    assert!(history.contains("app_keys/1") && !history.contains(SECRET));

    // A token of a resource goes as it came.
    let path = format!("/v1/resources/{}/app-token", apps.alt.resource);
    let made = api.post(&path, &json!(null)).ok(201);
    let app = apps
        .alt
        .server
        .client(&format!("rtoken@{}", text(&made["token"])));
    subscribe(&app, "tok-5", "subscribed");
    let old = apps
        .of_resource()
        .post("/event/push/open", &json!({"smid": "m"}));
    said(&old, 401);
    assert_eq!(api.delete(&path).status, 204);
    assert_eq!(api.get(&path).status, 404);
    said(&app.post("/event/push/open", &json!({"smid": "m"})), 401);
    for token in [
        json!("short"),
        json!(null),
        json!("sixteen letters "),
        json!("a".repeat(129)),
    ] {
        api.put(&path, &json!({ "token": token }))
            .problem(422, "validation_failed");
    }
    // Who may not write profiles lets nobody in who does.
    let lame = json!({"name": "lame", "scopes": ["resources:write", "databases:write"]});
    let lame = text(&api.post("/v1/tokens", &lame).ok(201)["secret"]);
    let lame = apps.alt.server.client(&lame);
    assert_eq!(lame.put(&path, &json!({"token": RTOKEN})).status, 403);
    assert_eq!(
        lame.post(&format!("{}/app-keys", apps.alt.db.path), &more)
            .status,
        403
    );
}
