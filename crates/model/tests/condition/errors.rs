//! Everything that is wrong is told, with its place.

use super::support::parse_in;
use proptest::prelude::*;
use roster_model::write::MAX_ERRORS;
use serde_json::{Value, json};

/// What is wrong, as `code pointer`.
pub fn wrong(json: &Value) -> Vec<String> {
    let errors = parse_in("UTC", json).expect_err(&json.to_string());
    let errors = errors.iter();
    errors
        .map(|one| format!("{} {}", one.code.as_str(), one.pointer))
        .collect()
}

#[test]
fn mistakes_are_named_with_their_place() {
    for (condition, expected) in [
        (json!(null), "wrong_type "),
        (json!([]), "wrong_type "),
        (json!({"all": {}}), "wrong_type /all"),
        (json!({"any": []}), "empty /any"),
        (json!({"not": []}), "wrong_type /not"),
        (json!({"nott": {}}), "unknown_condition /nott"),
        (json!({"all": [], "any": [{}]}), "several_conditions "),
        (json!({"all": [{}, 5]}), "wrong_type /all/1"),
        (json!({"id": 5}), "wrong_type /id"),
        (json!({"id": []}), "empty /id"),
        (
            json!({"id": ["1a20967479554ede711e88dd"]}),
            "invalid_profile_id /id/0",
        ),
        (json!({"id": {}}), "operator_missing /id"),
        (
            json!({"id": {"eq": "1a20967479554ede711e88dc"}}),
            "unknown_operator /id/eq",
        ),
        (json!({"id": {"gt": null}}), "wrong_type /id/gt"),
        (
            json!({"id": vec!["1a20967479554ede711e88dc"; 1001]}),
            "too_many /id",
        ),
        (json!({"field": "ghost", "eq": 1}), "unknown_field /field"),
        (json!({"field": "_status", "eq": 1}), "unknown_field /field"),
        (json!({"field": 5, "eq": 1}), "wrong_type /field"),
        (json!({"field": "points"}), "operator_missing "),
        (
            json!({"field": "points", "equals": 1}),
            "unknown_operator /equals",
        ),
        (
            json!({"field": "points", "all": []}),
            "unknown_operator /all",
        ),
        (json!({"field": "points", "eq": "x"}), "wrong_type /eq"),
        (json!({"field": "points", "eq": null}), "wrong_type /eq"),
        (json!({"field": "points", "in": 5}), "wrong_type /in"),
        (json!({"field": "points", "in": []}), "empty /in"),
        (
            json!({"field": "points", "in": [1, "x"]}),
            "wrong_type /in/1",
        ),
        (
            json!({"field": "points", "between": [1]}),
            "wrong_type /between",
        ),
        (
            json!({"field": "points", "between": [2, 1]}),
            "invalid_range /between",
        ),
        (
            json!({"field": "points", "between": [1, "x"]}),
            "wrong_type /between/1",
        ),
        (
            json!({"field": "points", "exists": 1}),
            "wrong_type /exists",
        ),
        (
            json!({"field": "points", "contains": "1"}),
            "operator_not_for_type /contains",
        ),
        (json!({"field": "note", "contains": ""}), "empty /contains"),
        (
            json!({"field": "note", "contains": 5}),
            "wrong_type /contains",
        ),
        (
            json!({"field": "note", "contains": "x".repeat(256)}),
            "too_long /contains",
        ),
        (
            json!({"field": "note", "eq": "x\ny"}),
            "control_character /eq",
        ),
        (
            json!({"field": "note", "eq": "x".repeat(256), "ignore_case": true}),
            "too_long /eq",
        ),
        (
            json!({"field": "note", "ignore_case": true}),
            "operator_missing /ignore_case",
        ),
        (
            json!({"field": "note", "lt": "x", "ignore_case": true}),
            "operator_missing /ignore_case",
        ),
        (
            json!({"field": "email", "eq": "a@x.org", "ignore_case": false}),
            "operator_not_for_type /ignore_case",
        ),
        (
            json!({"field": "email", "eq": "nobody"}),
            "invalid_email /eq",
        ),
        (
            json!({"field": "email", "lt": "a@x.org"}),
            "operator_not_for_type /lt",
        ),
        (
            json!({"field": "level", "eq": "middle"}),
            "not_an_option /eq",
        ),
        (
            json!({"field": "labels", "eq": ["x"]}),
            "operator_not_for_type /eq",
        ),
        (
            json!({"field": "labels", "has_any": ["x", ""]}),
            "empty /has_any/1",
        ),
        (
            json!({"field": "phones", "has_any": ["x"]}),
            "invalid_phone /has_any/0",
        ),
        (
            json!({"field": "extra", "eq": {}}),
            "operator_not_for_type /eq",
        ),
        (json!({"field": "seen", "eq": "soon"}), "invalid_date /eq"),
        (
            json!({"field": "seen", "in": ["2026-01-01"]}),
            "operator_not_for_type /in",
        ),
        (
            json!({"field": "seen", "between": ["2026-02-01", "2026-01-01"]}),
            "invalid_range /between",
        ),
        (
            json!({"field": "seen", "last": "5m"}),
            "invalid_duration /last",
        ),
        (json!({"field": "seen", "month": 13}), "out_of_range /month"),
        (
            json!({"field": "seen", "day": [1, 32]}),
            "out_of_range /day/1",
        ),
        (
            json!({"field": "seen", "birthday": {"within_days": 367}}),
            "out_of_range /birthday/within_days",
        ),
        (
            json!({"field": "seen", "birthday": {"days": 3}}),
            "unknown_field /birthday/days",
        ),
        (
            json!({"field": "points", "last": "5d"}),
            "operator_not_for_type /last",
        ),
        (json!({"segment": "5"}), "unknown_segment /segment"),
        (json!({"segment": "x"}), "invalid_id /segment"),
        (json!({"status": []}), "empty /status"),
        (json!({"status": ["gone"]}), "invalid_status /status/0"),
        (json!({"created_at": {}}), "operator_missing /created_at"),
        (json!({"created_at": "2026"}), "wrong_type /created_at"),
        (
            json!({"created_at": {"month": 5}}),
            "unknown_operator /created_at/month",
        ),
        (
            json!({"updated_at": {"lt": "x"}}),
            "invalid_date /updated_at/lt",
        ),
        (json!({"subscription": []}), "wrong_type /subscription"),
        (
            json!({"subscription": {"resource_id": 9}}),
            "unknown_resource /subscription/resource_id",
        ),
        (
            json!({"subscription": {"resource_id": 2}}),
            "resource_not_for_database /subscription/resource_id",
        ),
        (
            json!({"subscription": {"channel": "fax"}}),
            "invalid_channel /subscription/channel",
        ),
        (
            json!({"subscription": {"resource_id": 1, "channel": "push"}}),
            "channel_not_of_resource /subscription/channel",
        ),
        (
            json!({"subscription": {"resource_id": 1, "category": "x"}}),
            "unknown_category /subscription/category",
        ),
        (
            json!({"subscription": {"status": null}}),
            "invalid_status /subscription/status",
        ),
        (
            json!({"subscription": {"state": 1}}),
            "unknown_member /subscription/state",
        ),
        (
            json!({"subscription": {"email": "a@x.org"}}),
            "required /subscription/channel",
        ),
        (
            json!({"subscription": {"channel": "email", "email": "a"}}),
            "invalid_email /subscription/email",
        ),
        (
            json!({"subscription": {"channel": "email", "phone": "1"}}),
            "unknown_member /subscription/phone",
        ),
        (
            json!({"subscription": {"channel": "email", "email": null}}),
            "wrong_type /subscription/email",
        ),
    ] {
        assert_eq!(wrong(&condition), [expected], "{condition}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_but_not_without_end() {
    let condition = json!({"all": [
        {"field": "points", "eq": "x", "lt": "y"},
        {"any": [{"field": "ghost", "eq": 1}, {"status": ["gone", "left"]}]},
        {"not": {"subscription": {"channel": "fax", "state": 1}}},
    ]});
    let mut found = wrong(&condition);
    found.sort();
    assert_eq!(
        found,
        [
            "invalid_channel /all/2/not/subscription/channel",
            "invalid_status /all/1/any/1/status/0",
            "invalid_status /all/1/any/1/status/1",
            "unknown_field /all/1/any/0/field",
            "unknown_member /all/2/not/subscription/state",
            "wrong_type /all/0/eq",
            "wrong_type /all/0/lt",
        ]
    );
    let many = json!({"field": "points", "in": vec!["x"; 1000]});
    assert_eq!(wrong(&many).len(), MAX_ERRORS);
}

/// A test inside so many negations.
fn nested(depth: usize) -> Value {
    (0..depth).fold(
        json!({"field": "points", "eq": 1}),
        |inner, _| json!({"not": inner}),
    )
}

#[test]
fn depth_tests_and_values_are_limited() {
    assert!(parse_in("UTC", &nested(8)).is_ok());
    let pointer = "/not".repeat(9);
    assert_eq!(wrong(&nested(9)), [format!("too_deep {pointer}")]);
    assert_eq!(wrong(&nested(2000)), [format!("too_deep {pointer}")]);

    let tests = |count| json!({"all": vec![json!({"status": 0}); count]});
    assert!(parse_in("UTC", &tests(200)).is_ok());
    assert_eq!(wrong(&tests(201)), ["too_many /all/200"]);
    assert_eq!(wrong(&tests(5000)), ["too_many /all/200"]);
    assert_eq!(
        wrong(&json!({"all": vec![json!({}); 5000]})),
        ["too_many /all"]
    );
    let groups = json!({"any": vec![json!({"field": "points", "ge": 1, "le": 5}); 101]});
    assert_eq!(wrong(&groups), ["too_many /any/100"]);

    let values = |count: i64| json!({"field": "points", "in": (0..count).collect::<Vec<_>>()});
    assert!(parse_in("UTC", &values(1000)).is_ok());
    assert_eq!(wrong(&values(1001)), ["too_many /in"]);
    // Together they cost even where each is short enough.
    let lists = |count| json!({"any": vec![values(1000); count]});
    assert!(parse_in("UTC", &lists(5)).is_ok());
    assert_eq!(wrong(&lists(6)), ["too_many "]);
}

/// Any JSON, made of the words that conditions are made of.
fn anything() -> impl Strategy<Value = Value> {
    let words = proptest::sample::select(vec![
        "all",
        "any",
        "not",
        "field",
        "subscription",
        "segment",
        "status",
        "created_at",
        "points",
        "note",
        "seen",
        "labels",
        "eq",
        "in",
        "between",
        "contains",
        "last",
        "month",
        "birthday",
        "within_days",
        "ignore_case",
        "has_any",
        "channel",
        "email",
        "3",
        "30d",
        "2026-05-14",
        "",
    ]);
    let leaf = prop_oneof![
        words.clone().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((words.clone(), inner), 0..5).prop_map(|members| members
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_that_is_sent_makes_it_stumble(json in anything()) {
        if let Err(wrong) = parse_in("Europe/Berlin", &json) {
            prop_assert!(!wrong.is_empty());
            for one in wrong {
                prop_assert!(!one.detail.is_empty());
                // `required` points at what is not there.
                let there = json.pointer(&one.pointer).is_some();
                prop_assert!(there || one.code.as_str() == "required", "{} {}", one.code.as_str(), one.pointer);
            }
        }
    }
}
