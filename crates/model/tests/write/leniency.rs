//! Values that can't be read: with `invalid: skip` they are left out and told, and
//! the person is stored; consent is never what is left.

use crate::support::{Store, created, database_with, kind, mail, wrongs};
use proptest::prelude::*;
use proptest::sample::subsequence;
use roster_model::Status;
use roster_model::write::{
    Outcome, Refusal, prepare_asks, prepare_patch, prepare_subscription_set, prepare_write,
};
use serde_json::{Map, Value, json};

fn told(outcome: &Outcome) -> Vec<(&'static str, String)> {
    let skipped = outcome.skipped.iter();
    skipped
        .map(|one| (one.code.as_str(), one.pointer.clone()))
        .collect()
}

fn skip(data: Value) -> Value {
    json!({"invalid": "skip", "data": data})
}

/// A store with a field of several lines.
fn store() -> Store {
    Store::of(database_with(|field| {
        field.multiline = field.name == "tier";
        field.matchable &= field.name != "tier";
    }))
}

#[test]
fn a_bad_value_is_left_out_and_the_person_kept() {
    let mut store = store();
    let data = json!({
        "email": "a@x.org", "_fname": "two\nlines", "phones": ["n/a", "+442079460018"],
        "score": "many", "_bdate": "31.02.1990", "level": "middle", "_ip": "1.2",
        "labels": ["ok", "", 7], "meta": [], "_city": 12.5, "_lname": 42, "nothing": 1,
        "_revision": 5, "tier": "one\r\ntwo"
    });
    let strict = store.write(json!({"data": data}));
    assert!(strict.is_err());
    let outcome = store.write(skip(data)).unwrap();
    let mut seen = told(&outcome);
    seen.sort();
    let mut expected = [
        ("control_character", "/data/_fname"),
        ("invalid_phone", "/data/phones/0"),
        ("wrong_type", "/data/score"),
        ("invalid_date", "/data/_bdate"),
        ("not_an_option", "/data/level"),
        ("invalid_ip", "/data/_ip"),
        ("empty", "/data/labels/1"),
        ("wrong_type", "/data/meta"),
        ("wrong_type", "/data/_city"),
        ("unknown_field", "/data/nothing"),
        ("read_only", "/data/_revision"),
    ]
    .map(|(code, pointer)| (code, pointer.to_owned()));
    expected.sort();
    assert_eq!(seen, expected);
    let data = &store.get(1).data;
    assert_eq!(data["phones"], json!(["+442079460018"]));
    // A whole number is written in one way only, so it is a text.
    assert_eq!(data["_lname"], "42");
    assert_eq!(data["labels"], json!(["ok", "7"]));
    assert_eq!(data["tier"], "one\ntwo");
    // History keeps where and why, not the values.
    let about = store.history[0].about.as_deref().unwrap();
    assert_eq!(about["skipped"].as_array().unwrap().len(), 11);
    assert!(about["skipped"][0].get("detail").is_none());
}

#[test]
fn lines_become_spaces_where_that_is_asked() {
    let mut store = store();
    let request = json!({"line_breaks": "space", "data":
        {"email": "a@x.org", "_fname": "two\r\n\tlines", "labels": ["a\nb"], "tier": "a\tb\nc",
         "_lname": {"action": "set", "value": "x\ny"}}});
    created(store.write(request));
    let data = &store.get(1).data;
    assert_eq!(
        (&data["_fname"], &data["_lname"]),
        (&json!("two lines"), &json!("x y"))
    );
    assert_eq!(
        (&data["labels"], &data["tier"]),
        (&json!(["a b"]), &json!("a b\nc"))
    );
}

#[test]
fn what_says_who_is_meant_is_not_left_out() {
    let mut store = Store::new();
    let bad = store.write(skip(json!({"email": "nobody", "_fname": "Ada"})));
    assert_eq!(wrongs(bad), [("invalid_email", "/data/email".to_owned())]);
    let bad = store.write(json!({"invalid": "skip", "email": "nobody", "data": {"_fname": "A"}}));
    assert_eq!(wrongs(bad), [("invalid_email", "/email".to_owned())]);
    let bad = store.write(json!({"invalid": "skip", "mode": "add", "data": {"email": "nobody"}}));
    assert_eq!(wrongs(bad), [("invalid_email", "/data/email".to_owned())]);
    assert!(store.profiles.is_empty());
    // Another match value will do.
    let both = json!({"invalid": "skip", "matching": "email_phone",
        "data": {"email": "nobody", "phones": ["+442079460018"]}});
    let outcome = store.write(both).unwrap();
    assert_eq!(
        told(&outcome),
        [("invalid_email", "/data/email".to_owned())]
    );
    assert_eq!(store.get(1).data.len(), 1);
}

