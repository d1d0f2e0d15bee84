//! Values of fields: what keeps, sets, clears and changes them, and limits.

use crate::support::{Store, at, code, created, database_with, kind, wrongs};
use roster_model::history::Kind;
use roster_model::{FieldType, Status};
use serde_json::{Value, json};

fn import(store: &mut Store, mut data: Value) -> &'static str {
    data["email"] = json!("a@x.org");
    kind(&store.import("email", data))
}

fn get<'a>(store: &'a Store, field: &str) -> &'a Value {
    store.get(1).data.get(field).unwrap_or(&Value::Null)
}

#[test]
fn absent_keeps_and_null_clears() {
    let mut store = Store::new();
    assert_eq!(
        import(
            &mut store,
            json!({"_city": "Bonn", "_lname": "May", "score": 3})
        ),
        "created"
    );
    assert_eq!(
        import(&mut store, json!({"_city": null, "score": "4"})),
        "updated"
    );
    assert_eq!(get(&store, "_city"), &Value::Null);
    assert_eq!(get(&store, "_lname"), "May");
    assert_eq!(get(&store, "score"), &json!(4));
    assert_eq!(
        import(&mut store, json!({"_city": null, "labels": []})),
        "unchanged"
    );
}

#[test]
fn nothing_changes_when_everything_is_as_asked() {
    let mut store = Store::new();
    import(
        &mut store,
        json!({"_city": "Bonn", "rate": 1.5, "meta": {"a": 1}}),
    );
    let (before, entries) = (store.get(1).clone(), store.history.len());
    store.clock = 1000;
    assert_eq!(
        import(
            &mut store,
            json!({"_city": "Bonn", "rate": "1.50", "meta": {"a": 1}})
        ),
        "unchanged"
    );
    assert_eq!((store.get(1), store.history.len()), (&before, entries));
    assert_eq!(import(&mut store, json!({"rate": 2})), "updated");
    let after = store.get(1);
    assert_eq!(
        (after.revision, after.created_at, after.updated_at),
        (2, at(0), at(1000))
    );
}

#[test]
fn functional_updates_change_the_old_value() {
    let long = "x".repeat(20);
    for (old, update, new) in [
        (
            json!({"score": 1}),
            json!({"score": {"action": "set", "value": "7"}}),
            json!(7),
        ),
        (
            json!({"score": 1}),
            json!({"score": {"action": "set", "value": null}}),
            json!(null),
        ),
        (
            json!({"score": 1}),
            json!({"score": {"action": "unset"}}),
            json!(null),
        ),
        (
            json!({"score": 1}),
            json!({"score": {"action": "incr", "value": -3}}),
            json!(-2),
        ),
        (
            json!({}),
            json!({"score": {"action": "incr", "value": 2}}),
            json!(2),
        ),
        (
            json!({"rate": 0.5}),
            json!({"rate": {"action": "incr", "value": 1}}),
            json!(1.5),
        ),
        (
            json!({"labels": ["a", "b"]}),
            json!({"labels": {"action": "add", "value": ["b", " c"]}}),
            json!(["a", "b", "c"]),
        ),
        (
            json!({"labels": ["a", "b"]}),
            json!({"labels": {"action": "add", "value": long}}),
            json!(["a", "b", long]),
        ),
        (
            json!({"labels": ["a", "b"]}),
            json!({"labels": {"action": "delete", "value": ["a", "z"]}}),
            json!(["b"]),
        ),
        (
            json!({"labels": ["a"]}),
            json!({"labels": {"action": "delete", "value": "a"}}),
            json!(null),
        ),
        (
            json!({"phones": ["+4930901820"]}),
            json!({"phones": {"action": "add", "value": ["+4930901821"]}}),
            json!(["+4930901820", "+4930901821"]),
        ),
        (
            json!({"items": [{"a": 1}]}),
            json!({"items": {"action": "add", "value": [{"a": 1}, {"b": 2}]}}),
            json!([{"a": 1}, {"a": 1}, {"b": 2}]),
        ),
        (
            json!({"items": [{"a": 1}, {"b": 2}]}),
            json!({"items": {"action": "delete", "value": {"a": 1}}}),
            json!([{"b": 2}]),
        ),
        (
            json!({"items": [{"a": 1}, {"b": 2}]}),
            json!({"items": {"action": "upsert", "submatch": "a", "value": 9}}),
            json!([{"a": 9}, {"b": 2}]),
        ),
        (
            json!({"meta": {"a": {"b": 1}}}),
            json!({"meta": {"action": "upsert", "submatch": "a.c", "value": [2]}}),
            json!({"a": {"b": 1, "c": [2]}}),
        ),
        (
            json!({}),
            json!({"meta": {"action": "upsert", "submatch": "a.b", "value": null}}),
            json!({"a": {"b": null}}),
        ),
        (
            json!({"meta": {"a": 1}}),
            json!({"meta": {"b": 2}}),
            json!({"b": 2}),
        ),
        // An object field may hold what only looks like a functional update.
        (
            json!({}),
            json!({"meta": {"action": "jump"}}),
            json!({"action": "jump"}),
        ),
        (
            json!({}),
            json!({"meta": {"action": "set", "other": 1}}),
            json!({"action": "set", "other": 1}),
        ),
        (
            json!({}),
            json!({"meta": {"action": "set", "value": {"x": 1}}}),
            json!({"x": 1}),
        ),
    ] {
        let mut store = Store::new();
        import(&mut store, old.clone());
        let field = update.as_object().unwrap().keys().next().unwrap().clone();
        assert_eq!(
            import(&mut store, update.clone()),
            "updated",
            "{old} {update}"
        );
        assert_eq!(get(&store, &field), &new, "{old} {update}");
    }
}

