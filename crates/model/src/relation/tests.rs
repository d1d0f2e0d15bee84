//! How relation types and weights are read, and what actions make of weights.

use super::*;
use crate::define::Settings;
use serde_json::{Value, json};

fn settings() -> RelationTypeSettings {
    let body = json!({
        "name": "orders", "database_a": "1", "database_b": 2,
        "properties": [
            {"name": "orders", "type": "integer", "default": 0},
            {"name": "sum", "type": "float"},
            {"name": "vip", "type": "boolean"},
            {"name": "note", "type": "string"},
            {"name": "since", "type": "date"},
        ]
    });
    RelationTypeSettings::create(&body).unwrap()
}

fn weights(act: RelationAct, given: &Value) -> Result<Weights, Vec<Invalid>> {
    read_weights(given, act, &settings())
}

fn put(act: RelationAct, before: Option<&Weights>, given: &Value) -> RelationChange {
    let given = weights(act, given).unwrap();
    act.apply(before, &given, &settings()).unwrap()
}

fn object(value: Value) -> Weights {
    value.as_object().cloned().unwrap()
}

#[test]
fn a_type_is_read_and_refused_with_places() {
    let read = settings();
    assert_eq!(read.database(Side::B).to_string(), "2");
    assert_eq!(read.property("orders").unwrap().default, Some(json!(0)));
    for (property, pointer, code) in [
        (
            json!({"type": "integer"}),
            "/properties/0/name",
            Code::Required,
        ),
        (json!({"name": "a"}), "/properties/0/type", Code::Required),
        (
            json!({"name": "1a", "type": "integer"}),
            "/properties/0/name",
            Code::InvalidName,
        ),
        (
            json!({"name": "a", "type": "tags"}),
            "/properties/0/type",
            Code::NotAnOption,
        ),
        (
            json!({"name": "a", "type": "integer", "default": "x"}),
            "/properties/0/default",
            Code::WrongType,
        ),
        (
            json!({"name": "a", "type": "integer", "unique": true}),
            "/properties/0/unique",
            Code::UnknownField,
        ),
    ] {
        let body = json!({
            "name": "a", "database_a": "1", "database_b": "1", "properties": [property]
        });
        let wrong = RelationTypeSettings::create(&body).unwrap_err();
        assert_eq!(
            (&*wrong[0].pointer, wrong[0].code),
            (pointer, code),
            "{body}"
        );
    }
    let twice = json!([{"name": "a", "type": "float"}, {"name": "a", "type": "date"}]);
    let wrong = read.patch(&json!({"properties": twice})).unwrap_err();
    assert_eq!(
        (&*wrong[0].pointer, wrong[0].code),
        ("/properties/1/name", Code::Repeated)
    );
}

#[test]
fn databases_stay_and_properties_that_go_or_turn_are_named() {
    let before = settings();
    let after = before
        .patch(&json!({"database_a": "3", "database_b": "2"}))
        .unwrap();
    let wrong = before.check_change(&after).unwrap_err();
    assert_eq!((wrong.len(), &*wrong[0].pointer), (1, "/database_a"));
    let properties = json!([
        {"name": "orders", "type": "float"}, {"name": "sum", "type": "float", "title": "Sum"},
        {"name": "new", "type": "date"}
    ]);
    let after = before.patch(&json!({"properties": properties})).unwrap();
    let touched: Vec<&str> = before
        .touched(&after)
        .iter()
        .map(|one| &*one.name)
        .collect();
    assert_eq!(touched, ["orders", "vip", "note", "since"]);
}

