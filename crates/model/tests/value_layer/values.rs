//! Values of every field type.

use proptest::prelude::*;
use roster_model::{Context, Field, FieldId, FieldType, Region, Zone, standard_fields};
use serde_json::{Value, json};

fn field(field_type: FieldType) -> Field {
    let mut field = Field::new(FieldId::new(100).unwrap(), "f", field_type);
    if field_type == FieldType::Enum {
        field.options = ["red", "2", "Ünï"].map(str::to_owned).to_vec();
    }
    field
}

fn normalise(field: &Field, value: &Value) -> Result<Value, (String, &'static str)> {
    let zone = Zone::utc();
    let region: Region = "US".parse().unwrap();
    let ctx = Context {
        zone: &zone,
        region: Some(&region),
    };
    field
        .normalise(value, &ctx)
        .map_err(|invalid| (invalid.pointer, invalid.code.as_str()))
}

/// Checks values that are accepted, each with its canonical form, and values
/// that are refused, each with pointer and code.
fn check(field: &Field, good: &[(Value, Value)], wrong: &[(Value, &str, &str)]) {
    for (given, canonical) in good {
        assert_eq!(normalise(field, given).as_ref(), Ok(canonical), "{given}");
        assert_eq!(normalise(field, canonical).as_ref(), Ok(canonical));
    }
    for (given, pointer, code) in wrong {
        let (at, found) = normalise(field, given).unwrap_err();
        assert_eq!((at.as_str(), found), (*pointer, *code), "{given}");
    }
}

#[test]
fn integers_lose_nothing() {
    check(
        &field(FieldType::Integer),
        &[
            (json!(42), json!(42)),
            (json!(i64::MIN), json!(i64::MIN)),
            (json!(i64::MAX), json!(i64::MAX)),
            (json!(12.0), json!(12)),
            (json!(1e3), json!(1000)),
            (json!(" +42 "), json!(42)),
            (json!("-9223372036854775808"), json!(i64::MIN)),
            (
                json!(9_007_199_254_740_992.0),
                json!(9_007_199_254_740_992_i64),
            ),
        ],
        &[
            (json!(1.5), "", "wrong_type"),
            (json!("1.5"), "", "wrong_type"),
            (json!(""), "", "wrong_type"),
            (json!("- 1"), "", "wrong_type"),
            (json!(true), "", "wrong_type"),
            (json!(null), "", "wrong_type"),
            (json!(9_007_199_254_740_994.0), "", "out_of_range"),
            (json!(u64::MAX), "", "out_of_range"),
            (json!("9223372036854775808"), "", "out_of_range"),
        ],
    );
}

#[test]
fn floats_are_finite_and_of_one_spelling() {
    check(
        &field(FieldType::Float),
        &[
            (json!(100.5), json!(100.5)),
            (json!(12), json!(12.0)),
            (json!("-1.25e2"), json!(-125.0)),
            (json!(-0.0), json!(0.0)),
        ],
        &[
            (json!("NaN"), "", "wrong_type"),
            (json!("inf"), "", "wrong_type"),
            (json!("1,5"), "", "wrong_type"),
            (json!(""), "", "wrong_type"),
            (json!("1e999"), "", "out_of_range"),
        ],
    );
    let zero = normalise(&field(FieldType::Float), &json!(-0.0)).unwrap();
    assert_eq!(zero.to_string(), "0.0");
}

#[test]
fn booleans_strings_and_addresses() {
    check(
        &field(FieldType::Boolean),
        &[
            (json!(true), json!(true)),
            (json!(0), json!(false)),
            (json!("TRUE"), json!(true)),
            (json!("0"), json!(false)),
        ],
        &[
            (json!(2), "", "wrong_type"),
            (json!("yes"), "", "wrong_type"),
        ],
    );
    check(
        &field(FieldType::String),
        &[
            (json!("e\u{301}"), json!("é")),
            (json!(""), json!("")),
            (json!(" a "), json!("a")),
        ],
        &[
            (json!("a\tb"), "", "control_character"),
            (json!("x".repeat(4097)), "", "too_long"),
            (json!(1), "", "wrong_type"),
        ],
    );
    check(
        &field(FieldType::Ip),
        &[(json!("2001:DB8::0:1"), json!("2001:db8::1"))],
        &[
            (json!("1.2.3"), "", "invalid_ip"),
            (json!(1), "", "wrong_type"),
        ],
    );
}

#[test]
fn enums_know_texts_and_places() {
    check(
        &field(FieldType::Enum),
        &[
            (json!(" red "), json!("red")),
            (json!(1), json!("red")),
            (json!(2.0), json!("2")),
            (json!("1"), json!("red")),
            // A text that is an option is that one, not the second.
            (json!("2"), json!("2")),
            (json!("3"), json!("Ünï")),
            (json!("U\u{308}ni\u{308}"), json!("Ünï")),
        ],
        &[
            (json!(0), "", "not_an_option"),
            (json!(4), "", "not_an_option"),
            (json!(1.5), "", "not_an_option"),
            (json!(i64::MIN), "", "not_an_option"),
            (json!("Red"), "", "not_an_option"),
            (json!(true), "", "wrong_type"),
        ],
    );
}

