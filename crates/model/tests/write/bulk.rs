//! What a bulk update does to each of its profiles.

use crate::support::{Store, created, kind, mail};
use roster_model::write::{Outcome, Refusal, RefusalKind};
use roster_model::{BulkUpdate, Status};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Refusal>;

/// 1 with an e-mail subscription to 1 and two numbers, 2 with an address alone,
/// 3 without anything to be reached by.
fn store() -> Store {
    let mut store = Store::new();
    let one = json!({"email": "a@x.org", "_city": "Bonn", "score": 5, "number": 7,
        "phones": ["+493090182201", "+493090182202"], "subscriptions": [mail("s@x.org")]});
    created(store.import("email", one));
    created(store.import("email", json!({"email": "b@x.org", "tier": "b"})));
    created(store.write(json!({"mode": "add", "data": {"tier": "c"}})));
    store
}

fn parse(store: &Store, update: Value) -> std::result::Result<BulkUpdate, Vec<String>> {
    let read = BulkUpdate::parse(&update, &store.schema());
    read.map_err(|wrong| {
        let told = wrong
            .iter()
            .map(|one| format!("{} {}", one.code.as_str(), one.pointer));
        told.collect()
    })
}

/// Does it to the first three.
fn all(store: &mut Store, update: Value) -> Vec<Result<Outcome>> {
    let update = parse(store, update).unwrap();
    let items: Vec<_> = store
        .profiles
        .values()
        .map(|one| update.bulk.prepare(one.id, one.revision, &store.schema()))
        .collect();
    store.run(&items)
}

fn kinds(results: &[Result<Outcome>]) -> Vec<&'static str> {
    results.iter().map(kind).collect()
}

#[test]
fn fields_and_status_change_as_in_a_write() {
    let mut store = store();
    let results = all(
        &mut store,
        json!({"set": {"_city": "Ulm", "score": {"action": "incr", "value": 2}, "tier": null},
            "status": "suspended"}),
    );
    assert_eq!(kinds(&results), ["updated"; 3]);
    let data = |number: i64| Value::Object(store.get(number).data.clone());
    assert_eq!(data(1)["score"], 7);
    assert_eq!(
        data(2),
        json!({"email": "b@x.org", "_city": "Ulm", "score": 2})
    );
    assert_eq!(store.get(3).status, Status::Suspended);
    assert_eq!(store.get(3).revision, 2);
    assert_eq!(store.history.len(), 6);
    // Constants a second time change nothing.
    let again = all(&mut store, json!({"set": {"_city": "Ulm"}, "status": 5}));
    assert_eq!(kinds(&again), ["unchanged"; 3]);
    assert_eq!(store.history.len(), 6);
}

#[test]
fn what_does_not_fit_refuses_its_profile_alone() {
    let mut store = store();
    let results = all(&mut store, json!({"set": {"number": 7, "code": "X"}}));
    assert_eq!(kinds(&results), ["updated", "duplicate", "duplicate"]);
    let error = results[1].as_ref().unwrap_err();
    assert_eq!(
        (&*error.pointer, error.kind),
        ("/set/code", RefusalKind::Conflict)
    );
    let big = json!({"set": {"score": {"action": "incr", "value": i64::MAX}}});
    let results = all(&mut store, big);
    assert_eq!(kinds(&results), ["out_of_range", "updated", "updated"]);
    assert_eq!(results[0].as_ref().unwrap_err().pointer, "/set/score");
}

#[test]
fn a_profile_that_has_changed_is_left_alone() {
    let mut store = store();
    let update = parse(&store, json!({"set": {"_city": "Ulm"}})).unwrap();
    let stale = update.bulk.prepare(store.id(1), 9, &store.schema());
    let gone = update.bulk.prepare(store.id(99), 1, &store.schema());
    let results = store.run(&[stale, gone]);
    assert_eq!(kinds(&results), ["revision_mismatch", "not_found"]);
}

