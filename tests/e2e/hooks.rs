//! `/hooks` and `/v1/hooks`

use crate::support::{Answer, Client, Database, Server, text};
use hmac::{Hmac, Mac};
use roster_model::Timestamp;
use roster_webhook::{Secret, sign};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::{SystemTime, UNIX_EPOCH};

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_millis() as i64
}

/// A webhook, and the secret that was shown when it was made.
struct Hook {
    path: String,
    url: String,
    secret: Option<Secret>,
}

impl Hook {
    fn new(db: &Database, body: &Value) -> Self {
        let mut body = body.clone();
        body["database_id"] = db.id.clone().into();
        let made = db.api.post("/v1/hooks", &body);
        let shown = made.ok(201);
        Hook {
            path: made.header("location").unwrap().to_owned(),
            url: text(&shown["url"]),
            secret: shown["secret"]
                .as_str()
                .map(|secret| Secret::standard(secret).unwrap()),
        }
    }

    /// One that takes members named like fields, signed by Standard Webhooks.
    fn flat(db: &Database) -> Self {
        Hook::new(db, &json!({ "name": "flat", "preset": "flat" }))
    }

    /// One without signatures, with this mapping.
    fn open(db: &Database, mapping: &Value) -> Self {
        let verification = json!({ "scheme": "none" });
        Hook::new(
            db,
            &json!({ "name": "open", "mapping": mapping, "verification": verification }),
        )
    }

    /// Sends a signed delivery.
    fn send(&self, to: &Client, id: &str, body: &Value) -> Answer {
        self.send_at(to, id, body, now_ms())
    }

    fn send_at(&self, to: &Client, id: &str, body: &Value, at: i64) -> Answer {
        let secrets = [self.secret.clone().unwrap()];
        send(to, &self.url, &secrets, id, body, at)
    }

    fn deliveries(&self, api: &Client, query: &str) -> Vec<Value> {
        let page = api
            .get(&format!("{}/deliveries?{query}", self.path))
            .ok(200);
        page["items"].as_array().unwrap().clone()
    }

    /// The one delivery that it received.
    #[track_caller]
    fn delivery(&self, api: &Client) -> Value {
        let all = self.deliveries(api, "");
        assert_eq!(all.len(), 1, "{all:?}");
        let id = text(&all[0]["id"]);
        api.get(&format!("{}/deliveries/{id}", self.path)).ok(200)
    }

    /// What became of a delivery, by its sender's id.
    fn became(&self, api: &Client, sender_id: &str) -> Value {
        let kept = self.deliveries(api, &format!("sender_id={sender_id}"));
        kept.into_iter().next().expect("a delivery")
    }

    fn replay(&self, api: &Client, delivery: &Value, query: &str) -> Answer {
        let id = text(&delivery["id"]);
        let target = format!("{}/deliveries/{id}/replay{query}", self.path);
        api.send("POST", &target, &[], "")
    }
}

fn send(to: &Client, url: &str, secrets: &[Secret], id: &str, body: &Value, at: i64) -> Answer {
    let body = body.to_string();
    let signed = sign(id, Timestamp::from_ms(at), body.as_bytes(), secrets).unwrap();
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(signed.headers());
    to.send("POST", url, &headers, &body)
}

fn history(db: &Database, profile: &str) -> Vec<Value> {
    let found = db.api.get(&format!("{}/history", db.of(profile))).ok(200);
    found["items"].as_array().unwrap().clone()
}

