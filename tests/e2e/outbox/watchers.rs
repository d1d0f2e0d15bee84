//! Watchers are told of changes, with a signature.

use super::{ReceivedRequest, Receiver, make_due, messages, tick};
use crate::support::{ADMIN, Answer, Database, Power, Server, State, all, lacks, text};
use roster_model::Timestamp;
use roster_webhook::Scheme;
use serde_json::json;

#[test]
fn a_watcher_is_told_of_changes_with_a_signature() {
    if lacks(Power::File) {
        return;
    }
    let crm = Receiver::start();
    let state = State::new();
    let variables = [
        ("admin_token", ADMIN),
        ("notify_hosts", "http://127.0.0.1:*"),
    ];
    let server = Server::without_ticks_with(&state, &variables);
    let db = Database::new(&server, "People", &[]);
    let watcher = json!({
        "name": "CRM", "url": crm.url("/hook"), "databases": [db.id],
        "events": ["profile.created", "profile.updated"],
    });
    let made = db.api.post("/v1/watchers", &watcher);
    assert_eq!(made.header("etag"), Some("\"1\""));
    let made = made.ok(201);
    let path = format!("/v1/watchers/{}", text(&made["id"]));
    let mut secrets = vec![text(&made["secret"])];
    db.api
        .post("/v1/watchers", &watcher)
        .problem(409, "name_taken");

    let id = db.import(&json!({"email": "ada@example.org"}));
    db.api
        .patch(&db.of(&id), &json!({"data": {"_city": "Paris"}}))
        .ok(200);
    assert_eq!(tick(&db.api)["sent"], 2);
    let got = crm.got();
    let types: Vec<String> = got.iter().map(|g| text(&g.json()["type"])).collect();
    assert_eq!(types, ["profile.created", "profile.updated"]);
    assert_eq!(got[0].json()["data"]["profile_id"], json!(id));
    let scheme = Scheme::parse(&json!({"scheme": "standard"})).unwrap();
    let verifies = |got: &ReceivedRequest, secret: &str, body: &[u8]| {
        let seconds: i64 = got.header("webhook-timestamp").unwrap().parse().unwrap();
        let secrets = [scheme.secret(secret).unwrap()];
        let now = Timestamp::from_ms(seconds * 1000);
        let headers = |name: &str| got.header(name);
        scheme.check(&headers, body, &secrets, now).is_ok()
    };
    for one in &got {
        assert!(verifies(one, &secrets[0], &one.body));
        assert!(!verifies(one, &secrets[0], b"{}"));
    }

    // A new secret signs beside the old one.
    let more = db.api.post(&format!("{path}/secrets"), &json!({})).ok(201);
    secrets.push(text(&more["secret"]));
    let queued = db.api.post(&format!("{path}/test"), &json!({})).ok(202);
    assert_eq!(queued["state"], "queued");
    assert_eq!(tick(&db.api)["sent"], 1);
    let test = crm.got().pop().unwrap();
    assert_eq!(test.json()["type"], "test");
    assert!(
        secrets
            .iter()
            .all(|secret| verifies(&test, secret, &test.body))
    );

    let shown = db.api.get(&path);
    assert!(!shown.text.contains("whsec_"), "{shown:?}");
    assert_eq!(shown.ok(200)["secrets"], 2);
    let deliveries = all(&db.api, &format!("{path}/deliveries?limit=2"));
    assert_eq!(deliveries.len(), 3);
    assert!(deliveries.iter().all(|one| one["state"] == "sent"));

    // Down, then gone.
    crm.says(503);
    db.import(&json!({"email": "bob@example.org"}));
    db.import(&json!({"email": "cyd@example.org"}));
    assert_eq!(tick(&db.api)["sent"], 0);
    assert_eq!(crm.got().len(), 1, "the others wait for the first");
    make_due(&state);
    crm.says(200);
    assert_eq!(tick(&db.api)["sent"], 2);
    let ids: Vec<_> = crm
        .got()
        .iter()
        .map(|got| got.header("webhook-id").unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["msg_4", "msg_5"]);
    let stale = db
        .api
        .json("PATCH", &path, &[("if-match", "\"1\"")], &json!({}));
    stale.problem(412, "precondition_failed");
    // Where it could never be told it can't be put.
    let code = |answer: Answer| {
        let problem = answer.problem(422, "validation_failed");
        let one = &problem["errors"][0];
        assert_eq!(one["pointer"], "/url", "{problem}");
        text(&one["code"])
    };
    for (url, expected) in [
        ("https://elsewhere.example.org/", "host_not_allowed"),
        ("http://user:pw@127.0.0.1:1/", "invalid_url"),
    ] {
        let elsewhere = json!({"url": url});
        assert_eq!(code(db.api.patch(&path, &elsewhere)), expected);
        let new = json!({"name": "other", "url": url});
        assert_eq!(code(db.api.post("/v1/watchers", &new)), expected);
    }
    // What was allowed once may not be any more.
    let state = server.kill();
    let server = Server::without_ticks_with(&state, &[("admin_token", ADMIN)]);
    let db = db.through(server.admin());
    db.import(&json!({"email": "dan@example.org"}));
    tick(&db.api);
    let dead = messages(&db.api, "state=dead").pop().unwrap();
    assert!(
        text(&dead["detail"]).starts_with("host_not_allowed"),
        "{dead}"
    );

    let token = json!({"name": "other", "scopes": ["outbox:admin"], "databases": [
        Database::new(&server, "Elsewhere", &[]).id
    ]});
    let token = db.api.post("/v1/tokens", &token).ok(201);
    let other = server.client(&text(&token["secret"]));
    other.get(&path).problem(404, "not_found");
    assert_eq!(other.get("/v1/watchers").ok(200)["items"], json!([]));
    let state = server.kill();
    let server = Server::without_ticks_with(&state, &variables);
    let db = db.through(server.admin());
    let other = server.client(&text(&token["secret"]));
    let of_all = json!({"name": "all", "url": crm.url("/")});
    other
        .post("/v1/watchers", &of_all)
        .problem(422, "validation_failed");
    db.api.delete(&path).ok(200);
    db.api.get(&path).problem(404, "not_found");
}

#[test]
fn a_token_for_one_database_uses_up_its_own_watchers_only() {
    let server = Server::without_ticks_with(
        &State::new(),
        &[("admin_token", ADMIN), ("notify_hosts", "*")],
    );
    let one = Database::new(&server, "One", &[]);
    let two = Database::new(&server, "Two", &[]);
    let client = |db: &Database| {
        let body = json!({"name": "x", "scopes": ["outbox:admin"], "databases": [db.id]});
        let made = server.admin().post("/v1/tokens", &body).ok(201);
        server.client(&text(&made["secret"]))
    };
    let watcher = |db: &Database, name: &str| json!({"name": name, "url": "https://example.org/", "databases": [db.id]});
    let greedy = client(&one);
    for number in 0..50 {
        greedy
            .post("/v1/watchers", &watcher(&one, &format!("w{number}")))
            .ok(201);
    }
    let full = greedy.post("/v1/watchers", &watcher(&one, "more"));
    assert_eq!(
        full.problem(422, "validation_failed")["errors"][0]["code"],
        "too_many"
    );
    client(&two)
        .post("/v1/watchers", &watcher(&two, "theirs"))
        .ok(201);
    let of_all = json!({"name": "all", "url": "https://example.org/"});
    server.admin().post("/v1/watchers", &of_all).ok(201);
}