#[test]
fn subscriptions_get_their_contacts_from_a_field() {
    let mut store = store();
    let update = json!({"subscriptions": [
        {"resource_id": 2, "channel": "email", "status": "unconfirmed", "contact": {"field": "email"}},
        {"resource_id": 1, "channel": "sms", "custom_fields": {"note": "n"}, "contact": {"field": "phones"}}
    ]});
    let results = all(&mut store, update.clone());
    assert_eq!(kinds(&results), ["updated", "updated", "unchanged"]);
    let contacts = |number: i64| -> Vec<String> {
        let all = store.get(number).subscriptions.iter();
        all.map(|s| format!("{} {}", s.resource, s.contact.key()))
            .collect()
    };
    assert_eq!(
        contacts(1),
        [
            "1 s@x.org",
            "2 a@x.org",
            "1 +493090182201",
            "1 +493090182202"
        ]
    );
    assert_eq!(contacts(2), ["2 b@x.org"]);
    assert_eq!(store.get(2).subscriptions[0].status, Status::Unconfirmed);
    let left_out = |result: &Result<Outcome>| -> Vec<String> {
        let skipped = &result.as_ref().unwrap().skipped;
        skipped
            .iter()
            .map(|one| format!("{} {}", one.code.as_str(), one.pointer))
            .collect()
    };
    assert_eq!(left_out(&results[0]), [""; 0]);
    assert_eq!(
        left_out(&results[1]),
        ["contact_missing /subscriptions/1/contact"]
    );
    assert_eq!(
        left_out(&results[2]),
        [
            "contact_missing /subscriptions/0/contact",
            "contact_missing /subscriptions/1/contact"
        ]
    );
    assert_eq!(kinds(&all(&mut store, update)), ["unchanged"; 3]);
}

#[test]
fn subscriptions_get_their_contacts_from_others() {
    let mut store = store();
    let phones = json!({"subscriptions": [
        {"resource_id": 1, "channel": "sms", "custom_fields": {"note": "n"}, "contact": {"field": "phones"}}]});
    all(&mut store, phones);
    let results = all(
        &mut store,
        json!({"subscriptions": [
            {"resource_id": 1, "channel": "whatsapp",
                "contact": {"subscription": {"resource_id": 1, "channel": "sms"}}},
            {"resource_id": 2, "channel": "email",
                "contact": {"subscription": {"resource_id": 1, "channel": "email"}}}
        ]}),
    );
    assert_eq!(kinds(&results), ["updated", "unchanged", "unchanged"]);
    let whatsapp = store.get(1).subscriptions.iter();
    let whatsapp = whatsapp.filter(|s| s.contact.channel().as_str() == "whatsapp");
    assert_eq!(whatsapp.count(), 2);
    assert_eq!(results[1].as_ref().unwrap().skipped.len(), 2);
}

#[test]
fn without_a_contact_existing_subscriptions_change_and_none_are_made() {
    let mut store = store();
    let update = json!({"subscriptions": [
        {"resource_id": 1, "channel": "email", "status": "unsubscribed", "cats": ["news"]}]});
    let results = all(&mut store, update);
    assert_eq!(kinds(&results), ["updated", "unchanged", "unchanged"]);
    let one = &store.get(1).subscriptions[0];
    assert_eq!(
        (one.status, &*one.categories[0]),
        (Status::Unsubscribed, "news")
    );
    assert!(
        results
            .iter()
            .all(|one| one.as_ref().unwrap().skipped.is_empty())
    );
}

#[test]
fn a_subscription_that_can_not_be_had_is_left_out_and_the_rest_is_done() {
    let mut store = store();
    store
        .import("email", json!({"email": "a@x.org", "tier": "no number"}))
        .unwrap();
    let results = all(
        &mut store,
        json!({"set": {"_city": "Ulm"}, "subscriptions": [
            {"resource_id": 1, "channel": "sms", "contact": {"field": "tier"}},
            {"resource_id": 1, "channel": "sms", "contact": {"field": "phones"}}
        ]}),
    );
    assert_eq!(kinds(&results), ["updated"; 3]);
    let skipped = &results[0].as_ref().unwrap().skipped;
    let told: Vec<_> = skipped
        .iter()
        .map(|one| (one.code.as_str(), &*one.pointer))
        .collect();
    assert_eq!(
        told,
        [
            ("invalid_phone", "/subscriptions/0/contact"),
            ("required", "/subscriptions/1/custom_fields/note"),
            ("required", "/subscriptions/1/custom_fields/note"),
        ]
    );
    assert_eq!(store.get(1).subscriptions.len(), 1);
    assert_eq!(store.get(1).data["_city"], "Ulm");
}

