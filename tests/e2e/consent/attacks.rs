//! Every public page attacked: forged, truncated, expired and swapped links,
//! posts from other sites.

use super::{World, path, submit};
use crate::support::text;
use serde_json::json;

#[test]
fn no_broken_link_opens_anything() {
    let world = World::new(true);
    let id = world.subscribe("ada@example.org", json!({}));
    let links = world.links(&id);
    let confirm = world.confirmation();
    let genuine = [
        confirm.clone(),
        path(&text(&links["manage"])),
        path(&text(&links["unsubscribe"])),
        path(&text(&links["clicks"][0])),
    ];
    let before = world.db.profile(&id);
    for link in &genuine {
        let (prefix, token) = link.rsplit_once('/').unwrap();
        let mut broken: Vec<String> = Vec::new();
        // Truncated and lengthened.
        broken.extend([1, 10, 30, token.len() / 2].map(|n| token[..token.len() - n].to_owned()));
        broken.push(format!("{token}A"));
        broken.push(String::from("AAAA"));
        // One character changed, everywhere.
        for at in (0..token.len()).step_by(7) {
            let mut bytes = token.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            broken.push(String::from_utf8(bytes).unwrap());
        }
        // Those of other purposes.
        for other in genuine.iter().filter(|other| *other != link) {
            broken.push(other.rsplit_once('/').unwrap().1.to_owned());
        }
        for token in broken {
            let target = format!("{prefix}/{token}");
            let shown = world.public().get(&target);
            assert_eq!(shown.status, 404, "{target}");
            assert!(!shown.text.contains("ada@example.org"), "{target}");
            if !prefix.starts_with("/e") {
                assert_eq!(submit(&world.public(), &target, "do=leave").status, 404);
                let one_click = "List-Unsubscribe=One-Click";
                assert_eq!(submit(&world.public(), &target, one_click).status, 404);
            }
        }
    }
    assert_eq!(world.db.profile(&id), before);
}

#[test]
fn a_link_acts_on_its_own_subscription_and_on_no_other() {
    let world = World::new(false);
    let data = json!({"email": "ada@example.org", "subscriptions": [
        {"resource_id": world.resource, "channel": "email", "email": "ada@example.org"},
        {"resource_id": world.resource, "channel": "email", "email": "ada@work.example"}]});
    let id = world.db.import(&data);
    let other = world.subscribe("eve@example.org", json!({}));
    let unsubscribe = path(&text(&world.links(&id)["unsubscribe"]));
    submit(&world.public(), &unsubscribe, "");
    let profile = world.db.profile(&id);
    assert_eq!(profile["subscriptions"][0]["status"], "unsubscribed");
    assert_eq!(profile["subscriptions"][1]["status"], "subscribed");
    assert_eq!(world.status(&other), "subscribed");
    // In the manager, another's subscription can't be named.
    let page = path(&text(&world.links(&id)["manage"]));
    let theirs = text(&world.subscription(&other)["id"]);
    let form = format!("do=unsubscribe&subscription={theirs}");
    assert_eq!(submit(&world.public(), &page, &form).status, 400);
    assert_eq!(world.status(&other), "subscribed");
    // Once the person is gone, the manager shows nothing and leads to the page that
    // asks; that they leave still counts.
    world.db.api.delete(&world.db.of(&id)).ok(200);
    assert_eq!(world.public().get(&page).status, 303);
    assert_eq!(submit(&world.public(), &unsubscribe, "").status, 200);
}

#[test]
fn other_sites_post_nothing_in_somebodys_name() {
    let world = World::new(true);
    let id = world.subscribe("ada@example.org", json!({}));
    let confirm = world.confirmation();
    let links = world.links(&id);
    let page = path(&text(&links["manage"]));
    let before = world.db.profile(&id);
    for headers in [
        [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ],
        [("x-nothing", "1"), ("origin", "https://evil.example")],
        [("x-nothing", "1"), ("origin", "null")],
    ] {
        for (target, form) in [
            (confirm.clone(), ""),
            (page.clone(), "do=details&field._fname=Eve"),
            (format!("{page}/leave"), "do=leave"),
            (path(&text(&links["unsubscribe"])), ""),
        ] {
            let mut all = headers.to_vec();
            all.push(("content-type", "application/x-www-form-urlencoded"));
            let answer = world.public().send("POST", &target, &all, form);
            assert_eq!(answer.status, 403, "{target} {headers:?}");
        }
    }
    assert_eq!(world.db.profile(&id), before);
}