#[test]
fn functional_updates_that_can_not_be_are_refused_with_their_place() {
    let max = json!({"score": i64::MAX, "rate": 1.7e308, "meta": {"a": 1}});
    for (update, code, pointer) in [
        (
            json!({"score": {"action": "incr", "value": 1}}),
            "out_of_range",
            "/data/score",
        ),
        (
            json!({"rate": {"action": "incr", "value": 1e308}}),
            "out_of_range",
            "/data/rate",
        ),
        (
            json!({"score": {"action": "incr", "value": "x"}}),
            "wrong_type",
            "/data/score/value",
        ),
        (
            json!({"score": {"action": "incr", "value": 0.5}}),
            "wrong_type",
            "/data/score/value",
        ),
        (
            json!({"score": {"action": "incr"}}),
            "required",
            "/data/score/value",
        ),
        (
            json!({"score": {"action": "add", "value": 1}}),
            "not_supported",
            "/data/score/action",
        ),
        (
            json!({"number": {"action": "incr", "value": 1}}),
            "not_supported",
            "/data/number/action",
        ),
        (
            json!({"_city": {"action": "incr", "value": 1}}),
            "not_supported",
            "/data/_city/action",
        ),
        (
            json!({"email": {"action": "unset"}}),
            "not_supported",
            "/data/email/action",
        ),
        (
            json!({"score": {"action": "jump"}}),
            "invalid_action",
            "/data/score/action",
        ),
        (
            json!({"score": {"action": 5}}),
            "invalid_action",
            "/data/score/action",
        ),
        (
            json!({"score": {"action": "set", "value": 1, "x": 1}}),
            "unknown_member",
            "/data/score/x",
        ),
        (
            json!({"score": {"action": "unset", "value": 1}}),
            "not_supported",
            "/data/score/value",
        ),
        (
            json!({"score": {"action": "set", "value": 1, "submatch": "a"}}),
            "not_supported",
            "/data/score/submatch",
        ),
        (
            json!({"labels": {"action": "add", "value": [1]}}),
            "wrong_type",
            "/data/labels/value/0",
        ),
        (
            json!({"meta": {"action": "upsert", "value": 1}}),
            "required",
            "/data/meta/submatch",
        ),
        (
            json!({"meta": {"action": "upsert", "submatch": "a"}}),
            "required",
            "/data/meta/value",
        ),
        (
            json!({"meta": {"action": "upsert", "submatch": "a..b", "value": 1}}),
            "invalid_path",
            "/data/meta/submatch",
        ),
        (
            json!({"meta": {"action": "upsert", "submatch": "a.b", "value": 1}}),
            "invalid_path",
            "/data/meta",
        ),
        (
            json!({"meta": {"action": "upsert", "submatch": "b", "value": "x".repeat(40_000)}}),
            "too_long",
            "/data/meta",
        ),
    ] {
        let mut store = Store::new();
        import(&mut store, max.clone());
        let before = store.get(1).clone();
        let result = store.write(json!({"email": "a@x.org", "data": update}));
        assert_eq!(wrongs(result), [(code, pointer.to_owned())], "{update}");
        assert_eq!(store.get(1), &before);
    }
}

