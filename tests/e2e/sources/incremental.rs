//! Runs that read what is new, and rows that are as they were.

use super::{Shop, TableSchedule, server};
use crate::support::{Database, State, text};
use serde_json::json;

/// What changes rows of a table of customers.
fn touched(shop: &Shop, table: &str, names: &str, change: &str, which: &str) {
    shop.sql(&format!(
        "UPDATE {table} SET name = concat(name, '{names}'), changed = {change} WHERE {which}"
    ));
}

fn only_what_is_new_is_read(shop: &Shop) {
    let table = shop.customers(3000);
    let server = server(&State::new());
    let db = Database::new(&server, "incremental", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let source = json!({
        "connector": connector, "table": table, "key": "id", "watermark": "changed",
        "page_rows": 700,
    });
    let schedule = TableSchedule::new(&db, source, json!({}));
    assert_eq!(schedule.counts(json!({})), (3000, 0, 0));
    assert!(text(&schedule.get()["watermark"]).starts_with("2026-01-01 00:50:00"));
    // Nothing new is no import.
    let run = schedule.finish(json!({}));
    assert_eq!(
        (&run["state"], &run["rows"]),
        (&json!("unchanged"), &json!(0)),
        "{run}"
    );
    assert_eq!(run["import_id"], json!(null));
    // Several rows share the last moment: one that comes later is not lost, the others don't
    // come again.
    let at = "'2026-02-01 00:00:00'";
    touched(shop, &table, "x", at, "id <= 10");
    assert_eq!(schedule.counts(json!({})), (0, 10, 0));
    touched(shop, &table, "x", at, "id BETWEEN 11 AND 15");
    assert_eq!(schedule.counts(json!({})), (0, 5, 0));
    // One that changes without its moment is seen where the moment is the last one.
    shop.sql(&format!("UPDATE {table} SET name = 'y' WHERE id = 15"));
    assert_eq!(schedule.counts(json!({})), (0, 1, 0));
    // All of it, when it is asked for.
    assert_eq!(schedule.counts(json!({"full": true})), (0, 0, 3000));
    assert_eq!(schedule.finish(json!({}))["state"], "unchanged");
    // A run that fails moves nothing.
    touched(shop, &table, "z", "'2026-03-01 00:00:00'", "id <= 20");
    shop.sql(&format!(
        "ALTER TABLE {table} RENAME COLUMN changed TO moved"
    ));
    let run = schedule.finish(json!({}));
    assert_eq!(run["state"], "failed", "{run}");
    assert_eq!(super::last_code(&run), "source_column");
    shop.sql(&format!(
        "ALTER TABLE {table} RENAME COLUMN moved TO changed"
    ));
    assert_eq!(schedule.counts(json!({})), (0, 20, 0));
    // Another source begins at its beginning.
    schedule.patch(json!({"source": {"page_rows": 500}}));
    assert_eq!(schedule.finish(json!({}))["state"], "unchanged");
    schedule.patch(json!({"source": {"table": null, "query": format!("SELECT * FROM {table}")}}));
    assert_eq!(schedule.get()["watermark"], json!(null));
    assert_eq!(schedule.counts(json!({})), (0, 0, 3000));
}

#[test]
fn only_what_is_new_is_read_of_postgresql() {
    if let Some(shop) = Shop::postgres() {
        only_what_is_new_is_read(&shop);
    }
}

#[test]
fn only_what_is_new_is_read_of_mariadb() {
    if let Some(shop) = Shop::mysql() {
        only_what_is_new_is_read(&shop);
    }
}

#[test]
fn rows_without_a_moment_are_read_each_time() {
    let Some(shop) = Shop::postgres() else { return };
    let table = shop.customers(10);
    shop.sql(&format!(
        "ALTER TABLE {table} ALTER COLUMN changed DROP NOT NULL"
    ));
    shop.sql(&format!("UPDATE {table} SET changed = NULL WHERE id = 3"));
    let server = server(&State::new());
    let db = Database::new(&server, "moments", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let source =
        json!({"connector": connector, "table": table, "key": "id", "watermark": "changed"});
    let schedule = TableSchedule::new(&db, source, json!({}));
    assert_eq!(schedule.counts(json!({})), (10, 0, 0));
    assert_eq!(schedule.counts(json!({})), (0, 0, 1));
}

#[test]
fn rows_that_are_as_they_were_are_left_alone() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        let table = shop.customers(1000);
        let server = server(&State::new());
        let db = Database::new(&server, "same", &[]);
        let connector = shop.connector(&db.api, json!({}));
        for key in [json!("id"), json!(null)] {
            let source = json!({"connector": connector, "table": table, "key": key});
            let schedule = TableSchedule::new(&db, source, json!({"skip_unchanged": true}));
            let run = schedule.finish(json!({}));
            assert_eq!(
                (&run["state"], &run["rows"]),
                (&json!("completed"), &json!(1000))
            );
            let run = schedule.finish(json!({}));
            assert_eq!(run["state"], "unchanged", "{run}");
            assert_eq!(run["rows_unchanged"], 1000, "{run}");
            shop.sql(&format!(
                "UPDATE {table} SET name = concat(name, '!') WHERE id <= 7"
            ));
            assert_eq!(schedule.counts(json!({})), (0, 7, 0));
            assert_eq!(schedule.counts(json!({"full": true})), (0, 0, 1000));
        }
    }
}

