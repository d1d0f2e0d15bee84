//! Whatever is exported and imported again changes nothing: every type of
//! field, every format, whatever the values.
#![cfg(feature = "export")]

use calamine::{Data, Reader, Xlsx};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use roster_jobs::export::{Request, Table};
use roster_model::define::Settings;
use roster_model::import::{Columns, ImportSettings, Plan, Row};
use roster_model::restrictions::Outlook;
use roster_model::text::clean;
use roster_model::write::{OutcomeKind, Request as Writing};
use roster_model::{
    DatabaseId, DatabaseSettings, Field, FieldId, FieldType, Profile, ResourceSettings, Timestamp,
    standard_fields,
};
use roster_sheets::Writer;
use roster_store::catalogue::{self, Author, Definitions};
use roster_store::native::Native;
use roster_store::write::{Batch, BatchOutcome, ItemResult, run};
use roster_store::{databases, migrate, profiles, resources};
use serde_json::{Map, Value, json};
use std::io::Cursor;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

/// Options that are easily taken for something else.
const OPTIONS: [&str; 9] = ["a", "A", "2", "1", "=x", "true", "é", "x y", "-5"];

/// A database with a field of every type, each named after it.
fn world() -> (Native, Arc<Definitions>) {
    let sql = Native::in_memory().unwrap();
    let at = Timestamp::from_ms(1_795_000_000_000);
    let author = Author {
        actor: "tester",
        interface: "api",
        at,
    };
    let mut fields = standard_fields();
    for (kind, id) in FieldType::CUSTOM.into_iter().zip(100..) {
        let name = format!("a_{kind}");
        let mut field = Field::new(FieldId::new(id).unwrap(), &name, kind);
        field.position = id;
        if kind == FieldType::Enum {
            field.options = OPTIONS.map(str::to_owned).to_vec();
        }
        assert_eq!(field.check_definition(), Ok(()));
        fields.push(field);
    }
    let known = block_on(async {
        migrate::migrate(&sql, migrate::VERSION).await.unwrap();
        let settings = json!({"name": "People", "region": "DE", "time_zone": "Europe/Berlin"});
        let settings = DatabaseSettings::create(&settings).unwrap();
        let made = databases::create(&sql, settings, fields, &author).await;
        let database = made.unwrap().unwrap().database;
        let resource = json!({"name": "all", "databases": [1],
            "channels": ["email", "sms", "push", "telegram_bot"],
            "categories": [{"name": "news"}, {"name": "offers"}],
            "fields": [{"channel": "email", "name": "note", "type": "object"}]});
        let resource = ResourceSettings::create(&resource, &database.context()).unwrap();
        resources::create(&sql, resource, &author).await.unwrap();
        let known = catalogue::load(&sql, DatabaseId::new(1).unwrap()).await;
        known.unwrap().unwrap()
    });
    (sql, Arc::new(known))
}

/// Text that is easily taken for something else, or any.
fn text() -> BoxedStrategy<String> {
    let odd = "[=+@'\"\\[\\]{},;|a1. _x0D\u{a0}\u{fffe}ж-]{0,12}";
    let known = prop::sample::select(vec![
        "",
        " ",
        "null",
        "NULL",
        "true",
        "1",
        "-5",
        "'=1",
        "''+1",
        "2001-12-31",
        "[\"a\"]",
        "{}",
        "_x000D_",
        "1e5",
        "0012",
        "=cmd|'/c calc'!A1",
        "  padded  ",
    ]);
    prop_oneof![
        3 => odd.prop_map(String::from),
        3 => "\\PC{0,20}".prop_map(String::from),
        2 => known.prop_map(str::to_owned),
    ]
    .boxed()
}

fn json_value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            object(inner),
        ]
    })
    .boxed()
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        text(),
        prop::sample::select(vec!["action", "value", "submatch"]).prop_map(str::to_owned)
    ];
    vec((name, inner), 0..3).prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// An object that looks like an update of one.
fn functional() -> impl Strategy<Value = Value> {
    let action = prop::sample::select(vec!["set", "unset", "add", "upsert", "incr", "other"]);
    (action, json_value()).prop_map(|(action, value)| json!({"action": action, "value": value}))
}