#[test]
fn memberships_and_deletions() {
    let mut store = store();
    let results = all(
        &mut store,
        json!({"add_to_segments": [1], "remove_from_segments": [2]}),
    );
    assert_eq!(kinds(&results), ["unchanged"; 3]);
    assert_eq!(store.members_of(1), [1, 2, 3]);
    let only = |update: Value| parse(&store, update).unwrap().bulk.is_memberships_only();
    assert!(only(json!({"add_to_segments": [1]})));
    assert!(!only(json!({"add_to_segments": [1], "status": 1})));
    assert!(!only(json!({"delete": true})));
    let results = all(&mut store, json!({"delete": true}));
    assert_eq!(kinds(&results), ["deleted"; 3]);
    assert!(store.profiles.is_empty() && store.members.is_empty());
}

#[test]
fn an_update_says_what_to_do_and_to_whom() {
    let store = store();
    let wrong = |update: Value| parse(&store, update).unwrap_err().join(", ");
    assert_eq!(wrong(json!({})), "required ");
    assert_eq!(wrong(json!({"set": {}})), "required ");
    assert_eq!(wrong(json!([])), "wrong_type ");
    assert_eq!(
        wrong(json!({"delete": true, "status": 1})),
        "contradiction /delete"
    );
    assert_eq!(
        wrong(json!({"delete": "yes", "what": 1})),
        "wrong_type /delete, unknown_field /what"
    );
    assert_eq!(
        wrong(
            json!({"set": {"nix": 1, "score": "x"}, "limit": 0, "range": {"from": 50, "to": 50},
            "condition": {"field": "nix", "eq": 1}, "segment": 9, "status": 77})
        ),
        "unknown_field /condition/field, unknown_segment /segment, invalid_range /range, \
         out_of_range /limit, unknown_field /set/nix, wrong_type /set/score, invalid_status /status"
    );
    for (name, value) in [("_status", json!(1)), ("subscriptions", json!([]))] {
        assert_eq!(
            wrong(json!({"set": {name: value}})),
            format!("unknown_field /set/{name}")
        );
    }
    assert_eq!(
        wrong(json!({"add_to_segments": [1, 8], "remove_from_segments": [1], "status": 1})),
        "unknown_segment /add_to_segments/1, contradiction /remove_from_segments/0"
    );
    for (one, told) in [
        (json!(5), "wrong_type "),
        (json!({"channel": "email"}), "required /resource_id"),
        (
            json!({"resource_id": 2, "channel": "sms"}),
            "channel_not_of_resource /channel",
        ),
        (
            json!({"resource_id": 1, "channel": "email", "email": "x@x.org"}),
            "unknown_member /email",
        ),
        (
            json!({"resource_id": 1, "channel": "email", "contact": "email"}),
            "wrong_type /contact",
        ),
        (
            json!({"resource_id": 1, "channel": "email", "contact": {"field": "score"}}),
            "not_supported /contact/field",
        ),
        (
            json!({"resource_id": 1, "channel": "push", "contact": {"field": "tier"}}),
            "not_supported /contact/field",
        ),
        (
            json!({"resource_id": 1, "channel": "sms", "contact": {"field": "nix"}, "cats": ["x"]}),
            "unknown_field /contact/field, unknown_category /cats/0",
        ),
        (
            json!({"resource_id": 1, "channel": "sms",
            "contact": {"subscription": {"resource_id": 1, "channel": "email"}}}),
            "contradiction /contact/subscription/channel",
        ),
        (
            json!({"resource_id": 1, "channel": "sms",
            "contact": {"subscription": {"resource_id": 9, "channel": "sms"}}}),
            "unknown_resource /contact/subscription/resource_id",
        ),
    ] {
        let found = wrong(json!({"subscriptions": [one], "status": 1}));
        let told: Vec<String> = told
            .split(", ")
            .map(|one| one.replacen(' ', " /subscriptions/0", 1))
            .collect();
        assert_eq!(found, told.join(", "), "{one}");
    }
    let many = vec![json!({"resource_id": 1, "channel": "email"}); 51];
    assert_eq!(
        wrong(json!({"subscriptions": many, "status": 1})),
        "too_many /subscriptions"
    );
}

