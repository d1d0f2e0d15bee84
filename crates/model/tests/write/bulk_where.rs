//! Which subscriptions, and which global statuses, a bulk update is about.

use crate::support::{Store, created, kind, mail};
use proptest::collection::vec;
use proptest::prelude::*;
use roster_model::write::Outcome;
use roster_model::{BulkUpdate, Party, Status};
use serde_json::{Value, json};

use Status::{Complained, Hardbounced, Subscribed, Suspended, Unconfirmed, Unsubscribed};

/// One profile with a subscription to resource 1 for each status, set by whom.
fn store_of(statuses: &[(Status, Party)]) -> Store {
    let mut store = Store::new();
    let subscriptions: Vec<Value> = (0..statuses.len())
        .map(|n| mail(&format!("s{n}@x.org")))
        .collect();
    created(store.import(
        "email",
        json!({"email": "a@x.org", "subscriptions": subscriptions}),
    ));
    let id = store.id(1);
    let profile = store.profiles.get_mut(&id).unwrap();
    for (one, (status, by)) in profile.subscriptions.iter_mut().zip(statuses) {
        (one.status, one.status_by) = (*status, *by);
    }
    store
}

fn store(statuses: &[Status]) -> Store {
    let all: Vec<_> = statuses.iter().map(|one| (*one, Party::Import)).collect();
    store_of(&all)
}

fn update(store: &mut Store, update: &Value) -> Outcome {
    let update = BulkUpdate::parse(update, &store.schema()).unwrap();
    let one = store.get(1);
    let item = update.bulk.prepare(one.id, one.revision, &store.schema());
    store.run(&[item]).remove(0).unwrap()
}

fn statuses(store: &Store) -> Vec<Status> {
    let all = store.get(1).subscriptions.iter();
    all.map(|one| one.status).collect()
}

/// A change of the subscriptions to resource 1 by e-mail.
fn change(members: Value) -> Value {
    let mut one = json!({"resource_id": 1, "channel": "email"});
    let named = members.as_object().unwrap().clone();
    one.as_object_mut().unwrap().extend(named);
    json!({ "subscriptions": [one] })
}

fn told(outcome: &Outcome) -> Vec<String> {
    let skipped = outcome.skipped.iter();
    skipped
        .map(|one| format!("{} {}", one.code.as_str(), one.pointer))
        .collect()
}

#[test]
fn a_resume_is_about_what_was_suspended() {
    let mut store = store(&[Subscribed, Unsubscribed]);
    update(&mut store, &change(json!({"status": "suspended"})));
    assert_eq!(statuses(&store), [Suspended, Unsubscribed]);
    let outcome = update(&mut store, &change(json!({"status": "subscribed"})));
    assert_eq!(statuses(&store), [Subscribed, Unsubscribed]);
    let told = told(&outcome);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].ends_with(" /subscriptions/0/status"), "{told:?}");
}

#[test]
fn where_says_which_subscriptions_are_meant() {
    let all = [Subscribed, Unconfirmed, Suspended, Status::Invalid];
    let mut store = store(&all);
    let named = json!({"status": "unsubscribed", "where": {"status": ["unconfirmed", "invalid"]}});
    let outcome = update(&mut store, &change(named));
    assert_eq!(
        statuses(&store),
        [Subscribed, Unsubscribed, Suspended, Unsubscribed]
    );
    assert!(
        outcome.skipped.is_empty(),
        "what isn't meant is no complaint"
    );
    // A list of one may be written as one.
    let named = json!({"cats": ["news"], "where": {"status": "subscribed"}});
    update(&mut store, &change(named));
    let categories: Vec<usize> = store
        .get(1)
        .subscriptions
        .iter()
        .map(|one| one.categories.len())
        .collect();
    assert_eq!(categories, [1, 0, 0, 0]);
}

#[test]
fn a_condition_says_which_subscriptions_are_meant() {
    let mut store = store(&[Subscribed, Unconfirmed, Suspended]);
    let mut named = change(json!({"cats": ["news"]}));
    named["condition"] = json!({"all": [{"status": 0},
        {"subscription": {"resource_id": 1, "status": ["suspended"]}}]});
    update(&mut store, &named);
    let with = |store: &Store| -> Vec<usize> {
        let all = store.get(1).subscriptions.iter();
        all.map(|one| one.categories.len()).collect()
    };
    assert_eq!(with(&store), [0, 0, 1]);
    // Of another resource it says nothing; a part that not everybody meets, neither.
    for about_others in [
        json!({"subscription": {"resource_id": 2, "status": ["suspended"]}}),
        json!({"any": [{"subscription": {"resource_id": 1, "status": ["suspended"]}}, {"status": 0}]}),
        json!({"not": {"subscription": {"resource_id": 1, "status": ["complained"]}}}),
    ] {
        let mut named = change(json!({"cats": {"action": "add", "value": ["offers"]}}));
        named["condition"] = about_others;
        let mut store = store.clone();
        update(&mut store, &named);
        assert_eq!(with(&store), [1, 1, 2], "{named}");
    }
    // One contact is meant, and leaves whatever it was like when it was chosen.
    let mut named = change(json!({"status": "unsubscribed"}));
    named["condition"] = json!({"subscription": {"resource_id": 1, "channel": "email",
        "email": "s2@x.org", "status": ["subscribed"]}});
    update(&mut store, &named);
    assert_eq!(statuses(&store), [Subscribed, Unconfirmed, Unsubscribed]);
}

