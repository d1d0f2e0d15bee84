//! Asking people who came as unconfirmed.

use super::World;
use crate::support::text;
use serde_json::{Value, json};

fn waiting(world: &World, email: &str) -> String {
    world.db.import(
        &json!({"email": email, "subscriptions": [{"resource_id": world.resource,
        "channel": "email", "email": email, "status": "unconfirmed"}]}),
    )
}

fn states(answer: &Value) -> Vec<(String, Value)> {
    let items = answer["items"].as_array().unwrap().iter();
    items
        .map(|one| (text(&one["state"]), one["reason"].clone()))
        .collect()
}

#[test]
fn who_waits_is_asked_three_times_a_day_and_confirms() {
    let world = World::new(true);
    // A file's people are never asked by themselves.
    let file = "mail,ok\nada@example.org,unconfirmed\n";
    let subscription = json!({"resource_id": world.resource, "channel": "email"});
    let mapping = json!({"mapping": [
        {"column": "mail", "to": [{"field": "email"}, {"subscription": subscription}]},
        {"column": "ok", "to": {"subscription": subscription, "part": "status"}}]});
    let import = crate::imports::Import::of(&world.db, "w.csv", file.as_bytes());
    import.run(&mapping);
    let found = world.db.find(&json!({"email": "ada@example.org"})).ok(200);
    let id = text(&found["id"]);
    assert_eq!(world.status(&id), "unconfirmed");
    let path = format!("{}/subscriptions/confirmation", world.db.of(&id));
    for body in [json!({}), subscription.clone(), json!({"channel": "email"})] {
        let answer = world.db.api.post(&path, &body).ok(200);
        assert_eq!(states(&answer), [("queued".to_owned(), Value::Null)]);
        assert!(answer["items"][0]["message_id"].is_string(), "{answer}");
    }
    let held = world.db.api.post(&path, &json!({})).ok(200);
    assert_eq!(states(&held), [("held".to_owned(), json!("contact_limit"))]);

    let subscription = text(&found["subscriptions"][0]["id"]);
    let links = format!("{}/links?subscription={subscription}", world.db.of(&id));
    let links = world.db.api.get(&links).ok(200);
    let confirm = text(&links["confirm"]);
    let confirm = confirm
        .split_once("/s/")
        .map(|(_, rest)| format!("/s/{rest}"));
    let page = super::submit(&world.public(), &confirm.unwrap(), "");
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(world.status(&id), "subscribed");
    let refused = world.db.api.post(&path, &json!({"id": subscription}));
    refused.problem(422, "not_waiting");
}

#[test]
fn many_are_asked_by_a_bulk_update_but_nobody_who_said_no() {
    let world = World::new(true);
    for name in ["a", "b", "c"] {
        waiting(&world, &format!("{name}@example.org"));
    }
    let id = waiting(&world, "left@example.org");
    let left = json!({"status": "unsubscribed"});
    world.db.api.patch(&world.db.of(&id), &left).ok(200);
    let asks = json!({"ask_confirmation": {"resource_id": world.resource}});
    let path = format!("{}/updates?wait=true", world.db.path);
    let told = world.db.api.post(&path, &asks);
    assert_eq!(told.status, 200, "{}", told.text);
    let jobs = world
        .db
        .api
        .get(&format!("{}/updates", world.db.path))
        .ok(200);
    let counts = &jobs["items"][0]["counts"];
    assert_eq!(
        (&counts["asked"], &counts["unchanged"]),
        (&json!(3), &json!(3))
    );
    let off = World::new(false);
    let asks = json!({"ask_confirmation": {"resource_id": off.resource}});
    let refused = off.db.api.post(&format!("{}/updates", off.db.path), &asks);
    assert_eq!(
        refused.problem(422, "validation_failed")["errors"][0]["code"],
        "double_opt_in_off"
    );
}