#[test]
fn an_email_can_be_cleared_and_set() {
    let mut store = Store::new();
    import(&mut store, json!({"code": "A"}));
    let set = |email: Value| json!({"matching": "custom", "field_name": "code", "data": {"code": "A", "email": email}});
    assert_eq!(kind(&store.write(set(json!(null)))), "updated");
    assert_eq!(get(&store, "email"), &Value::Null);
    assert_eq!(kind(&store.write(set(json!("b@x.org")))), "updated");
    // Another spelling is the same mailbox: it is written where that is said.
    assert_eq!(kind(&store.write(set(json!("B@x.org")))), "unchanged");
    assert_eq!(get(&store, "email"), "b@x.org");
    let outright = json!({"action": "set", "value": "B@x.org"});
    assert_eq!(kind(&store.write(set(outright))), "updated");
    assert_eq!(get(&store, "email"), "B@x.org");
}

#[test]
fn required_fields_are_there_from_the_start_and_stay() {
    let mut store = Store::of(database_with(|f| {
        f.required = f.name == "_city" || f.name == "labels"
    }));
    let one =
        |city: Value, labels: Value| json!({"email": "a@x.org", "_city": city, "labels": labels});
    assert_eq!(
        wrongs(store.import("email", json!({"email": "a@x.org"}))),
        [
            ("required", "/data/_city".to_owned()),
            ("required", "/data/labels".to_owned())
        ]
    );
    assert_eq!(
        code(store.import("email", one(json!(null), json!(["x"])))),
        "required"
    );
    assert_eq!(
        code(store.import("email", one(json!("Bonn"), json!([])))),
        "required"
    );
    created(store.import("email", one(json!("Bonn"), json!(["x"]))));
    assert_eq!(import(&mut store, json!({"score": 1})), "updated");
    assert_eq!(import(&mut store, json!({"_city": null})), "required");
    let emptied = json!({"labels": {"action": "delete", "value": ["x"]}});
    assert_eq!(import(&mut store, emptied), "required");
}

#[test]
fn defaults_are_for_new_profiles_that_say_nothing() {
    let db = || {
        database_with(|f| match &*f.name {
            "tier" => f.default = Some(json!("free")),
            "score" => (f.default, f.required) = (Some(json!(1)), true),
            _ => {}
        })
    };
    let mut store = Store::of(db());
    import(&mut store, json!({}));
    assert_eq!(
        (get(&store, "tier"), get(&store, "score")),
        (&json!("free"), &json!(1))
    );
    assert_eq!(import(&mut store, json!({"tier": null})), "updated");
    assert_eq!(import(&mut store, json!({})), "unchanged");
    let mut store = Store::of(db());
    import(&mut store, json!({"tier": null}));
    assert_eq!(get(&store, "tier"), &Value::Null);
    assert_eq!(
        import(&mut Store::of(db()), json!({"score": null})),
        "required"
    );
}

