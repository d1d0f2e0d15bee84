//! Every matching mode, and what a match, none or several of them lead to.

use crate::support::{Store, code, created, kind, mail, map, wrongs};
use roster_model::Selector;
use roster_model::write::RefusalKind;
use serde_json::{Value, json};

fn sub(channel: &str, contact: Value) -> Value {
    let mut members = map(contact);
    members.insert("channel".to_owned(), channel.into());
    members.insert("resource_id".to_owned(), json!(1));
    if channel == "sms" {
        members.insert("custom_fields".to_owned(), json!({"note": "x"}));
    }
    Value::Object(members)
}

/// A store with a profile that has everything, and one that has other things.
fn two() -> Store {
    let mut store = Store::new();
    for (mail, other, phone, sms, chat, code) in [
        ("a@x.org", "as@x.org", "+4930901820", "+4930901821", 11, "A"),
        ("b@x.org", "bs@x.org", "+4930901822", "+4930901823", 12, "B"),
    ] {
        created(store.write(json!({"mode": "add", "data": {
        "email": mail, "phones": [phone], "code": code, "labels": ["all", code, "x,y"],
        "subscriptions": [
            sub("email", json!({"email": other})),
            sub("sms", json!({"phone": sms})),
            sub("push", json!({"provider": "ios-apns", "subscription_id": code})),
            sub("telegram_bot", json!({"cc_data": {"id": chat}})),
            sub("whatsapp", json!({"cc_data": {"phone": sms}})),
        ]}})));
    }
    store
}

/// The numbers of the profiles that a request finds.
fn found(store: &Store, request: Value) -> Vec<i64> {
    let selector = Selector::parse(&map(request), None, &store.schema()).unwrap();
    let ids = selector.select(store.profiles.values(), &store.database);
    ids.into_iter().map(|id| id.pk()).collect()
}

#[test]
fn each_mode_finds_by_what_it_says_and_by_nothing_else() {
    let store = two();
    let id = store.id(2).to_string();
    let number = |phone: &str| phone.to_owned();
    let (phone, sms) = (number("+49 30 901820"), number("+49 30 901821"));
    for (request, expected) in [
        (json!({"email": "A@x.org"}), vec![1]),
        (json!({"matching": "email", "email": "as@x.org"}), vec![1]),
        (json!({"matching": "email", "email": "none@x.org"}), vec![]),
        (
            json!({"matching": "email_profile", "email": "b@X.ORG"}),
            vec![2],
        ),
        (
            json!({"matching": "email_profile", "email": "bs@x.org"}),
            vec![],
        ),
        (
            json!({"matching": "email_sub", "email": "bs@x.org"}),
            vec![2],
        ),
        (json!({"matching": "email_sub", "email": "b@x.org"}), vec![]),
        (json!({"matching": "phone", "phone": phone}), vec![1]),
        (json!({"matching": "phone", "phone": sms}), vec![1]),
        (json!({"matching": "phone_sub", "phone": sms}), vec![1]),
        (json!({"matching": "phone_sub", "phone": phone}), vec![]),
        (json!({"matching": "profile_id", "profile_id": id}), vec![2]),
        (
            json!({"matching": "push_sub", "provider": "ios-apns", "subscription_id": "B"}),
            vec![2],
        ),
        (
            json!({"matching": "push_sub", "provider": "ios", "subscription_id": "B"}),
            vec![],
        ),
        (
            json!({"matching": "custom", "field_name": "code", "field_value": "A"}),
            vec![1],
        ),
        (
            json!({"matching": "custom", "field_name": "labels", "field_value": "all"}),
            vec![1, 2],
        ),
        (
            json!({"matching": "custom", "field_name": "labels", "field_value": "all, B"}),
            vec![2],
        ),
        (
            json!({"matching": "custom", "field_name": "labels", "field_value": ["A", "B"]}),
            vec![],
        ),
        (
            json!({"matching": "custom", "field_name": "labels", "field_value": ["x,y"]}),
            vec![1, 2],
        ),
        (
            json!({"matching": "custom", "field_name": "email", "field_value": "A@x.org"}),
            vec![1],
        ),
        (
            json!({"matching": "custom_sub", "field_name": "telegram_bot", "field_value": "12"}),
            vec![2],
        ),
        (
            json!({"matching": "custom_sub", "field_name": "id", "field_value": 11}),
            vec![1],
        ),
        (
            json!({"matching": "custom_sub", "field_name": "phone", "field_value": sms}),
            vec![1],
        ),
        (
            json!({"matching": "custom_sub", "field_name": "viber", "field_value": sms}),
            vec![],
        ),
        (
            json!({"matching": "email_phone", "email": "b@x.org"}),
            vec![2],
        ),
        (
            json!({"matching": "email_phone", "email": "b@x.org", "phone": phone}),
            vec![1, 2],
        ),
        (
            json!({"matching": "email_phone", "email": "bs@x.org", "phone": sms}),
            vec![],
        ),
        (
            json!({"matching": "email_phone_sub", "email": "bs@x.org", "phone": sms}),
            vec![1, 2],
        ),
        (
            json!({"matching": "email_phone_sub", "email": "b@x.org"}),
            vec![],
        ),
    ] {
        assert_eq!(found(&store, request.clone()), expected, "{request}");
        // Applying finds the same through the keys alone.
        let mut members = map(request.clone());
        members.insert("mode".to_owned(), "update".into());
        members.insert("data".to_owned(), json!({"_city": "Bonn"}));
        let written = store.clone().write(Value::Object(members));
        let want = match expected.len() {
            0 => "not_found",
            1 => "updated",
            _ => "ambiguous_match",
        };
        assert_eq!(kind(&written), want, "{request}");
    }
}