#[test]
fn what_is_shown_is_escaped() {
    let world = World::new(false);
    let evil = "\"><script>alert(1)</script>";
    world
        .db
        .api
        .patch(&world.db.path, &json!({"manager_title": evil}))
        .ok(200);
    let id = world.subscribe("ada@example.org", json!({}));
    world
        .db
        .import(&json!({"email": "ada@example.org", "_fname": evil}));
    let page = world
        .public()
        .get(&path(&text(&world.links(&id)["manage"])));
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("<script"), "{}", page.text);
}

#[test]
fn over_plain_http_our_own_pages_still_work() {
    // Browsers say nothing of sites there, but of the origin.
    let world = World::new(true);
    let id = world.subscribe("ada@example.org", json!({}));
    let confirm = world.confirmation();
    let links = world.links(&id);
    let page = path(&text(&links["manage"]));
    let own = format!("http://{}", world.server.address);
    let post = |target: &str, form: &str| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", own.as_str()),
        ];
        world.public().send("POST", target, &headers, form).status
    };
    assert_eq!(post(&confirm, ""), 200);
    assert_eq!(world.status(&id), "subscribed");
    assert_eq!(post(&page, "do=details&field._fname=Ada"), 200);
    assert_eq!(world.db.profile(&id)["data"]["_fname"], "Ada");
    assert_eq!(post(&path(&text(&links["unsubscribe"])), ""), 200);
    assert_eq!(world.status(&id), "unsubscribed");
    assert_eq!(post(&format!("{page}/leave"), "do=leave"), 200);
    // The page lets browsers say so: with no-referrer they send `Origin: null`.
    let shown = world.public().get(&page);
    assert_eq!(shown.header("referrer-policy"), Some("same-origin"));
    assert!(shown.text.contains("content=\"same-origin\""));
}

#[test]
fn behind_a_proxy_the_public_address_is_our_own() {
    let variables = [
        ("admin_token", crate::support::ADMIN),
        ("public_url", "https://news.example"),
    ];
    let mut world = World::new(true);
    let id = world.subscribe("ada@example.org", json!({}));
    let confirm = world.confirmation();
    let state = world.server.state.clone();
    world.server = crate::support::Server::without_ticks_with(&state, &variables);
    world.db = world.db.through(world.server.admin());
    let post = |origin: &str| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", origin),
        ];
        world.public().send("POST", &confirm, &headers, "").status
    };
    assert_eq!(post("https://other.example"), 403);
    assert_eq!(world.status(&id), "unconfirmed");
    assert_eq!(post("https://news.example"), 200);
    assert_eq!(world.status(&id), "subscribed");
}

#[test]
fn a_token_that_reads_the_outbox_opens_no_links() {
    let world = World::new(true);
    let id = world.subscribe("ada@example.org", json!({}));
    let client = |scopes: &[&str]| {
        let body = json!({"name": "x", "scopes": scopes});
        let made = world.db.api.post("/v1/tokens", &body).ok(201);
        world.server.client(&text(&made["secret"]))
    };
    let reader = client(&["outbox:admin"]);
    let list = reader.get("/v1/outbox").ok(200);
    let path = format!("/v1/outbox/{}", text(&list["items"][0]["id"]));
    let whole = reader.get(&path);
    assert!(!whole.text.contains("/s/confirm/"), "{whole:?}");
    assert_eq!(whole.ok(200)["letter"], json!(null));
    let target = format!("{}/links", world.db.of(&id));
    let subscription = json!({"subscription_id": text(&world.subscription(&id)["id"])});
    let refused = reader.post(&target, &subscription);
    assert_eq!(
        refused.problem(403, "missing_scope")["scope"],
        "links:write"
    );
    let opener = client(&["outbox:read", "links:write"]);
    assert!(opener.get(&path).ok(200)["letter"]["link"].is_string());
    opener.post(&target, &subscription).ok(200);
}

