//! Questions of double opt-in, from the write to the gateway; suspensions that end.

use super::{Receiver, asking, make_due, messages, subscriber, tick};
use crate::support::{ADMIN, Database, Power, Server, State, all, lacks, text};
use roster_model::Timestamp;
use serde_json::json;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[test]
fn a_question_can_be_read_and_answered_without_any_provider() {
    let server = Server::without_ticks(&State::new());
    let db = Database::new(&server, "People", &[]);
    let resource = asking(&db, json!({"link_days": 3}));
    let id = db.import(&subscriber(&resource, "ada@example.org"));
    let profile = db.profile(&id);
    assert_eq!(profile["subscriptions"][0]["status"], "unconfirmed");
    assert_eq!(tick(&db.api)["sent"], 0);

    let listed = messages(&db.api, "state=queued&kind=confirmation");
    assert_eq!(listed.len(), 1);
    let message = &listed[0];
    assert_eq!(message["recipient"], "email:ada@example.org");
    assert_eq!(
        (&message["profile_id"], &message["database_id"]),
        (&json!(id), &json!(db.id))
    );
    assert_eq!(message["tries"], 0);
    let path = format!("/v1/outbox/{}", text(&message["id"]));
    let whole = db.api.get(&path).ok(200);
    let letter = &whole["letter"];
    let link = text(&letter["link"]);
    assert!(
        link.starts_with(&format!("http://{}/s/confirm/", server.address)),
        "{link}"
    );
    assert!(text(&letter["text"]).contains(&link));
    assert!(text(&letter["html"]).contains("<html"));
    assert_eq!(
        letter["headers"]["List-Unsubscribe-Post"],
        "List-Unsubscribe=One-Click"
    );

    let counted = |state: &str| {
        let counters = db.api.get("/v1/outbox/counters").ok(200);
        counters["confirmation"][state].clone()
    };
    assert_eq!((counted("queued"), counted("sent")), (json!(1), json!(0)));
    let act = |what: &str| db.api.post(&format!("{path}/{what}"), &json!({}));
    act("retry").problem(409, "wrong_state");
    assert_eq!(act("cancel").ok(200)["state"], "cancelled");
    act("cancel").problem(409, "wrong_state");
    assert_eq!(counted("cancelled"), 1);
    assert_eq!(act("retry").ok(200)["state"], "queued");

    for (query, count) in [
        (format!("profile={id}"), 1),
        (format!("database={}", db.id), 1),
        ("database=999".to_owned(), 0),
        ("recipient=email%3Aada%40example.org".to_owned(), 1),
        ("recipient=email%3Abob%40example.org".to_owned(), 0),
        ("state=dead".to_owned(), 0),
    ] {
        assert_eq!(messages(&db.api, &query).len(), count, "{query}");
    }
    for query in ["state=lost", "kind=x", "profile=1", "wat=1"] {
        let answer = db.api.get(&format!("/v1/outbox?{query}"));
        answer.problem(400, "invalid_parameter");
    }
    db.api.get("/v1/outbox/999").problem(404, "not_found");

    // A token sees its databases' messages.
    let elsewhere = Database::new(&server, "Elsewhere", &[]);
    let limited = |database: &str| {
        let token = json!({
            "name": "reader", "scopes": ["outbox:admin"], "databases": [database],
        });
        let made = db.api.post("/v1/tokens", &token).ok(201);
        server.client(&text(&made["secret"]))
    };
    let (here, there) = (limited(&db.id), limited(&elsewhere.id));
    assert_eq!(messages(&here, "limit=9").len(), 1);
    assert_eq!(messages(&there, "limit=9").len(), 0);
    here.get(&path).ok(200);
    there.get(&path).problem(404, "not_found");
    there
        .post(&format!("{path}/cancel"), &json!({}))
        .problem(404, "not_found");
    here.post("/v1/outbox/rotate-keys", &json!({}))
        .problem(403, "forbidden");
    assert_eq!(
        db.api.post("/v1/outbox/rotate-keys", &json!({})).ok(200)["key"],
        2
    );
    assert_ne!(db.api.get(&path).ok(200)["letter"]["link"], link);

    db.api.delete(&db.of(&id)).ok(200);
    db.api.get(&path).problem(404, "not_found");
}

