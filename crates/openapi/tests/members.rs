//! What bodies are said to have is what their readers know: no member more, and none
//! less.
//!
//! Readers list their members nowhere. So every word that stands in the source between
//! quotation marks, or is a field's name there, is held out to each of them; those that
//! it doesn't refuse as unknown are its members.

use roster_intake::FileSettings;
use roster_jobs::export;
use roster_model::Code;
use roster_model::define::Settings;
use roster_model::import::{ImportSettings, SegmentGoal};
use roster_model::schedule::{FileSource, ScheduleSettings, TableSource, Timing};
use roster_model::segment::Moves;
use roster_model::suppression::SuppressionSettings;
use roster_model::write::{
    Command, REQUEST_MEMBERS, Refusal, Schema, prepare_asks, prepare_patch,
    prepare_subscription_set,
};
use roster_model::{
    BulkUpdate, Context, Database, DatabaseId, DatabaseSettings, Field, Fields, FormSettings,
    Invalid, ProfileId, Range, Resource, ResourceId, ResourceSettings, SegmentId, SegmentSettings,
    Timestamp, UserSettings, WatcherSettings, Zone, standard, standard_fields,
};
use roster_openapi::{document, root};
use roster_receive::HookSettings;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Where readers are.
const SOURCES: [&str; 7] = [
    "crates/api/src",
    "crates/intake/src",
    "crates/jobs/src",
    "crates/model/src",
    "crates/receive/src",
    "crates/sheets/src",
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

type Reader<'a> = &'a dyn Fn(&Value) -> Vec<Invalid>;

/// Whether a reader refuses a member beside those of `base` as unknown.
fn refuses(read: Reader<'_>, base: &Value, name: &str) -> bool {
    let mut body = base.as_object().unwrap().clone();
    body.entry(name).or_insert(json!(0));
    let place = format!("/{name}");
    let wrong = read(&Value::Object(body)).into_iter();
    let refusals = ["unknown_field", "unknown_member", "read_only"];
    let mut refused = wrong.filter(|one| refusals.contains(&one.code.as_str()));
    refused.any(|one| one.pointer == place)
}

fn members(read: Reader<'_>, base: &Value, words: &BTreeSet<String>) -> BTreeSet<String> {
    let known = words.iter().filter(|name| !refuses(read, base, name));
    known.cloned().collect()
}

fn of<T>(read: Result<T, Vec<Invalid>>) -> Vec<Invalid> {
    read.err().unwrap_or_default()
}

/// The same for a profile's item.
fn of_item(read: Result<Command, Refusal>) -> Vec<Invalid> {
    let error = read.err();
    error
        .map(|error| error.errors.into_vec())
        .unwrap_or_default()
}

/// What is wrong inside a part of a body, seen from there.
fn inside(place: &str, mut wrong: Vec<Invalid>) -> Vec<Invalid> {
    for one in &mut wrong {
        one.pointer = one.pointer.replacen(place, "", 1);
    }
    wrong
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
            let unknown = |name: &String| Invalid::new(Code::UnknownField, "").at(name);
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
    for list in ["allOf", "oneOf"] {
        for part in schema[list].as_array().into_iter().flatten() {
            names.extend(described(document, part));
        }
    }
    let own = schema["properties"].as_object().into_iter().flatten();
    names.extend(own.map(|(name, _)| name.clone()));
    names
}

/// The bodies of the document, held against their readers.
struct Bodies {
    document: Value,
    words: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Default for Bodies {
    fn default() -> Self {
        let words = words();
        assert!(words.len() > 500, "{}", words.len());
        Bodies {
            document: document(),
            words,
            wrong: Vec::new(),
        }
    }
}

impl Bodies {
    /// Holds schemas against a reader. `base` is what a body has at least; `other` are
    /// members that somebody else reads.
    fn hold(&mut self, names: &[&str], read: Reader<'_>, base: &Value, other: &[&str]) {
        if !refuses(read, base, "no_such_member") {
            let what = format!("the reader of {names:?} refuses nothing");
            return self.wrong.push(what);
        }
        let known = members(read, base, &self.words);
        for name in names {
            let schema = &self.document["components"]["schemas"][name];
            let described = described(&self.document, schema);
            for member in known.symmetric_difference(&described) {
                let known = known.contains(member);
                let side = if known { "described" } else { "known" };
                if !other.contains(&member.as_str()) {
                    self.wrong.push(format!("{name}.{member} is not {side}"));
                }
            }
        }
    }
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
    let resources = [Resource {
        id: ResourceId::new(1).unwrap(),
        settings: ResourceSettings::create(&resource, &context).unwrap(),
        created_at: Timestamp::from_ms(0),
        updated_at: Timestamp::from_ms(0),
    }];
    let schema = Schema {
        database: &database,
        resources: &resources,
        segments: &[],
        relation_types: &[],
        neighbours: &[],
        control: None,
    };
    let segment = SegmentId::new(1).unwrap();
    let first = standard::FIRST_CUSTOM_FIELD;
    let is_request = |name: &str| REQUEST_MEMBERS.contains(&name) || name == "data";
    let of_request = |body: &Value| {
        let unknown = body.as_object().unwrap().keys();
        let unknown = unknown.filter(|name| !is_request(name));
        unknown
            .map(|name| Invalid::new(Code::UnknownMember, "").at(name))
            .collect()
    };
    let contacts = |body: &Value| {
        let export = json!({"subscriptions": [body]});
        inside(
            "/subscriptions/0",
            of(export::Request::parse(&export, &schema)),
        )
    };
    let template = |body: &Value| {
        let update = json!({"subscriptions": [body]});
        inside("/subscriptions/0", of(BulkUpdate::parse(&update, &schema)))
    };
    let in_resource = |name: &str, place: &str, body: Value| {
        let mut settings = resource.clone();
        settings[name] = body;
        inside(place, of(ResourceSettings::create(&settings, &context)))
    };
    let field = |b: &Value| in_resource("fields", "/fields/0", json!([b]));
    let category = |b: &Value| in_resource("categories", "/categories/0", json!([b]));
    let opt_in = |b: &Value| in_resource("double_opt_in", "/double_opt_in", b.clone());
    let profile = ProfileId::from_pk(1).unwrap();
    let patch = |b: &Value| of_item(prepare_patch(profile, b, None, &schema));
    let subscription = |b: &Value| of_item(prepare_subscription_set(profile, b, None, &schema));
    let asks = |b: &Value| match prepare_asks(profile, &[], b, &schema) {
        Ok(_) => Vec::new(),
        Err(error) => error.errors.into_vec(),
    };
    let event = |b: &Value| of_item(Command::event(b, Timestamp::from_ms(0), &schema));
    let moved = |body: &Value| {
        let ids = of(Moves::parse(body));
        // By ids or by a condition: a member of either.
        let condition = of(BulkUpdate::of_members(body, segment));
        ids.into_iter()
            .filter(|one| {
                let same =
                    |other: &Invalid| (other.code, &other.pointer) == (one.code, &one.pointer);
                condition.iter().any(same)
            })
            .collect()
    };
    let none = json!({});
    let column = json!({"resource_id": "1", "channel": "email"});
    let one = json!({"resource_id": "1", "channel": "email", "email": "ann@example.org"});
    let told = json!({"type": "opened", "email": "ann@example.org"});
    let of_form = json!({"resource_id": "1"});
    let of_field = json!({"channel": "email", "name": "note", "type": "string"});
    let named = json!({"name": "news"});
    // Contacts of other channels and other spellings of them; what is refused later.
    let others = [
        "phone",
        "provider",
        "subscription_id",
        "cc_data",
        "email_data",
        "skip_invalid_subscriptions",
    ];
    let spellings = [
        "email",
        "sms",
        "push",
        "telegram_bot",
        "whatsapp",
        "viber",
        "notify",
    ];
    let spellings = spellings.map(|channel| format!("{channel}_data"));
    let mut asked: Vec<&str> = spellings.iter().map(String::as_str).collect();
    asked.push("id");
    // What a shown field has, always the same, so that it may come back.
    let fixed = [
        "case",
        "id",
        "matchable",
        "searchable",
        "standard",
        "unique",
    ];
    let mut bodies = Bodies::default();
    let names = ["NewDatabase", "DatabasePatch"];
    bodies.hold(&names, &|b| of(DatabaseSettings::create(b)), &none, &[]);
    let read_field = |b: &Value| of(Field::create(first, b, &context));
    bodies.hold(&["NewField"], &read_field, &none, &[]);
    bodies.hold(&["FieldPatch"], &read_field, &none, &["name"]);
    let read_resource = |b: &Value| of(ResourceSettings::create(b, &context));
    let names = ["NewResource", "ResourcePatch"];
    bodies.hold(&names, &read_resource, &resource, &[]);
    bodies.hold(&["SubscriptionField"], &field, &of_field, &fixed);
    bodies.hold(&["Category"], &category, &named, &[]);
    bodies.hold(&["DoubleOptIn"], &opt_in, &none, &[]);
    let names = ["NewSegment", "SegmentPatch"];
    bodies.hold(&names, &|b| of(SegmentSettings::create(b)), &none, &[]);
    bodies.hold(&["MemberChange"], &moved, &none, &[]);
    // A list that is shown may come back: what it is stays.
    let names = ["NewSuppression", "SuppressionPatch"];
    let read_list = |b: &Value| of(SuppressionSettings::create(b));
    bodies.hold(&names, &read_list, &none, &["is_global"]);
    let names = ["NewWatcher", "WatcherPatch"];
    bodies.hold(&names, &|b| of(WatcherSettings::create(b)), &none, &[]);
    let names = ["NewUser", "UserPatch"];
    bodies.hold(&names, &|b| of(UserSettings::create(b)), &none, &[]);
    // The handler takes it out before.
    let names = ["NewForm", "FormPatch"];
    let read_form = |b: &Value| of(FormSettings::create(b));
    bodies.hold(&names, &read_form, &of_form, &["database_id"]);
    bodies.hold(&["NewHook"], &|b| of(HookSettings::create(b)), &none, &[]);
    let read_schedule = |b: &Value| of(ScheduleSettings::create(b, &zone));
    bodies.hold(
        &["NewSchedule", "SchedulePatch"],
        &read_schedule,
        &none,
        &[],
    );
    bodies.hold(
        &["SchedulePlan"],
        &|b| of(Timing::parse(b, &zone)),
        &none,
        &[],
    );
    bodies.hold(
        &["ScheduleFile"],
        &|b| of(FileSource::parse(b, None)),
        &none,
        &[],
    );
    bodies.hold(
        &["ScheduleTable"],
        &|b| of(TableSource::parse(b, None)),
        &none,
        &[],
    );
    // Split off before; and the name of saved settings stands alone.
    let read_import = |b: &Value| of(ImportSettings::parse(b, &schema));
    bodies.hold(&["StartImport"], &read_import, &none, &["file", "settings"]);
    bodies.hold(&["ImportFile"], &of_file, &none, &[]);
    let read_goal = |b: &Value| of(SegmentGoal::parse(b, &schema));
    bodies.hold(&["IntoSegmentBody"], &read_goal, &none, &[]);
    bodies.hold(
        &["NewUpdate"],
        &|b| of(BulkUpdate::parse(b, &schema)),
        &none,
        &[],
    );
    bodies.hold(&["UpdateSubscription"], &template, &column, &others);
    let read_export = |b: &Value| of(export::Request::parse(b, &schema));
    // The handler takes the view out before.
    bodies.hold(&["StreamedExport"], &read_export, &none, &["view"]);
    bodies.hold(&["ExportedContacts"], &contacts, &column, &[]);
    bodies.hold(&["Range"], &|b| of(Range::parse(b)), &none, &[]);
    bodies.hold(&["Write"], &of_request, &none, &[]);
    bodies.hold(&["Patch"], &patch, &none, &[]);
    bodies.hold(&["SubscriptionBody"], &subscription, &one, &others);
    bodies.hold(&["ConfirmationBody"], &asks, &none, &asked);
    bodies.hold(&["MessageEvent"], &event, &told, &[]);
    assert!(bodies.wrong.is_empty(), "{}", bodies.wrong.join("\n"));
}
