//! A database file for one test, with definitions and jobs to write with.

use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll, Waker};

use roster_model::define::Settings;
use roster_model::write::{Command, Refusal, Request, Schema};
use roster_model::{
    Database, DatabaseId, DatabaseSettings, Field, Profile, ResourceSettings, Segment,
    SegmentSettings, Timestamp, standard_fields,
};
use roster_store::catalogue::{self, Author, Definitions};
use roster_store::write::{Batch, BatchOutcome, ItemResult, run};
use roster_store::{Cell, Error, Sql, databases, fields, migrate, profiles, resources, segments};
use serde_json::{Map, Value, json};

use crate::engine::{self, Connection};

/// The answer of a future that waits for nothing, as an engine in this process
/// gives it.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

/// The first moment of every test.
pub const START: i64 = 1_795_000_000_000;

/// Passes a second with every look at it, so that no two changes are made at
/// the same time.
static CLOCK: AtomicI64 = AtomicI64::new(0);

pub fn tick() -> Timestamp {
    Timestamp::from_ms(START + CLOCK.fetch_add(1000, Ordering::Relaxed))
}

pub fn author() -> Author<'static> {
    Author {
        actor: "tester",
        interface: "api",
        at: tick(),
    }
}

pub fn database_id(id: i64) -> DatabaseId {
    DatabaseId::new(id).unwrap()
}

/// The database that most tests write to.
pub const PEOPLE: i64 = 1;
/// Another one, with standard fields only.
pub const OTHERS: i64 = 2;

/// A database file in a folder of its own, gone with the value.
pub struct World {
    folder: PathBuf,
}

