//! What bodies are said to have is what their readers know: no member more, and none
//! less.
//!
//! Readers list their members nowhere. So every word that stands in the source between
//! quotation marks, or is a field's name there, is held out to each of them; those that
//! it doesn't refuse as unknown are its members.

use roster_intake::FileSettings;
use roster_jobs::export;
use roster_model::import::{ImportSettings, SegmentGoal};
use roster_model::schedule::{ScheduleSettings, Source, Timing};
use roster_model::segment::Moves;
use roster_model::suppression::SuppressionSettings;
use roster_model::write::{REQUEST_MEMBERS, Schema};
use roster_model::{
    BulkUpdate, Context, Database, DatabaseId, DatabaseSettings, Field, Fields, FormSettings,
    Invalid, Range, ResourceSettings, SegmentId, SegmentSettings, Timestamp, WatcherSettings, Zone,
    standard, standard_fields,
};
use roster_openapi::{document, root};
use roster_receive::HookSettings;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Where readers are.
const SOURCES: [&str; 6] = [
    "components",
    "crates/intake/src",
    "crates/jobs/src",
    "crates/model/src",
    "crates/receive/src",
    "crates/webhook/src",
];

/// Every word that may be a member.
fn words() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for folder in SOURCES {
        collect(&root().join(folder), &mut words);
    }
    words
}

fn collect(path: &Path, words: &mut BTreeSet<String>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), words);
        }
    } else if path.extension().is_some_and(|end| end == "rs") {
        let text = std::fs::read_to_string(path).unwrap();
        let letter = |c: char| c.is_ascii_lowercase() || c == '_';
        let word = |word: &&str| !word.is_empty() && word.len() < 40 && word.chars().all(letter);
        words.extend(text.split('"').filter(word).map(str::to_owned));
        let fields = text.lines().filter_map(|line| line.trim().split_once(':'));
        let fields = fields.filter_map(|(name, _)| name.split(' ').next_back());
        let fields = fields.map(|name| name.trim_start_matches("r#"));
        words.extend(fields.filter(word).map(str::to_owned));
    }
}

type Read<'a> = &'a dyn Fn(&Value) -> Vec<Invalid>;

/// Whether a reader refuses a member beside those of `base` as unknown.
fn refuses(read: Read<'_>, base: &Value, name: &str) -> bool {
    let mut body = base.as_object().unwrap().clone();
    body.entry(name).or_insert(Value::Null);
    let place = format!("/{name}");
    let wrong = read(&Value::Object(body)).into_iter();
    let mut unknown = wrong.filter(|one| matches!(one.code, "unknown_field" | "unknown_member"));
    unknown.any(|one| one.pointer == place)
}

fn members(read: Read<'_>, base: &Value, words: &BTreeSet<String>) -> BTreeSet<String> {
    let known = words.iter().filter(|name| !refuses(read, base, name));
    known.cloned().collect()
}

fn of<T>(read: Result<T, Vec<Invalid>>) -> Vec<Invalid> {
    read.err().unwrap_or_default()
}

fn database() -> Database {
    let settings = DatabaseSettings::create(&json!({"name": "People"})).unwrap();
    Database {
        id: DatabaseId::new(1).unwrap(),
        settings,
        created_at: Timestamp::from_ms(0),
        updated_at: Timestamp::from_ms(0),
        fields: Fields::from(standard_fields()),
    }
}

/// A struct that serde reads refuses what it doesn't know by one message.
fn of_file(body: &Value) -> Vec<Invalid> {
    match serde_json::from_value::<FileSettings>(body.clone()) {
        Err(error) if error.to_string().starts_with("unknown field") => {
            let unknown = |name: &String| Invalid::new("unknown_field", "").at(name);
            body.as_object().unwrap().keys().map(unknown).collect()
        }
        _ => Vec::new(),
    }
}

/// The members of a schema, with those of what it is made of.
fn described(document: &Value, schema: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Some(link) = schema["$ref"].as_str() {
        let pointer = link.strip_prefix('#').unwrap();
        names.extend(described(document, document.pointer(pointer).unwrap()));
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        names.extend(described(document, part));
    }
    let own = schema["properties"].as_object().into_iter().flatten();
    names.extend(own.map(|(name, _)| name.clone()));
    names
}