#[test]
fn a_webhook_is_made_shown_without_its_secret_changed_and_deleted() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let body = json!({ "name": " Billing ", "database_id": db.id, "preset": "flat" });
    let key = [("idempotency-key", "make")];
    let made = db.api.json("POST", "/v1/hooks", &key, &body);
    assert_eq!(made.header("etag"), Some("\"1\""));
    let path = made.header("location").unwrap().to_owned();
    let made = made.ok(201);
    let secret = text(&made["secret"]);
    let id = text(&made["id"]);
    assert!(secret.starts_with("whsec_") && id.len() >= 24, "{made}");
    assert_eq!(made["url"], format!("/hooks/{id}"));
    assert_eq!(
        (&made["name"], &made["enabled"], &made["mapping"]["fields"]),
        (&json!("Billing"), &json!(true), &json!("*"))
    );
    // A repetition makes no other one, and shows no secret.
    let again = db.api.json("POST", "/v1/hooks", &key, &body).ok(201);
    assert_eq!(
        (&again["id"], &again["secret"]),
        (&made["id"], &Value::Null)
    );

    let shown = db.api.get(&path);
    assert!(!shown.text.contains(&secret));
    let shown = shown.ok(200);
    assert_eq!(shown["secrets"][0]["ends_with"], secret[secret.len() - 4..]);
    assert_eq!(shown.get("secret"), None);
    db.api.post("/v1/hooks", &body).problem(409, "name_taken");

    let stale = db.api.json(
        "PATCH",
        &path,
        &[("if-match", "\"9\"")],
        &json!({ "enabled": false }),
    );
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], 1);
    let off = db.api.patch(&path, &json!({ "enabled": false })).ok(200);
    assert_eq!(
        (&off["enabled"], &off["revision"]),
        (&json!(false), &json!(2))
    );
    let anybody = server.anonymous();
    let url = text(&made["url"]);
    anybody.post(&url, &json!({})).problem(404, "not_found");
    anybody
        .post("/hooks/nothing", &json!({}))
        .problem(404, "not_found");
    anybody.get(&url).problem(405, "method_not_allowed");

    let presets = db.api.get("/v1/hooks/presets").ok(200);
    assert!(presets["items"].as_array().unwrap().len() >= 6);
    let list = format!("/v1/hooks?database={}", db.id);
    assert_eq!(
        db.api.get(&list).ok(200)["items"].as_array().unwrap().len(),
        1
    );
    db.api.delete(&path).ok(200);
    db.api.get(&path).problem(404, "not_found");
    let told = db.api.get(&format!("{}/profiles/history", db.path)).text;
    assert!(told.contains("hook.deleted") && !told.contains(&secret) && !told.contains(&id));
}

#[test]
fn everything_that_is_wrong_with_a_webhook_is_said_at_once() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let pointers = |body: &Value| {
        let wrong = db
            .api
            .post("/v1/hooks", body)
            .problem(422, "validation_failed");
        let errors = wrong["errors"].as_array().unwrap().clone();
        errors
            .iter()
            .map(|one| format!("{} {}", text(&one["pointer"]), text(&one["code"])))
            .collect::<Vec<_>>()
    };
    let mut wrong = pointers(&json!({
        "name": "", "preset": "nothing", "verification": { "scheme": "hmac" }, "extra": 1,
    }));
    wrong.sort();
    assert_eq!(
        wrong,
        [
            "/database_id required",
            "/extra unknown_field",
            "/name empty",
            "/preset invalid_preset",
            "/verification/header required",
        ]
    );
    assert_eq!(
        pointers(&json!({
            "name": "x", "database_id": "99", "preset": "flat",
        })),
        ["/database_id unknown_database"]
    );
    // What the database would refuse of every delivery.
    assert_eq!(
        pointers(&json!({
            "name": "x", "database_id": db.id, "verification": { "scheme": "none" },
            "mapping": {
                "fields": { "email": "/a", "nothing": "/b" },
                "subscriptions": [{ "resource_id": "7", "channel": "email", "email": "/a" }],
            },
        })),
        [
            "/mapping/fields/nothing unknown_field",
            "/mapping/subscriptions/0/resource_id unknown_resource",
        ]
    );
}

