//! Events: told by senders, by opened pictures and by followed links.

use super::{World, path};
use crate::support::text;
use serde_json::{Value, json};

#[test]
fn a_bounce_moves_the_status_bans_the_address_and_counts_once() {
    let world = World::new(false);
    let id = world.subscribe("ada@example.org", json!({}));
    let bounce = json!({"id": "evt-1", "type": "hard_bounce", "email": "ada@example.org",
        "resource_id": world.resource, "reason": "550 no such user"});
    let body = json!({"database_id": world.db.id, "events": [bounce, bounce,
        {"type": "complained", "email": "unknown@example.org"}, {"type": "opened"},
        {"type": "Bad Type", "email": "a@x.org"}]});
    let told = world.db.api.post("/v1/events", &body).ok(200);
    let outcomes: Vec<String> = told["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(&one["outcome"]))
        .collect();
    assert_eq!(
        outcomes,
        ["applied", "repeated", "unknown", "failed", "failed"]
    );
    assert_eq!((&told["applied"], &told["failed"]), (&json!(1), &json!(2)));
    assert_eq!(world.status(&id), "hardbounced");
    let (deliverable, codes) = world.deliverable(&id);
    assert!(!deliverable);
    assert_eq!(codes, ["subscription_status", "suppressed"]);
    // In parts, for who doesn't read English.
    let target = format!("{}/deliverability", world.db.of(&id));
    let why = world.db.api.get(&target).ok(200);
    let [status, suppressed] = [0, 1].map(|place| why["items"][0]["reasons"][place].clone());
    assert_eq!(
        (&status["status"], &status["status_by"]),
        (&json!("hardbounced"), &json!("provider"))
    );
    assert!(
        status["since"].is_string() && status.get("until").is_none(),
        "{status}"
    );
    assert_eq!(suppressed["list"]["id"], "1");
    assert!(suppressed["list"]["name"].is_string() && suppressed["since"].is_string());
    let entries = world.db.api.get("/v1/suppressions/1/entries").ok(200);
    let keys: Vec<&Value> = entries["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["value"])
        .collect();
    assert_eq!(
        keys,
        ["ada@example.org", "unknown@example.org"],
        "{entries}"
    );
    // The same id in another request is heard as little.
    let again = json!({"database_id": world.db.id, "id": "evt-1", "type": "hard_bounce",
        "email": "ada@example.org"});
    assert_eq!(
        world.db.api.post("/v1/events", &again).ok(200)["repeated"],
        1
    );
    // A re-import wakes nothing.
    world.subscribe("ada@example.org", json!({"status": "subscribed"}));
    assert_eq!(world.status(&id), "hardbounced");
    let history = world.history(&id);
    let events: Vec<&Value> = history
        .iter()
        .filter(|e| e["kind"] == "profile.event")
        .collect();
    assert_eq!(events.len(), 1, "{history:?}");
    assert_eq!(events[0]["about"]["event"], "hard_bounce");
    assert_eq!(events[0]["about"]["reason"], "550 no such user");
    // The same word, in a database where the contact is new: suppressed there too.
    let other = json!({"database_id": "999", "events": []});
    world
        .db
        .api
        .post("/v1/events", &other)
        .problem(404, "not_found");
    world
        .db
        .api
        .post("/v1/events", &json!({"events": []}))
        .problem(422, "validation_failed");
}

#[test]
fn opening_and_clicking_leave_their_trace_and_lead_on() {
    let world = World::new(false);
    let id = world.subscribe("ada@example.org", json!({}));
    let links = world.links(&id);
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
    let get = |link: &str| {
        world
            .public()
            .send("GET", &path(link), &[("user-agent", agent)], "")
    };
    let open = text(&links["open"]);
    for _ in 0..3 {
        let pixel = get(&open);
        assert_eq!(pixel.status, 200);
        assert_eq!(pixel.header("content-type"), Some("image/gif"));
        assert!(pixel.bytes.starts_with(b"GIF89a"));
    }
    let click = get(&text(&links["clicks"][0]));
    assert_eq!(click.status, 302);
    assert_eq!(
        click.header("location"),
        Some("https://shop.example/sale?x=1&y=2")
    );
    let data = &world.db.profile(&id)["data"];
    assert_eq!(data["_open_exist"], true);
    assert_eq!(data["_click_exist"], true);
    assert!(data["_open_date"].is_string());
    assert_eq!(data["_ip"], "127.0.0.1");
    assert_eq!(data["_browser"], "Firefox");
    assert_eq!(data["_os"], "Linux");
    let history = world.history(&id);
    let events: Vec<String> = history
        .iter()
        .filter(|entry| entry["kind"] == "profile.event")
        .map(|entry| text(&entry["about"]["event"]))
        .collect();
    assert_eq!(
        events,
        ["opened", "clicked"],
        "the same picture counts once"
    );
    assert_eq!(history.last().unwrap()["about"]["message_id"], "m-1");
    // A made-up picture is a picture all the same, and tells nothing.
    assert_eq!(world.public().get("/e/nothing.gif").status, 200);
    assert_eq!(world.public().get("/e/nothing").status, 404);
}

#[test]
fn a_click_leads_nowhere_that_was_not_signed() {
    let world = World::new(false);
    let id = world.subscribe("ada@example.org", json!({}));
    let target = format!("{}/links", world.db.of(&id));
    let subscription = world.subscription(&id)["id"].clone();
    for url in [
        "javascript:alert(1)",
        "//evil.example",
        "ftp://x.org/",
        "https://x.org/\r\nx: y",
    ] {
        let body = json!({"subscription_id": subscription, "clicks": [url]});
        let problem = world
            .db
            .api
            .post(&target, &body)
            .problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/clicks/0", "{problem}");
    }
    let click = path(&text(&world.links(&id)["clicks"][0]));
    let with_query = format!("{click}?url=https://evil.example");
    let answer = world.public().get(&with_query);
    assert_eq!(
        answer.header("location"),
        Some("https://shop.example/sale?x=1&y=2")
    );
}

#[test]
fn a_suspension_wakes_by_itself() {
    let world = World::new(false);
    let soon = json!({"status": "suspended", "suspended_until": "2020-01-01T00:00:00Z"});
    let id = world.subscribe("ada@example.org", soon);
    // It counts as over at once, and the tick writes it down.
    assert_eq!(world.deliverable(&id), (true, vec![]));
    assert_eq!(world.status(&id), "suspended");
    let ticked = world
        .db
        .api
        .post("/v1/tick", &json!({"seconds": 1}))
        .ok(200);
    assert_eq!(ticked["woken"], 1, "{ticked}");
    assert_eq!(world.status(&id), "subscribed");
    let later = json!({"status": "suspended", "suspended_until": "2199-01-01"});
    world.subscribe("ada@example.org", later);
    world
        .db
        .api
        .post("/v1/tick", &json!({"seconds": 1}))
        .ok(200);
    assert_eq!(world.status(&id), "suspended");
}