#[test]
fn every_member_that_a_reader_knows_is_described_and_no_other() {
    let zone = Zone::utc();
    let context = Context {
        zone: &zone,
        region: None,
    };
    let database = database();
    let resource = json!({"name": "News", "databases": ["1"], "channels": ["email"]});
    let schema = Schema {
        database: &database,
        resources: &[],
        segments: &[],
    };
    let segment = SegmentId::new(1).unwrap();
    let first = standard::FIRST_CUSTOM_FIELD;
    let is_request = |name: &str| REQUEST_MEMBERS.contains(&name) || name == "data";
    let of_request = |body: &Value| {
        let unknown = body.as_object().unwrap().keys();
        let unknown = unknown.filter(|name| !is_request(name));
        unknown
            .map(|name| Invalid::new("unknown_member", "").at(name))
            .collect()
    };
    let contacts = |body: &Value| {
        let export = json!({"subscriptions": [body]});
        let mut wrong = of(export::Request::parse(&export, &schema));
        for one in &mut wrong {
            one.pointer = one.pointer.replacen("/subscriptions/0", "", 1);
        }
        wrong
    };
    let moved = |body: &Value| {
        let ids = of(Moves::parse(body));
        // By ids or by a condition: a member of either.
        let condition = of(BulkUpdate::of_members(body, segment));
        ids.into_iter()
            .filter(|one| condition.contains(one))
            .collect()
    };
    let none = json!({});
    let column = json!({"resource_id": "1", "channel": "email"});
    // The schema, its reader, what a body has at least, and what is read elsewhere or
    // isn't for this body.
    type Case<'a> = (&'a str, Read<'a>, &'a Value, &'a [&'a str], &'a [&'a str]);
    let cases: [Case<'_>; 26] = [
        (
            "NewDatabase",
            &|b| of(DatabaseSettings::create(b)),
            &none,
            &[],
            &[],
        ),
        (
            "DatabasePatch",
            &|b| of(DatabaseSettings::create(b)),
            &none,
            &[],
            &[],
        ),
        (
            "NewField",
            &|b| of(Field::create(first, b, &context)),
            &none,
            &[],
            &[],
        ),
        (
            "FieldPatch",
            &|b| of(Field::create(first, b, &context)),
            &none,
            &[],
            &["name"],
        ),
        (
            "NewResource",
            &|b| of(ResourceSettings::create(b, &context)),
            &resource,
            &[],
            &[],
        ),
        (
            "ResourcePatch",
            &|b| of(ResourceSettings::create(b, &context)),
            &resource,
            &[],
            &[],
        ),
        (
            "NewSegment",
            &|b| of(SegmentSettings::create(b)),
            &none,
            &[],
            &[],
        ),
        (
            "SegmentPatch",
            &|b| of(SegmentSettings::create(b)),
            &none,
            &[],
            &[],
        ),
        (
            "NewSuppression",
            &|b| of(SuppressionSettings::create(b)),
            &none,
            &[],
            &[],
        ),
        (
            "SuppressionPatch",
            &|b| of(SuppressionSettings::create(b)),
            &none,
            &[],
            &[],
        ),
        (
            "NewWatcher",
            &|b| of(WatcherSettings::create(b)),
            &none,
            &[],
            &[],
        ),
        (
            "WatcherPatch",
            &|b| of(WatcherSettings::create(b)),
            &none,
            &[],
            &[],
        ),
        (
            "NewForm",
            &|b| of(FormSettings::create(b)),
            &none,
            &["database_id"],
            &[],
        ),
        (
            "FormPatch",
            &|b| of(FormSettings::create(b)),
            &none,
            &[],
            &[],
        ),
        ("NewHook", &|b| of(HookSettings::create(b)), &none, &[], &[]),
        (
            "NewSchedule",
            &|b| of(ScheduleSettings::create(b, &zone)),
            &none,
            &[],
            &[],
        ),
        (
            "SchedulePatch",
            &|b| of(ScheduleSettings::create(b, &zone)),
            &none,
            &[],
            &[],
        ),
        (
            "SchedulePlan",
            &|b| of(Timing::parse(b, &zone)),
            &none,
            &[],
            &[],
        ),
        (
            "ScheduleSource",
            &|b| of(Source::parse(b, None)),
            &none,
            &[],
            &[],
        ),
        (
            "StartImport",
            &|b| of(ImportSettings::parse(b, &schema)),
            &none,
            &["file", "settings"],
            &[],
        ),
        (
            "IntoSegmentBody",
            &|b| of(SegmentGoal::parse(b, &schema)),
            &none,
            &[],
            &[],
        ),
        ("ImportFile", &of_file, &none, &[], &[]),
        (
            "NewUpdate",
            &|b| of(BulkUpdate::parse(b, &schema)),
            &none,
            &[],
            &[],
        ),
        (
            "StreamedExport",
            &|b| of(export::Request::parse(b, &schema)),
            &none,
            &[],
            &[],
        ),
        ("ExportedContacts", &contacts, &column, &[], &[]),
        ("Write", &of_request, &none, &[], &[]),
    ];
    let more: [Case<'_>; 2] = [
        ("MemberChange", &moved, &none, &[], &[]),
        ("Range", &|b| of(Range::parse(b)), &none, &[], &[]),
    ];
    let document = document();
    let words = words();
    assert!(words.len() > 500, "{}", words.len());
    let mut wrong = Vec::new();
    for (name, read, base, elsewhere, others) in cases.into_iter().chain(more) {
        assert!(
            refuses(read, base, "no_such_member"),
            "{name} refuses nothing"
        );
        let mut known = members(read, base, &words);
        known.extend(elsewhere.iter().map(|name| (*name).to_owned()));
        known.retain(|name| !others.contains(&name.as_str()));
        let schema = &document["components"]["schemas"][name];
        let described = described(&document, schema);
        for member in known.symmetric_difference(&described) {
            let side = if known.contains(member) {
                "not described"
            } else {
                "not known"
            };
            wrong.push(format!("{name}.{member} is {side}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