#[test]
fn a_delivery_makes_one_profile_and_its_repetition_changes_nothing() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let hook = Hook::flat(&db);
    let sender = server.anonymous();
    let body = json!({ "email": "ann@example.org", "_city": "Bonn" });
    let accepted = json!({ "outcome": "accepted", "sender_id": "msg_1" });
    assert_eq!(hook.send(&sender, "msg_1", &body).ok(200), accepted);
    let made = hook.became(&db.api, "msg_1");
    assert_eq!(made["outcome"], "created");
    let id = text(&made["profile_id"]);
    let before = db.profile(&id);
    assert_eq!(before["data"]["_city"], "Bonn");
    assert_eq!(hook.send(&sender, "msg_1", &body).ok(200), accepted);
    assert_eq!((db.profile(&id), db.total()), (before, 1));
    // Another message that says the same is another matter.
    hook.send(&sender, "msg_2", &body).ok(200);
    let same = hook.became(&db.api, "msg_2");
    assert_eq!(
        (&same["outcome"], &same["profile_id"]),
        (&json!("unchanged"), &json!(id))
    );

    let told = history(&db, &id);
    assert_eq!(told.len(), 1);
    assert_eq!(
        (
            &told[0]["actor"],
            &told[0]["interface"],
            &told[0]["about"]["delivery"]
        ),
        (&json!("flat"), &json!("webhook"), &json!("msg_1"))
    );
    let kept = hook.deliveries(&db.api, "sender_id=msg_1");
    assert_eq!(
        (
            &kept[0]["outcome"],
            &kept[0]["profile_id"],
            &kept[0]["times"]
        ),
        (&json!("created"), &json!(id), &json!(1))
    );
    assert_eq!(hook.deliveries(&db.api, "outcome=unchanged").len(), 1);
    assert_eq!(hook.deliveries(&db.api, "to=2020-01-01T00:00:00Z").len(), 0);
    db.api
        .get(&format!("{}/deliveries?outcome=lost", hook.path))
        .problem(400, "invalid_parameter");
}

#[test]
fn fifty_at_the_same_moment_make_one_profile_and_one_entry() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let hook = Hook::flat(&db);
    let body = json!({ "email": "ann@example.org" });
    let accepted = json!({ "outcome": "accepted", "sender_id": "msg_1" });
    std::thread::scope(|scope| {
        for _ in 0..50 {
            let (hook, body, sender) = (&hook, &body, server.anonymous());
            let accepted = &accepted;
            scope.spawn(move || {
                assert_eq!(hook.send(&sender, "msg_1", body).ok(200), *accepted);
            });
        }
    });
    assert_eq!(db.total(), 1);
    let kept = hook.delivery(&db.api);
    assert_eq!(
        (&kept["outcome"], &kept["times"]),
        (&json!("created"), &json!(1))
    );
    assert_eq!(history(&db, &text(&kept["profile_id"])).len(), 1);
}

/// `Stripe-Signature` of a body.
fn stripe(secret: &str, body: &str, at: i64) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    let code = mac.finalize().into_bytes();
    let hex: String = code.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

#[test]
fn a_customer_of_stripe_comes_once() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    // The address comes first; Stripe makes the secret for it.
    let hook = Hook::new(&db, &json!({ "name": "Stripe", "preset": "stripe" }));
    assert!(hook.secret.is_none());
    let sender = server.anonymous();
    let at = now_ms() / 1000;
    let body = json!({
        "id": "evt_1", "type": "customer.created", "created": at,
        "data": { "object": { "object": "customer", "email": "ann@example.org", "name": "Ann" } },
    })
    .to_string();
    let secret = "whsec_of_stripe_itself";
    let signature = stripe(secret, &body, at);
    let headers = [
        ("content-type", "application/json"),
        ("stripe-signature", signature.as_str()),
    ];
    let refused = sender.send("POST", &hook.url, &headers, &body);
    assert_eq!(refused.problem(401, "not_genuine")["reason"], "no_secret");
    db.api
        .post(&format!("{}/secrets", hook.path), &json!({}))
        .problem(422, "validation_failed");
    let given = db
        .api
        .post(
            &format!("{}/secrets", hook.path),
            &json!({ "secret": secret }),
        )
        .ok(201);
    assert_eq!(given["secret"], Value::Null);

    for _ in 0..2 {
        let told = sender.send("POST", &hook.url, &headers, &body).ok(200);
        assert_eq!(told, json!({ "outcome": "accepted", "sender_id": "evt_1" }));
    }
    let made = hook.became(&db.api, "evt_1");
    assert_eq!(
        (&made["outcome"], &made["times"]),
        (&json!("created"), &json!(1))
    );
    let profile = db.profile(&text(&made["profile_id"]));
    assert_eq!(profile["data"]["_fname"], "Ann");
    assert_eq!(profile["subscriptions"], json!([]));

    // Others are none of its business.
    let other = json!({ "id": "evt_2", "type": "invoice.paid" }).to_string();
    let signature = stripe(secret, &other, at);
    let skipped = sender.send(
        "POST",
        &hook.url,
        &[("stripe-signature", signature.as_str())],
        &other,
    );
    assert_eq!(skipped.ok(200)["outcome"], "accepted");
    assert_eq!(hook.deliveries(&db.api, "outcome=skipped").len(), 1);
}

