//! An erased person is nowhere any more, and everybody else is as before.

use roster_model::erasure::{Person, digest};
use roster_model::suppression::keys;
use roster_model::write::{Command, prepare_delete};
use roster_model::{Contact, Email, JobId, Profile};
use roster_store::deliveries::{self, Delivery, Outcome};
use roster_store::erasures::{self, ErasureReport, Traces};
use roster_store::jobs::{self, Kind, NewJob, Piece, Progress, Role, State};
use roster_store::rates::{self, Limit};
use roster_store::search::{pending, vocabulary};
use roster_store::suppressions::entries;
use roster_store::{Cell, Error, Sql, catalogue};
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

pub fn job(sql: &Connection, kind: Kind, state: State, name: &str) -> JobId {
    let new = NewJob {
        kind,
        database: database_id(PEOPLE),
        state: State::Uploading,
        name,
        actor: "tester",
        speaks_for_all: true,
        interface: "api",
        at: tick(),
        settings: &json!({}),
        progress: &Progress::default(),
        expires_at: None,
    };
    let id = block_on(jobs::create(sql, &new)).unwrap();
    let piece = Piece {
        file: 1,
        begins: 0,
        bytes: b"email\nann@example.org\n".to_vec(),
    };
    block_on(jobs::put_chunk(sql, id, piece)).unwrap();
    let file = jobs::File {
        file: 1,
        role: Role::Upload,
        name: format!("{name}.csv"),
        size: 22,
        about: json!({}),
    };
    block_on(jobs::put_file(sql, id, &file)).unwrap();
    let turned = jobs::turn(sql, id, &[State::Uploading], state, tick(), None);
    assert!(block_on(turned).unwrap().is_some());
    id
}

fn reported(sql: &Connection, job: JobId, row: i64, body: &Value) {
    let statement = "INSERT INTO job_failures VALUES (?1, ?2, 'failed', ?3)";
    let parameters = vec![
        Cell::Integer(job.get()),
        Cell::Integer(row),
        Cell::Text(body.to_string()),
    ];
    block_on(sql.query(statement, parameters)).unwrap();
}

fn results(sql: &Connection, job: JobId, step: i64, profiles: &[&Profile]) {
    let pks: Vec<(i64, u8)> = profiles.iter().map(|p| (p.id.pk(), 1)).collect();
    let statement = "INSERT INTO job_results (job_id, step, results) VALUES (?1, ?2, ?3)";
    let parameters = vec![
        Cell::Integer(job.get()),
        Cell::Integer(step),
        Cell::Text(json!(pks).to_string()),
    ];
    block_on(sql.query(statement, parameters)).unwrap();
}

/// Removes everything but the profile of a person, in every database.
fn forget(sql: &Connection, traces: &Traces) -> ErasureReport {
    let mut forgotten = ErasureReport::default();
    for id in traces.all_databases() {
        let known = definitions(sql, id.get());
        let done = erasures::forget(sql, &known.database, traces, tick(), &mut forgotten);
        block_on(done).unwrap();
    }
    forgotten
}

/// Erases as the API does: everything else first, then the profile and what
/// tells of it in one transaction.
pub fn erase(sql: &Connection, profile: &Profile) -> ErasureReport {
    let find = || block_on(Traces::find(sql, profile)).unwrap();
    let forgotten = forget(sql, &find());
    // Masking a segment changes the definitions.
    let known = definitions(sql, profile.database.get());
    execute(sql, "BEGIN IMMEDIATE");
    let traces = find();
    block_on(erasures::forget_traces(sql, &traces)).unwrap();
    let delete = prepare_delete(profile.id, None, &schema(&known));
    write(sql, &super::world::job(&known, vec![Ok(delete)]));
    for version in &traces.versions {
        let known = definitions(sql, version.database.get());
        block_on(vocabulary::forget_words(sql, version, &known.database)).unwrap();
    }
    let remembered: Result<(), Error> = block_on(erasures::remember(sql, &traces, &author()));
    remembered.unwrap();
    execute(sql, "COMMIT");
    forgotten
}