#[test]
fn a_resource_narrows_subscriptions_but_not_the_profile() {
    let store = two();
    let one = |resource: i64, mode: &str, email: &str| {
        found(
            &store,
            json!({"matching": mode, "email": email, "resource_id": resource}),
        )
    };
    assert_eq!(one(1, "email", "as@x.org"), [1]);
    assert_eq!(one(2, "email", "as@x.org"), [] as [i64; 0]);
    assert_eq!(one(2, "email", "a@x.org"), [1]);
    assert_eq!(one(2, "email_sub", "as@x.org"), [] as [i64; 0]);
    let mut store = store.clone();
    let written = store.write(json!({"mode": "update", "matching": "email_sub",
        "email": "as@x.org", "resource_id": "2", "data": {}}));
    assert_eq!(kind(&written), "not_found");
}

#[test]
fn a_deleted_subscription_is_found_by_nothing() {
    let mut store = two();
    let body = mail("as@x.org");
    let schema = store.schema();
    let item = roster_model::write::prepare_subscription_delete(store.id(1), &body, None, &schema)
        .unwrap();
    assert_eq!(kind(&store.run(&[item])[0]), "updated");
    assert_eq!(found(&store, json!({"email": "as@x.org"})), [] as [i64; 0]);
}

#[test]
fn several_matches_write_nothing_and_name_all() {
    let mut store = two();
    let error = store
        .write(
            json!({"matching": "custom", "field_name": "labels", "field_value": "all",
            "data": {"_city": "Bonn"}}),
        )
        .unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str()),
        (RefusalKind::Conflict, "ambiguous_match")
    );
    assert_eq!(*error.candidates, [store.id(1), store.id(2)]);
    assert!(!store.get(1).data.contains_key("_city"));
}

#[test]
fn values_come_from_the_data_when_none_stand_beside_it() {
    for (request, data) in [
        (json!({}), json!({"email": "a@x.org"})),
        (json!({}), json!({"subscriptions": [mail("as@x.org")]})),
        (
            json!({"matching": "email_sub"}),
            json!({"subscriptions": [mail("as@x.org")]}),
        ),
        (
            json!({"matching": "phone"}),
            json!({"phones": ["+4930901899", "+4930901820"]}),
        ),
        (
            json!({"matching": "phone"}),
            json!({"phones": {"action": "add", "value": "+4930901820"}}),
        ),
        (
            json!({"matching": "custom", "field_name": "code"}),
            json!({"code": "A"}),
        ),
        (
            json!({"matching": "custom", "field_name": "labels"}),
            json!({"labels": ["A", "all"]}),
        ),
        (
            json!({"matching": "email_phone"}),
            json!({"phones": ["+4930901820"]}),
        ),
        (
            json!({"matching": "push_sub"}),
            json!({"subscriptions": [sub("push", json!({"push_data": {"provider": "ios-apns", "subscription_id": "A"}}))]}),
        ),
        (
            json!({"matching": "custom_sub", "field_name": "id"}),
            json!({"subscriptions": [sub("telegram_bot", json!({"cc_data": {"id": "11"}}))]}),
        ),
    ] {
        let mut store = two();
        let mut request = map(request);
        let mut data = map(data);
        data.insert("_city".to_owned(), "Bonn".into());
        request.insert("data".to_owned(), Value::Object(data));
        let written = store.write(Value::Object(request.clone())).unwrap();
        assert_eq!(written.id, store.id(1), "{request:?}");
        assert_eq!(store.get(1).data["_city"], "Bonn");
    }
    let mut store = two();
    let id = store.id(2).to_string();
    let written = store.import("profile_id", json!({"id": id, "_city": "Ulm"}));
    assert_eq!(kind(&written), "updated");
    assert_eq!(store.get(2).data["_city"], "Ulm");
}