#[test]
fn what_is_not_genuine_or_too_old_changes_and_keeps_nothing() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let hook = Hook::flat(&db);
    let sender = server.anonymous();
    let body = json!({ "email": "ann@example.org" });
    let reason = |answer: Answer| text(&answer.problem(401, "not_genuine")["reason"]);
    let other = [Secret::from_bytes(&[7; 32]).unwrap()];
    let wrong = send(&sender, &hook.url, &other, "msg_1", &body, now_ms());
    assert_eq!(reason(wrong), "signature_wrong");
    assert_eq!(reason(sender.post(&hook.url, &body)), "signature_missing");
    let old = hook.send_at(&sender, "msg_1", &body, now_ms() - 301_000);
    assert_eq!(reason(old), "timestamp_too_old");
    let new = hook.send_at(&sender, "msg_1", &body, now_ms() + 330_000);
    assert_eq!(reason(new), "timestamp_too_new");
    assert_eq!((db.total(), hook.deliveries(&db.api, "").len()), (0, 0));
    // The same message, signed in time, is not a repeat.
    hook.send(&sender, "msg_1", &body).ok(200);
    assert_eq!(hook.became(&db.api, "msg_1")["outcome"], "created");
    let long = json!({ "email": "x".repeat(1 << 20) });
    sender.post(&hook.url, &long).problem(413, "body_too_large");
}

#[test]
fn late_news_does_not_undo_newer() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let hook = Hook::open(
        &db,
        &json!({ "id": "/id", "at": "/at", "fields": { "email": "/email", "_city": "/city" } }),
    );
    let sender = server.anonymous();
    let tell = |id: &str, at: &str, email: &str, city: &str| {
        let body = json!({ "id": id, "at": at, "email": email, "city": city });
        let told = sender.post(&hook.url, &body).ok(200);
        assert_eq!(told, json!({ "outcome": "accepted", "sender_id": id }));
        hook.became(&db.api, id)
    };
    let made = tell("1", "2025-03-02T00:00:00Z", "ann@example.org", "Bonn");
    let late = tell("2", "2025-03-01T00:00:00Z", "Ann@Example.org", "Rome");
    assert_eq!(late["outcome"], "skipped");
    let id = text(&made["profile_id"]);
    assert_eq!(db.profile(&id)["data"]["_city"], "Bonn");
    let kept = hook.deliveries(&db.api, "outcome=skipped");
    assert_eq!((&kept[0]["sender_id"], kept.len()), (&json!("2"), 1));
    // It is late whenever it comes, also as a replay; of others it is no news.
    assert_eq!(
        hook.replay(&db.api, &kept[0], "?again=true").ok(200)["outcome"],
        "skipped"
    );
    let other = tell("3", "2025-03-01T00:00:00Z", "ben@example.org", "Oslo");
    assert_eq!(other["outcome"], "created");
    // A clock that is ahead does not shut out what comes after it.
    tell("4", "2999-01-01T00:00:00Z", "ann@example.org", "Lima");
    let now = Timestamp::from_ms(now_ms() + 1).to_string();
    assert_eq!(
        tell("5", &now, "ann@example.org", "Kyiv")["outcome"],
        "updated"
    );
}

#[test]
fn a_year_of_two_digits_is_read_by_what_the_database_says_of_its_fields() {
    let server = Server::start();
    let past = json!({"name": "since", "type": "date", "past": true});
    let db = Database::new(&server, "Customers", &[past]);
    let dated = json!({"from": "/day", "transform": {"date": "%d.%m.%y"}});
    let hook = Hook::open(
        &db,
        &json!({ "fields": { "email": "/email", "_bdate": dated, "since": dated } }),
    );
    let told = json!({"payload": {"email": "ann@example.org", "day": "14.05.68"}});
    let would = db.api.post(&format!("{}/test", hook.path), &told).ok(200);
    let text = would.to_string();
    assert!(!text.contains("2068"), "{text}");
    let body = json!({"email": "ann@example.org", "day": "14.05.68"});
    server.anonymous().post(&hook.url, &body).ok(200);
    let data = &db.all()[0]["data"];
    assert_eq!(
        (&data["_bdate"], &data["since"]),
        (&json!("1968-05-14"), &json!("1968-05-14"))
    );
}

