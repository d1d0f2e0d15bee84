//! Devices that subscribe, leave and get new tokens.

use super::*;

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
