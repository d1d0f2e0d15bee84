//! Subscriptions inside a profile's data.

use crate::support::{Store, at, kind, mail, map, wrongs};
use roster_model::{Contact, Status, Subscription};
use serde_json::{Value, json};

fn import(store: &mut Store, subscriptions: Value) -> &'static str {
    let data = json!({"email": "a@x.org", "subscriptions": subscriptions});
    kind(&store.import("email", data))
}

/// A subscription to resource 1 with more members than the contact.
fn with(address: &str, more: Value) -> Value {
    let mut members = map(mail(address));
    members.extend(map(more));
    Value::Object(members)
}

fn only(store: &Store) -> &Subscription {
    let [one] = &store.get(1).subscriptions[..] else {
        panic!("one subscription")
    };
    one
}

fn priorities(store: &Store) -> Vec<i64> {
    store
        .get(1)
        .subscriptions
        .iter()
        .map(|s| s.priority)
        .collect()
}

#[test]
fn contacts_are_read_flat_and_nested() {
    let phone = "+4930901820";
    for (channel, flat, nested, key) in [
        (
            "email",
            json!({"email": "A@x.org"}),
            json!({"email_data": {"email": "a@X.org", "domain": "x"}}),
            "a@x.org",
        ),
        (
            "sms",
            json!({"phone": "+49 30 901820"}),
            json!({"sms_data": {"phone": phone}}),
            phone,
        ),
        (
            "push",
            json!({"provider": "p-1", "subscription_id": "t"}),
            json!({"push_data": {"provider": "p-1", "subscription_id": "t"}}),
            "p-1:t",
        ),
        (
            "telegram_bot",
            json!({"cc_data": {"id": 7}}),
            json!({"telegram_bot_data": {"id": "7"}}),
            "7",
        ),
        (
            "whatsapp",
            json!({"phone": phone}),
            json!({"cc_data": {"phone": phone}}),
            phone,
        ),
        (
            "viber",
            json!({"phone": phone}),
            json!({"viber_data": {"phone": phone}}),
            phone,
        ),
        (
            "notify",
            json!({"phone": phone}),
            json!({"cc_data": {"phone": phone}}),
            phone,
        ),
    ] {
        let mut store = Store::new();
        let one = |contact: &Value| {
            let mut members = map(contact.clone());
            members.insert("resource_id".to_owned(), json!("1"));
            members.insert("channel".to_owned(), channel.into());
            if channel == "sms" {
                members.insert("custom_fields".to_owned(), json!({"note": "x"}));
            }
            json!([members])
        };
        assert_eq!(import(&mut store, one(&flat)), "created", "{channel}");
        assert_eq!(import(&mut store, one(&nested)), "unchanged", "{channel}");
        let contact = &only(&store).contact;
        assert_eq!(
            (contact.channel().as_str(), &*contact.key()),
            (channel, key)
        );
        assert_eq!(contact.kind(), 50 + contact.channel().code());
    }
}

#[test]
fn a_new_subscription_has_what_is_given_and_defaults() {
    let mut store = Store::new();
    let full = with(
        "A@x.org",
        json!({"status": 4, "priority": 3, "cats": ["news", "news"],
        "custom_fields": {"note": "hi", "_os": "iOS"},
        "reg_info": {"date": "2026-11-01", "ip": "::ffff:192.0.2.1", "url": "https://x.org"}}),
    );
    import(&mut store, json!([full]));
    let one = only(&store);
    assert_eq!((one.status, one.priority), (Status::Unconfirmed, 3));
    assert_eq!(one.categories, ["news"]);
    assert_eq!(
        one.custom_fields,
        map(json!({"note": "hi", "points": 5, "_os": "iOS"}))
    );
    assert_eq!(
        one.to_json(),
        json!({"id": one.hash_id(), "resource_id": "1", "channel": "email", "email": "A@x.org",
            "status": "unconfirmed", "status_by": "import", "suspended_until": null, "priority": 3, "cats": ["news"],
            "custom_fields": {"note": "hi", "points": 5, "_os": "iOS"},
            "reg_info": {"date": "2026-11-01T00:00:00.000Z", "ip": "192.0.2.1", "url": "https://x.org"},
            "deleted": false, "created_at": at(0), "updated_at": at(0)})
    );
    assert_eq!(one.hash_id().len(), 8);
}