#[test]
fn tags_and_objects() {
    check(
        &field(FieldType::Tags),
        &[
            (json!(["b", " a ", "b"]), json!(["b", "a"])),
            (json!([]), json!([])),
        ],
        &[
            (json!("a"), "", "wrong_type"),
            (json!(["a", 1]), "/1", "wrong_type"),
            (json!(["a", "  "]), "/1", "empty"),
            (json!(["x".repeat(256)]), "/0", "too_long"),
        ],
    );
    let many: Vec<String> = (0..1001).map(|n| n.to_string()).collect();
    check(
        &field(FieldType::Tags),
        &[],
        &[(json!(many), "", "too_many")],
    );

    let nested = |levels: usize| (1..levels).fold(json!({}), |inner, _| json!({ "a": inner }));
    let large = json!({ "a": "x".repeat(32 * 1024 - 8) });
    let too_large = json!({ "a": "x".repeat(32 * 1024 - 7) });
    check(
        &field(FieldType::Object),
        &[
            (
                json!({"b": [1, {"c": null}]}),
                json!({"b": [1, {"c": null}]}),
            ),
            (nested(10), nested(10)),
            (large.clone(), large),
        ],
        &[
            (nested(11), "", "too_deep"),
            (json!([]), "", "wrong_type"),
            (too_large.clone(), "", "too_long"),
        ],
    );
    check(
        &field(FieldType::Objects),
        &[(
            json!([{"k": "v"}, nested(10)]),
            json!([{"k": "v"}, nested(10)]),
        )],
        &[
            (json!([{}, nested(11)]), "/1", "too_deep"),
            (json!([{}, 1]), "/1", "wrong_type"),
            (json!({}), "", "wrong_type"),
            (json!([too_large]), "", "too_long"),
        ],
    );
}

#[test]
fn standard_fields_have_their_own_ways() {
    let fields = standard_fields();
    let named = |name: &str| fields.iter().find(|f| f.name == name).unwrap();
    check(
        named("phones"),
        &[
            (
                json!(["(202) 225-3121", "+12022253121", "+79123456789"]),
                json!(["+12022253121", "+79123456789"]),
            ),
            (json!("202-225-3121"), json!(["+12022253121"])),
            (json!([2_022_253_121_i64]), json!(["+12022253121"])),
        ],
        &[
            (json!(["+12022253121", "x"]), "/1", "invalid_phone"),
            (json!([null]), "/0", "wrong_type"),
            (json!(vec!["+12022253121"; 101]), "", "too_many"),
        ],
    );
    check(
        named("_sex"),
        &[
            (json!("Female"), json!("female")),
            (json!("M"), json!("male")),
            (json!(0), json!("male")),
            (json!(1), json!("female")),
            (json!("1"), json!("female")),
        ],
        &[
            (json!(2), "", "not_an_option"),
            (json!("x"), "", "not_an_option"),
        ],
    );
    check(
        named("_postal_code"),
        &[(json!(190_000), json!("190000"))],
        &[],
    );
    check(
        named("email"),
        &[(json!(" Ann@X.org "), json!("Ann@X.org"))],
        &[
            (json!("x"), "", "invalid_email"),
            (json!(1), "", "wrong_type"),
        ],
    );
    assert_eq!(named("email").keys(&json!("Ann@X.org")), ["ann@x.org"]);
    assert!(named("email").unique && named("phones").matchable);
}

#[test]
fn keys_are_texts_to_match_by() {
    let keys = |kind, value: Value| field(kind).keys(&value);
    assert_eq!(keys(FieldType::Integer, json!(-5)), ["-5"]);
    assert_eq!(keys(FieldType::Float, json!(12.0)), ["12"]);
    assert_eq!(keys(FieldType::Boolean, json!(true)), ["true"]);
    assert_eq!(keys(FieldType::Tags, json!(["a", "b"])), ["a", "b"]);
    assert_eq!(
        keys(FieldType::Phones, json!(["+12022253121"])),
        ["+12022253121"]
    );
    assert_eq!(keys(FieldType::Object, json!({})), Vec::<String>::new());
    let long = keys(FieldType::String, json!("x".repeat(257)));
    assert!(long[0].starts_with('\u{1}') && long[0].len() == 65);
    assert_ne!(long, keys(FieldType::String, json!("x".repeat(258))));
    assert_eq!(
        keys(FieldType::String, json!("x".repeat(256)))[0].len(),
        256
    );
}

/// Any JSON, with texts that look like values more often than chance would.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "\\PC{0,12}",
        "[+0-9 ()-]{0,15}",
        "[0-9a-f:.]{1,15}",
        "[a-zA-Z.]{1,8}@[a-z.-]{1,10}",
        "[0-9]{4}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]Z?",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-3i64..5).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("\\PC{0,4}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_json_panics_and_canonical_is_a_fixed_point(value in any_json()) {
        let custom = FieldType::CUSTOM.into_iter().map(field);
        for field in custom.chain(standard_fields()) {
            let Ok(canonical) = normalise(&field, &value) else { continue };
            prop_assert_eq!(normalise(&field, &canonical), Ok(canonical.clone()), "{}", field.name);
            // What is stored comes back the same.
            let stored: Value = serde_json::from_str(&canonical.to_string()).unwrap();
            prop_assert_eq!(&stored, &canonical);
            prop_assert_eq!(field.keys(&stored), field.keys(&canonical));
        }
    }
}