#[test]
fn a_question_reaches_the_gateway_once_also_when_it_refused_at_first() {
    if lacks(Power::File) {
        return;
    }
    let gateway = Receiver::start();
    let url = gateway.url("/messages");
    let state = State::new();
    let variables = [
        ("admin_token", ADMIN),
        ("mail_url", url.as_str()),
        ("mail_secret", "hunter2"),
        ("mail_from", "news@example.org"),
        ("mail_from_name", "The News"),
        ("public_url", "https://people.example.org/"),
    ];
    let server = Server::without_ticks_with(&state, &variables);
    let db = Database::new(&server, "People", &[]);
    let resource = asking(&db, json!({"reminder_hours": [24]}));
    let id = db.import(&subscriber(&resource, "ada@example.org"));
    gateway.says(500);
    assert_eq!(tick(&db.api)["sent"], 0);
    let first = gateway.got();
    assert_eq!(first.len(), 1);
    assert_eq!(tick(&db.api)["sent"], 0, "not before its time");
    let message = messages(&db.api, "state=queued").pop().unwrap();
    assert_eq!(
        (&message["tries"], &message["attempts"][0]["status"]),
        (&json!(1), &json!(500))
    );
    // The first only; the reminder is another message.
    let store = rusqlite::Connection::open(state.file()).unwrap();
    store
        .execute("UPDATE outbox SET due_at = created_at WHERE tries = 1", [])
        .unwrap();
    gateway.says(202);
    assert_eq!(tick(&db.api)["sent"], 1);
    assert_eq!(tick(&db.api)["sent"], 0);
    let second = gateway.got();
    assert_eq!(second.len(), 1);
    assert_eq!(first[0].body, second[0].body, "the same message");
    let got = &second[0];
    assert_eq!(got.target, "/messages");
    assert_eq!(got.header("authorization"), Some("Bearer hunter2"));
    let body = got.json();
    assert_eq!(
        got.header("idempotency-key"),
        Some(text(&body["id"]).as_str())
    );
    assert_eq!(
        (&body["channel"], &body["to"]),
        (&json!("email"), &json!("ada@example.org"))
    );
    assert_eq!(
        body["from"],
        json!({"email": "news@example.org", "name": "The News"})
    );
    assert!(text(&body["text"]).contains("https://people.example.org/s/confirm/"));

    // Who confirmed is not reminded.
    let subscription = json!({
        "resource_id": resource, "channel": "email", "email": "ada@example.org",
        "status": "subscribed",
    });
    let place = format!("{}/subscriptions", db.of(&id));
    db.api.put(&place, &subscription).ok(200);
    make_due(&state);
    assert_eq!(tick(&db.api)["sent"], 0);
    let reminder = messages(&db.api, "state=cancelled").pop().unwrap();
    assert_eq!(reminder["detail"], "confirmed");
    assert!(gateway.got().is_empty());
    assert!(!format!("{:?}", server.log()).contains("hunter2"));
}

#[test]
fn wrong_settings_are_told_and_stop_nothing_else() {
    let variables = [("admin_token", ADMIN), ("mail_url", "gateway")];
    let server = Server::without_ticks_with(&State::new(), &variables);
    let ticked = tick(&server.admin());
    assert_eq!(ticked["wrong_settings"][0]["pointer"], "/mail_url");
    assert_eq!(ticked["left"], 0);
}

#[test]
fn a_suspension_ends_with_a_tick() {
    let server = Server::without_ticks(&State::new());
    let db = Database::new(&server, "People", &[]);
    let resource = asking(&db, json!({"enabled": false}));
    let soon = Timestamp::from_ms(now_ms() + 1_500);
    let mut data = subscriber(&resource, "ada@example.org");
    data["subscriptions"][0]["status"] = json!("suspended");
    data["subscriptions"][0]["suspended_until"] = json!(soon);
    let id = db.import(&data);
    assert_eq!(tick(&db.api)["woken"], 0);
    std::thread::sleep(Duration::from_millis(1_600));
    assert_eq!(tick(&db.api)["woken"], 1);
    let profile = db.profile(&id);
    assert_eq!(profile["subscriptions"][0]["status"], "subscribed");
    let history = all(&db.api, &format!("{}/history?limit=9", db.of(&id)));
    assert_eq!(
        (&history[0]["actor"], &history[0]["interface"]),
        (&json!("roster"), &json!("tick"))
    );
}

/// The time now, in milliseconds.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since.unwrap().as_millis()).unwrap()
}