#[test]
fn the_global_status_is_written_like_a_field() {
    let mut store = Store::new();
    import(&mut store, json!({}));
    assert_eq!(store.get(1).status, Status::Subscribed);
    for (given, status) in [
        (json!("suspended"), Status::Suspended),
        (
            json!({"action": "set", "value": "invalid"}),
            Status::Invalid,
        ),
        (json!(4), Status::Unconfirmed),
    ] {
        assert_eq!(import(&mut store, json!({"_status": given})), "updated");
        assert_eq!(store.get(1).status, status);
    }
    assert_eq!(
        import(&mut store, json!({"_status": null})),
        "invalid_status"
    );
    let change = &store.history.last().unwrap().changes[0];
    assert_eq!(
        (&*change.field, &change.after),
        ("_status", &json!("unconfirmed"))
    );
}

#[test]
fn everything_that_is_wrong_is_reported_at_once() {
    let mut store = Store::new();
    let data = json!({"email": "no", "nix": 1, "a/b": 2, "id": "x", "_md5": "y", "_click_exist": true,
        "level": 3, "subscriptions": {}});
    let mut wrong = wrongs(store.import("email", data));
    wrong.sort();
    assert_eq!(
        wrong,
        [
            ("invalid_email", "/data/email"),
            ("not_an_option", "/data/level"),
            ("read_only", "/data/_click_exist"),
            ("read_only", "/data/_md5"),
            ("read_only", "/data/id"),
            ("unknown_field", "/data/a~1b"),
            ("unknown_field", "/data/nix"),
            ("wrong_type", "/data/subscriptions"),
        ]
        .map(|(code, pointer)| (code, pointer.to_owned()))
    );
    let many: serde_json::Map<_, _> = (0..300).map(|n| (format!("x{n}"), json!(1))).collect();
    let error = store.import("email", Value::Object(many)).unwrap_err();
    assert_eq!(error.errors.len(), 100);
    assert_eq!(code(store.import("email", json!([]))), "wrong_type");
}

#[test]
fn a_profile_has_a_largest_size() {
    let mut store = Store::of(database_with(|f| {
        if f.name.starts_with('_') {
            f.field_type = FieldType::Object;
        }
    }));
    import(&mut store, json!({}));
    let big = json!({"a": "x".repeat(30_000)});
    assert_eq!(
        import(&mut store, json!({"_city": big, "_os": big, "_ip": big})),
        "updated"
    );
    assert_eq!(
        import(&mut store, json!({"_region": big})),
        "profile_too_large"
    );
    let exact = json!({"a": "x".repeat(100)});
    assert_eq!(import(&mut store, json!({"_region": exact})), "updated");
    let text = serde_json::to_string(&store.get(1).data).unwrap();
    assert_eq!(store.get(1).data_size(), text.len());
}

#[test]
fn the_history_has_each_field_before_and_after() {
    let mut store = Store::new();
    import(&mut store, json!({"_city": "Bonn", "score": 1}));
    store.clock = 5;
    import(
        &mut store,
        json!({"_city": null, "score": 2, "_lname": "May", "rate": null}),
    );
    let [first, second] = &store.history[..] else {
        panic!("two entries")
    };
    assert_eq!((first.kind, second.kind), (Kind::Created, Kind::Updated));
    let seen = |entry: &roster_model::history::Entry| {
        let changes = entry.changes.iter();
        let mut seen: Vec<_> = changes
            .map(|c| (c.field.clone(), c.before.clone(), c.after.clone()))
            .collect();
        seen.sort_by(|a, b| a.0.cmp(&b.0));
        json!(seen)
    };
    assert_eq!(
        seen(first),
        json!([
            ["_city", null, "Bonn"],
            ["_status", null, "subscribed"],
            ["email", null, "a@x.org"],
            ["score", null, 1]
        ])
    );
    assert_eq!(
        seen(second),
        json!([
            ["_city", "Bonn", null],
            ["_lname", null, "May"],
            ["score", 1, 2]
        ])
    );
    assert_eq!(
        (&*second.actor, &*second.interface, second.at),
        ("tester", "test", at(5))
    );
}
