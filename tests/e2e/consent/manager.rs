//! The subscription manager, as a browser without scripts uses it.

use super::{World, is_private_page, path, submit};
use crate::support::text;
use serde_json::{Value, json};

fn manager(world: &World, id: &str) -> String {
    path(&text(&world.links(id)["manage"]))
}

#[test]
fn people_change_what_is_theirs_and_see_what_was_changed() {
    let world = World::new(false);
    let patch = json!({"manager_title": "Your letters", "manager_color": "#7a1f5a"});
    world.db.api.patch(&world.db.path, &patch).ok(200);
    let id = world.subscribe("ada@example.org", json!({"cats": ["news"]}));
    let subscription = text(&world.subscription(&id)["id"]);
    let page = manager(&world, &id);
    let shown = world.public().get(&page);
    assert_eq!(shown.status, 200, "{}", shown.text);
    is_private_page(&shown);
    for part in [
        "Your letters",
        "#7a1f5a",
        "The Letter",
        "ada@example.org",
        "News",
        "Offers",
    ] {
        assert!(shown.text.contains(part), "{part} in {}", shown.text);
    }

    let form = "do=details&field._fname=Ada&field._lname=Lovelace&field.phones=%2B442079460018";
    let changed = submit(&world.public(), &page, form);
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert!(changed.text.contains("role=\"status\""), "{}", changed.text);
    let data = &world.db.profile(&id)["data"];
    assert_eq!(data["_lname"], "Lovelace");
    assert_eq!(data["phones"], json!(["+442079460018"]));

    // What is wrong is said beside the field, and nothing is changed.
    let wrong = submit(
        &world.public(),
        &page,
        "do=details&field._fname=X&field.phones=12",
    );
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    assert!(wrong.text.contains("aria-invalid"), "{}", wrong.text);
    assert_eq!(world.db.profile(&id)["data"]["_fname"], "Ada");
    // The address is not theirs to change here: anyone who could would take over
    // another's subscriptions.
    submit(
        &world.public(),
        &page,
        "do=details&field.email=eve%40example.org",
    );
    assert_eq!(world.db.profile(&id)["data"]["email"], "ada@example.org");

    let topics = format!("do=topics&subscription={subscription}&topic=offers");
    assert_eq!(submit(&world.public(), &page, &topics).status, 200);
    assert_eq!(world.subscription(&id)["cats"], json!(["offers"]));

    let suspend = format!("do=suspend&subscription={subscription}&days=30");
    assert_eq!(submit(&world.public(), &page, &suspend).status, 200);
    let now = world.subscription(&id);
    assert_eq!(now["status"], "suspended");
    assert!(now["suspended_until"].is_string(), "{now}");
    assert_eq!(
        world.deliverable(&id),
        (false, vec!["suspended".to_owned()])
    );
    let odd = format!("do=suspend&subscription={subscription}&days=31");
    assert_eq!(submit(&world.public(), &page, &odd).status, 400);

    for (action, status) in [("resume", "subscribed"), ("unsubscribe", "unsubscribed")] {
        let form = format!("do={action}&subscription={subscription}");
        assert_eq!(
            submit(&world.public(), &page, &form).status,
            200,
            "{action}"
        );
        assert_eq!(world.status(&id), status);
    }
    let history = world.history(&id);
    let own = history.iter().filter(|entry| entry["actor"] == "person");
    assert_eq!(own.count(), 5, "{history:?}");
    let last = history.last().unwrap();
    assert_eq!(last["interface"], "manager");
    assert_eq!(last["about"]["consent"]["act"], "manager_unsubscribe");
}