/// What a client may send for a field of each type.
fn value(kind: FieldType) -> BoxedStrategy<Value> {
    let pick = |values: &'static [&'static str]| prop::sample::select(values).prop_map(Value::from);
    match kind {
        FieldType::Integer => prop_oneof![any::<i64>(), -9i64..9]
            .prop_map(Value::from)
            .boxed(),
        FieldType::Float => prop_oneof![
            prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO,
            (-999i32..999).prop_map(|n| f64::from(n) / 8.0),
        ]
        .prop_map(Value::from)
        .boxed(),
        FieldType::String => text().prop_map(Value::from).boxed(),
        FieldType::Date => prop_oneof![
            pick(&[
                "2001-12-31",
                "0001-01-01",
                "9999-12-31",
                "1969-07-20T20:17:40Z"
            ]),
            (-60_000_000_000_000i64..250_000_000_000_000)
                .prop_map(|ms| Value::from(Timestamp::from_ms(ms).to_string())),
        ]
        .boxed(),
        FieldType::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        FieldType::Enum => prop::sample::select(&OPTIONS[..])
            .prop_map(Value::from)
            .boxed(),
        FieldType::Ip => prop_oneof![
            any::<[u8; 4]>().prop_map(|ip| Value::from(std::net::Ipv4Addr::from(ip).to_string())),
            any::<[u8; 16]>().prop_map(|ip| Value::from(std::net::Ipv6Addr::from(ip).to_string())),
        ]
        .boxed(),
        FieldType::Tags => vec(text(), 0..5)
            .prop_map(|tags| {
                // What consists of nothing visible is no tag.
                let is_tag = |tag: &String| clean(tag, 100).is_ok_and(|tag| !tag.is_empty());
                let tags = tags.into_iter().filter(is_tag);
                tags.map(Value::from).collect()
            })
            .boxed(),
        FieldType::Object => {
            prop_oneof![object(json_value()).boxed(), functional().boxed()].boxed()
        }
        FieldType::Objects => vec(object(json_value()), 0..3)
            .prop_map(Value::from)
            .boxed(),
        FieldType::Email => pick(&[
            "Ada@Example.org",
            "=a@x.org",
            "+b@x.org",
            "'c@x.org",
            "ж@ж.org",
        ])
        .boxed(),
        FieldType::Phones => vec(0u32..100, 0..4)
            .prop_map(|ends| ends.iter().map(|n| format!("+4930901820{n:02}")).collect())
            .boxed(),
    }
}

fn subscriptions() -> impl Strategy<Value = Value> {
    let contact = prop_oneof![
        "[a-c+=]@x\\.org".prop_map(|e| json!({"channel": "email", "email": e})),
        "\\+49309018200[0-9]".prop_map(|p| json!({"channel": "sms", "phone": p})),
        "[a,;|\"=+]{1,4}"
            .prop_map(|t| json!({"channel": "push", "provider": "web", "subscription_id": t})),
        "[0-9+=,]{1,4}".prop_map(|id| json!({"channel": "telegram_bot", "cc_data": {"id": id}})),
    ];
    let cats = vec(prop::sample::select(vec!["news", "offers"]), 0..2);
    let note = of(prop_oneof![
        object(json_value()).boxed(),
        functional().boxed()
    ]);
    let one = (contact, 0..7, 0..3, cats, of(text()), note).prop_map(
        |(mut one, status, priority, cats, url, note)| {
            one["resource_id"] = json!(1);
            one["status"] = json!(status);
            one["priority"] = json!(priority);
            one["cats"] = json!(cats);
            one["reg_info"] = json!({"date": "2020-02-29T01:02:03Z", "ip": "::1", "url": url});
            if let (Some(note), true) = (note, one["channel"] == "email") {
                one["custom_fields"] = json!({"note": {"action": "set", "value": note}});
            }
            one
        },
    );
    vec(one, 0..4).prop_map(Value::from)
}

