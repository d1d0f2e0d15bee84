//! What values of other databases become.

use super::{Shop, TableSchedule, server};
use crate::support::{Database, State, text};
use serde_json::{Value, json};

fn fields() -> Vec<Value> {
    let field = |name: &str, kind: &str| json!({"name": name, "type": kind});
    vec![
        field("code", "string"),
        field("whole", "integer"),
        field("exact", "string"),
        field("part", "float"),
        field("yes", "boolean"),
        field("born", "date"),
        field("seen", "date"),
        field("local", "date"),
        field("mood", "string"),
        field("list", "tags"),
        field("about", "object"),
    ]
}

fn mapping() -> Value {
    let same = |name: &str| json!({"column": name, "to": {"field": name}});
    let mut mapping = vec![json!({"column": "email", "to": {"field": "email"}})];
    mapping.extend(
        [
            "code", "whole", "exact", "part", "yes", "born", "seen", "local", "mood", "list",
            "about",
        ]
        .map(same),
    );
    json!({"mapping": mapping})
}

/// The data of a person, those fields that matter here.
fn data(db: &Database, email: &str) -> Value {
    let found = db
        .api
        .get(&format!("{}/profiles?email={email}", db.path))
        .ok(200);
    found["items"][0]["data"].clone()
}

#[test]
fn values_of_postgresql_stay_what_they_are() {
    let Some(shop) = Shop::postgres() else { return };
    let table = shop.name("kinds");
    let mood = shop.name("mood");
    shop.sql(&format!(
        "CREATE TYPE {mood} AS ENUM ('sad', 'glad');
         CREATE TABLE {table} (id bigint PRIMARY KEY, email text, code uuid, whole bigint,
             exact numeric, part double precision, yes boolean, born date, seen timestamptz,
             local timestamp, mood {mood}, list text[], about json, photo bytea, place point);
         INSERT INTO {table} VALUES
         (9007199254740993, 'a@example.org', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
          9007199254740993, 12345678901234567890.1230, 0.1, true, '1815-12-10',
          '2026-03-29 01:30:00+02', '2026-06-01 12:00:00', 'glad', '{{a,b c}}',
          E'{{\"x\":\\n [1, 2]}}', '\\x00', '(1,2)'),
         (9007199254740994, 'b@example.org', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
          NULL, NULL, NULL, NULL)"
    ));
    let server = server(&State::new());
    let db = Database::new(&server, "kinds", &fields());
    db.api
        .patch(&db.path, &json!({"time_zone": "Europe/Berlin"}))
        .ok(200);
    let connector = shop.connector(&db.api, json!({}));
    let source = json!({"connector": connector, "table": table, "key": "id"});
    let schedule = TableSchedule::new(&db, source.clone(), json!({"settings": mapping()}));
    assert_eq!(schedule.counts(json!({})), (2, 0, 0));
    let ann = data(&db, "a@example.org");
    for (field, expected) in [
        ("code", json!("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
        ("whole", json!(9_007_199_254_740_993_i64)),
        ("exact", json!("12345678901234567890.1230")),
        ("part", json!(0.1)),
        ("yes", json!(true)),
        ("born", json!("1815-12-10")),
        ("seen", json!("2026-03-28T23:30:00.000Z")),
        ("local", json!("2026-06-01T10:00:00.000Z")),
        ("mood", json!("glad")),
        ("list", json!(["a", "b c"])),
        ("about", json!({"x": [1, 2]})),
    ] {
        assert_eq!(ann[field], expected, "{field} of {ann}");
    }
    // What no field can hold is refused by its name, where somebody wants it.
    for column in ["photo", "place"] {
        let settings = json!({"mapping": [
            {"column": "email", "to": {"field": "email"}},
            {"column": column, "to": {"field": "code"}},
        ]});
        let schedule = TableSchedule::new(&db, source.clone(), json!({"settings": settings}));
        let run = schedule.finish(json!({}));
        assert_eq!(run["state"], "failed", "{run}");
        let error = &run["errors"][0];
        assert_eq!(error["code"], "column_unreadable");
        assert!(text(&error["detail"]).contains(column), "{error}");
    }
    // Columns and proposals are seen before.
    let preview = format!("{}/schedules/preview", db.path);
    let seen = db.api.post(&preview, &json!({"source": source})).ok(200);
    let columns: Vec<String> = seen["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(text)
        .collect();
    for (column, there) in [
        ("id", true),
        ("email", true),
        ("photo", false),
        ("place", false),
    ] {
        assert_eq!(
            columns.contains(&column.to_owned()),
            there,
            "{column} of {seen}"
        );
    }
    assert_eq!(seen["rows"].as_array().unwrap().len(), 2);
    assert_eq!(seen["check"]["by"], "proposed");
    let checked = json!({"source": source, "settings": mapping()});
    let seen = db.api.post(&preview, &checked).ok(200);
    assert_eq!(seen["check"]["counts"]["unchanged"], 2, "{}", seen["check"]);
}

#[test]
fn values_of_mariadb_stay_what_they_are() {
    let Some(shop) = Shop::mysql() else { return };
    let table = shop.name("kinds");
    shop.sql(&format!(
        "SET time_zone = '+00:00'; SET sql_mode = '';
         CREATE TABLE {table} (id bigint unsigned PRIMARY KEY, email varchar(100),
             code char(36), whole bigint, exact decimal(30, 4), part double, yes tinyint(1),
             born date, seen timestamp NULL, local datetime, mood enum('sad', 'glad'), list text,
             about json, photo blob, place point, flags bit(3));
         INSERT INTO {table} VALUES
         (9007199254740993, 'a@example.org', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
          9007199254740993, 12345678901234567890.1230, 0.1, 1, '1815-12-10',
          '2026-03-28 23:30:00', '2026-06-01 12:00:00', 'glad', '[\"a\", \"b c\"]',
          '{{\"x\": [1, 2]}}', x'00ff', POINT(1, 2), b'101'),
         (9007199254740994, 'b@example.org', NULL, NULL, NULL, NULL, NULL, '0000-00-00',
          '0000-00-00 00:00:00', '0000-00-00 00:00:00', NULL, NULL, NULL, NULL, NULL, NULL)"
    ));
    let server = server(&State::new());
    let db = Database::new(&server, "kinds", &fields());
    db.api
        .patch(&db.path, &json!({"time_zone": "Europe/Berlin"}))
        .ok(200);
    let connector = shop.connector(&db.api, json!({}));
    let query = format!("SELECT *, 1 AS one FROM {table} -- all of them");
    for source in [
        json!({"connector": connector, "table": table, "key": "id"}),
        json!({"connector": connector, "query": query, "key": "id"}),
    ] {
        for person in db.all() {
            db.api
                .delete(&format!("{}/profiles/{}", db.path, text(&person["id"])))
                .ok(200);
        }
        let schedule = TableSchedule::new(&db, source.clone(), json!({"settings": mapping()}));
        assert_eq!(schedule.counts(json!({})), (2, 0, 0), "{source}");
        let ann = data(&db, "a@example.org");
        for (field, expected) in [
            ("code", json!("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
            ("whole", json!(9_007_199_254_740_993_i64)),
            ("exact", json!("12345678901234567890.1230")),
            ("part", json!(0.1)),
            ("yes", json!(true)),
            ("born", json!("1815-12-10")),
            ("seen", json!("2026-03-28T23:30:00.000Z")),
            ("local", json!("2026-06-01T10:00:00.000Z")),
            ("mood", json!("glad")),
            ("list", json!(["a", "b c"])),
            ("about", json!({"x": [1, 2]})),
        ] {
            assert_eq!(ann[field], expected, "{field} of {ann} by {source}");
        }
        // No date is no date.
        let bob = data(&db, "b@example.org");
        assert!(bob["born"].is_null() && bob["seen"].is_null(), "{bob}");
        for column in ["photo", "place"] {
            let settings = json!({"mapping": [
                {"column": "email", "to": {"field": "email"}},
                {"column": column, "to": {"field": "code"}},
            ]});
            let schedule = TableSchedule::new(&db, source.clone(), json!({"settings": settings}));
            let run = schedule.finish(json!({}));
            assert_eq!(run["state"], "failed", "{run}");
            assert_eq!(run["errors"][0]["code"], "column_unreadable", "{run}");
            assert!(text(&run["errors"][0]["detail"]).contains(column), "{run}");
        }
    }
}

#[test]
fn a_line_break_within_a_row_ends_none() {
    let Some(shop) = Shop::postgres() else { return };
    let table = shop.name("whole");
    shop.sql(&format!(
        "CREATE TABLE {table} (id int PRIMARY KEY, email text, about json);
         INSERT INTO {table} SELECT n, concat('c', n, '@example.org'), E'{{\"x\":\\r\\n [1]}}'
         FROM generate_series(1, 10) AS n"
    ));
    let server = server(&State::new());
    let db = Database::new(&server, "breaks", &fields());
    let connector = shop.connector(&db.api, json!({}));
    let query = format!("SELECT c.*, c AS whole FROM {table} c");
    for key in [json!("id"), json!(null)] {
        let source = json!({"connector": connector, "query": query, "key": key});
        let settings = json!({"mapping": [
            {"column": "email", "to": {"field": "email"}},
            {"column": "/whole/about", "to": {"field": "about"}},
        ]});
        let schedule = TableSchedule::new(&db, source, json!({"settings": settings}));
        let (created, _, unchanged) = schedule.counts(json!({}));
        assert_eq!(created + unchanged, 10);
        assert_eq!(data(&db, "c10@example.org")["about"], json!({"x": [1]}));
    }
}

#[test]
fn an_odd_character_in_a_text_is_a_part_of_it() {
    let Some(shop) = Shop::mysql() else { return };
    let table = shop.name("odd");
    shop.sql(&format!(
        "CREATE TABLE {table} (id int PRIMARY KEY, email varchar(100) COLLATE utf8mb4_bin);
         INSERT INTO {table} VALUES (1, 'a@example.org'), (2, concat('b', char(11), '@example.org')),
             (3, 'c@example.org')"
    ));
    let server = server(&State::new());
    let db = Database::new(&server, "odd", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let source = json!({"connector": connector, "table": table, "key": "id"});
    let settings = json!({"mapping": [{"column": "email", "to": {"field": "email"}}]});
    let schedule = TableSchedule::new(&db, source, json!({"settings": settings}));
    let run = schedule.finish(json!({}));
    let counts = &schedule.import(&run)["counts"];
    assert_eq!(
        (&counts["created"], &counts["failed"]),
        (&json!(2), &json!(1)),
        "{counts}"
    );
}