#[test]
fn actions_make_of_weights_what_their_names_say() {
    use RelationAct::{Attach, Detach, Edit, Strengthen};
    let new = put(Attach, None, &json!({"vip": true, "since": "2026-01-02"}));
    let expected = object(json!({"orders": 0, "vip": true, "since": "2026-01-02"}));
    assert_eq!(new, RelationChange::Put(expected.clone()));
    let there = Some(&expected);
    assert_eq!(
        put(Attach, there, &json!({"vip": false})),
        RelationChange::Unchanged
    );
    let more = object(json!({"orders": 3, "sum": 9.5, "vip": true, "since": "2026-01-02"}));
    let stronger = put(Strengthen, there, &json!({"orders": "3", "sum": 9.5}));
    assert_eq!(stronger, RelationChange::Put(more.clone()));
    let weaker = put(Strengthen, Some(&more), &json!({"orders": -4, "sum": -9.5}));
    let expected = object(json!({"orders": -1, "sum": 0.0, "vip": true, "since": "2026-01-02"}));
    assert_eq!(weaker, RelationChange::Put(expected));
    assert_eq!(
        put(Strengthen, Some(&more), &json!({"orders": 0})),
        RelationChange::Unchanged
    );
    let edited = put(Edit, Some(&more), &json!({"sum": null, "note": "a"}));
    let expected = object(json!({"orders": 3, "vip": true, "since": "2026-01-02", "note": "a"}));
    assert_eq!(edited, RelationChange::Put(expected));
    assert_eq!(put(Detach, Some(&more), &json!({})), RelationChange::Gone);
    let missing = Detach
        .apply(None, &Weights::new(), &settings())
        .unwrap_err();
    assert_eq!(missing.code, Code::NotFound);
}

#[test]
fn weights_that_do_not_fit_are_refused_where_they_stand() {
    for (act, given, pointer, code) in [
        (RelationAct::Edit, json!([]), "", Code::WrongType),
        (
            RelationAct::Edit,
            json!({"x": 1}),
            "/x",
            Code::UnknownProperty,
        ),
        (
            RelationAct::Edit,
            json!({"orders": 1.5}),
            "/orders",
            Code::WrongType,
        ),
        (
            RelationAct::Attach,
            json!({"orders": null}),
            "/orders",
            Code::WrongType,
        ),
        (
            RelationAct::Strengthen,
            json!({"vip": true}),
            "/vip",
            Code::NotSupported,
        ),
        (
            RelationAct::Strengthen,
            json!({"orders": null}),
            "/orders",
            Code::WrongType,
        ),
        (
            RelationAct::Detach,
            json!({"orders": 1}),
            "",
            Code::NotSupported,
        ),
        (
            RelationAct::Edit,
            json!({"note": "x".repeat(256)}),
            "/note",
            Code::TooLong,
        ),
    ] {
        let wrong = weights(act, &given).unwrap_err();
        assert_eq!(
            (&*wrong[0].pointer, wrong[0].code),
            (pointer, code),
            "{act} {given}"
        );
    }
    let large = weights(RelationAct::Edit, &json!({"note": "🙂".repeat(255)})).unwrap();
    let refused = RelationAct::Edit
        .apply(None, &large, &settings())
        .unwrap_err();
    assert_eq!(
        (refused.code, &*refused.pointer),
        (Code::TooLarge, "/weights")
    );
    let defaults: Vec<Value> = (0..5)
        .map(|n| json!({"name": format!("n{n}"), "type": "string", "default": "x".repeat(250)}))
        .collect();
    let wrong = settings().patch(&json!({"properties": defaults}));
    assert_eq!(wrong.unwrap_err()[0].code, Code::TooLarge);
    let full = object(json!({"orders": i64::MAX}));
    let one = object(json!({"orders": 1}));
    let refused = RelationAct::Strengthen
        .apply(Some(&full), &one, &settings())
        .unwrap_err();
    assert_eq!(
        (refused.code, &*refused.pointer),
        (Code::OutOfRange, "/weights/orders")
    );
}

proptest::proptest! {
    #[test]
    fn whole_numbers_add_up_in_any_order(mut all in proptest::collection::vec(-1_000_000i64..1_000_000, 0..20)) {
        let add = |all: &[i64]| {
            let mut now = None;
            for more in all {
                let given = object(json!({"orders": more}));
                match RelationAct::Strengthen.apply(now.as_ref(), &given, &settings()).unwrap() {
                    RelationChange::Put(after) => now = Some(after),
                    RelationChange::Unchanged => {}
                    RelationChange::Gone => panic!("nothing goes"),
                }
            }
            now
        };
        let one = add(&all);
        all.reverse();
        proptest::prop_assert_eq!(&one, &add(&all));
        let sum: i64 = all.iter().sum();
        let expected = (!all.is_empty()).then(|| object(json!({"orders": sum})));
        proptest::prop_assert_eq!(one, expected);
    }
}