/// Where in any table a text stands, `table.column` each.
pub fn places(sql: &Connection, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let tables = rows(
        sql,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
        vec![],
    );
    for table in tables {
        let Some(Cell::Text(table)) = table.into_iter().next() else {
            panic!("a table has a name");
        };
        let columns = rows(
            sql,
            &format!("SELECT name FROM pragma_table_info('{table}')"),
            vec![],
        );
        for column in columns {
            let Some(Cell::Text(column)) = column.into_iter().next() else {
                panic!("a column has a name");
            };
            let asked = format!(
                "SELECT count(*) FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS TEXT), ?1) > 0"
            );
            let count = rows(sql, &asked, vec![Cell::from(text)]);
            if count != [[Cell::Integer(0)]] {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    found
}

/// What doors and lists keep of somebody: deliveries of webhooks that failed, marks,
/// rates, messages, entries of suppression lists.
fn traces(sql: &Connection, ann: &Profile) {
    execute(
        sql,
        "INSERT INTO hooks VALUES ('hook', 1, 'CRM', 1, 0, 0, '{}', '[]'),
             ('other', 2, 'CRM', 1, 0, 0, '{}', '[]')",
    );
    let bodies = [
        ("1", r#"{"contact":{"email":"ANN@example.org","age":36}}"#),
        ("2", "name=Ann&email=ann%40example.org"),
        ("3", r#"{"tel":"030 9018 2001"}"#),
        ("bounce-ann@example.org-4", "{}"),
        ("5", r#"{"contact":{"email":"ben@example.org"}}"#),
    ];
    for (sender_id, body) in bodies {
        let delivery = Delivery {
            hook: "hook".to_owned(),
            sender_id: sender_id.to_owned(),
            received_at: tick(),
            outcome: Outcome::Failed,
            profile: None,
            detail: json!({"code": "x"}),
            request: json!({"headers": {}, "body": body}),
        };
        assert!(block_on(deliveries::put(sql, &delivery)).unwrap());
    }
    let limit = Limit {
        most: 1,
        span_ms: 1000,
    };
    let hit = rates::hit(sql, "again/email:ann@example.org", limit, tick());
    assert!(block_on(hit).unwrap());
    let known = definitions(sql, PEOPLE);
    let event = json!({"id": "delivered-ann@example.org", "type": "hard_bounce",
        "email": "ann@example.org"});
    let event = Command::event(&event, tick(), &schema(&known));
    write(sql, &super::world::job(&known, vec![event]));
    let banned = rows(sql, "SELECT key, form FROM suppression_entries", vec![]);
    assert_eq!(banned, [[Cell::from("ann@example.org"), Cell::Integer(0)]]);
    execute(
        sql,
        "INSERT INTO suppression_history (list_id, at, actor, interface, action, reason, count, keys)
         VALUES (1, 0, 'x', 'api', 'added', '', 2, '[\"ann@example.org\",\"ben@example.org\"]')",
    );
    let message = format!(
        "INSERT INTO outbox (kind, database_id, profile, recipient, state, body, created_at, due_at)
         VALUES ('confirmation', 1, {}, 'email:ann@example.org', 'queued', '{{}}', 0, 0)",
        ann.id.pk()
    );
    execute(sql, &message);
}

#[test]
fn whoever_is_suppressed_stays_so_by_a_hash() {
    let world = World::new();
    let sql = world.connect();
    let data = json!({"email": "ann@example.org", "phones": ["+493090182001"]});
    fill(&sql, PEOPLE, &[data]);
    let ann = who(&sql, "ann@example.org");
    traces(&sql, &ann);
    let before = block_on(catalogue::load(&sql, database_id(PEOPLE)));
    let before = before.unwrap().unwrap().version;
    erase(&sql, &who(&sql, "ann@example.org"));
    let known = definitions(&sql, PEOPLE);
    assert!(known.version > before, "instances must learn of the hashes");
    let contact = Contact::Email(Email::parse("Ann@Example.org").unwrap());
    let (list, forms) = known.suppression[0];
    let asked = keys(&contact, forms);
    let found = block_on(entries::find(&sql, &[list], &asked)).unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].entry.hits(&contact));
    assert_eq!(found[0].reason, "hard_bounce");
    let counted = rows(
        &sql,
        "SELECT entries FROM suppression_lists WHERE id = 1",
        vec![],
    );
    assert_eq!(counted, [[Cell::Integer(1)]]);
    // What is about others stays.
    let left = rows(&sql, "SELECT sender_id FROM deliveries", vec![]);
    assert_eq!(left, [[Cell::from("5")]]);
    let told = rows(
        &sql,
        "SELECT keys FROM suppression_history WHERE count = 2",
        vec![],
    );
    let want = format!(r#"["{}","ben@example.org"]"#, digest("ann@example.org"));
    assert_eq!(told, [[Cell::Text(want)]]);
}

#[test]
fn nothing_is_left_of_an_erased_person_but_hashes() {
    let world = World::new();
    let sql = world.connect();
    let ann = json!({"email": "Ann@example.org", "phones": ["+493090182001"], "note": "her secret",
        "code": "her-code", "labels": ["her-label"], "subscriptions": [
            {"resource_id": 1, "channel": "email", "email": "ann@work.example.org"},
            {"resource_id": 1, "channel": "telegram_bot", "cc_data": {"id": "her-chat"}}]});
    let ben = json!({"email": "ben@example.org", "phones": ["+493090182002"], "code": "b"});
    fill(&sql, PEOPLE, &[ann, ben]);
    let (ann, ben) = (who(&sql, "Ann@example.org"), who(&sql, "ben@example.org"));
    block_on(pending::fold_some(&sql)).unwrap();
    let words = super::world::vocabulary(&sql);
    assert!(words.contains("ann") && words.contains("work"), "{words:?}");
    execute(
        &sql,
        "INSERT INTO segments (id, database_id, name, description, revision, created_at, updated_at)
         VALUES (1, 1, 'some', '', 1, 0, 0)",
    );
    for profile in [&ann, &ben] {
        let member = format!(
            "INSERT INTO segment_members VALUES (1, {})",
            profile.id.pk()
        );
        execute(&sql, &member);
    }
    execute(
        &sql,
        &format!(
            "INSERT INTO idempotency VALUES ('k1', x'00', 201, '{{\"id\":\"{}\"}}', {START}),
             ('k2', x'00', 201, '{{\"id\":\"{}\"}}', {START})",
            ann.id, ben.id
        ),
    );
    traces(&sql, &ann);
    let finished = job(&sql, Kind::Import, State::Completed, "finished");
    let waiting = job(&sql, Kind::Import, State::Uploaded, "waiting");
    let written = job(&sql, Kind::Export, State::Completed, "written");
    let running = job(&sql, Kind::Export, State::Running, "running");
    results(&sql, finished, 1, &[&ben, &ann, &ben]);
    results(&sql, finished, 2, &[&ann]);
    results(&sql, finished, 3, &[&ben]);
    for (row, cells) in [
        (1, json!(["ANN@EXAMPLE.ORG", "x"])),
        (2, json!(["030 9018 2001"])),
        (3, json!(["ben@example.org"])),
        (4, json!(["nobody"])),
        (5, json!(["ann@work.example.org;other@example.org"])),
    ] {
        reported(&sql, finished, row, &json!({"code": "x", "cells": cells}));
    }
    let secrets = [
        ann.id.to_string(),
        ann.id.pk().to_string(),
        "ann@".to_owned(),
        "Ann@".to_owned(),
        "ANN@".to_owned(),
        "9018200".to_owned() + "1",
        "9018 2001".to_owned(),
        "her secret".to_owned(),
        "her-code".to_owned(),
        "her-label".to_owned(),
        "her-chat".to_owned(),
    ];
    for secret in &secrets {
        assert_ne!(places(&sql, secret), Vec::<String>::new(), "{secret}");
    }
    let searched = rows(&sql, DOCUMENTS, vec![]);
    assert_eq!(searched, [[Cell::Integer(2)]]);
    let touched = block_on(erasures::touched(&sql, &[database_id(PEOPLE)], &[ann.id])).unwrap();
    assert_eq!(touched.len(), 1);
    assert_eq!(touched[0].name, "finished");
    let before = dump(&sql);
    let person = Person::of(&ann);
    let found = block_on(erasures::find(&sql, database_id(PEOPLE), &person)).unwrap();
    assert_eq!(found, []);

    let forgotten = erase(&sql, &ann);
    assert_eq!(forgotten.reported, 3);
    assert_eq!(forgotten.unfinished.len(), 1);
    assert_eq!(forgotten.unfinished[0].name, "waiting");

    for secret in &secrets {
        // What is still to be imported was named, and stays.
        let left = places(&sql, secret);
        let left: Vec<_> = left.iter().filter(|p| *p != "job_chunks.bytes").collect();
        assert_eq!(left, Vec::<&String>::new(), "{secret}");
    }
    let words = super::world::vocabulary(&sql);
    assert_eq!(words, ["ben", "example", "org"].map(str::to_owned).into());
    let chunks = rows(&sql, "SELECT job_id FROM job_chunks", vec![]);
    assert_eq!(chunks, [[Cell::Integer(waiting.get())]]);
    let searched = rows(&sql, DOCUMENTS, vec![]);
    assert_eq!(searched, [[Cell::Integer(1)]]);

    // What is kept: hashes, and that it was done.
    let found = block_on(erasures::find(&sql, database_id(PEOPLE), &person)).unwrap();
    let mut kept: Vec<_> = found
        .iter()
        .map(|e| (e.hash.as_str(), e.kind.as_str()))
        .collect();
    kept.sort_unstable();
    let hashes = person.hashes();
    let mut want: Vec<_> = hashes
        .iter()
        .map(|(hash, kind)| (hash.as_str(), *kind))
        .collect();
    want.sort_unstable();
    assert_eq!(kept, want);
    assert_eq!(want.len(), 3);
    assert!(found.iter().all(|erased| erased.actor == "tester"));
    let elsewhere = block_on(erasures::find(&sql, database_id(OTHERS), &person)).unwrap();
    assert_eq!(elsewhere, []);
    let told = rows(
        &sql,
        "SELECT profile, kind, actor, changes FROM history ORDER BY id DESC LIMIT 1",
        vec![],
    );
    let told = told[0].clone();
    assert_eq!(
        told,
        [
            Cell::Integer(0),
            Cell::from("profile.erased"),
            Cell::from("tester"),
            Cell::from("[]")
        ]
    );

    // Everybody else is as before.
    assert_eq!(who(&sql, "ben@example.org"), ben);
    let left = |table: usize| {
        let mut left = before[table].clone();
        let pk = Cell::Integer(ann.id.pk());
        left.retain(|row| !row.contains(&pk));
        left
    };
    let after = dump(&sql);
    for table in [0, 1, 2] {
        assert_eq!(after[table], left(table));
    }
    let members = rows(&sql, "SELECT profile FROM segment_members", vec![]);
    assert_eq!(members, [[Cell::Integer(ben.id.pk())]]);
    let answers = rows(&sql, "SELECT key FROM idempotency", vec![]);
    assert_eq!(answers, [[Cell::from("k2")]]);
    let pk = ben.id.pk();
    let left = rows(
        &sql,
        "SELECT results FROM job_results ORDER BY step",
        vec![],
    );
    let want = [
        format!("[[{pk},1],[{pk},1]]"),
        "[]".to_owned(),
        format!("[[{pk},1]]"),
    ];
    assert_eq!(left, want.map(|results| [Cell::Text(results)]));
    let rest = block_on(jobs::failures(&sql, finished, &["failed"], 0, 10)).unwrap();
    assert_eq!(rest.iter().map(|r| r.row).collect::<Vec<_>>(), [3, 4]);

    // An export that was being made begins again; one that is done has no file.
    let begins = block_on(jobs::get(&sql, running)).unwrap().unwrap();
    assert_eq!((begins.state, begins.step), (State::Queued, 1));
    assert_eq!(begins.progress, Progress::default());
    assert!(block_on(jobs::files(&sql, written)).unwrap().is_empty());
    assert_eq!(block_on(jobs::files(&sql, waiting)).unwrap().len(), 1);
}

#[test]
fn many_reported_rows_are_looked_through_to_the_end() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &[json!({"email": "ann@example.org"})]);
    let finished = job(&sql, Kind::Import, State::Completed, "finished");
    execute(&sql, "BEGIN");
    for row in 1..=2500 {
        let email = if row % 500 == 0 { "ann" } else { "other" };
        let body = json!({"cells": [format!("{email}@example.org")]});
        reported(&sql, finished, row, &body);
    }
    execute(&sql, "COMMIT");
    let forgotten = erase(&sql, &who(&sql, "ann@example.org"));
    assert_eq!(forgotten.reported, 5);
    let left = rows(&sql, "SELECT count(*) FROM job_failures", vec![]);
    assert_eq!(left, [[Cell::Integer(2495)]]);
}

#[test]
fn what_was_asked_for_names_no_erased_person() {
    let world = World::new();
    let sql = world.connect();
    let ann = json!({"email": "ann@example.org", "phones": ["+493090182001"],
        "subscriptions": [{"resource_id": 1, "channel": "telegram_bot", "cc_data": {"id": "her-chat"}}]});
    let ben = json!({"email": "ben@example.org"});
    fill(&sql, PEOPLE, &[ann, ben]);
    let ann = who(&sql, "ann@example.org");
    let named = json!({
        "condition": {"any": [{"field": "email", "eq": "Ann@Example.org"},
            {"field": "email", "eq": "ben@example.org"}]},
        "set": {"phones": ["030 9018 2001"]}, "constants": {"_fname": "her-chat"},
        "mapping": [{"column": "Ann <ann@example.org>", "to": {"field": "email"}}],
        "file": {"skip": 2},
    })
    .to_string();
    let ask = |kind, state, name: &str| {
        let id = job(&sql, kind, state, name);
        let statement = "UPDATE jobs SET settings = ?2, problem = ?3, progress = json_set(progress, \
            '$.at', json('{\"columns\":[\"ann@example.org\",\"b\"],\"position\":493090182001}')) WHERE id = ?1";
        let parameters = vec![
            Cell::Integer(id.get()),
            Cell::from(named.as_str()),
            Cell::from("{\"code\":\"x\",\"detail\":\"No column \\\"ann@example.org\\\".\"}"),
        ];
        block_on(sql.query(statement, parameters)).unwrap();
        id
    };
    let over = ask(Kind::Update, State::Completed, "over");
    ask(Kind::Import, State::Failed, "ann@example.org.csv");
    ask(Kind::Export, State::Cancelled, "gone");
    let waits = ask(Kind::Update, State::Paused, "waits");
    for (name, database) in [("a", PEOPLE), ("other", OTHERS)] {
        let statement = "INSERT INTO import_settings VALUES (?1, ?2, 1, 0, 0, ?3)";
        let parameters = vec![
            Cell::Integer(database_id(database).get()),
            Cell::from(name),
            Cell::from(named.as_str()),
        ];
        block_on(sql.query(statement, parameters)).unwrap();
    }
    execute(
        &sql,
        "INSERT INTO import_settings VALUES (1, 'b', 1, 0, 0, '{\"constants\":{\"email\":\"ben@example.org\"}}')",
    );
    let statement =
        "INSERT INTO schedules VALUES (7, 1, 'nightly', 1, 1, NULL, ?1, NULL, '{}', 0, 0, 'x', 0)";
    let definition = json!({"name": "nightly", "settings": serde_json::from_str::<Value>(&named).unwrap(),
        "source": {"url": "https://x.org/ann@example.com"}});
    block_on(sql.query(statement, vec![Cell::Text(definition.to_string())])).unwrap();
    execute(
        &sql,
        "INSERT INTO schedule_runs VALUES (1, 7, 0, 0, 1, 'failed', NULL, 1, NULL,
             '{\"errors\":[{\"code\":\"x\",\"detail\":\"ann@example.org is no date.\"}]}')",
    );

    let statement = "INSERT INTO definitions VALUES (?1, 'view', 1, ?2, 1, 0, 0, ?3)";
    let asked: Value = serde_json::from_str(&named).unwrap();
    for (id, condition) in [(3, asked), (4, json!({"field": "_city", "eq": "Paris"}))] {
        let name = format!("view {id}");
        let settings = json!({"name": name, "condition": condition}).to_string();
        let parameters = vec![Cell::Integer(id), Cell::Text(name), Cell::Text(settings)];
        block_on(sql.query(statement, parameters)).unwrap();
    }

    let asked: Value = serde_json::from_str(&named).unwrap();
    for (id, condition) in [(8, asked), (9, json!({"field": "_city", "eq": "Paris"}))] {
        let statement = "INSERT INTO segments
                             (id, database_id, name, description, revision, created_at, updated_at, kind, rule)
                         VALUES (?1, 1, 'segment ' || ?1, '', 1, 0, 0, 'dynamic', ?2)";
        let rule = json!({ "condition": condition }).to_string();
        block_on(sql.query(statement, vec![Cell::Integer(id), Cell::Text(rule)])).unwrap();
    }

    // What settings were before, and those of a schedule that is gone.
    for kind in [
        "import_settings.updated",
        "schedule.deleted",
        "view.updated",
        "segment.updated",
    ] {
        let statement =
            "INSERT INTO history (database_id, profile, at, kind, actor, interface, changes)
                         VALUES (1, 0, 5, ?1, 'x', 'api', ?2)";
        let asked: Value = serde_json::from_str(&named).unwrap();
        let changes =
            json!([{"field": "import_settings/a/condition", "before": asked, "after": null}]);
        let parameters = vec![Cell::from(kind), Cell::Text(changes.to_string())];
        block_on(sql.query(statement, parameters)).unwrap();
    }

    let forgotten = erase(&sql, &ann);
    let masked = forgotten.masked.iter();
    let masked: Vec<_> = masked.map(|one| (one.kind, one.id.as_str())).collect();
    assert_eq!(
        masked,
        [
            ("import_settings", "a"),
            ("schedule", "7"),
            ("view", "3"),
            ("segment", "8")
        ]
    );
    let left = forgotten.unfinished.iter();
    let left: Vec<_> = left
        .map(|one| (one.kind.as_str(), &*one.name, &*one.state))
        .collect();
    assert_eq!(left, [("update", "waits", "paused")]);
    let cancelled = jobs::turn(
        &sql,
        waits,
        &[State::Paused],
        State::Cancelled,
        tick(),
        None,
    );
    assert!(block_on(cancelled).unwrap().is_some());
    // Only what another database asks for is left, which doesn't know her.
    execute(&sql, "DELETE FROM import_settings WHERE database_id = 2");
    let again = forget(&sql, &block_on(Traces::find(&sql, &ann)).unwrap());
    assert_eq!((again.masked, again.unfinished), (vec![], vec![]));
    for secret in ["nn@example.org", "nn@Example.org", "9018 2001", "her-chat"] {
        assert_eq!(places(&sql, secret), Vec::<String>::new(), "{secret}");
    }

    // What is about others stays, and the place that was reached.
    let shown = block_on(jobs::get(&sql, over)).unwrap().unwrap();
    assert_eq!(
        shown.settings["condition"]["any"][1]["eq"],
        "ben@example.org"
    );
    assert_eq!(shown.settings["condition"]["any"][0]["eq"], "***");
    assert_eq!(shown.settings["file"]["skip"], 2);
    assert_eq!(shown.progress.at["columns"], json!(["***", "b"]));
    assert_eq!(shown.progress.at["position"], 493_090_182_001_i64);
    let kept = rows(
        &sql,
        "SELECT name, revision FROM import_settings ORDER BY name",
        vec![],
    );
    let row = |name: &str, revision| vec![Cell::from(name), Cell::Integer(revision)];
    assert_eq!(kept, [row("a", 2), row("b", 1)]);
    assert!(!places(&sql, "x.org/ann@example.com").is_empty());
}