#[test]
fn what_every_profile_must_have_is_not_left_out() {
    let required = |field: &mut roster_model::Field| field.required = field.name == "score";
    let mut store = Store::of(database_with(required));
    let bad = store.write(skip(json!({"email": "a@x.org", "score": "many"})));
    assert_eq!(wrongs(bad), [("wrong_type", "/data/score".to_owned())]);
}

#[test]
fn nothing_said_of_consent_subscribes_nobody() {
    for (status, code) in [
        (json!(null), "opt_in_missing"),
        (json!(-1), "opt_in_missing"),
        (json!(""), "opt_in_missing"),
        (json!("  "), "opt_in_missing"),
        (json!("perhaps"), "invalid_status"),
        (json!(9), "invalid_status"),
        (json!(true), "invalid_status"),
    ] {
        let mut store = Store::new();
        let mut one = mail("a@x.org");
        one["status"] = status.clone();
        let data = json!({"email": "a@x.org", "subscriptions": [one]});
        let outcome = store.write(skip(data)).unwrap();
        let place = "/data/subscriptions/0/status".to_owned();
        assert_eq!(told(&outcome), [(code, place)], "{status}");
        assert!(outcome.not_subscribed && store.get(1).subscriptions.is_empty());
    }
    // Nor what somebody is matched by, nor one that was deleted.
    let mut store = Store::new();
    let mut unsaid = mail("a@x.org");
    unsaid["status"] = json!(null);
    let request = json!({"invalid": "skip", "matching": "email_sub", "resource_id": 1,
        "email": "a@x.org", "data": {"subscriptions": [unsaid]}});
    assert_eq!(kind(&store.write(request)), "match_value_not_stored");
    let mut store = Store::new();
    store
        .write(json!({"data": {"email": "a@x.org", "subscriptions": [mail("a@x.org")]}}))
        .unwrap();
    let body = mail("a@x.org");
    let gone =
        roster_model::write::prepare_subscription_delete(store.id(1), &body, None, &store.schema());
    store.run(&[gone.unwrap()]).remove(0).unwrap();
    let mut unsaid = mail("a@x.org");
    unsaid["status"] = json!(null);
    let put = prepare_subscription_set(store.id(1), &unsaid, None, &store.schema()).unwrap();
    assert_eq!(kind(&store.run(&[put]).remove(0)), "opt_in_missing");
    assert!(store.get(1).subscriptions[0].deleted);
}

#[test]
fn a_contact_named_twice_is_had_as_its_word_says_and_stays_so() {
    let (mut unsaid, mut said) = (mail("a@x.org"), mail("A@x.org"));
    (unsaid["status"], unsaid["priority"]) = (json!(null), json!(7));
    said["status"] = json!("unsubscribed");
    for list in [json!([unsaid, said]), json!([said, unsaid])] {
        let mut store = Store::new();
        let item = json!({"mode": "import", "data": {"email": "a@x.org", "subscriptions": list}});
        let outcome = store.write(item.clone()).unwrap();
        assert_eq!(told(&outcome), []);
        let [one] = &store.get(1).subscriptions[..] else {
            panic!("one contact is one subscription");
        };
        assert_eq!((one.status, one.priority), (Status::Unsubscribed, 7));
        assert_eq!(kind(&store.write(item)), "unchanged");
    }
    // No word on this one is no word on that one.
    let mut other = mail("b@x.org");
    other["status"] = json!("subscribed");
    let mut store = Store::new();
    let data = json!({"email": "a@x.org", "subscriptions": [unsaid, other]});
    let outcome = store.write(skip(data)).unwrap();
    let place = "/data/subscriptions/0/status".to_owned();
    assert_eq!(told(&outcome), [("opt_in_missing", place)]);
    assert_eq!(store.get(1).subscriptions.len(), 1);
}

#[test]
fn a_global_status_that_says_nothing_makes_nobody_reachable() {
    for (status, code) in [
        (json!(""), "opt_in_missing"),
        (json!(null), "opt_in_missing"),
        (json!("ausgetragen"), "invalid_status"),
    ] {
        let mut store = Store::new();
        let data = json!({"email": "a@x.org", "_status": status});
        let outcome = store.write(skip(data.clone())).unwrap();
        assert_eq!(told(&outcome), [(code, "/data/_status".to_owned())]);
        assert_eq!(store.get(1).status, Status::Unconfirmed);
        // What exists keeps its own.
        let mut store = Store::new();
        created(store.import("email", json!({"email": "a@x.org", "_status": "suspended"})));
        store.write(skip(data)).unwrap();
        assert_eq!(store.get(1).status, Status::Suspended);
    }
}