#[test]
fn what_narrows_an_update() {
    let store = store();
    let parsed = |update: Value| parse(&store, update).unwrap();
    let everybody = parsed(json!({"status": 1, "limit": null, "condition": {}, "range": {}}));
    assert!(everybody.query.is_everybody());
    for narrow in [
        json!({"limit": 5}),
        json!({"range": {"to": 50}}),
        json!({"segment": "1"}),
        json!({"condition": {"status": ["subscribed"]}}),
    ] {
        let mut update = json!({"status": 1, "name": " Spring "});
        update
            .as_object_mut()
            .unwrap()
            .extend(narrow.as_object().unwrap().clone());
        let update = parsed(update);
        assert!(!update.query.is_everybody(), "{narrow}");
        assert_eq!((&*update.name, update.dry_run), ("Spring", false));
    }
    let both = parsed(json!({"status": 1, "segment": 2, "condition": {"segment": 1}}));
    let mut segments: Vec<i64> = both
        .query
        .condition
        .segments()
        .iter()
        .map(|id| id.get())
        .collect();
    segments.sort_unstable();
    assert_eq!(segments, [1, 2]);
}

#[test]
fn members_by_condition_are_an_update() {
    let store = store();
    let id = store.segments[0].id;
    let of = |body: Value| BulkUpdate::of_members(&body, id);
    assert_eq!(
        of(json!({"condition": {"status": [1]}, "action": "remove", "limit": 5, "range": null})),
        Ok(json!({"condition": {"status": [1]}, "limit": 5, "remove_from_segments": ["1"]}))
    );
    let made = of(json!({"condition": {}, "action": "add"})).unwrap();
    assert!(parse(&store, made).unwrap().bulk.is_memberships_only());
    let codes: Vec<_> = of(json!({"action": "set", "set": {}}))
        .unwrap_err()
        .iter()
        .map(|one| format!("{} {}", one.code.as_str(), one.pointer))
        .collect();
    assert_eq!(
        codes,
        [
            "required /condition",
            "not_an_option /action",
            "unknown_field /set"
        ]
    );
}

#[test]
fn whoever_left_stays_out_unless_the_update_says_why_not() {
    let mut store = store();
    let left = json!({"subscriptions": [{"resource_id": 1, "channel": "email",
        "status": "complained"}]});
    all(&mut store, left);
    let back = |more: Value| {
        let mut update = json!({"subscriptions": [{"resource_id": 1, "channel": "email",
            "status": "subscribed"}]});
        let members = update.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        update
    };
    let results = all(&mut store, back(json!({})));
    let skipped = &results[0].as_ref().unwrap().skipped;
    assert_eq!(skipped[0].code.as_str(), "status_protected");
    assert_eq!(store.get(1).subscriptions[0].status, Status::Complained);
    assert_eq!(
        parse(&store, back(json!({"resubscribe": true}))).unwrap_err(),
        ["required /reason"]
    );
    all(
        &mut store,
        back(json!({"resubscribe": true, "reason": "they wrote to us"})),
    );
    assert_eq!(store.get(1).subscriptions[0].status, Status::Subscribed);
    let about = store.history.last().unwrap().about.as_deref().unwrap();
    assert_eq!(about["reason"], "they wrote to us");
}