#[test]
fn whoever_leaves_by_a_bulk_update_leaves_with_all_that_could_come_back() {
    let mut store = store(&[
        Subscribed,
        Unconfirmed,
        Suspended,
        Status::Invalid,
        Complained,
        Hardbounced,
    ]);
    let mut named = change(json!({"status": "unsubscribed"}));
    named["condition"] = json!({"subscription": {"resource_id": 1, "status": ["subscribed"]}});
    update(&mut store, &named);
    assert_eq!(
        statuses(&store),
        [
            Unsubscribed,
            Unsubscribed,
            Unsubscribed,
            Unsubscribed,
            Complained,
            Hardbounced
        ]
    );
}

#[test]
fn a_pause_that_the_person_chose_is_theirs_to_end() {
    let mut store = store_of(&[(Suspended, Party::Person), (Suspended, Party::Import)]);
    let outcome = update(&mut store, &change(json!({"status": "subscribed"})));
    assert_eq!(statuses(&store), [Suspended, Subscribed]);
    assert_eq!(told(&outcome), ["status_kept /subscriptions/0/status"]);
    let named = json!({"status": "subscribed", "where": {"status": ["suspended"]}});
    update(&mut store, &change(named));
    assert_eq!(statuses(&store), [Subscribed, Subscribed]);
}

#[test]
fn who_is_subscribed_by_a_contact_is_not_brought_back_by_it() {
    let mut store = store(&[Status::Invalid]);
    let named = json!({"status": "subscribed", "contact": {"subscription": {"resource_id": 1, "channel": "email"}}});
    let outcome = update(&mut store, &change(named.clone()));
    assert_eq!(statuses(&store), [Status::Invalid]);
    assert_eq!(told(&outcome), ["status_kept /subscriptions/0/status"]);
    assert_eq!(kind(&Ok(outcome)), "unchanged");
    let mut named = named;
    named["where"] = json!({"status": ["invalid"]});
    update(&mut store, &change(named));
    assert_eq!(statuses(&store), [Subscribed]);
}

#[test]
fn the_global_status_follows_the_same_rule() {
    for (from, to, by_itself) in [
        (Subscribed, "suspended", true),
        (Suspended, "subscribed", true),
        (Status::Invalid, "suspended", false),
        (Status::Invalid, "subscribed", false),
        (Unconfirmed, "subscribed", false),
    ] {
        let mut store = store(&[]);
        let id = store.id(1);
        let profile = store.profiles.get_mut(&id).unwrap();
        (profile.status, profile.status_by) = (from, Party::Import);
        let outcome = update(&mut store, &json!({"status": to, "set": {"_city": "Ulm"}}));
        let is_meant = store.get(1).status.as_str() == to;
        assert_eq!(is_meant, by_itself, "{from} to {to}");
        assert_eq!(outcome.skipped.is_empty(), by_itself);
        assert_eq!(store.get(1).data["_city"], "Ulm", "the rest is done");
        if from == Status::Invalid {
            let named = json!({"status": to, "condition": {"status": ["invalid"]}});
            update(&mut store, &named);
            assert_eq!(store.get(1).status.as_str(), to);
        }
    }
}

#[test]
fn a_where_that_says_nothing_is_refused() {
    let store = store(&[]);
    for (given, code) in [
        (json!([]), "wrong_type /subscriptions/0/where"),
        (json!({}), "required /subscriptions/0/where/status"),
        (json!({"status": []}), "empty /subscriptions/0/where/status"),
        (
            json!({"status": ["gone"]}),
            "invalid_status /subscriptions/0/where/status/0",
        ),
        (
            json!({"status": 1, "category": "news"}),
            "unknown_field /subscriptions/0/where/category",
        ),
    ] {
        let named = change(json!({"status": 1, "where": given}));
        let wrong = BulkUpdate::parse(&named, &store.schema()).unwrap_err();
        let told: Vec<String> = wrong
            .iter()
            .map(|one| format!("{} {}", one.code.as_str(), one.pointer))
            .collect();
        assert_eq!(told, [code], "{given}");
    }
}

proptest! {
    /// Whatever statuses one person has, by whomever: a suspension of all and its end
    /// change none that wasn't subscribed or suspended.
    #[test]
    fn suspending_and_resuming_is_as_if_nothing_had_been(
        given in vec((0..Status::ALL.len(), 0..Party::ALL.len()), 0..6),
        global in 0..Status::ALL.len(),
        by_contact in any::<bool>(),
    ) {
        let given: Vec<_> = given.into_iter()
            .map(|(status, by)| (Status::ALL[status], Party::ALL[by]))
            .collect();
        let mut store = store_of(&given);
        let id = store.id(1);
        let profile = store.profiles.get_mut(&id).unwrap();
        profile.status = Status::ALL[global];
        for to in ["suspended", "subscribed"] {
            let mut named = json!({ "status": to });
            if by_contact {
                named["contact"] = json!({"subscription": {"resource_id": 1, "channel": "email"}});
            }
            let mut named = change(named);
            named["status"] = json!(to);
            update(&mut store, &named);
        }
        let expected = |status: Status, by: Party| match status {
            Suspended if by != Party::Person => Subscribed,
            status => status,
        };
        let all: Vec<_> = given.iter().map(|(status, by)| expected(*status, *by)).collect();
        prop_assert_eq!(statuses(&store), all);
        let global = Status::ALL[global];
        prop_assert_eq!(store.get(1).status, expected(global, Party::Api));
    }
}
