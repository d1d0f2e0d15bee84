//! Leaving a topic: it stays left, by whatever door it is named again.

use super::{World, path, submit};
use crate::support::{Database, text};
use serde_json::{Value, json};

/// A subscription of Ada's with both topics.
fn both(world: &World) -> Value {
    json!({"resource_id": world.resource, "channel": "email", "email": "ada@example.org",
        "cats": ["news", "offers"]})
}

fn person(world: &World) -> Value {
    json!({"email": "ada@example.org", "subscriptions": [both(world)]})
}

/// Somebody who had both topics and left the offers by the manager.
fn left(world: &World) -> String {
    let id = world.db.import(&person(world));
    let page = path(&text(&world.links(&id)["manage"]));
    let subscription = text(&world.subscription(&id)["id"]);
    let form = format!("do=topics&subscription={subscription}&topic=news");
    assert_eq!(submit(&world.public(), &page, &form).status, 200);
    assert_eq!(world.subscription(&id)["cats"], json!(["news"]));
    id
}

fn import(world: &World, db: &Database) -> Value {
    let body = json!({"matching": "email", "data": person(world)});
    let answer = db.write(&body);
    assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    answer.body()
}

#[test]
fn a_topic_that_somebody_left_stays_left_by_every_door() {
    let world = World::new(false);
    let id = left(&world);
    let is_kept = || {
        let own = world.subscription(&id);
        assert_eq!(own["cats"], json!(["news"]));
        assert_eq!(own["left_cats"][0]["name"], "offers", "{own}");
        assert_eq!(own["left_cats"][0]["left_by"], "person", "{own}");
    };
    is_kept();
    let done = import(&world, &world.db)["skipped"].clone();
    assert_eq!(done[0]["code"], "category_left", "{done}");
    assert_eq!(done[0]["pointer"], "/data/subscriptions/0/cats", "{done}");
    is_kept();
    // A file, as its report tells.
    let target = format!("{}/imports/all.csv", world.db.path);
    let file = b"mail\nada@example.org\n";
    let job = world.db.api.send_bytes("PUT", &target, &[], file).ok(201);
    let job = format!("{}/imports/{}", world.db.path, text(&job["id"]));
    let settings = json!({"matching": "email", "mapping": [{"column": "mail", "to": [
        {"field": "email"}, {"subscription": {"resource_id": world.resource,
            "channel": "email", "cats": ["news", "offers"]}}]}]});
    let start = format!("{job}/start?wait=true");
    assert_eq!(world.db.api.post(&start, &settings).status, 200);
    let done = world.db.api.get(&job).ok(200);
    assert_eq!(done["counts"]["warnings"], 1, "{done}");
    let report = world
        .db
        .api
        .get(&format!("{job}/failed.csv?outcome=warning"));
    assert!(report.text.contains("category_left"), "{}", report.text);
    is_kept();
    // A webhook.
    let hook = json!({"name": "Shop", "database_id": world.db.id,
        "verification": {"scheme": "none"}, "mapping": {
        "matching": "email",
        "fields": {"email": "/mail"},
        "subscriptions": [{"resource_id": world.resource, "channel": "email",
            "email": "/mail", "status": {"value": "subscribed"},
            "cats": {"value": ["news", "offers"]}}]}});
    let made = world.db.api.post("/v1/hooks", &hook).ok(201);
    let sent = json!({"mail": "ada@example.org"});
    let hooked = world.public().post(&path(&text(&made["url"])), &sent);
    assert!(matches!(hooked.status, 200 | 202), "{hooked:?}");
    is_kept();
    // What asks for just this is refused, unless it says why.
    let one = format!("{}/subscriptions", world.db.of(&id));
    let wrong = world
        .db
        .api
        .put(&one, &both(&world))
        .problem(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["code"], "category_left", "{wrong}");
    is_kept();
    let mut again = both(&world);
    again["resubscribe"] = true.into();
    again["reason"] = "Ada wrote to us.".into();
    world.db.api.put(&one, &again).ok(200);
    let own = world.subscription(&id);
    assert_eq!(own["cats"], json!(["news", "offers"]));
    assert_eq!(own["left_cats"], Value::Null);
    assert_eq!(import(&world, &world.db)["skipped"], json!([]));
}

#[test]
fn it_stays_left_after_the_profile_was_deleted_and_until_the_person_chooses_it() {
    let world = World::new(false);
    let id = left(&world);
    world.db.api.delete(&world.db.of(&id)).ok(200);
    let kept = world
        .db
        .api
        .get("/v1/standing?email=ada@example.org")
        .ok(200);
    assert_eq!(kept["items"][0]["category"], "offers", "{kept}");
    let done = import(&world, &world.db);
    assert_eq!(done["skipped"][0]["code"], "category_left", "{done}");
    let id = text(&done["id"]);
    assert_eq!(world.subscription(&id)["cats"], json!(["news"]));
    // The manager gives it back.
    let page = path(&text(&world.links(&id)["manage"]));
    let subscription = text(&world.subscription(&id)["id"]);
    let form = format!("do=topics&subscription={subscription}&topic=news&topic=offers");
    assert_eq!(submit(&world.public(), &page, &form).status, 200);
    assert_eq!(world.subscription(&id)["cats"], json!(["news", "offers"]));
    assert_eq!(import(&world, &world.db)["skipped"], json!([]));
    // An own manager takes it away again, and an operator lifts that.
    let leave = json!({"database_id": world.db.id, "resource_id": world.resource,
        "email": "ada@example.org", "categories": ["offers"]});
    world.db.api.post("/v1/unsubscribe", &leave).ok(200);
    world.db.api.delete(&world.db.of(&id)).ok(200);
    let lift = json!({"email": "ada@example.org", "reason": "Ada wrote to us."});
    let lifted = world.db.api.post("/v1/standing/lift", &lift).ok(200);
    assert_eq!(lifted["items"][0]["category"], "offers", "{lifted}");
    assert_eq!(import(&world, &world.db)["skipped"], json!([]));
}