#[test]
fn no_match_value_is_an_error_but_for_add() {
    let mut store = Store::new();
    for matching in [
        "email",
        "email_profile",
        "email_sub",
        "phone",
        "phone_sub",
        "profile_id",
        "push_sub",
        "custom",
        "custom_sub",
        "email_phone",
        "email_phone_sub",
    ] {
        let request = json!({"matching": matching, "field_name": if matching == "custom" {"code"} else {"id"},
            "data": {"_city": "Bonn"}});
        assert_eq!(
            code(store.write(request)),
            "match_value_missing",
            "{matching}"
        );
    }
    assert_eq!(
        kind(&store.write(json!({"mode": "add", "data": {}}))),
        "created"
    );
    // What only depends on a stored value can't find a profile.
    let unset = json!({"email": {"action": "set", "value": null}});
    assert_eq!(code(store.import("email", unset)), "match_value_missing");
}

#[test]
fn the_three_modes_differ_when_nothing_or_something_matches() {
    let mut store = Store::new();
    let write = |store: &mut Store, mode: &str| {
        kind(&store.write(json!({"mode": mode, "data": {"email": "a@x.org"}})))
    };
    assert_eq!(write(&mut store, "update"), "not_found");
    assert_eq!(write(&mut store, "import"), "created");
    assert_eq!(write(&mut store, "import"), "unchanged");
    assert_eq!(write(&mut store, "update"), "unchanged");
    assert_eq!(write(&mut store, "add"), "duplicate");
    let nobody = store.id(99).to_string();
    let missing = store.write(json!({"matching": "profile_id", "profile_id": nobody, "data": {}}));
    assert_eq!(missing.unwrap_err().kind, RefusalKind::NotFound);
}

#[test]
fn unique_values_of_others_are_refused_with_field_and_holder() {
    let mut store = two();
    let error = store
        .import("email", json!({"email": "b@x.org", "code": "A"}))
        .unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str(), &*error.pointer),
        (RefusalKind::Conflict, "duplicate", "/data/code")
    );
    assert_eq!(error.field.as_deref(), Some("code"));
    assert_eq!(*error.candidates, [store.id(1)]);
    let error = store.write(json!({"mode": "add", "data": {"email": "B@X.org", "code": "A"}}));
    assert_eq!(
        wrongs(error),
        [
            ("duplicate", "/data/email".to_owned()),
            ("duplicate", "/data/code".to_owned())
        ]
    );
    // A value that its holder gave up in the same group is free.
    let items = [
        json!({"data": {"email": "a@x.org", "code": null}}),
        json!({"data": {"email": "b@x.org", "code": "A"}}),
    ];
    let items = items.map(|item| store.prepare(&item).unwrap());
    let results = store.run(&items);
    assert_eq!(
        results.iter().map(kind).collect::<Vec<_>>(),
        ["updated", "updated"]
    );
    assert_eq!(store.get(2).data["code"], "A");
}

#[test]
fn a_new_profile_gets_what_it_was_matched_by() {
    let mut store = Store::new();
    let phone = "+4930901820";
    for (request, field, value) in [
        (json!({"email": "N@x.org"}), "email", json!("N@x.org")),
        (
            json!({"matching": "phone", "phone": phone}),
            "phones",
            json!([phone]),
        ),
        (
            json!({"matching": "custom", "field_name": "code", "field_value": "Z"}),
            "code",
            json!("Z"),
        ),
        (
            json!({"matching": "custom", "field_name": "labels", "field_value": "q, r"}),
            "labels",
            json!(["q", "r"]),
        ),
    ] {
        let id = created(store.write(request.clone()));
        assert_eq!(store.profiles[&id].data[field], value);
        assert_eq!(kind(&store.write(request)), "unchanged");
    }
    // A list keeps what it has and gets the value too.
    let id = created(
        store.write(json!({"matching": "phone", "phone": "+4930901821",
        "data": {"phones": ["+4930901822"]}})),
    );
    assert_eq!(
        store.profiles[&id].data["phones"],
        json!(["+4930901822", "+4930901821"])
    );
}