#[test]
fn what_failed_is_kept_and_can_be_replayed_once_the_mapping_is_right() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let hook = Hook::open(
        &db,
        &json!({
            "id": "/id", "invalid": "refuse",
            "fields": { "email": "/email", "_bdate": { "from": "/born", "transform": "date" } },
        }),
    );
    let sender = server.anonymous();
    let body = json!({ "id": 1, "email": "ann@example.org", "born": "31.12.1999" });
    for _ in 0..2 {
        let failed = sender
            .post(&hook.url, &body)
            .problem(422, "delivery_failed");
        assert_eq!(
            (&failed["errors"][0]["pointer"], &failed["sender_id"]),
            (&json!("/data/_bdate"), &json!("1"))
        );
    }
    let kept = hook.delivery(&db.api);
    assert_eq!(
        (&kept["outcome"], &kept["times"], &kept["profile_id"]),
        (&json!("failed"), &json!(2), &Value::Null)
    );
    assert_eq!(kept["request"]["body"], body.to_string());
    assert_eq!((db.total(), kept["detail"]["code"].is_string()), (0, true));
    hook.replay(&db.api, &kept, "")
        .problem(422, "delivery_failed");

    let right =
        json!({ "mapping": { "fields": { "_bdate": { "transform": { "date": "%d.%m.%Y" } } } } });
    db.api.patch(&hook.path, &right).ok(200);
    let made = hook.replay(&db.api, &kept, "").ok(200);
    assert_eq!(made["outcome"], "created");
    let id = text(&made["profile_id"]);
    assert_eq!(history(&db, &id)[0]["about"]["replayed_by"], "admin");
    let after = hook.delivery(&db.api);
    assert_eq!(
        (&after["outcome"], &after["profile_id"]),
        (&json!("created"), &json!(id))
    );
    // Now it is done, no matter who asks.
    assert_eq!(
        hook.replay(&db.api, &kept, "").ok(200)["outcome"],
        "repeated"
    );
    assert_eq!(sender.post(&hook.url, &body).ok(200)["outcome"], "accepted");
    db.api
        .patch(&db.of(&id), &json!({ "data": { "_bdate": null } }))
        .ok(200);
    let again = hook.replay(&db.api, &kept, "?again=true").ok(200);
    assert_eq!(again["outcome"], "updated");
    assert_eq!(history(&db, &id).len(), 3);

    // What can't be read, or be written, is kept just so.
    let broken = sender.send("POST", &hook.url, &[], "{no json");
    assert_eq!(
        broken.problem(422, "delivery_failed")["errors"][0]["code"],
        "invalid_json"
    );
    let wrong = json!({ "id": 2, "email": "not an address" });
    let wrong = sender
        .post(&hook.url, &wrong)
        .problem(422, "delivery_failed");
    assert_eq!(wrong["errors"][0]["pointer"], "/data/email");
    assert_eq!(hook.deliveries(&db.api, "outcome=failed").len(), 2);
}

#[test]
fn a_sender_is_not_told_whom_the_database_knows() {
    let server = Server::start();
    let code = json!({ "name": "code", "type": "string", "unique": true });
    let db = Database::new(&server, "Customers", &[code]);
    let hook = Hook::open(
        &db,
        &json!({ "id": "/id", "fields": { "email": "/email", "code": "/code", "_city": "/city" } }),
    );
    let sender = server.anonymous();
    let known = db.import(&json!({ "email": "ann@example.org", "code": "A" }));
    let tell = |id: &str, body: Value| {
        let mut body = body;
        body["id"] = id.into();
        let answer = sender.post(&hook.url, &body);
        assert_eq!(
            answer.text.replace(id, "ID"),
            r#"{"outcome":"accepted","sender_id":"ID"}"#
        );
        hook.became(&db.api, id)
    };
    // Known, new, and somebody new with a code that another has.
    assert_eq!(
        tell("m1", json!({ "email": "ann@example.org", "city": "Bonn" }))["profile_id"],
        known
    );
    tell("m2", json!({ "email": "ben@example.org", "code": "B" }));
    let taken = tell("m3", json!({ "email": "eve@example.org", "code": "A" }));
    assert_eq!(taken["outcome"], "created");
    assert_eq!(
        taken["detail"]["skipped"][0]["code"], "duplicate",
        "{taken}"
    );
    assert_eq!(
        taken["detail"]["skipped"][0]["pointer"], "/data/code",
        "{taken}"
    );
    let stored = db.profile(&text(&taken["profile_id"]));
    assert_eq!(stored["data"].get("code"), None, "{stored}");
    let told = history(&db, &text(&taken["profile_id"]));
    assert_eq!(
        told[0]["about"]["skipped"][0]["code"], "duplicate",
        "{told:?}"
    );
    assert_eq!(db.profile(&known)["data"]["code"], "A");
    // Two who are meant: nobody is changed, and the sender hears nothing of them.
    let resource = json!({ "name": "News", "databases": [db.id], "channels": ["email"] });
    let resource = text(&db.api.post("/v1/resources", &resource).ok(201)["id"]);
    for name in ["x", "y"] {
        db.import(
            &json!({ "email": format!("{name}@example.org"), "subscriptions": [
            { "resource_id": resource, "channel": "email", "email": "two@example.org" }] }),
        );
    }
    let refused = tell("m4", json!({ "email": "two@example.org" }));
    assert_eq!(
        (&refused["outcome"], &refused["detail"]["code"]),
        (&json!("failed"), &json!("ambiguous_match"))
    );
}