impl World {
    /// An empty file.
    pub fn empty() -> Self {
        static NUMBER: AtomicI64 = AtomicI64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("roster-store-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        World { folder }
    }

    /// A file with two databases and two resources: 1 has all channels, 2
    /// raises priority; both serve both.
    pub fn new() -> Self {
        let world = World::empty();
        let sql = world.connect();
        block_on(async {
            migrate::migrate(&sql, migrate::VERSION).await.unwrap();
            sql.query("BEGIN IMMEDIATE", vec![]).await.unwrap();
            for name in ["People", "Others"] {
                let settings = DatabaseSettings::create(&json!({"name": name, "region": "DE"}));
                let made =
                    databases::create(&sql, settings.unwrap(), standard_fields(), &author()).await;
                assert!(made.unwrap().is_some());
            }
            sql.query("COMMIT", vec![]).await.unwrap();
        });
        for field in [
            json!({"name": "code", "type": "string", "unique": true, "searchable": true}),
            json!({"name": "number", "type": "integer", "unique": true}),
            json!({"name": "tier", "type": "string", "matchable": true, "searchable": true}),
            json!({"name": "labels", "type": "tags", "matchable": true, "searchable": true}),
            json!({"name": "points", "type": "integer"}),
            json!({"name": "note", "type": "string"}),
            json!({"name": "level", "type": "enum", "options": ["low", "high"]}),
            json!({"name": "rank", "type": "enum", "options": ["Första", "b"], "matchable": true}),
            json!({"name": "groups", "type": "tags", "matchable": true}),
            json!({"name": "since", "type": "date", "matchable": true}),
            json!({"name": "rate", "type": "float", "matchable": true}),
            json!({"name": "active", "type": "boolean", "matchable": true}),
        ] {
            add_field(&sql, PEOPLE, &field);
        }
        add_resource(
            &sql,
            json!({"name": "all", "databases": [1, 2], "categories": ["news", "offers"],
                "channels": ["email", "sms", "push", "telegram_bot", "whatsapp"]}),
        );
        add_resource(
            &sql,
            json!({"name": "raises", "databases": [1, 2], "channels": ["email"],
                "raise_priority": true}),
        );
        world
    }

    /// A connection of its own.
    pub fn connect(&self) -> Connection {
        let sql = engine::open(&self.folder.join("store.db"));
        block_on(sql.query("PRAGMA journal_mode = WAL", vec![])).unwrap();
        block_on(sql.query("PRAGMA synchronous = NORMAL", vec![])).unwrap();
        sql
    }
}

/// A connection to a database of its own, gone with it.
pub fn in_memory() -> Connection {
    engine::open(Path::new(":memory:"))
}

impl Drop for World {
    fn drop(&mut self) {
        // Nothing hangs on it: the system clears the folder one day.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn add_field(sql: &Connection, database: i64, definition: &Value) {
    let known = definitions(sql, database).database.clone();
    block_on(async {
        sql.query("BEGIN IMMEDIATE", vec![]).await.unwrap();
        let id = fields::next_id(sql, known.id).await.unwrap();
        let field = Field::create(id, definition, &known.context()).unwrap();
        fields::create(sql, &known, &field, &author())
            .await
            .unwrap();
        sql.query("COMMIT", vec![]).await.unwrap();
    });
}

/// A segment of a database.
pub fn add_segment(sql: &Connection, database: i64, name: &str) -> Segment {
    let settings = SegmentSettings::create(&json!({ "name": name })).unwrap();
    let made = within(sql, async || {
        segments::create(sql, database_id(database), settings, &author()).await
    });
    made.unwrap().segment
}

/// Does work in one transaction.
pub fn within<T>(sql: &Connection, work: impl AsyncFnOnce() -> Result<T, Error>) -> T {
    block_on(async {
        sql.query("BEGIN IMMEDIATE", vec![]).await.unwrap();
        let done = work().await.unwrap();
        sql.query("COMMIT", vec![]).await.unwrap();
        done
    })
}

pub fn add_resource(sql: &Connection, definition: Value) {
    let context = definitions(sql, PEOPLE).database.clone();
    let settings = ResourceSettings::create(&definition, &context.context()).unwrap();
    block_on(async {
        sql.query("BEGIN IMMEDIATE", vec![]).await.unwrap();
        let made = resources::create(sql, settings, &author()).await.unwrap();
        assert!(made.is_some());
        sql.query("COMMIT", vec![]).await.unwrap();
    });
}

/// Somebody else has left and bounced before, so that definitions don't change when
/// the first of a test's people does.
pub fn somebody_left(sql: &Connection) {
    execute(
        sql,
        "INSERT INTO standing (hash, database_id, resource_id, key_id, status, weight, party, at, noted_at, how, told_in)
         VALUES (zeroblob(16), 0, 0, 1, 1, 1, 2, 1, 1, 'test', 0)",
    );
    execute(sql, "UPDATE suppression_lists SET forms = 511");
    execute(sql, "UPDATE catalogue SET version = version + 1");
}

pub fn definitions(sql: &Connection, database: i64) -> Arc<Definitions> {
    let found = block_on(catalogue::load(sql, database_id(database))).unwrap();
    Arc::new(found.unwrap())
}

pub fn schema(definitions: &Definitions) -> Schema<'_> {
    definitions.schema()
}

/// A job of items that were prepared already.
pub fn job(definitions: &Arc<Definitions>, items: Vec<Result<Command, Refusal>>) -> Batch {
    Batch {
        definitions: Arc::clone(definitions),
        beside: Vec::new(),
        items,
        atomic: false,
        now: tick(),
        actor: "tester".to_owned(),
        interface: "api",
        origin: roster_model::Origin::Api,
        speaks_for_all: true,
        repeatable: None,
        step: None,
        delivery: None,
        dry: false,
    }
}

pub fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// A batch with these members beside its data.
pub fn batch(definitions: &Arc<Definitions>, members: &Value, data: &[Value]) -> Batch {
    let schema = schema(definitions);
    let request = Request::parse(object(members), &schema, true).unwrap();
    let items = data.iter().map(|data| request.prepare(data, &schema));
    job(definitions, items.collect())
}

/// An import matched by e-mail.
pub fn import(definitions: &Arc<Definitions>, data: &[Value]) -> Batch {
    batch(definitions, &json!({}), data)
}

pub fn run_one(sql: &impl Sql, job: &Batch) -> Result<BatchOutcome, Error> {
    block_on(run(sql, &[job])).remove(0)
}

/// The results of a job that was written.
pub fn results(done: Result<BatchOutcome, Error>) -> Vec<ItemResult> {
    match done {
        Ok(BatchOutcome::Written(results)) => results,
        other => panic!("not written: {other:?}"),
    }
}

pub fn write(sql: &impl Sql, job: &Batch) -> Vec<ItemResult> {
    results(run_one(sql, job))
}

/// What became of each item: the outcome's name or the error's code.
pub fn kinds(results: &[ItemResult]) -> Vec<&'static str> {
    let kind = |result: &ItemResult| match result {
        Ok(outcome) => outcome.kind.as_str(),
        Err(error) => error.code.as_str(),
    };
    results.iter().map(kind).collect()
}