#[test]
fn subscription_modes_subscribe_the_contact_to_the_named_resource() {
    let mut store = Store::new();
    for request in [
        json!({"matching": "email_sub", "email": "n@x.org"}),
        json!({"matching": "email_sub", "data": {"email": "o@x.org"}}),
        json!({"matching": "push_sub", "provider": "p", "subscription_id": "t"}),
        json!({"matching": "custom_sub", "field_name": "telegram_bot", "field_value": 5}),
        json!({"matching": "custom_sub", "field_name": "viber", "field_value": "+4930901820"}),
        json!({"matching": "email_phone_sub", "email": "m@x.org"}),
    ] {
        assert_eq!(
            code(store.write(request.clone())),
            "match_value_not_stored",
            "{request}"
        );
        let mut request = map(request);
        request.insert("resource_id".to_owned(), json!(1));
        let request = Value::Object(request);
        let id = created(store.write(request.clone()));
        assert_eq!(store.profiles[&id].subscriptions.len(), 1);
        assert_eq!(kind(&store.write(request)), "unchanged");
    }
    // The data may hold the contact itself.
    let data = json!({"subscriptions": [mail("k@x.org")]});
    created(store.import("email_sub", data));
    // An address that the new profile would not have.
    let other = json!({"email": "new@x.org", "data": {"email": "newer@x.org"}});
    assert_eq!(code(store.write(other)), "match_value_not_stored");
    let number = json!({"matching": "custom_sub", "field_name": "phone",
        "field_value": "+4930901829", "resource_id": 1});
    assert_eq!(code(store.write(number)), "match_value_not_stored");
}

#[test]
fn requests_that_can_not_match_are_refused_with_their_place() {
    let store = Store::new();
    for (request, code, pointer) in [
        (json!({"mode": "upsert"}), "invalid_mode", "/mode"),
        (json!({"matching": 1}), "wrong_type", "/matching"),
        (json!({"matching": "mail"}), "invalid_matching", "/matching"),
        (json!({"email": "no"}), "invalid_email", "/email"),
        (
            json!({"matching": "phone", "phone": "12"}),
            "invalid_phone",
            "/phone",
        ),
        (
            json!({"matching": "profile_id", "profile_id": "12"}),
            "invalid_profile_id",
            "/profile_id",
        ),
        (
            json!({"matching": "custom"}),
            "match_value_missing",
            "/field_name",
        ),
        (
            json!({"matching": "custom", "field_name": "nix"}),
            "unknown_field",
            "/field_name",
        ),
        (
            json!({"matching": "custom", "field_name": "score"}),
            "not_matchable",
            "/field_name",
        ),
        (
            json!({"matching": "custom", "field_name": "number", "field_value": "x"}),
            "wrong_type",
            "/field_value",
        ),
        (
            json!({"matching": "custom_sub", "field_name": "nix"}),
            "unknown_field",
            "/field_name",
        ),
        (
            json!({"matching": "push_sub", "provider": "p"}),
            "contact_missing",
            "/subscription_id",
        ),
        (
            json!({"email": "a@x.org", "resource_id": 9}),
            "unknown_resource",
            "/resource_id",
        ),
        (
            json!({"email": "a@x.org", "resource_id": 3}),
            "resource_not_for_database",
            "/resource_id",
        ),
        (
            json!({"matching": "phone_sub", "phone": "+4930901820", "resource_id": 2}),
            "channel_not_of_resource",
            "/resource_id",
        ),
        (
            json!({"email": "a@x.org", "skip_invalid_subscriptions": "yes"}),
            "wrong_type",
            "/skip_invalid_subscriptions",
        ),
    ] {
        let wrong = wrongs(store.prepare(&request));
        assert_eq!(wrong, [(code, pointer.to_owned())], "{request}");
    }
    let members = map(json!({"email": "a@x.org"}));
    let batch = roster_model::write::Request::parse(&members, &store.schema(), true);
    assert_eq!(batch.unwrap_err().code.as_str(), "match_value_in_batch");
}

