//! Tests of fields, type by type.

use super::support::{check, passes};
use serde_json::{Value, json};

#[test]
fn numbers_are_compared_as_numbers() {
    check(
        "points",
        json!(10),
        &[
            (json!({"eq": 10}), true),
            (json!({"eq": "10"}), true),
            (json!({"eq": 9}), false),
            (json!({"ne": 9}), true),
            (json!({"ne": 10}), false),
            (json!({"in": [1, 10]}), true),
            (json!({"in": [1, 2]}), false),
            (json!({"gt": 9}), true),
            (json!({"gt": 10}), false),
            (json!({"ge": 10}), true),
            (json!({"lt": 10}), false),
            (json!({"le": 10}), true),
            (json!({"between": [10, 12]}), true),
            (json!({"between": [1, 9]}), false),
            (json!({"gt": 9, "lt": 11}), true),
            (json!({"gt": 9, "lt": 10}), false),
        ],
    );
    check(
        "points",
        json!(i64::MAX),
        &[
            (json!({"gt": i64::MAX - 1}), true),
            (json!({"eq": i64::MAX - 1}), false),
        ],
    );
    check(
        "rate",
        json!(0.5),
        &[
            (json!({"eq": 0.5}), true),
            (json!({"gt": 0}), true),
            (json!({"in": [1, "0.5"]}), true),
            (json!({"between": [0, 1]}), true),
        ],
    );
}

#[test]
fn texts_are_compared_by_code_point_or_without_case() {
    check(
        "note",
        json!("Köln am Rhein"),
        &[
            (json!({"eq": "Köln am Rhein"}), true),
            (json!({"eq": "Ko\u{308}ln am Rhein"}), true),
            (json!({"eq": "köln am rhein"}), false),
            (json!({"eq": "KÖLN AM RHEIN", "ignore_case": true}), true),
            (json!({"ne": "KÖLN AM RHEIN", "ignore_case": true}), false),
            (
                json!({"in": ["x", "KÖLN AM RHEIN"], "ignore_case": true}),
                true,
            ),
            (json!({"lt": "L"}), true),
            (json!({"ge": "K"}), true),
            (json!({"contains": "am"}), true),
            (json!({"contains": "AM"}), false),
            (json!({"contains": "AM", "ignore_case": true}), true),
            (json!({"contains": "AM", "ignore_case": false}), false),
            (json!({"starts_with": "Köln"}), true),
            (json!({"starts_with": "kÖ", "ignore_case": true}), true),
            (json!({"ends_with": "Rhein"}), true),
            (json!({"ends_with": "Köln"}), false),
            (json!({"contains": "*"}), false),
        ],
    );
}

#[test]
fn choices_flags_and_addresses_are_equal_or_not() {
    check(
        "level",
        json!("low"),
        &[
            (json!({"eq": "low"}), true),
            (json!({"eq": 1}), true),
            (json!({"ne": "high"}), true),
            (json!({"in": ["high", 1]}), true),
        ],
    );
    check(
        "active",
        json!(true),
        &[
            (json!({"eq": true}), true),
            (json!({"eq": "1"}), true),
            (json!({"ne": true}), false),
        ],
    );
    check("active", json!(false), &[(json!({"eq": false}), true)]);
    check(
        "_ip",
        json!("10.0.0.1"),
        &[
            (json!({"eq": "10.0.0.1"}), true),
            (json!({"starts_with": "10.0."}), true),
            (json!({"in": ["10.0.0.2"]}), false),
        ],
    );
}

#[test]
fn one_mailbox_is_one_however_it_is_spelled() {
    check(
        "email",
        json!("Ann@Müller.de"),
        &[
            (json!({"eq": "ann@xn--mller-kva.de"}), true),
            (json!({"in": ["x@x.org", "ANN@müller.de"]}), true),
            (json!({"ne": "ann@müller.de"}), false),
            (json!({"ends_with": "@MÜLLER.de"}), true),
            (json!({"contains": "nn@m", "ignore_case": true}), true),
        ],
    );
}

#[test]
fn lists_are_asked_for_their_members() {
    check(
        "labels",
        json!(["vip", "Größe 5"]),
        &[
            (json!({"has_any": ["x", "vip"]}), true),
            (json!({"has_any": "vip"}), true),
            (json!({"has_any": ["x"]}), false),
            (json!({"has_all": ["vip", "Größe 5"]}), true),
            (json!({"has_all": ["vip", "x"]}), false),
            (json!({"contains": "öß"}), true),
            (json!({"starts_with": "GRÖ", "ignore_case": true}), true),
            (json!({"empty": false, "exists": true}), true),
        ],
    );
    check(
        "phones",
        json!(["+493090182015"]),
        &[
            (json!({"has_any": ["030 90182015"]}), true),
            (json!({"has_all": ["+49 30 90182015"]}), true),
            (json!({"starts_with": "+49"}), true),
            (json!({"ends_with": "16"}), false),
        ],
    );
}

#[test]
fn what_is_missing_passes_only_tests_that_ask_for_that() {
    let missing = Value::Null;
    for (field, passing, failing) in [
        ("points", json!({"ne": 1}), json!({"eq": 1})),
        ("points", json!({"exists": false}), json!({"exists": true})),
        ("points", json!({"empty": true}), json!({"empty": false})),
        ("note", json!({"ne": "x"}), json!({"contains": "x"})),
        ("note", json!({"empty": true}), json!({"lt": "x"})),
        (
            "note",
            json!({"ne": "x", "ignore_case": true}),
            json!({"in": ["x"]}),
        ),
        ("email", json!({"ne": "a@x.org"}), json!({"eq": "a@x.org"})),
        (
            "seen",
            json!({"ne": "2026-01-01"}),
            json!({"lt": "2026-01-01"}),
        ),
        ("seen", json!({"exists": false}), json!({"month": 5})),
        ("labels", json!({"empty": true}), json!({"has_any": ["x"]})),
        ("extra", json!({"empty": true}), json!({"exists": true})),
        ("active", json!({"ne": true}), json!({"eq": false})),
    ] {
        check(field, missing.clone(), &[(passing, true), (failing, false)]);
    }
}

#[test]
fn empty_is_more_than_missing() {
    for (field, value) in [
        ("note", json!("")),
        ("extra", json!({})),
        ("parts", json!([])),
    ] {
        check(
            field,
            value,
            &[
                (json!({"empty": true}), true),
                (json!({"exists": true}), true),
            ],
        );
    }
    for (field, value) in [
        ("note", json!("[]")),
        ("points", json!(0)),
        ("active", json!(false)),
        ("extra", json!({"a": 1})),
        ("parts", json!([{}])),
    ] {
        assert!(passes(field, &value, json!({"empty": false})), "{field}");
    }
}