#[test]
fn an_old_subscription_changes_only_in_what_is_given() {
    let mut store = Store::new();
    let full = with(
        "a@x.org",
        json!({"status": 1, "cats": ["news"], "priority": 2,
        "custom_fields": {"note": "hi"}, "date": "2026-11-01", "ip": "192.0.2.1"}),
    );
    import(&mut store, json!([full]));
    let before = only(&store).clone();
    for same in [
        mail("A@X.org"),
        with("a@x.org", json!({"status": -1, "priority": -1})),
        with(
            "a@x.org",
            json!({"status": null, "priority": null, "custom_fields": {}}),
        ),
        full,
    ] {
        assert_eq!(import(&mut store, json!([same])), "unchanged");
    }
    store.clock = 9;
    let change = with(
        "a@x.org",
        json!({"custom_fields": {"points": {"action": "incr", "value": 2}, "note": null},
        "cats": {"action": "add", "value": ["offers"]}, "ip": null}),
    );
    assert_eq!(import(&mut store, json!([change])), "updated");
    let after = only(&store);
    assert_eq!(after.custom_fields, map(json!({"points": 7})));
    assert_eq!(after.categories, ["news", "offers"]);
    assert_eq!(
        (after.ip.as_ref(), after.registered_at),
        (None, before.registered_at)
    );
    assert_eq!(
        (after.status, after.priority),
        (before.status, before.priority)
    );
    assert_eq!((after.created_at, after.updated_at), (at(0), at(9)));
    let cleared = with(
        "a@x.org",
        json!({"custom_fields": null, "cats": null, "reg_info": null}),
    );
    import(&mut store, json!([cleared]));
    let after = only(&store);
    assert!(after.custom_fields.is_empty() && after.categories.is_empty());
    assert_eq!(after.registered_at, None);
}

#[test]
fn new_priorities_go_last_or_first_as_the_resource_says() {
    let mut store = Store::new();
    import(&mut store, json!([mail("a@x.org"), mail("b@x.org")]));
    assert_eq!(priorities(&store), [0, 1]);
    import(
        &mut store,
        json!([with("c@x.org", json!({"priority": 7})), mail("d@x.org")]),
    );
    assert_eq!(priorities(&store), [0, 1, 7, 8]);
    let mut store = Store::new();
    let raised = |address: &str| json!({"resource_id": 2, "channel": "email", "email": address});
    store.clock = 0;
    import(&mut store, json!([mail("z@x.org"), raised("a@x.org")]));
    import(&mut store, json!([raised("b@x.org")]));
    import(&mut store, json!([raised("c@x.org"), raised("a@x.org")]));
    assert_eq!(priorities(&store), [0, 2, 1, 0]);
    let mut last = raised("d@x.org");
    last["priority"] = json!(5);
    import(&mut store, json!([last]));
    assert_eq!(priorities(&store), [0, 2, 1, 0, 5]);
}

#[test]
fn writing_a_deleted_subscription_brings_it_back_visibly() {
    let mut store = Store::new();
    import(&mut store, json!([mail("a@x.org")]));
    let schema = store.schema();
    let item = roster_model::write::prepare_subscription_delete(
        store.id(1),
        &mail("a@x.org"),
        None,
        &schema,
    );
    store.run(&[item.unwrap()]);
    assert!(only(&store).deleted);
    assert_eq!(import(&mut store, json!([mail("a@x.org")])), "updated");
    assert!(!only(&store).deleted);
    let change = &store.history.last().unwrap().changes[0];
    assert_eq!(change.field, "subscriptions/1/email/a@x.org");
    assert_eq!(
        (&change.before["deleted"], &change.after["deleted"]),
        (&json!(true), &json!(false))
    );
}

