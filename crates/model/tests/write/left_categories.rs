//! A category that somebody left stays left, by whatever door it is named again.

use crate::support::Store;
use roster_model::write::{
    Outcome, prepare_delete, prepare_patch, prepare_subscription_delete,
    prepare_subscription_restore, prepare_subscription_set,
};
use roster_model::{BulkUpdate, Origin, Party, Subscription};
use serde_json::{Value, json};

fn person(email: &str, more: Value) -> Value {
    let mut subscription = json!({"resource_id": 1, "channel": "email", "email": email});
    let members = subscription.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    json!({"email": email, "subscriptions": [subscription]})
}

/// All categories, as a file names them.
fn all() -> Value {
    person("a@x.org", json!({"cats": ["news", "offers"]}))
}

fn import(store: &mut Store, origin: Origin, data: Value) -> Outcome {
    store.origin = origin;
    store.import("email", data).unwrap()
}

fn patch(store: &mut Store, origin: Origin, number: i64, more: Value) -> Result<Outcome, String> {
    store.origin = origin;
    let patch = json!({"data": {"subscriptions": person("a@x.org", more)["subscriptions"]}});
    let item = prepare_patch(store.id(number), &patch, None, &store.schema());
    let outcome = store
        .run(&[item.map_err(|error| error.code.as_str())?])
        .remove(0);
    outcome.map_err(|error| error.code.as_str().to_owned())
}

fn subscription(store: &Store, number: i64) -> &Subscription {
    &store.get(number).subscriptions[0]
}

fn categories(store: &Store, number: i64) -> Vec<&str> {
    let all = subscription(store, number).categories.iter();
    all.map(String::as_str).collect()
}

fn codes(outcome: &Outcome) -> Vec<(&str, &str)> {
    let all = outcome.skipped.iter();
    all.map(|one| (one.code.as_str(), one.pointer.as_str()))
        .collect()
}

/// Somebody who had both, and left the offers.
fn left() -> Store {
    let mut store = Store::new();
    import(&mut store, Origin::Import, all());
    store.clock = 1;
    patch(&mut store, Origin::Person, 1, json!({"cats": ["news"]})).unwrap();
    store.clock = 2;
    store
}

const KEPT: [(&str, &str); 1] = [("category_left", "/data/subscriptions/0/cats")];

#[test]
fn no_file_or_webhook_gives_back_what_somebody_left() {
    for origin in [Origin::Import, Origin::Api, Origin::Webhook, Origin::Form] {
        for cats in [
            json!(["offers", "news"]),
            json!({"action": "add", "value": ["offers"]}),
        ] {
            let mut store = left();
            let outcome = import(&mut store, origin, person("a@x.org", json!({"cats": cats})));
            assert_eq!(codes(&outcome), KEPT, "{origin:?} {cats}");
            assert!(
                !outcome.not_subscribed,
                "the subscription is as it was asked for"
            );
            assert_eq!(categories(&store, 1), ["news"]);
            // Said again it changes nothing.
            let entries = store.history.len();
            import(&mut store, origin, person("a@x.org", json!({"cats": cats})));
            assert_eq!(store.history.len(), entries);
        }
    }
    let own = subscription(&left(), 1).left_categories["offers"];
    assert_eq!((own.by, own.at), (Party::Person, crate::support::at(1)));
}

