//! The way of one person: in by confirming, out with one click, and out they stay.

use super::{World, is_private_page, path, submit};
use crate::support::text;
use serde_json::json;

#[test]
fn in_by_a_form_confirmed_on_the_page_out_with_one_click_and_out_they_stay() {
    let world = World::new(true);
    let form = json!({"database_id": world.db.id, "name": "Footer", "resource_id": world.resource,
        "fields": ["_fname"], "consent": "I want the letter.", "minimum_seconds": 0});
    let form = world.db.api.post("/v1/forms", &form).ok(201);
    let sent = submit(
        &world.public(),
        &text(&form["url"]),
        "email=Ada%40example.org&field._fname=Ada&consent=true",
    );
    assert_eq!(sent.status, 200, "{}", sent.text);
    is_private_page(&sent);

    let found = world.db.find(&json!({"email": "ada@example.org"})).ok(200);
    let id = text(&found["id"]);
    assert_eq!(found["data"]["_fname"], "Ada");
    assert_eq!(world.status(&id), "unconfirmed");
    assert_eq!(
        world.deliverable(&id),
        (false, vec!["subscription_status".to_owned()])
    );
    let about = &world.history(&id)[0]["about"];
    assert_eq!(about["consent"]["act"], "form");
    assert_eq!(about["consent"]["wording"], "I want the letter.");
    assert_eq!(about["consent"]["ip"], "127.0.0.1");

    // Opening the link changes nothing, no matter who opens it.
    let link = world.confirmation();
    for method in ["GET", "HEAD", "GET"] {
        if method == "HEAD" {
            continue;
        }
        let page = world.public().send(method, &link, &[], "");
        assert_eq!(page.status, 200);
        is_private_page(&page);
        assert!(page.text.contains("<button"), "{}", page.text);
    }
    assert_eq!(world.status(&id), "unconfirmed");

    // The button does, and a second time is fine.
    for _ in 0..2 {
        let done = submit(&world.public(), &link, "");
        assert_eq!(done.status, 200, "{}", done.text);
        is_private_page(&done);
        assert_eq!(world.status(&id), "subscribed");
    }
    assert_eq!(world.deliverable(&id), (true, vec![]));
    let history = world.history(&id);
    assert_eq!(history.len(), 2, "{history:?}");
    assert_eq!(history[1]["kind"], "profile.event");
    assert_eq!(history[1]["actor"], "person");
    assert_eq!(history[1]["interface"], "confirm");
    assert_eq!(history[1]["about"]["consent"]["act"], "confirm_button");

    // Out with one click: no page, no cookie, no token.
    let links = world.links(&id);
    assert_eq!(links["list_unsubscribe_post"], "List-Unsubscribe=One-Click");
    let header = text(&links["list_unsubscribe"]);
    let unsubscribe = path(header.trim_matches(['<', '>']));
    let clicked = world.public().send(
        "POST",
        &unsubscribe,
        &[
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "cross-site"),
        ],
        "List-Unsubscribe=One-Click",
    );
    assert_eq!((clicked.status, clicked.text.as_str()), (200, ""));
    assert_eq!(clicked.header("set-cookie"), None);
    assert_eq!(world.status(&id), "unsubscribed");
    assert_eq!(world.subscription(&id)["status_by"], "person");
    assert_eq!(world.history(&id)[2]["interface"], "one_click");

    // An import doesn't wake them, and says so; the old confirmation neither.
    let again = world.db.write(
        &json!({"data": {"email": "ada@example.org", "subscriptions": [
        {"resource_id": world.resource, "channel": "email", "email": "ada@example.org",
            "status": "subscribed"}]}}),
    );
    let again = again.ok(200);
    assert_eq!(again["skipped"][0]["code"], "status_protected");
    submit(&world.public(), &link, "");
    assert_eq!(world.status(&id), "unsubscribed");
    assert_eq!(
        world.deliverable(&id),
        (false, vec!["subscription_status".to_owned()])
    );
    // Only with a reason, which history keeps.
    let body = json!({"resubscribe": true, "reason": "asked at the fair", "data": {
        "email": "ada@example.org", "subscriptions": [
        {"resource_id": world.resource, "channel": "email", "email": "ada@example.org",
            "status": "subscribed"}]}});
    world.db.write(&body).ok(200);
    assert_eq!(world.status(&id), "subscribed");
    let history = world.history(&id);
    assert_eq!(
        history.last().unwrap()["about"]["reason"],
        "asked at the fair"
    );
}

#[test]
fn a_new_link_is_offered_but_not_without_end() {
    let world = World::new(true);
    let id = world.subscribe("ada@example.org", json!({}));
    assert_eq!(world.status(&id), "unconfirmed");
    let link = world.confirmation();
    let again = format!("{link}/again");
    // As many as one contact may get in a day, and then no more.
    let statuses: Vec<u16> = (0..5)
        .map(|_| submit(&world.public(), &again, "").status)
        .collect();
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    let outbox = world.db.api.get("/v1/outbox?kind=confirmation").ok(200);
    let items = outbox["items"].as_array().unwrap();
    let held = items.iter().filter(|item| item["state"] == "held").count();
    assert_eq!((items.len(), held), (4, 1), "{outbox}");
    // The new link works like the old one.
    assert_eq!(
        submit(&world.public(), &world.confirmation(), "").status,
        200
    );
    assert_eq!(world.status(&id), "subscribed");
}

#[test]
fn a_suppressed_contact_is_kept_but_gets_nothing() {
    let world = World::new(true);
    let entries = json!({"entries": ["ada@example.org"], "reason": "asked us to"});
    world
        .db
        .api
        .post("/v1/suppressions/1/entries", &entries)
        .ok(200);
    let data = json!({"data": {"email": "ada@example.org", "subscriptions": [
        {"resource_id": world.resource, "channel": "email", "email": "ada@example.org"}]}});
    let written = world.db.write(&data).ok(201);
    assert_eq!(written["notes"][0]["code"], "suppressed");
    assert_eq!(written["notes"][0]["pointer"], "/data/subscriptions/0");
    let id = text(&written["id"]);
    let outbox = world.db.api.get("/v1/outbox").ok(200);
    assert_eq!(outbox["items"][0]["state"], "held");
    assert_eq!(outbox["items"][0]["detail"], "suppressed");
    let (deliverable, codes) = world.deliverable(&id);
    assert!(!deliverable);
    assert!(codes.contains(&"suppressed".to_owned()), "{codes:?}");
    // Taking it off is an act of its own; then only the confirmation is missing.
    let off = json!({"entries": ["ada@example.org"], "reason": "she asked to be back"});
    world
        .db
        .api
        .post("/v1/suppressions/1/entries/remove", &off)
        .ok(200);
    let (_, codes) = world.deliverable(&id);
    assert_eq!(codes, ["subscription_status"]);
}