/// Every way in which one subscription can be wrong.
fn wrong_ones() -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (json!(1), "wrong_type", ""),
        (
            json!({"channel": "email", "email": "a@x.org"}),
            "required",
            "/resource_id",
        ),
        (
            json!({"resource_id": 1, "email": "a@x.org"}),
            "required",
            "/channel",
        ),
        (
            json!({"resource_id": 1, "channel": "fax"}),
            "invalid_channel",
            "/channel",
        ),
        (
            json!({"resource_id": "x", "channel": "email", "email": "a@x.org"}),
            "invalid_id",
            "/resource_id",
        ),
        (
            json!({"resource_id": 9, "channel": "email", "email": "a@x.org"}),
            "unknown_resource",
            "/resource_id",
        ),
        (
            json!({"resource_id": 3, "channel": "email", "email": "a@x.org"}),
            "resource_not_for_database",
            "/resource_id",
        ),
        (
            json!({"resource_id": 2, "channel": "sms", "phone": "+4930901820"}),
            "channel_not_of_resource",
            "/channel",
        ),
        (mail("no"), "invalid_email", "/email"),
        (
            json!({"resource_id": 1, "channel": "email"}),
            "contact_missing",
            "/email",
        ),
        (
            json!({"resource_id": 1, "channel": "email", "email_data": {"email": "no"}}),
            "invalid_email",
            "/email_data/email",
        ),
        (
            with("a@x.org", json!({"email_data": {"email": "b@x.org"}})),
            "contradiction",
            "/email_data/email",
        ),
        (
            json!({"resource_id": 1, "channel": "push", "provider": "a b", "subscription_id": "x"}),
            "invalid_contact",
            "/provider",
        ),
        (
            json!({"resource_id": 1, "channel": "telegram_bot", "id": 5}),
            "contact_missing",
            "/cc_data",
        ),
        (
            with("a@x.org", json!({"status": 7})),
            "invalid_status",
            "/status",
        ),
        (
            with("a@x.org", json!({"priority": -2})),
            "out_of_range",
            "/priority",
        ),
        (
            with("a@x.org", json!({"cats": ["news", "nix"]})),
            "unknown_category",
            "/cats/1",
        ),
        (
            with(
                "a@x.org",
                json!({"cats": {"action": "add", "value": ["nix"]}}),
            ),
            "unknown_category",
            "/cats/value/0",
        ),
        (
            with("a@x.org", json!({"custom_fields": {"nix": 1}})),
            "unknown_field",
            "/custom_fields/nix",
        ),
        (
            with("a@x.org", json!({"custom_fields": {"points": "x"}})),
            "wrong_type",
            "/custom_fields/points",
        ),
        (
            with(
                "a@x.org",
                json!({"custom_fields": {"points": {"action": "incr", "value": i64::MAX}, "note": "x"}}),
            ),
            "",
            "",
        ),
        (
            with("a@x.org", json!({"reg_info": {"date": "soon"}})),
            "invalid_date",
            "/reg_info/date",
        ),
        (with("a@x.org", json!({"ip": "1.2.3"})), "invalid_ip", "/ip"),
        (
            with("a@x.org", json!({"deleted": true})),
            "read_only",
            "/deleted",
        ),
        (
            with("a@x.org", json!({"phone": "+4930901820"})),
            "unknown_member",
            "/phone",
        ),
        // Known only when it is applied.
        (
            json!({"resource_id": 1, "channel": "sms", "phone": "+4930901820"}),
            "required",
            "/custom_fields/note",
        ),
    ]
}

#[test]
fn a_wrong_subscription_is_an_error_of_the_item() {
    for (one, code, pointer) in wrong_ones().into_iter().filter(|w| !w.1.is_empty()) {
        let mut store = Store::new();
        let data = json!({"email": "a@x.org", "subscriptions": [mail("ok@x.org"), one]});
        let wrong = wrongs(store.import("email", data));
        assert_eq!(
            wrong,
            [(code, format!("/data/subscriptions/1{pointer}"))],
            "{one}"
        );
        assert!(store.profiles.is_empty());
    }
    let several = json!({"resource_id": 9, "channel": "fax"});
    let data = json!({"email": "a@x.org", "subscriptions": [several]});
    assert_eq!(wrongs(Store::new().import("email", data)).len(), 2);
}