/// Imports people who must be new, each to be written.
pub fn fill(sql: &Connection, database: i64, data: &[Value]) {
    let definitions = definitions(sql, database);
    for chunk in data.chunks(500) {
        let results = write(sql, &import(&definitions, chunk));
        assert!(
            kinds(&results).iter().all(|kind| *kind == "created"),
            "{results:?}"
        );
    }
}

/// All profiles there are, by id.
pub fn everybody(sql: &impl Sql) -> Vec<Profile> {
    let rows = block_on(sql.query("SELECT pk FROM profiles ORDER BY pk", vec![])).unwrap();
    let pks: Vec<i64> = rows.iter().map(|row| row.integer(0).unwrap()).collect();
    let mut all = Vec::new();
    for chunk in pks.chunks(500) {
        all.extend(block_on(profiles::many(sql, chunk)).unwrap());
    }
    all.sort_by_key(|profile| profile.id);
    all
}

/// The one profile with this e-mail.
pub fn who(sql: &impl Sql, email: &str) -> Profile {
    let mut found = everybody(sql);
    found.retain(|profile| profile.data.get("email") == Some(&json!(email)));
    assert_eq!(found.len(), 1, "{email}");
    found.remove(0)
}

pub fn all_databases(sql: &impl Sql) -> Vec<Database> {
    block_on(catalogue::all(sql)).unwrap().1
}

pub fn rows(sql: &impl Sql, statement: &str, parameters: Vec<Cell>) -> Vec<Vec<Cell>> {
    let rows = block_on(sql.query(statement, parameters)).unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

pub fn execute(sql: &impl Sql, statement: &str) {
    block_on(sql.query(statement, vec![])).unwrap();
}

/// Takes all search text that waits into the index.
pub const FOLD_ALL: &str = "INSERT INTO search_folds (least, most) VALUES (1, 1000000)";

/// All words of the vocabulary.
pub fn vocabulary(sql: &impl Sql) -> std::collections::BTreeSet<String> {
    let words = rows(sql, "SELECT word FROM search_words", vec![]);
    let words = words.into_iter().map(|row| match row.as_slice() {
        [Cell::Text(word)] => word.clone(),
        other => panic!("{other:?}"),
    });
    words.collect()
}

/// How many documents there are where none waits that is in the index already.
pub const DOCUMENTS: &str =
    "SELECT (SELECT count(*) FROM search_docsize) + (SELECT count(*) FROM search_pending)";

/// Everything that a write may touch, to be compared before and after.
pub fn dump(sql: &impl Sql) -> Vec<Vec<Vec<Cell>>> {
    [
        "SELECT * FROM profiles",
        "SELECT * FROM match_keys",
        "SELECT * FROM subscriptions",
        "SELECT * FROM history",
        "SELECT * FROM profile_counts",
        "SELECT * FROM subscription_counts",
        "SELECT id, sz FROM search_docsize",
        "SELECT * FROM search_pending",
        "SELECT * FROM idempotency",
        "SELECT * FROM segments",
        "SELECT * FROM segment_members",
    ]
    .map(|statement| rows(sql, statement, vec![]))
    .into()
}
