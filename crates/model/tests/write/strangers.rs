//! Writes that come from strangers: nothing in their outcome depends on who is
//! known, and nothing that is known changes.

use crate::support::{Store, created, map};
use roster_model::write::prepare_write;
use roster_model::{Origin, Profile};
use serde_json::{Value, json};

/// A store with somebody who has a code that only one may have.
fn store() -> (Store, Profile) {
    let mut store = Store::new();
    store.origin = Origin::Form;
    created(store.write(json!({"mode": "add", "data": {
        "email": "known@x.org", "code": "K", "_city": "Paris",
        "subscriptions": [{"resource_id": 1, "channel": "email", "email": "known@x.org",
            "reg_info": {"ip": "192.0.2.1"}}]}})));
    let known = store.profiles.values().next().unwrap().clone();
    (store, known)
}

/// What a form sends for an address.
fn sent(store: &mut Store, email: &str, data: Value) -> Result<Vec<&'static str>, &'static str> {
    let mut data = map(data);
    data.insert(
        "subscriptions".to_owned(),
        json!([{"resource_id": 1, "channel": "email", "email": email, "status": "subscribed",
            "reg_info": {"ip": "192.0.2.9"}}]),
    );
    let request = map(json!({"matching": "email", "email": email}));
    let command = prepare_write(&request, &data.into(), &store.schema());
    let command = command.map_err(|error| error.code.as_str())?;
    let result = store
        .run(&[command.filling_empty().leaving_taken()])
        .remove(0);
    let skipped = |outcome: roster_model::write::Outcome| {
        outcome
            .skipped
            .iter()
            .map(|one| one.code.as_str())
            .collect()
    };
    result.map(skipped).map_err(|error| error.code.as_str())
}

fn profile<'a>(store: &'a Store, email: &str) -> &'a Profile {
    let mut all = store.profiles.values();
    all.find(|one| one.data.get("email") == Some(&json!(email)))
        .unwrap()
}

#[test]
fn a_value_that_somebody_else_has_is_left_out_and_told_in_history() {
    let (mut store, known) = store();
    let skipped = sent(
        &mut store,
        "new@x.org",
        json!({"code": "K", "_city": "Rome"}),
    );
    assert_eq!(skipped, Ok(vec!["duplicate"]));
    let new = profile(&store, "new@x.org");
    assert_eq!(new.data.get("code"), None);
    assert_eq!(new.data["_city"], "Rome");
    let told = store.history.last().unwrap().about.as_deref().unwrap();
    assert_eq!(told["skipped"][0]["pointer"], "/data/code", "{told}");
    assert_eq!(profile(&store, "known@x.org"), &known);
    // Somebody known who has none yet.
    assert_eq!(
        sent(&mut store, "new@x.org", json!({"code": "K"})),
        Ok(vec!["duplicate"])
    );
    assert_eq!(profile(&store, "new@x.org").data.get("code"), None);
}

#[test]
fn whoever_is_known_keeps_what_they_have() {
    let (mut store, known) = store();
    let data = json!({"_city": "Rome", "_fname": "Eve", "code": "L"});
    assert_eq!(sent(&mut store, "known@x.org", data), Ok(vec![]));
    let after = profile(&store, "known@x.org");
    assert_eq!(after.data["_city"], "Paris");
    assert_eq!(after.data["code"], "K");
    assert_eq!(after.data["_fname"], "Eve");
    assert_eq!(after.subscriptions[0].ip, known.subscriptions[0].ip);
    assert_eq!(store.profiles.len(), 1);
}

#[test]
fn what_is_wrong_is_wrong_whoever_it_is_about() {
    let (mut store, _) = store();
    for email in ["known@x.org", "new@x.org"] {
        let wrong = sent(&mut store, email, json!({"_city": ["Rome"]}));
        assert_eq!(wrong, Err("wrong_type"), "{email}");
    }
}

#[test]
fn what_it_is_matched_by_and_what_must_be_there_is_not_left_out() {
    let (mut store, known) = store();
    let request = map(json!({"matching": "custom", "field_name": "code", "field_value": "K"}));
    let command = prepare_write(&request, &json!({"_fname": "Ada"}), &store.schema());
    let found = store.run(&[command.unwrap().leaving_taken()]).remove(0);
    assert_eq!(found.unwrap().id, known.id);
    let mut required = Store::of(crate::support::database_with(|field| {
        field.required = field.name == "code";
    }));
    created(required.write(json!({"mode": "add", "data": {"email": "a@x.org", "code": "K"}})));
    let refused = sent(&mut required, "b@x.org", json!({"code": "K"}));
    assert_eq!(refused, Err("duplicate"));
    assert_eq!(required.profiles.len(), 1);
}