#[test]
fn a_subscription_is_kept_without_its_bad_values_but_never_without_its_status() {
    let mut store = Store::new();
    let mut one = mail("a@x.org");
    one["status"] = json!("subscribed");
    one["priority"] = json!("first");
    one["cats"] = json!(["news", "weather"]);
    one["custom_fields"] = json!({"note": true, "points": 3, "none": 1});
    one["reg_info"] = json!({"ip": "here", "url": "https://x.org"});
    one["color"] = json!("red");
    let data = json!({"email": "a@x.org", "subscriptions": [one]});
    let outcome = store.write(skip(data)).unwrap();
    let mut seen = told(&outcome);
    seen.sort();
    let place = |rest: &str| format!("/data/subscriptions/0/{rest}");
    let mut expected = [
        ("wrong_type", place("priority")),
        ("unknown_category", place("cats/1")),
        ("wrong_type", place("custom_fields/note")),
        ("unknown_field", place("custom_fields/none")),
        ("invalid_ip", place("reg_info/ip")),
        ("unknown_member", place("color")),
    ];
    expected.sort();
    assert_eq!(seen, expected);
    assert!(!outcome.not_subscribed);
    let kept = &store.get(1).subscriptions[0];
    assert_eq!(kept.categories, ["news"]);
    assert_eq!(kept.custom_fields["points"], 3);
    assert_eq!(kept.url.as_deref(), Some("https://x.org"));
}

#[test]
fn the_older_word_for_subscriptions_still_holds() {
    let request = |invalid: &str, skips: Value| {
        json!({"invalid": invalid, "skip_invalid_subscriptions": skips, "data":
            {"email": "a@x.org", "score": 1, "subscriptions": [{"resource_id": 9}]}})
    };
    for (invalid, skips, becomes) in [
        ("skip", json!(null), "created"),
        ("skip", json!(false), "unknown_resource"),
        ("refuse", json!(true), "created"),
        ("refuse", json!(null), "unknown_resource"),
    ] {
        let result = Store::new().write(request(invalid, skips));
        assert_eq!(kind(&result), becomes, "{invalid}");
    }
    let wrong = Store::new().write(json!({"invalid": "maybe", "data": {"email": "a@x.org"}}));
    assert_eq!(wrongs(wrong), [("not_an_option", "/invalid".to_owned())]);
}

#[test]
fn patches_and_functional_updates_leave_out_too() {
    let mut store = Store::new();
    created(store.import("email", json!({"email": "a@x.org", "score": i64::MAX})));
    let patch = json!({"invalid": "skip", "data":
        {"_bdate": "soon", "_city": "Bonn", "score": {"action": "incr", "value": 1}}});
    let patch = prepare_patch(store.id(1), &patch, None, &store.schema()).unwrap();
    let outcome = store.run(&[patch]).remove(0).unwrap();
    assert_eq!(
        told(&outcome),
        [
            ("invalid_date", "/data/_bdate".to_owned()),
            ("out_of_range", "/data/score".to_owned())
        ]
    );
    assert_eq!(store.get(1).data["_city"], "Bonn");
    assert_eq!(store.get(1).data["score"], i64::MAX);
}

fn ask(store: &mut Store, body: Value) -> Result<Vec<usize>, Refusal> {
    let subscriptions = store.get(1).subscriptions.clone();
    let asks = prepare_asks(store.id(1), &subscriptions, &body, &store.schema())?;
    let items: Vec<_> = asks.into_iter().map(|(_, item)| item).collect();
    let results = store.run(&items).into_iter();
    results
        .map(|one| one.map(|outcome| outcome.asked))
        .collect()
}