#[test]
fn asking_for_just_this_is_refused_without_a_reason() {
    let mut store = left();
    let both = json!({"cats": ["news", "offers"]});
    let refused = patch(&mut store, Origin::Api, 1, both.clone());
    assert_eq!(refused, Err("category_left".to_owned()));
    let one = &person("a@x.org", both)["subscriptions"][0];
    let put = |store: &mut Store, one: &Value| {
        store.origin = Origin::Api;
        let item = prepare_subscription_set(store.id(1), one, None, &store.schema()).unwrap();
        store.run(&[item]).remove(0)
    };
    let refused = put(&mut store, one).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.pointer.as_str()),
        ("category_left", "/cats")
    );
    assert_eq!(categories(&store, 1), ["news"]);
    let mut again = one.clone();
    let members = again.as_object_mut().unwrap();
    members.insert("resubscribe".to_owned(), true.into());
    members.insert("reason".to_owned(), "They wrote to us.".into());
    put(&mut store, &again).unwrap();
    assert_eq!(categories(&store, 1), ["news", "offers"]);
    assert!(subscription(&store, 1).left_categories.is_empty());
    let entry = store.history.last().unwrap();
    let lifted = entry
        .changes
        .iter()
        .find(|one| one.field.starts_with("standing/"));
    assert_eq!(lifted.unwrap().field, "standing/1/email/a@x.org/offers");
    assert_eq!(entry.about.as_ref().unwrap()["reason"], "They wrote to us.");
    // From then on a file may name it, for somebody new too.
    assert_eq!(codes(&import(&mut store, Origin::Import, all())), []);
    let gone = prepare_delete(store.id(1), None, &store.schema());
    store.run(&[gone]).remove(0).unwrap();
    let back = import(&mut store, Origin::Import, all());
    assert_eq!(
        (codes(&back), categories(&store, back.id.pk())),
        (vec![], vec!["news", "offers"])
    );
}

#[test]
fn it_outlives_the_profile_and_holds_for_others_with_the_contact() {
    let mut store = left();
    // Somebody else with the same address.
    let mut other = all();
    other["email"] = "b@x.org".into();
    let outcome = import(&mut store, Origin::Import, other);
    assert_eq!(codes(&outcome), KEPT);
    assert_eq!(categories(&store, outcome.id.pk()), ["news"]);
    let gone = prepare_delete(store.id(1), None, &store.schema());
    store.run(&[gone]).remove(0).unwrap();
    store.clock = 3;
    let back = import(&mut store, Origin::Import, all());
    assert_eq!(codes(&back), KEPT);
    assert_eq!(categories(&store, back.id.pk()), ["news"]);
    // It says so, and since when.
    let own = subscription(&store, back.id.pk()).left_categories["offers"];
    assert_eq!((own.by, own.at), (Party::Person, crate::support::at(1)));
}

#[test]
fn deleting_and_restoring_the_subscription_loses_nothing() {
    let mut store = left();
    let which = json!({"id": subscription(&store, 1).hash_id()});
    let gone = |store: &Store| {
        let schema = store.schema();
        prepare_subscription_delete(store.id(1), &which, None, &schema).unwrap()
    };
    let item = gone(&store);
    store.run(&[item]).remove(0).unwrap();
    assert_eq!(codes(&import(&mut store, Origin::Import, all())), KEPT);
    assert_eq!(categories(&store, 1), ["news"]);
    let back = prepare_subscription_restore(store.id(1), &which, None, &store.schema()).unwrap();
    let items = [gone(&store), back];
    for outcome in store.run(&items) {
        outcome.unwrap();
    }
    assert_eq!(codes(&import(&mut store, Origin::Import, all())), KEPT);
}

#[test]
fn the_person_chooses_again() {
    let mut store = left();
    patch(
        &mut store,
        Origin::Person,
        1,
        json!({"cats": ["news", "offers"]}),
    )
    .unwrap();
    assert_eq!(categories(&store, 1), ["news", "offers"]);
    assert_eq!(codes(&import(&mut store, Origin::Import, all())), []);
    assert_eq!(categories(&store, 1), ["news", "offers"]);
    // And leaves again, also what they don't have.
    store.clock = 3;
    let cats = json!({"cats": {"action": "delete", "value": ["offers", "unknown"]}});
    patch(&mut store, Origin::Person, 1, cats.clone()).unwrap();
    assert_eq!(codes(&import(&mut store, Origin::Import, all())), KEPT);
    let mut store = Store::new();
    import(&mut store, Origin::Import, person("a@x.org", json!({})));
    patch(&mut store, Origin::Person, 1, cats).unwrap();
    assert_eq!(codes(&import(&mut store, Origin::Import, all())), KEPT);
    let left = &subscription(&store, 1).left_categories;
    assert_eq!(left.keys().collect::<Vec<_>>(), ["offers"]);
}

