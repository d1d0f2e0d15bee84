//! What events note is read wherever a field can be named, and written by nobody.

use crate::support::{Store, at, code, created, wrongs};
use roster_model::condition::Moment;
use roster_model::export::take_columns;
use roster_model::import::{Columns, ImportSettings, Plan, Row};
use roster_model::read::Members;
use roster_model::restrictions::{Outlook, Restrictions};
use roster_model::write::{Command, prepare_patch};
use roster_model::{BulkUpdate, Condition, Zone};
use serde_json::{Value, json};

/// One profile that opened a message.
fn store() -> Store {
    let mut store = Store::new();
    created(store.import("email", json!({"email": "a@x.org"})));
    let opened = json!({"type": "opened", "email": "a@x.org"});
    let opened = Command::event(&opened, at(0), &store.schema()).unwrap();
    store.run(&[opened]).remove(0).unwrap();
    store
}

#[test]
fn conditions_ask_for_it() {
    let store = store();
    let holds = |json: Value| {
        let condition = Condition::parse(&json, &store.schema()).unwrap();
        let moment = Moment {
            now: at(1),
            zone: Zone::utc(),
        };
        condition.holds(
            store.get(1),
            &|_| false,
            &|_| 0,
            &|_| 0,
            &Restrictions::default(),
            &moment,
        )
    };
    assert!(holds(json!({"field": "_open_date", "last": "1d"})));
    assert!(holds(json!({"field": "_open_exist", "eq": true})));
    assert!(holds(json!({"field": "_click_exist", "exists": false})));
    assert!(!holds(json!({"field": "_click_date", "last": "1d"})));
    let odd = json!({"field": "_open_dates", "exists": true});
    let odd = Condition::parse(&odd, &store.schema()).unwrap_err();
    assert_eq!(odd[0].code.as_str(), "unknown_field");
}

#[test]
fn exports_have_it_with_all_fields_and_by_name() {
    let store = store();
    let columns = |json: Value| {
        let mut members = Members::of(&json).unwrap();
        take_columns(&mut members, &store.schema())
    };
    for body in [json!({}), json!({"fields": ["_open_date"]})] {
        let columns = columns(body);
        let column = columns.iter().find(|one| one.name() == "_open_date");
        let value = column.unwrap().value(store.get(1), &Outlook::default());
        assert_eq!(value, Some(json!(at(0))));
    }
}

#[test]
fn nobody_writes_it() {
    let mut store = store();
    let given = json!({"email": "a@x.org", "_open_date": "2026-01-01", "_unsub_exist": false});
    let refused = wrongs(store.import("email", given));
    assert_eq!(
        refused,
        [
            ("read_only", "/data/_open_date".to_owned()),
            ("read_only", "/data/_unsub_exist".to_owned())
        ]
    );
    let patch = json!({"data": {"_open_date": null}});
    let patched = prepare_patch(store.id(1), &patch, None, &store.schema());
    assert_eq!(wrongs(patched)[0].0, "read_only");
    let update = json!({"set": {"_hard_bounce_exist": true}});
    let update = BulkUpdate::parse(&update, &store.schema()).unwrap_err();
    assert_eq!(update[0].code.as_str(), "read_only");
    let mapped = json!({"mapping": [{"column": "a", "to": {"field": "_open_date"}}]});
    let mapped = ImportSettings::parse(&mapped, &store.schema()).unwrap_err();
    assert_eq!(
        (mapped[0].code.as_str(), &*mapped[0].pointer),
        ("read_only", "/mapping/0/to/field")
    );
    let matching = json!({"matching": "custom", "field_name": "_open_date", "data": {}});
    assert_eq!(code(store.write(matching)), "not_matchable");
}

#[test]
fn a_record_that_was_exported_comes_back_without_it() {
    let store = store();
    let settings = json!({"matching": "email", "mapping": "data"});
    let settings = ImportSettings::parse(&settings, &store.schema()).unwrap();
    let plan = Plan::new(&settings, Columns::Records, &store.schema()).unwrap();
    let record = json!({"email": "b@x.org", "_open_exist": true, "_open_date": at(0)});
    let record = record.as_object().unwrap().clone();
    let item = plan.prepare(Row::Record(&record), &store.schema()).unwrap();
    let mut store = store.clone();
    store.run(&[item]).remove(0).unwrap();
    assert_eq!(
        Value::Object(store.get(2).data.clone()),
        json!({"email": "b@x.org"})
    );
}