/// A profile's data, with an address so that there is always something.
fn data() -> impl Strategy<Value = Value> {
    let custom: Vec<BoxedStrategy<(String, Option<Value>)>> = FieldType::CUSTOM
        .into_iter()
        .map(|kind| (Just(format!("a_{kind}")), of(value(kind))).boxed())
        .collect();
    let standard = (
        value(FieldType::Email),
        value(FieldType::Phones),
        of(text()),
        of(prop::sample::select(vec!["male", "female"])),
        of(value(FieldType::Date)),
        of("[0-9 ]{1,6}"),
        0..7,
        subscriptions(),
    );
    (custom, standard).prop_map(|(custom, standard)| {
        let (email, phones, name, sex, born, code, status, subscriptions) = standard;
        let mut data = Map::new();
        for (name, value) in custom {
            let value = value.map(|value| match value {
                // So that an object that looks like an update is none.
                object @ Value::Object(_) => json!({"action": "set", "value": object}),
                other => other,
            });
            data.insert(name, value.unwrap_or_default());
        }
        data.insert("email".to_owned(), email);
        data.insert("phones".to_owned(), phones);
        data.insert("_fname".to_owned(), json!(name));
        data.insert("_sex".to_owned(), json!(sex));
        data.insert("_bdate".to_owned(), json!(born));
        data.insert("_postal_code".to_owned(), json!(code));
        data.insert("_status".to_owned(), json!(status));
        data.insert("subscriptions".to_owned(), subscriptions);
        Value::Object(data)
    })
}

fn write(
    sql: &Native,
    known: &Arc<Definitions>,
    item: Result<roster_model::write::Command, roster_model::write::Refusal>,
) -> ItemResult {
    let batch = Batch {
        beside: Vec::new(),
        definitions: Arc::clone(known),
        items: vec![item],
        atomic: false,
        now: Timestamp::from_ms(1_795_000_001_000),
        actor: "tester".to_owned(),
        interface: "import",
        origin: roster_model::Origin::Import,
        speaks_for_all: true,
        repeatable: None,
        step: None,
        delivery: None,
        dry: false,
    };
    match block_on(run(sql, &[&batch])).remove(0) {
        Ok(BatchOutcome::Written(mut results)) => results.remove(0),
        // Somebody has left for the first time: definitions say so from now on.
        Err(roster_store::Error::Stale(roster_store::Guard::Catalogue)) => {
            let newer = block_on(catalogue::load(sql, known.database.id));
            let newer = Arc::new(newer.unwrap().unwrap());
            let batch = Batch {
                definitions: newer,
                ..batch
            };
            match block_on(run(sql, &[&batch])).remove(0) {
                Ok(BatchOutcome::Written(mut results)) => results.remove(0),
                other => panic!("{other:?}"),
            }
        }
        other => panic!("{other:?}"),
    }
}

/// Stores one profile as `data` says.
fn store(sql: &Native, known: &Arc<Definitions>, data: &Value) -> Profile {
    let request = json!({"mode": "add", "skip_invalid_subscriptions": true});
    let request = Writing::parse(request.as_object().unwrap(), &known.schema(), true).unwrap();
    let outcome = write(sql, known, request.prepare(data, &known.schema())).unwrap();
    let found = block_on(profiles::many(sql, &[outcome.id.pk()])).unwrap();
    found.into_iter().next().unwrap()
}

/// The file of one profile.
fn export(profile: &Profile, request: &Request) -> Vec<u8> {
    let table = Table::new(request);
    let mut writer = Writer::begin(&request.options, &table.names()).unwrap();
    table
        .write(profile, &Outlook::default(), &mut writer)
        .unwrap();
    let mut bytes = writer.take();
    bytes.extend(writer.finish().unwrap());
    bytes
}

/// Whether the system keeps a field, so that no import writes it.
fn is_activity(name: &str) -> bool {
    let mut fields = roster_model::activity::fields().iter();
    fields.any(|field| field.name == name)
}

/// Each column to what its name says; subscriptions to their channel.
fn mapping(headers: &[String]) -> Value {
    let targets = headers.iter().map(|name| {
        let parts: Vec<&str> = name.split('/').collect();
        let to = match parts[..] {
            ["subscriptions", resource, "push", provider, status] => {
                json!({"subscription": {"resource_id": resource, "channel": "push",
                    "provider": provider, "status": status}, "label": status})
            }
            ["subscriptions", resource, channel, status] => {
                json!({"subscription": {"resource_id": resource, "channel": channel, "status": status},
                    "label": status})
            }
            _ if is_activity(name) => json!("ignore"),
            _ => json!({ "field": name }),
        };
        json!({ "column": name, "to": to })
    });
    targets.collect()
}

fn settings(known: &Definitions, mapping: Value, more: Value) -> ImportSettings {
    let mut settings = json!({"matching": "profile_id", "mode": "update", "mapping": mapping});
    for (name, value) in more.as_object().unwrap() {
        settings[name] = value.clone();
    }
    ImportSettings::parse(&settings, &known.schema()).unwrap()
}