#[test]
fn what_others_take_away_was_not_left() {
    for origin in [Origin::Import, Origin::Api] {
        let mut store = Store::new();
        import(&mut store, Origin::Import, all());
        patch(&mut store, origin, 1, json!({"cats": ["news"]})).unwrap();
        assert_eq!(codes(&import(&mut store, Origin::Import, all())), []);
        assert_eq!(categories(&store, 1), ["news", "offers"]);
    }
}

#[test]
fn an_update_of_many_tells_of_each() {
    let mut store = left();
    let update = |store: &mut Store, more: Value| {
        let mut one = json!({"resource_id": 1, "channel": "email"});
        let members = one.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        let asked = json!({"condition": {"status": 0}, "subscriptions": [one]});
        let update = BulkUpdate::parse(&asked, &store.schema()).unwrap();
        let one = store.get(1);
        let item = update.bulk.prepare(one.id, one.revision, &store.schema());
        store.origin = Origin::Import;
        store.run(&[item]).remove(0).unwrap()
    };
    let outcome = update(&mut store, json!({"cats": ["news", "offers"]}));
    assert_eq!(
        codes(&outcome),
        [("category_left", "/subscriptions/0/cats")]
    );
    assert_eq!(categories(&store, 1), ["news"]);
    let again = json!({"cats": ["news", "offers"], "resubscribe": true, "reason": "They wrote."});
    assert_eq!(codes(&update(&mut store, again)), []);
    assert_eq!(categories(&store, 1), ["news", "offers"]);
}

#[test]
fn it_travels_with_the_subscription() {
    let shown = subscription(&left(), 1).to_json();
    assert_eq!(shown["cats"], json!(["news"]));
    let at = crate::support::at(1);
    assert_eq!(
        shown["left_cats"],
        json!([{"name": "offers", "left_by": "person", "left_at": at}])
    );
    let stored = subscription(&left(), 1).to_stored();
    assert_eq!(
        Subscription::from_stored(&stored).unwrap(),
        *subscription(&left(), 1)
    );
    for left in [shown["left_cats"].clone(), json!(["offers"])] {
        let mut store = Store::new();
        store.clock = 5;
        let data = person(
            "a@x.org",
            json!({"cats": ["news", "offers"], "left_cats": left}),
        );
        import(&mut store, Origin::Import, data);
        assert_eq!(categories(&store, 1), ["news"]);
        assert_eq!(codes(&import(&mut store, Origin::Import, all())), KEPT);
        // Who left by themselves can't be taken back by the one who loaded them.
        let both = json!({"cats": ["news", "offers"]});
        let refused = patch(&mut store, Origin::Api, 1, both);
        assert_eq!(refused, Err("category_left".to_owned()));
    }
    // What can't be read is no word for having all of it.
    for wrong in [
        json!("offers"),
        json!([{"left_by": "person"}]),
        json!([{"name": "offers", "left_by": "nobody"}]),
        json!([{"name": "offers", "status": 1}]),
        json!([7]),
    ] {
        let mut store = Store::new();
        let data = person(
            "a@x.org",
            json!({"cats": ["news", "offers"], "left_cats": wrong}),
        );
        let request = json!({"matching": "email", "data": data});
        assert!(store.write(request.clone()).is_err(), "{wrong}");
        let mut lenient = request;
        lenient["invalid"] = "skip".into();
        lenient["skip_invalid_subscriptions"] = true.into();
        store.write(lenient).unwrap();
        assert!(store.get(1).subscriptions.is_empty(), "{wrong}");
    }
}

#[test]
fn only_an_operator_takes_back_what_an_operator_ended() {
    let mut store = Store::new();
    import(&mut store, Origin::Import, all());
    let ended = json!({"left_cats": ["offers"]});
    patch(&mut store, Origin::Api, 1, ended).unwrap();
    assert_eq!(categories(&store, 1), ["news"]);
    assert_eq!(codes(&import(&mut store, Origin::Import, all())), KEPT);
    patch(
        &mut store,
        Origin::Api,
        1,
        json!({"cats": ["news", "offers"]}),
    )
    .unwrap();
    assert_eq!(categories(&store, 1), ["news", "offers"]);
}