#[test]
fn wrong_subscriptions_are_left_out_and_reported_when_asked() {
    let wrong: Vec<_> = wrong_ones()
        .into_iter()
        .filter(|w| !w.1.is_empty())
        .collect();
    let mut list = vec![mail("ok@x.org")];
    list.extend(wrong.iter().map(|w| w.0.clone()));
    let mut store = Store::new();
    let outcome = store
        .write(json!({"skip_invalid_subscriptions": true,
            "data": {"email": "a@x.org", "subscriptions": list}}))
        .unwrap();
    assert_eq!(only(&store).contact.key(), "ok@x.org");
    let seen: Vec<_> = outcome
        .skipped
        .iter()
        .map(|s| (s.code.as_str(), s.pointer.clone()))
        .collect();
    let expected: Vec<(&str, String)> = wrong
        .iter()
        .zip(1..)
        .map(|((_, code, pointer), place)| (*code, format!("/data/subscriptions/{place}{pointer}")))
        .collect();
    assert_eq!(seen, expected);
    // The array itself is no subscription.
    let broken = store.write(json!({"skip_invalid_subscriptions": true,
        "data": {"email": "a@x.org", "subscriptions": null}}));
    assert_eq!(kind(&broken), "wrong_type");
}

#[test]
fn one_contact_in_one_resource_is_one_subscription() {
    let mut store = Store::new();
    let other = json!({"resource_id": 2, "channel": "email", "email": "a@x.org"});
    let twice = with("A@x.org", json!({"status": "suspended"}));
    assert_eq!(
        import(&mut store, json!([mail("a@x.org"), twice, other])),
        "created"
    );
    let list = &store.get(1).subscriptions;
    assert_eq!(list.len(), 2);
    assert_eq!(list[0].status, Status::Suspended);
    assert_ne!(list[0].hash_id(), list[1].hash_id());
    // Two subscriptions, but one contact to be found by.
    let contacts = store.keys.keys().filter(|(_, key, _)| key.kind == 51);
    assert_eq!(contacts.count(), 1);
    let again = json!([
        with("a@x.org", json!({"status": 0})),
        with("a@x.org", json!({"status": 5}))
    ]);
    assert_eq!(import(&mut store, again), "unchanged");
}

#[test]
fn a_profile_has_at_most_a_thousand_subscriptions() {
    let mut store = Store::new();
    let many = |range: std::ops::Range<i32>| -> Value {
        range.map(|n| mail(&format!("u{n}@x.org"))).collect()
    };
    assert_eq!(import(&mut store, many(0..1000)), "created");
    assert_eq!(import(&mut store, many(999..1001)), "profile_too_large");
    assert_eq!(store.get(1).subscriptions.len(), 1000);
}

#[test]
fn the_stored_form_loses_nothing() {
    let mut store = Store::new();
    let phone = "+4930901820";
    import(
        &mut store,
        json!([
            with("Ä@x.org", json!({"status": 6, "cats": ["news"], "custom_fields": {"note": "hi"},
                "date": "2026-11-01T10:00:00Z", "ip": "192.0.2.1", "url": "https://x.org"})),
            {"resource_id": 1, "channel": "sms", "phone": phone, "custom_fields": {"note": "x"}},
            {"resource_id": 1, "channel": "push", "provider": "p", "subscription_id": "a:b"},
            {"resource_id": 1, "channel": "telegram_bot", "cc_data": {"id": "7"}},
            {"resource_id": 1, "channel": "whatsapp", "phone": phone},
            {"resource_id": 1, "channel": "viber", "phone": phone},
            {"resource_id": 1, "channel": "notify", "phone": phone},
        ]),
    );
    let mut list = store.get(1).subscriptions.clone();
    assert_eq!(list.len(), 7);
    list[3].deleted = true;
    for one in &list {
        assert_eq!(&Subscription::from_stored(&one.to_stored()).unwrap(), one);
        assert_eq!(one.to_json()["id"], one.hash_id());
    }
    for broken in [
        json!(null),
        json!({}),
        json!({"r": 1, "c": 9, "k": "x", "a": 1, "b": 1}),
    ] {
        assert_eq!(
            Subscription::from_stored(&broken)
                .unwrap_err()
                .code
                .as_str(),
            "corrupt"
        );
    }
}

#[test]
fn a_long_contact_has_a_short_key() {
    let contact = Contact::Push {
        provider: "p".to_owned(),
        subscription_id: "x".repeat(2000),
    };
    assert!(contact.index_key().len() < 100);
    assert_eq!(contact.key().len(), 2002);
}