#[test]
fn only_who_waits_and_said_no_nowhere_is_asked() {
    let mut store = Store::new();
    let mut one = mail("a@x.org");
    one["status"] = json!("unconfirmed");
    created(store.import("email", json!({"email": "a@x.org", "subscriptions": [one]})));
    let off = ask(&mut store, json!({}));
    assert_eq!(off.unwrap_err().code.as_str(), "double_opt_in_off");
    store.resources[0].settings.double_opt_in.enabled = true;
    let all = ask(&mut store, json!({}));
    assert_eq!(all.unwrap(), [1]);
    assert_eq!(store.asks.len(), 1);
    let named = ask(&mut store, mail("a@x.org"));
    assert_eq!(named.unwrap(), [1]);
    let other = ask(&mut store, json!({"channel": "sms"}));
    assert_eq!(other.unwrap(), [0; 0]);
    for (body, code) in [
        (json!({"id": "00000000"}), "not_found"),
        (json!({"resource": 1}), "unknown_member"),
        (mail("b@x.org"), "not_found"),
    ] {
        let refused = ask(&mut store, body);
        assert_eq!(refused.unwrap_err().code.as_str(), code);
    }
    let left = json!({"email": "a@x.org", "_status": "unsubscribed"});
    store.import("email", left).unwrap();
    let refused = ask(&mut store, json!({}));
    assert_eq!(refused.unwrap_err().code.as_str(), "status_protected");
    assert_eq!(store.asks.len(), 2);
}

/// Values of fields that can be read, and others that can't.
const GOOD: [(&str, &str); 5] = [
    ("_fname", r#""Ada""#),
    ("score", "5"),
    ("labels", r#"["a"]"#),
    ("_bdate", r#""1990-01-31""#),
    ("level", r#""low""#),
];
const BAD: [(&str, &str); 7] = [
    ("_lname", r#""two\nlines""#),
    ("number", r#""n/a""#),
    ("rate", "[]"),
    ("_ip", r#""somewhere""#),
    ("items", r#"[1]"#),
    ("phones", r#"["n/a","-"]"#),
    ("nothing", "{}"),
];

fn members(some: &[(&str, &str)]) -> Map<String, Value> {
    let pairs = some.iter();
    pairs
        .map(|(name, text)| ((*name).to_owned(), serde_json::from_str(text).unwrap()))
        .collect()
}

proptest! {
    /// Leaving out refuses nobody whose match value is good, stores what would be
    /// stored without the bad values, and tells each of them once.
    #[test]
    fn what_is_left_out_might_as_well_not_have_been_there(
        good in subsequence(&GOOD, 0..=5),
        bad in subsequence(&BAD, 0..=7),
    ) {
        let mut plain = members(&good);
        plain.insert("email".to_owned(), json!("a@x.org"));
        let mut mixed = plain.clone();
        mixed.extend(members(&bad));
        let (mut with, mut without) = (Store::new(), Store::new());
        let outcome = with.write(skip(Value::Object(mixed))).unwrap();
        without.write(json!({"data": plain})).unwrap();
        prop_assert_eq!(&with.get(1).data, &without.get(1).data);
        prop_assert_eq!(&with.get(1).subscriptions, &without.get(1).subscriptions);
        for (name, _) in &bad {
            let place = format!("/data/{name}");
            let mut own = outcome.skipped.iter();
            prop_assert!(own.any(|one| one.pointer.starts_with(&place)), "{}", name);
        }
        let strict = prepare_write(
            &Map::new(),
            &Value::Object(members(&bad)),
            &without.schema(),
        );
        prop_assert!(strict.is_err());
    }
}

/// Files of Altcraft show subscriptions that are deleted.
#[test]
fn what_was_deleted_subscribes_nobody() {
    let load = |more: Value| {
        let mut store = store();
        let mut one = json!({"resource_id": "1", "channel": "email", "email_data": {"email": "a@x.org"}, "hash_id": "1a2b3c4d"});
        let members = one.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        let data = json!({"email": "a@x.org", "subscriptions": [one]});
        let outcome = store.write(skip(data)).unwrap();
        let held = store.get(1).subscriptions.first().map(|one| one.status);
        (held, told(&outcome))
    };
    let of = |pointer: &str, code| vec![(code, format!("/data/subscriptions/0/{pointer}"))];
    for (more, held, told) in [
        (
            json!({"is_delete": false}),
            Some(Status::Subscribed),
            vec![],
        ),
        (json!({"is_delete": null}), Some(Status::Subscribed), vec![]),
        (
            json!({"is_delete": true}),
            None,
            of("is_delete", "read_only"),
        ),
        (json!({"deleted": true}), None, of("deleted", "read_only")),
        (
            json!({"is_delete": true, "status": "suspended"}),
            None,
            of("is_delete", "read_only"),
        ),
        (
            json!({"is_delete": "perhaps"}),
            None,
            of("is_delete", "wrong_type"),
        ),
        (
            json!({"is_delete": true, "status": 1}),
            Some(Status::Unsubscribed),
            vec![],
        ),
        (
            json!({"is_delete": true, "status": "complained"}),
            Some(Status::Complained),
            vec![],
        ),
    ] {
        assert_eq!(load(more.clone()), (held, told), "{more}");
    }
}