#[test]
fn a_person_is_kept_whatever_is_wrong_with_the_rest() {
    let server = Server::start();
    let db = Database::new(&server, "Leads", &[]);
    let resource = json!({ "name": "Letter", "databases": [db.id], "channels": ["email"] });
    let resource = text(&db.api.post("/v1/resources", &resource).ok(201)["id"]);
    let hook = Hook::open(
        &db,
        &json!({
            "id": "/id",
            "fields": {
                "email": "/email", "phones": "/phone", "_fname": "/name",
                "_bdate": { "from": "/born", "transform": "date" }, "*": "/more",
            },
            "subscriptions": [{ "resource_id": resource, "channel": "email", "email": "/email",
                "status": { "from": "/news", "lookup": { "yes": "subscribed", "no": "unsubscribed" } } }],
        }),
    );
    let sender = server.anonymous();
    let body = json!({ "id": 1, "email": "ann@example.org", "phone": "n/a", "name": "Ann\nLee",
        "born": "31.12.1999", "more": { "shoe_size": 44 } });
    sender.post(&hook.url, &body).ok(200);
    let found = db.find(&json!({ "email": "ann@example.org" })).ok(200);
    let profile = db.profile(&text(&found["id"]));
    assert_eq!(profile["data"]["_fname"], "Ann Lee");
    assert_eq!(profile["subscriptions"], json!([]));
    let kept = hook.delivery(&db.api);
    let skipped = kept["detail"]["skipped"].as_array().unwrap();
    let mut told: Vec<(String, String)> = skipped
        .iter()
        .map(|one| (text(&one["code"]), text(&one["pointer"])))
        .collect();
    told.sort();
    let expected = [
        ("invalid_date", "/data/_bdate"),
        ("invalid_phone", "/data/phones"),
        ("opt_in_missing", "/data/subscriptions/0/status"),
        ("unknown_field", "/data/shoe_size"),
    ];
    let expected = expected.map(|(code, place)| (code.to_owned(), place.to_owned()));
    assert_eq!(told, expected);
    let about = &history(&db, &text(&found["id"]))[0]["about"];
    assert_eq!(about["skipped"].as_array().unwrap().len(), 4);
    // Only a clear word subscribes.
    for (id, word, subscribed) in [(2, "perhaps", 0), (3, "", 0), (4, "yes", 1)] {
        let body = json!({ "id": id, "email": "ann@example.org", "news": word });
        sender.post(&hook.url, &body).ok(200);
        let profile = db.profile(&text(&found["id"]));
        let count = profile["subscriptions"].as_array().unwrap().len();
        assert_eq!(count, subscribed, "{word}");
    }
    // Who is meant can't be left out.
    let nobody = json!({ "id": 5, "email": "nobody", "name": "Eve" });
    let failed = sender.post(&hook.url, &nobody);
    let failed = failed.problem(422, "delivery_failed");
    assert_eq!(failed["errors"][0]["pointer"], "/data/email");
}