/// A profile with three phones, an own address and an older one, which is
/// subscribed.
fn ann() -> Store {
    let mut store = Store::new();
    created(store.write(json!({"mode": "add", "data": {
        "email": "ann.new@x.org", "phones": ["+4930901820", "+4930901821", "+4930901822"],
        "code": "C-1", "labels": ["a", "b", "c"],
        "subscriptions": [sub("email", json!({"email": "ann.old@x.org"})), sub("sms", json!({"phone": "+4930901829"}))],
    }})));
    store
}

#[test]
fn a_value_that_only_says_who_is_meant_changes_nothing() {
    let mut store = ann();
    let before = store.get(1).clone();
    for (matching, data) in [
        ("phone", json!({"phones": ["+4930901821"]})),
        ("phone", json!({"phones": "+4930901829"})),
        ("phone_sub", json!({"phones": ["+4930901829"]})),
        ("email", json!({"email": "ANN.old@x.org"})),
        ("email", json!({"email": "Ann.New@X.org"})),
        ("email_sub", json!({"email": "ann.old@x.org"})),
        ("email_profile", json!({"email": "ann.new@X.org"})),
        (
            "email_phone",
            json!({"email": "ann.new@x.org", "phones": ["+4930901820"]}),
        ),
        (
            "email_phone_sub",
            json!({"email": "ann.old@x.org", "phones": ["+4930901829"]}),
        ),
    ] {
        let result = store.import(matching, data.clone());
        assert_eq!(kind(&result), "unchanged", "{matching} {data}");
    }
    for (field, value) in [
        ("labels", json!(["b", "a"])),
        ("code", json!(" C\u{2011}1\u{a0}")),
        ("phones", json!(["+4930901822"])),
        ("email", json!("ann.NEW@x.org")),
    ] {
        let mut data = serde_json::Map::new();
        data.insert(field.to_owned(), value);
        let result = store.write(json!({"matching": "custom", "field_name": field, "data": data}));
        assert_eq!(kind(&result), "unchanged", "{field}");
    }
    assert_eq!(*store.get(1), before);
    let result = store
        .import("email", json!({"email": "ann.old@x.org"}))
        .unwrap();
    assert_eq!(result.notes[0].code.as_str(), "matched_only");
}

#[test]
fn what_differs_from_all_or_is_set_outright_is_written() {
    let mut store = ann();
    let result = store.import("phone", json!({"phones": ["+4930901821", "+4930901823"]}));
    assert_eq!(kind(&result), "updated");
    assert_eq!(store.get(1).data["phones"].as_array().unwrap().len(), 4);
    // Found by the phone, the address is news.
    let data = json!({"email": "ann.third@x.org", "phones": ["+4930901820"]});
    assert_eq!(kind(&store.import("email_phone", data)), "updated");
    assert_eq!(store.get(1).data["email"], "ann.third@x.org");
    let set = |value: Value| json!({"action": "set", "value": value});
    let data = json!({"phones": set(json!(["+4930901820"]))});
    let request = json!({"matching": "phone", "phone": "+4930901820", "data": data});
    assert_eq!(kind(&store.write(request)), "updated");
    assert_eq!(store.get(1).data["phones"], json!(["+4930901820"]));
    let request = json!({"matching": "email", "email": "ann.old@x.org", "data": {"email": set(json!("ann.old@x.org"))}});
    assert_eq!(kind(&store.write(request)), "updated");
    assert_eq!(store.get(1).data["email"], "ann.old@x.org");
    // Another value than the one that matched is data.
    let request =
        json!({"matching": "phone", "phone": "+4930901829", "data": {"email": "x@x.org"}});
    assert_eq!(kind(&store.write(request)), "updated");
}

#[test]
fn spellings_of_one_key_are_one_profile() {
    let mut store = ann();
    let add = |code: &str| json!({"mode": "import", "matching": "custom", "field_name": "code", "data": {"code": code}});
    for code in ["C-1 ", "\u{feff}C-1", "C‐1", "Ｃ-1"] {
        assert_eq!(kind(&store.write(add(code))), "unchanged", "{code:?}");
    }
    assert_eq!(kind(&store.write(add("c-1"))), "created");
    assert_eq!(store.get(1).data["code"], "C-1");
}