/// The cells of a table's only row.
fn import(
    sql: &Native,
    known: &Arc<Definitions>,
    columns: Columns,
    settings: &ImportSettings,
    cells: &[Option<String>],
) -> ItemResult {
    let plan = Plan::new(settings, columns, &known.schema()).unwrap();
    let cell = |index: usize| cells.get(index)?.as_deref();
    write(sql, known, plan.prepare(Row::Cells(&cell), &known.schema()))
}

fn unchanged(result: &ItemResult, before: &Profile, what: &str) -> Result<(), TestCaseError> {
    match result {
        Ok(outcome) => {
            prop_assert_eq!(
                outcome.kind,
                OutcomeKind::Unchanged,
                "{}: {:?}",
                what,
                before
            );
            prop_assert!(outcome.skipped.is_empty(), "{}: {:?}", what, outcome);
        }
        Err(error) => prop_assert!(false, "{}: {:?} {:?}", what, error, before),
    }
    Ok(())
}

/// Columns for every channel and status of the resource.
fn contact_columns() -> Value {
    let mut columns = Vec::new();
    for channel in ["email", "sms", "push", "telegram_bot"] {
        for status in roster_model::Status::ALL {
            let mut column = json!({"resource_id": 1, "channel": channel, "status": status,
                "statuses": false});
            if channel == "push" {
                column["provider"] = json!("web");
            }
            columns.push(column);
        }
    }
    json!(columns)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_csv_that_comes_back_changes_nothing(
        data in data(),
        separator in prop::sample::select(vec![",", ";", "|", " ", "||", "a"]),
        delimiter in prop::sample::select(vec![",", ";", "tab"]),
        raw in any::<bool>(),
    ) {
        let (sql, known) = world();
        let profile = store(&sql, &known, &data);
        let body = json!({"separator": separator, "delimiter": delimiter, "raw": raw,
            "subscriptions": contact_columns()});
        let request = Request::parse(&body, &known.schema()).unwrap();
        let bytes = export(&profile, &request);
        let byte = if delimiter == "tab" { b'\t' } else { delimiter.as_bytes()[0] };
        let mut reader = csv::ReaderBuilder::new().delimiter(byte).from_reader(&*bytes);
        let headers: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let row = reader.records().next().unwrap().unwrap();
        let cells: Vec<Option<String>> = row.iter().map(|cell| Some(cell.to_owned())).collect();
        let more = json!({"separator": separator,
            "apostrophes": if raw { "keep" } else { "restore" }});
        let settings = settings(&known, mapping(&headers), more);
        let result = import(&sql, &known, Columns::Text(&headers), &settings, &cells);
        unchanged(&result, &profile, "csv")?;
    }

    #[test]
    fn an_xlsx_that_comes_back_changes_nothing(data in data()) {
        let (sql, known) = world();
        let profile = store(&sql, &known, &data);
        let body = json!({"format": "xlsx", "subscriptions": contact_columns()});
        let request = Request::parse(&body, &known.schema()).unwrap();
        let bytes = export(&profile, &request);
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range("Sheet1").unwrap();
        let mut rows = sheet.rows();
        // Cells as a program writes them.
        let text = |cell: &Data| match cell {
            Data::Empty => None,
            other => Some(other.to_string()),
        };
        let headers: Vec<String> = rows.next().unwrap().iter().filter_map(text).collect();
        let cells: Vec<Option<String>> = rows.next().unwrap().iter().map(text).collect();
        let settings = settings(&known, mapping(&headers), json!({}));
        let result = import(&sql, &known, Columns::Sheet(&headers), &settings, &cells);
        unchanged(&result, &profile, "xlsx")?;
    }

    #[test]
    fn json_lines_that_come_back_change_nothing(data in data()) {
        let (sql, known) = world();
        let profile = store(&sql, &known, &data);
        let body = json!({"format": "jsonl", "subscriptions": "json"});
        let request = Request::parse(&body, &known.schema()).unwrap();
        let bytes = export(&profile, &request);
        let record: Map<String, Value> = serde_json::from_slice(&bytes).unwrap();
        let settings = settings(&known, json!("data"), json!({}));
        let plan = Plan::new(&settings, Columns::Records, &known.schema()).unwrap();
        let prepared = plan.prepare(Row::Record(&record), &known.schema());
        unchanged(&write(&sql, &known, prepared), &profile, "jsonl")?;
    }
}