#[test]
fn a_sender_can_change_over_to_another_secret() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let hook = Hook::flat(&db);
    let old = hook.secret.clone().unwrap();
    let sender = server.anonymous();
    let secrets = format!("{}/secrets", hook.path);
    let body = json!({ "email": "ann@example.org" });
    let add = |hours: i64| {
        let made = db
            .api
            .post(&secrets, &json!({ "keep_hours": hours }))
            .ok(201);
        (Secret::standard(&text(&made["secret"])).unwrap(), made)
    };
    let status = |secret: &Secret, id: &str| {
        send(
            &sender,
            &hook.url,
            std::slice::from_ref(secret),
            id,
            &body,
            now_ms(),
        )
        .status
    };
    let (new, made) = add(1);
    assert!(made["secrets"][0]["expires_at"].is_string());
    assert_eq!(made["secrets"][1]["expires_at"], Value::Null);
    assert_eq!((status(&old, "1"), status(&new, "2")), (200, 200));
    let (newest, made) = add(0);
    assert_eq!(made["secrets"].as_array().unwrap().len(), 1);
    assert_eq!(
        (status(&old, "3"), status(&new, "4"), status(&newest, "5")),
        (401, 401, 200)
    );
    let wrong = db.api.post(&secrets, &json!({ "keep_hours": 721 }));
    wrong.problem(422, "validation_failed");
    // A scheme whose secrets are of another kind needs one.
    let bearer = json!({ "verification": { "scheme": "stripe" } });
    db.api.patch(&hook.path, &bearer).ok(200);
    let standard = json!({ "verification": { "scheme": "standard", "secret": "short" } });
    db.api
        .patch(&hook.path, &standard)
        .problem(422, "validation_failed");
}

#[test]
fn no_secret_stands_in_what_is_kept() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let secret = "a-secret-that-nobody-sees";
    let hook = {
        let made = db.api.post(
            "/v1/hooks",
            &json!({
                "name": "bearer", "database_id": db.id, "preset": "flat",
                "verification": { "scheme": "bearer", "secret": secret },
            }),
        );
        Hook {
            path: made.header("location").unwrap().to_owned(),
            url: text(&made.ok(201)["url"]),
            secret: None,
        }
    };
    let sender = server.client(secret);
    let headers = [
        ("content-type", "application/json"),
        ("x-api-key", "another"),
        ("x-echo", secret),
        ("x-topic", "people"),
    ];
    let body = json!({ "email": "ann@example.org" }).to_string();
    sender.send("POST", &hook.url, &headers, &body).ok(200);
    let kept = hook.delivery(&db.api);
    let shown = &kept["request"]["headers"];
    for hidden in ["authorization", "x-api-key", "x-echo"] {
        assert_eq!(shown[hidden], "***", "{hidden}");
    }
    assert_eq!(
        (&shown["x-topic"], &kept["request"]["content_type"]),
        (&json!("people"), &json!("application/json"))
    );
    assert!(!kept.to_string().contains(secret));
    // Lists leave out what came.
    assert_eq!(hook.deliveries(&db.api, "")[0].get("request"), None);
}

#[test]
fn a_trial_tells_what_would_happen_and_writes_nothing() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let hook = Hook::open(
        &db,
        &json!({
            "condition": { "header": "X-Topic", "is": "person" }, "id": "/id",
            "fields": { "email": "/email", "_city": "/city" },
        }),
    );
    let id = db.import(&json!({ "email": "ann@example.org", "_city": "Bonn" }));
    let before = db.profile(&id);
    let target = format!("{}/test", hook.path);
    let trial = |payload: Value, topic: &str| {
        let body = json!({ "payload": payload, "headers": { "X-Topic": topic } });
        db.api.post(&target, &body).ok(200)
    };
    let would = trial(
        json!({ "id": 5, "email": "ann@example.org", "city": "Rome" }),
        "person",
    );
    assert_eq!(
        (&would["outcome"], &would["profile_id"], &would["sender_id"]),
        (&json!("updated"), &json!(id), &json!("5"))
    );
    assert_eq!(
        would["changes"],
        json!([{ "field": "_city", "before": "Bonn", "after": "Rome" }])
    );
    assert_eq!(
        would["data"],
        json!({ "email": "ann@example.org", "_city": "Rome" })
    );
    let new = trial(json!({ "email": "ben@example.org" }), "person");
    assert_eq!(
        (&new["outcome"], &new["profile_id"]),
        (&json!("created"), &Value::Null)
    );
    let other = trial(json!({}), "company");
    assert!(
        other["outcome"] == "skipped" && other["reason"].is_string(),
        "{other}"
    );
    let wrong = trial(json!({ "email": "no" }), "person");
    assert_eq!(
        (&wrong["outcome"], &wrong["errors"][0]["pointer"]),
        (&json!("failed"), &json!("/data/email"))
    );
    let form = json!({
        "payload": "email=cid%40example.org", "headers": { "x-topic": "person" },
        "content_type": "application/x-www-form-urlencoded",
    });
    assert_eq!(db.api.post(&target, &form).ok(200)["outcome"], "created");
    assert_eq!((db.profile(&id), db.total()), (before, 1));
    assert_eq!(hook.deliveries(&db.api, "").len(), 0);
}