#[test]
fn what_came_back_to_what_it_was_has_changed() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        let table = shop.customers(100);
        let server = server(&State::new());
        let db = Database::new(&server, "back", &[]);
        let connector = shop.connector(&db.api, json!({}));
        let name = |name: &str| {
            shop.sql(&format!("UPDATE {table} SET name = '{name}' WHERE id = 5"));
        };
        for key in [json!("id"), json!(null)] {
            name("A");
            let source = json!({"connector": connector, "table": table, "key": key});
            let schedule = TableSchedule::new(&db, source, json!({"skip_unchanged": true}));
            schedule.finish(json!({}));
            for (given, body) in [
                ("B", json!({})),
                ("A", json!({})),
                ("B", json!({"full": true})),
                ("A", json!({})),
            ] {
                name(given);
                let run = schedule.finish(body.clone());
                let import = schedule.import(&run);
                assert_eq!(
                    import["counts"]["updated"], 1,
                    "{key} {given} {body} {import}"
                );
            }
            assert_eq!(schedule.finish(json!({}))["state"], "unchanged");
            // What came while nobody kept which rows there were is not known.
            schedule.patch(json!({"skip_unchanged": false}));
            name("B");
            assert_eq!(schedule.counts(json!({})), (0, 1, 99));
            schedule.patch(json!({"skip_unchanged": true}));
            name("A");
            assert_eq!(schedule.counts(json!({})), (0, 1, 99));
        }
    }
}

#[test]
fn another_database_begins_at_its_beginning() {
    let Some(shop) = Shop::postgres() else { return };
    let table = shop.customers(10);
    let server = server(&State::new());
    let db = Database::new(&server, "moved", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let source =
        json!({"connector": connector, "table": table, "key": "id", "watermark": "changed"});
    let schedule = TableSchedule::new(&db, source, json!({"skip_unchanged": true}));
    assert_eq!(schedule.counts(json!({})), (10, 0, 0));
    assert!(!schedule.get()["watermark"].is_null());
    let path = format!("/v1/connectors/{connector}");
    db.api.patch(&path, &json!({"name": "other"})).ok(200);
    assert!(!schedule.get()["watermark"].is_null());
    db.api
        .patch(&path, &json!({"database": "elsewhere"}))
        .ok(200);
    assert!(schedule.get()["watermark"].is_null());
    assert_eq!(
        super::last_code(&schedule.finish(json!({}))),
        "source_database"
    );
    db.api
        .patch(&path, &json!({"database": shop.database}))
        .ok(200);
    let run = schedule.finish(json!({}));
    assert_eq!(
        (&run["rows"], &run["rows_unchanged"]),
        (&json!(0), &json!(10)),
        "{run}"
    );
}

#[test]
fn a_dry_run_counts_and_nothing_is_seen() {
    let Some(shop) = Shop::postgres() else { return };
    let table = shop.customers(50);
    let server = server(&State::new());
    let db = Database::new(&server, "dry", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let source =
        json!({"connector": connector, "table": table, "key": "id", "watermark": "changed"});
    let dry = json!({"mapping": [{"column": "email", "to": {"field": "email"}}], "dry_run": true});
    let schedule = TableSchedule::new(
        &db,
        source,
        json!({"settings": dry, "skip_unchanged": true}),
    );
    assert_eq!(schedule.counts(json!({})), (50, 0, 0));
    assert_eq!(db.total(), 0);
    let wet = json!({"mapping": [{"column": "email", "to": {"field": "email"}}]});
    let saved = schedule.patch(json!({"settings": wet, "run_on_save": true}));
    assert_eq!(saved.get("run_on_save"), None);
    let run = schedule.settle();
    assert_eq!(
        (&run["state"], &run["rows"]),
        (&json!("completed"), &json!(50)),
        "{run}"
    );
    assert_eq!(db.total(), 50);
}