#[test]
fn a_token_for_one_database_bans_nobody_whom_it_does_not_know() {
    let world = World::new(false);
    let other = crate::support::Database::new(&world.server, "Other", &[]);
    world.subscribe("ada@example.org", json!({}));
    other.import(&json!({"email": "theirs@example.org"}));
    let body = json!({"name": "x", "scopes": ["events:write"], "databases": [world.db.id]});
    let made = world.db.api.post("/v1/tokens", &body).ok(201);
    let limited = world.server.client(&text(&made["secret"]));
    let bounce = |client: &crate::support::Client, email: &str| {
        let event = json!({"database_id": world.db.id, "type": "hard_bounce", "email": email});
        client.post("/v1/events", &event).ok(200);
    };
    let banned = || {
        let list = world.db.api.get("/v1/suppressions/1/entries").ok(200);
        let items = list["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|one| text(&one["value"]))
            .collect::<Vec<_>>()
    };
    bounce(&limited, "theirs@example.org");
    bounce(&limited, "stranger@example.org");
    assert_eq!(banned(), Vec::<String>::new());
    bounce(&limited, "ada@example.org");
    assert_eq!(banned(), ["ada@example.org"]);
    bounce(&world.db.api, "stranger@example.org");
    assert_eq!(banned(), ["ada@example.org", "stranger@example.org"]);
}

#[test]
fn nor_does_it_by_writing_them_as_bounced() {
    let world = World::new(false);
    let body = json!({"name": "x", "databases": [world.db.id], "scopes": ["profiles:read",
        "profiles:write", "imports:read", "imports:write"]});
    let made = world.db.api.post("/v1/tokens", &body).ok(201);
    let limited = world
        .db
        .through(world.server.client(&text(&made["secret"])));
    let banned = || {
        let list = world.db.api.get("/v1/suppressions/1/entries").ok(200);
        let items = list["items"].as_array().unwrap().clone();
        let mut all: Vec<String> = items.iter().map(|one| text(&one["value"])).collect();
        all.sort();
        all
    };
    let person = |email: &str| {
        json!({"email": email, "subscriptions": [{"resource_id": world.resource,
            "channel": "email", "email": email, "status": "hardbounced"}]})
    };
    let file = |db: &crate::support::Database, email: &str| {
        let target = format!("{}/imports/bounced.csv", db.path);
        let rows = format!("mail,status,whole\n{email},hardbounced,\nwhole-{email},,complained\n");
        let job = db
            .api
            .send_bytes("PUT", &target, &[], rows.as_bytes())
            .ok(201);
        let subscription = json!({"resource_id": world.resource, "channel": "email"});
        let settings = json!({"matching": "email", "mapping": [
            {"column": "mail", "to": [{"field": "email"}, {"subscription": subscription}]},
            {"column": "status", "to": {"subscription": subscription, "part": "status"}},
            {"column": "whole", "to": {"field": "_status"}}]});
        let start = format!("{}/imports/{}/start?wait=true", db.path, text(&job["id"]));
        assert_eq!(db.api.post(&start, &settings).status, 200);
    };
    limited.import(&person("one@example.org"));
    file(&limited, "two@example.org");
    assert_eq!(banned(), Vec::<String>::new());
    // Nor is an address that an own database has left to it elsewhere.
    let other = crate::support::Database::new(&world.server, "Other", &[]);
    let body = json!({"name": "Theirs", "databases": [other.id], "channels": ["email"]});
    let theirs = text(&world.db.api.post("/v1/resources", &body).ok(201)["id"]);
    let id = other.import(&json!({"email": "one@example.org", "subscriptions": [
        {"resource_id": theirs, "channel": "email", "email": "one@example.org"}]}));
    assert_eq!(
        other.profile(&id)["subscriptions"][0]["status"],
        "subscribed"
    );
    // Whom the database knows it may ban, and a token for all bans strangers.
    world.subscribe("ada@example.org", json!({}));
    limited.import(&person("ada@example.org"));
    assert_eq!(banned(), ["ada@example.org"]);
    file(&world.db, "three@example.org");
    let all = [
        "ada@example.org",
        "three@example.org",
        "whole-three@example.org",
    ];
    assert_eq!(banned(), all);
}
