//! Quick import: by HTTP status and a line of text, for websites and pixels.

use super::Altcraft;
use crate::support::{ADMIN, Answer, Client, Server, State, text};
use serde_json::{Value, json};

const PATH: &str = "/api/integrations/any/profile_import";
const FORM: &str = "application/x-www-form-urlencoded";

/// What is said by a status and a text, never by a page.
fn said(answer: &Answer) -> (u16, String) {
    let kind = answer.header("content-type");
    assert_eq!(kind, Some("text/plain; charset=utf-8"), "{answer:?}");
    assert!(!answer.text.contains('<'), "{answer:?}");
    (answer.status, answer.text.clone())
}

fn sent(alt: &Altcraft, query: &str) -> (u16, String) {
    let target = format!("{PATH}?token={ADMIN}&db_id={}&{query}", alt.db.id);
    said(&alt.server.anonymous().get(&target))
}

fn ok() -> (u16, String) {
    (200, "OK".to_owned())
}

fn found(alt: &Altcraft, email: &str) -> Value {
    let body = json!({"matching": "email_profile", "email": email});
    alt.db.find(&body).ok(200)
}

#[test]
fn a_form_a_query_and_json_make_one_person() {
    let alt = Altcraft::start();
    let query =
        "email=ann%40example.org&_fname=Ann&points=3&labels[]=a&labels[]=b&_regip=192.0.2.7";
    assert_eq!(sent(&alt, query), ok());
    let form = format!(
        "db_id={}&email=ann@example.org&plan=2&phone=%2B79000000001",
        alt.db.id
    );
    let headers = [
        ("content-type", FORM),
        ("referer", "https://shop.example/join?x=1"),
    ];
    let answer = alt
        .db
        .api
        .send("POST", &format!("{PATH}/"), &headers, &form);
    assert_eq!(said(&answer), ok());
    let body = json!({"token": ADMIN, "db_id": alt.db.id, "matching": "custom_id", "custom_id": 12,
        "email": "bob@example.org", "_sex": "1"});
    for _ in 0..2 {
        assert_eq!(said(&alt.server.anonymous().post(PATH, &body)), ok());
    }
    assert_eq!(alt.db.total(), 2);
    let data = found(&alt, "ann@example.org")["data"].clone();
    for (name, value) in [
        ("_fname", json!("Ann")),
        ("points", json!(3)),
        ("labels", json!(["a", "b"])),
        ("_regip", json!("192.0.2.7")),
        ("_regurl", json!("https://shop.example/join?x=1")),
        ("plan", json!("paid")),
        ("phones", json!(["+79000000001"])),
    ] {
        assert_eq!(data[name], value, "{name} of {data}");
    }
    assert_eq!(found(&alt, "bob@example.org")["data"]["_sex"], "female");
    // By phone, which is hers and stays so.
    assert_eq!(
        sent(&alt, "matching=phone&phone=%2B79000000001&_lname=Lee"),
        ok()
    );
    assert_eq!(found(&alt, "ann@example.org")["data"]["_lname"], "Lee");
}