#[test]
fn a_webhook_wakes_nobody() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let resource = db
        .api
        .post(
            "/v1/resources",
            &json!({ "name": "News", "databases": [db.id], "channels": ["email"] }),
        )
        .ok(201);
    let resource = text(&resource["id"]);
    let status = |email: &str, status: &str| {
        json!({ "email": email, "subscriptions": [{
            "resource_id": resource, "channel": "email", "email": email, "status": status }] })
    };
    let left = db.import(&status("ann@example.org", "complained"));
    let listed = db.import(&status("ben@example.org", "unconfirmed"));
    let entries = json!({ "entries": ["ben@example.org"], "reason": "asked" });
    db.api.post("/v1/suppressions/1/entries", &entries).ok(200);
    let hook = Hook::open(
        &db,
        &json!({
            "fields": { "email": "/email", "_city": "/city" },
            "subscriptions": [{
                "resource_id": resource, "channel": "email", "email": "/email",
                "status": { "value": "subscribed" },
            }],
        }),
    );
    let sender = server.anonymous();
    for (email, id, stays) in [
        ("ann@example.org", &left, "complained"),
        ("ben@example.org", &listed, "unconfirmed"),
    ] {
        let told = sender
            .post(&hook.url, &json!({ "email": email, "city": "Bonn" }))
            .ok(200);
        assert_eq!(told["outcome"], "accepted");
        let profile = db.profile(id);
        assert_eq!(profile["data"]["_city"], "Bonn");
        assert_eq!(profile["subscriptions"][0]["status"], stays, "{profile}");
    }
    let kept = hook.deliveries(&db.api, "");
    assert!(
        kept.iter()
            .all(|one| one["detail"]["skipped"][0]["code"] == "status_protected"),
        "{kept:?}"
    );
    assert_eq!(kept[0]["detail"]["notes"][0]["code"], "suppressed");
}

#[test]
fn a_token_for_one_database_knows_the_webhooks_of_no_other() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let other = Database::new(&server, "Others", &[]);
    let hook = Hook::flat(&db);
    let token = |scopes: &[&str], database: &str| {
        let body = json!({ "name": "t", "scopes": scopes, "databases": [database] });
        let made = db.api.post("/v1/tokens", &body).ok(201);
        server.client(&text(&made["secret"]))
    };
    let limited = token(&["hooks:admin"], &other.id);
    limited.get(&hook.path).problem(404, "not_found");
    limited.delete(&hook.path).problem(404, "not_found");
    limited
        .get(&format!("{}/deliveries", hook.path))
        .problem(404, "not_found");
    assert_eq!(limited.get("/v1/hooks").ok(200)["items"], json!([]));
    let body = json!({ "name": "x", "database_id": db.id, "preset": "flat" });
    limited
        .post("/v1/hooks", &body)
        .problem(422, "validation_failed");
    let reader = token(&["hooks:read"], &db.id);
    reader.get(&hook.path).ok(200);
    reader
        .patch(&hook.path, &json!({ "enabled": false }))
        .problem(403, "missing_scope");
    // A trial shows what profiles are like.
    let trial = reader.post(&format!("{}/test", hook.path), &json!({ "payload": {} }));
    assert_eq!(
        trial.problem(403, "missing_scope")["scope"],
        "profiles:read"
    );
    server
        .anonymous()
        .get("/v1/hooks")
        .problem(401, "token_missing");
}