#[test]
fn leaving_everything_asks_once_more_and_can_be_taken_back() {
    let world = World::new(false);
    let id = world.subscribe("ada@example.org", json!({}));
    let page = manager(&world, &id);
    let leave = format!("{page}/leave");
    let asked = world.public().get(&leave);
    assert_eq!(asked.status, 200);
    assert_eq!(world.status(&id), "subscribed", "looking changes nothing");
    assert_eq!(submit(&world.public(), &leave, "do=leave").status, 200);
    let profile = world.db.profile(&id);
    assert_eq!(profile["status"], "unsubscribed");
    assert_eq!(world.status(&id), "unsubscribed");
    // An import doesn't wake them, by no status.
    world
        .db
        .import(&json!({"email": "ada@example.org", "_status": 0}));
    assert_eq!(world.db.profile(&id)["status"], "unsubscribed");
    // They themselves may come back.
    let subscription = text(&world.subscription(&id)["id"]);
    let resume = format!("do=resume&subscription={subscription}");
    assert_eq!(submit(&world.public(), &page, &resume).status, 200);
    assert_eq!(world.db.profile(&id)["status"], "subscribed");
    assert_eq!(world.deliverable(&id), (true, vec![]));
}

#[test]
fn the_pages_speak_the_language_of_the_database() {
    let world = World::new(true);
    world
        .db
        .api
        .patch(&world.db.path, &json!({"language": "ru"}))
        .ok(200);
    let id = world.subscribe("ada@example.org", json!({}));
    for target in [world.confirmation(), manager(&world, &id)] {
        let page = world.public().get(&target);
        assert!(page.text.contains("lang=\"ru\""), "{}", page.text);
        assert!(page.text.contains('ы'), "{}", page.text);
    }
}

fn by_contact_with(world: &World, reason: i64) -> Value {
    json!({"database_id": world.db.id, "resource_id": world.resource,
        "email": "b@x.org", "reason": reason})
}

#[test]
fn own_managers_unsubscribe_with_a_token() {
    let world = World::new(false);
    let ids: Vec<String> = ["a@x.org", "b@x.org", "c@x.org"]
        .iter()
        .map(|email| world.subscribe(email, json!({"cats": ["news", "offers"]})))
        .collect();
    let post = |body: Value| world.db.api.post("/v1/unsubscribe", &body);
    let by_contact = json!({"database_id": world.db.id, "resource_id": world.resource,
        "email": "A@x.org", "reason": "They moved away."});
    assert_eq!(post(by_contact.clone()).ok(200)["outcome"], "updated");
    assert_eq!(post(by_contact).ok(200)["outcome"], "unchanged");
    assert_eq!(world.status(&ids[0]), "unsubscribed");
    assert_eq!(world.subscription(&ids[0])["status_by"], "person");
    let history = world
        .db
        .api
        .get(&format!("{}/history?limit=1", world.db.of(&ids[0])));
    let about = &history.ok(200)["items"][0]["about"];
    assert_eq!(about["reason"], "They moved away.", "{about}");
    assert_eq!(about["consent"]["act"], "own_manager");
    let mut wrong = by_contact_with(&world, 5);
    post(wrong.clone()).problem(422, "validation_failed");
    wrong["reason"] = json!("x".repeat(501));
    post(wrong).problem(422, "validation_failed");
    let link = text(&world.links(&ids[1])["unsubscribe"]);
    assert_eq!(post(json!({"link": link})).ok(200)["profile_id"], ids[1]);
    assert_eq!(world.status(&ids[1]), "unsubscribed");
    let some = json!({"database_id": world.db.id, "profile_id": ids[2],
        "subscription_id": world.subscription(&ids[2])["id"], "categories": ["news"]});
    post(some).ok(200);
    assert_eq!(world.status(&ids[2]), "subscribed");
    assert_eq!(world.subscription(&ids[2])["cats"], json!(["offers"]));
    post(json!({"link": "https://x.org/s/unsubscribe/nothing"})).problem(422, "validation_failed");
    let nobody = json!({"database_id": world.db.id, "resource_id": world.resource,
        "email": "nobody@x.org"});
    post(nobody).problem(404, "not_found");
}
