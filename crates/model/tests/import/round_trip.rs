//! A value that is written as a cell and read back is the same.

use crate::kit::Rig;
use crate::support::{Store, database};
use proptest::prelude::*;
use roster_model::import::{Columns, ImportSettings, Plan, Row, cell, neutralise};
use roster_model::{Field, FieldId, FieldType, Fields};
use serde_json::{Map, Number, Value, json};

/// Texts with what is special to somebody on the way.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{1,12}", "['\"=+@,;|\\[\\]{}: -]{1,6}", "[a-z]{1,8}"]
}

fn object(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    proptest::collection::btree_map("[a-z\", ]{0,4}", values, 0..4)
        .prop_map(|members| Value::Object(Map::from_iter(members)))
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            object(inner),
        ]
    })
}

/// Some canonical value of a field of each type.
fn values() -> impl Strategy<Value = (&'static str, Value)> {
    let float = any::<f64>().prop_filter_map("finite", Number::from_f64);
    let date = (1000..9999i32, 1..=12u32, 1..=28u32)
        .prop_map(|(y, m, d)| json!(format!("{y:04}-{m:02}-{d:02}")));
    let instant = (-60_000_000_000_000..250_000_000_000_000i64)
        .prop_map(|ms| json!(roster_model::Timestamp::from_ms(ms).to_string()));
    let phone = (0..900u32).prop_map(|n| format!("+44207946{:04}", n + 18));
    prop_oneof![
        any::<i64>().prop_map(|n| ("score", json!(n))),
        float.prop_map(|n| ("rate", Value::Number(n))),
        text().prop_map(|t| ("_fname", json!(t))),
        date.prop_map(|d| ("_bdate", d)),
        instant.prop_map(|d| ("_regdate", d)),
        any::<u32>().prop_map(|n| ("_ip", json!(std::net::Ipv4Addr::from(n).to_string()))),
        any::<u128>().prop_map(|n| ("_ip", json!(std::net::Ipv6Addr::from(n).to_string()))),
        any::<bool>().prop_map(|b| ("level", json!(if b { "low" } else { "high" }))),
        any::<bool>().prop_map(|b| ("_sex", json!(if b { "male" } else { "female" }))),
        any::<bool>().prop_map(|b| ("flag", json!(b))),
        proptest::collection::vec(text(), 1..4).prop_map(|t| ("labels", json!(t))),
        proptest::collection::vec(phone, 1..3).prop_map(|p| ("phones", json!(p))),
        object(json_value()).prop_map(|o| ("meta", o)),
        proptest::collection::vec(object(json_value()), 1..3).prop_map(|o| ("items", json!(o))),
        "[a-z]{1,8}".prop_map(|name| ("email", json!(format!("{name}@b.example")))),
    ]
}

fn store() -> Store {
    let mut database = database();
    let mut fields = database.fields.clone().into_vec();
    fields.push(Field::new(
        FieldId::new(200).unwrap(),
        "flag",
        FieldType::Boolean,
    ));
    database.fields = Fields::from(fields);
    Store::of(database)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_value_comes_back(
        (field, value) in values(),
        separator in prop_oneof![Just(","), Just(";"), Just("; "), Just("|")],
        sheet in any::<bool>(),
    ) {
        let store = store();
        let schema = store.schema();
        let known = store.database.field(field).unwrap();
        // Dates of other forms, dirty texts and so on are no canonical values.
        let canonical = known.normalise(&value, &store.database.context());
        prop_assume!(canonical.is_ok());
        let canonical = canonical.unwrap();
        let written = cell::write(&canonical, separator);
        prop_assume!(!written.trim().is_empty());
        let settings = json!({"mode": "add", "separator": separator,
            "mapping": [{"column": "It", "to": {"field": field}}]});
        let settings = ImportSettings::parse(&settings, &schema).unwrap();
        let names = ["It".to_owned()];
        let columns = if sheet {
            Columns::Sheet(&names)
        } else {
            Columns::Text(&names)
        };
        let plan = Plan::new(&settings, columns, &schema).unwrap();
        let written = if sheet { written } else { neutralise(&written).into_owned().into() };
        let cell = |index: usize| (index == 0).then_some(&*written);
        let item = plan.item(Row::Cells(&cell)).unwrap();
        let read = known.normalise(&item[field], &store.database.context());
        prop_assert_eq!(read, Ok(canonical));
    }

    #[test]
    fn no_cell_breaks_a_plan(cell in "\\PC{0,20}|[-+0-9., eE:/T]{0,20}|[\\[\\]{}\",:a\n\t]{0,20}") {
        for field in ["score", "rate", "_bdate", "labels", "phones", "meta", "items", "level"] {
            // Read or refused under the column's header, nothing else.
            if let Err(wrong) = Rig::field(field, json!({"date_formats": ["%d.%m.%Y"]}), &cell) {
                prop_assert!(wrong.iter().all(|e| e.pointer == "/It"), "{:?}", wrong);
            }
        }
    }
}