#[test]
fn a_resource_subscribes_as_it_says_and_wakes_nobody() {
    let alt = Altcraft::start();
    let query = format!("resource_id={}&email=ann@example.org", alt.resource);
    let status = || text(&found(&alt, "ann@example.org")["subscriptions"][0]["status"]);
    assert_eq!(sent(&alt, &query), ok());
    assert_eq!(status(), "subscribed");
    let leave =
        json!({"database_id": alt.db.id, "resource_id": alt.resource, "email": "ann@example.org"});
    alt.db.api.post("/v1/unsubscribe", &leave).ok(200);
    let (code, _) = sent(&alt, &query);
    assert_eq!((code, status()), (200, "unsubscribed".to_owned()));
    // Who must confirm is asked, and is not subscribed before.
    let path = format!("/v1/resources/{}", alt.resource);
    let confirmed = json!({"double_opt_in": {"enabled": true}});
    alt.db.api.patch(&path, &confirmed).ok(200);
    let query = format!("resource_id={}&email=bob@example.org", alt.resource);
    assert_eq!(sent(&alt, &query), ok());
    let bob = found(&alt, "bob@example.org");
    assert_eq!(bob["subscriptions"][0]["status"], "unconfirmed");
    let target = format!("/v1/outbox?kind=confirmation&profile={}", text(&bob["id"]));
    let asked = alt.db.api.get(&target).ok(200);
    assert_eq!(asked["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_is_wrong_is_said_by_the_status_and_changes_nothing() {
    let alt = Altcraft::start();
    let one = |query: &str| sent(&alt, query).0;
    for query in [
        "",
        "email=x",
        "_fname=A",
        "email=a@example.org&points=many",
        "email=a@x.org&resource_id=x",
    ] {
        assert_eq!(one(query), 400, "{query}");
    }
    assert_eq!(one("email=a@example.org&resource_id=99"), 404);
    assert_eq!(one("email=a@example.org&matching=nothing"), 400);
    let anybody = alt.server.anonymous();
    let refused = |target: String| said(&anybody.get(&target)).0;
    assert_eq!(
        refused(format!("{PATH}?db_id={}&email=a@example.org", alt.db.id)),
        403
    );
    assert_eq!(
        refused(format!(
            "{PATH}?token=wrong&db_id={}&email=a@example.org",
            alt.db.id
        )),
        403
    );
    assert_eq!(
        refused(format!("{PATH}?token={ADMIN}&db_id=99&email=a@example.org")),
        404
    );
    let token = json!({"name": "reader", "scopes": ["profiles:read"]});
    let token = text(&alt.db.api.post("/v1/tokens", &token).ok(201)["secret"]);
    assert_eq!(
        refused(format!(
            "{PATH}?token={token}&db_id={}&email=a@example.org",
            alt.db.id
        )),
        403
    );
    for (verb, body) in [
        ("POST", "{"),
        ("POST", "[]"),
        ("POST", "\u{1}"),
        ("PUT", "{}"),
    ] {
        let answer = alt
            .db
            .api
            .send(verb, PATH, &[("content-type", "application/json")], body);
        assert_eq!(said(&answer).0, 400, "{verb} {body:?}");
    }
    let large = "x".repeat(3 << 20);
    let answer = alt
        .db
        .api
        .send("POST", PATH, &[("content-type", FORM)], &large);
    assert_eq!(said(&answer).0, 400);
    assert_eq!(alt.db.total(), 0);
    for email in ["one@example.org", "two@example.org"] {
        alt.db
            .import(&json!({"email": email, "phones": ["+79000000001"]}));
    }
    assert_eq!(one("matching=phone&phone=%2B79000000001&_fname=A"), 409);
}

/// What watchers are asked to start, oldest first: profile and ids.
fn asked(api: &Client) -> Vec<(String, Value)> {
    let page = api.get("/v1/outbox?kind=change").ok(200);
    let mut items = page["items"].as_array().unwrap().clone();
    items.reverse();
    let each = items.iter().map(|one| {
        assert_eq!(one["body"]["type"], "profile.trigger_requested", "{one}");
        let data = &one["body"]["data"];
        (text(&data["profile_id"]), data["about"]["start"].clone())
    });
    each.collect()
}

#[test]
fn watchers_are_asked_to_start_triggers_and_workflows() {
    let variables = [
        ("admin_token", ADMIN),
        ("notify_hosts", "http://127.0.0.1:*"),
    ];
    let alt = Altcraft::of(Server::without_ticks_with(&State::new(), &variables));
    let watcher = json!({"name": "Scenarios", "url": "http://127.0.0.1:9/", "databases": [alt.db.id],
        "events": ["profile.trigger_requested"]});
    alt.db.api.post("/v1/watchers", &watcher).ok(201);
    assert_eq!(
        sent(&alt, "email=ann@example.org&trigger_id=17&workflow_id=8"),
        ok()
    );
    let ann = text(&found(&alt, "ann@example.org")["id"]);
    // Import + trigger; nothing of her changes, and it is asked for all the same.
    alt.done(
        "profiles/import",
        &json!({"email": "ann@example.org", "trigger_id": 18, "data": {}}),
    );
    alt.fails(
        "profiles/update",
        404,
        &json!({"email": "nobody@example.org", "trigger_id": 19, "data": {"points": 1}}),
    );
    assert_eq!(
        sent(&alt, "email=ann@example.org&points=x&trigger_id=20").0,
        400
    );
    // A repeat that is one asks once.
    let body =
        json!({"start": {"workflow_id": "w"}, "data": {"email": "ann@example.org"}}).to_string();
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "k-1"),
    ];
    for _ in 0..2 {
        let target = format!("{}/profiles", alt.db.path);
        alt.db.api.send("POST", &target, &headers, &body).ok(200);
    }
    let expected = [
        json!({"trigger_id": "17", "workflow_id": "8"}),
        json!({"trigger_id": "18"}),
        json!({"workflow_id": "w"}),
    ];
    assert_eq!(
        asked(&alt.db.api),
        expected.map(|start| (ann.clone(), start))
    );
}
