//! Keys and watermarks of all types: each row comes once.

use super::{Shop, TableSchedule, last_code, server};
use crate::support::{Database, State};
use serde_json::{Value, json};

/// More than the first page has.
const ROWS: u64 = 2500;

/// A table with a column of each type that can be a key, each value once.
fn of_every_type(shop: &Shop) -> (String, Vec<&'static str>) {
    let table = shop.name("every");
    match shop.kind {
        "postgres" => shop.sql(&format!(
            "CREATE TABLE {table} AS SELECT n AS id, concat('c', n, '@example.org') AS email,
                 md5(n::text)::char(36) AS letters, n::bit(16) AS bits, n / 7.0 AS exact,
                 n / 7.0::double precision AS part, (1000000 + n * 0.125)::real AS single,
                 md5(n::text)::uuid AS code, chr(64 + n % 50) || n AS words,
                 timestamptz '2026-01-01' + n * interval '1.000001 s' AS moment,
                 date '2000-01-01' + n AS day, n * interval '1 s' AS span
             FROM generate_series(1, {ROWS}) AS n"
        )),
        _ => shop.sql(&format!(
            "SET max_recursive_iterations = 10000000;
             CREATE TABLE {table} AS
             WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {ROWS})
             SELECT n AS id, concat('c', n, '@example.org') AS email,
                 CAST(md5(n) AS CHAR(36)) AS letters, CAST(n * 1000000007 AS DECIMAL(20, 0)) AS exact,
                 n / 7e0 AS part, CAST(1000000 + n * 0.125 AS FLOAT) AS single,
                 concat(CHAR(64 + n % 25 USING utf8mb4), n) AS words,
                 TIMESTAMP('2026-01-01') + INTERVAL (n * 1000001) MICROSECOND AS moment,
                 DATE('2000-01-01') + INTERVAL n DAY AS day, SEC_TO_TIME(n) AS span
             FROM s"
        )),
    };
    let mut keys = vec![
        "id", "email", "letters", "exact", "part", "single", "words", "moment", "day", "span",
    ];
    if shop.kind == "postgres" {
        keys.extend(["bits", "code"]);
    }
    (table, keys)
}

/// The table as it is and, where that is another matter, as a query.
fn sources(shop: &Shop, table: &str) -> Vec<Value> {
    let mut sources = vec![json!({"table": table})];
    // Of a query MySQL tells no types.
    if shop.kind == "mysql" {
        sources.push(json!({"query": format!("SELECT * FROM {table}")}));
    }
    sources
}

#[test]
fn rows_come_once_whatever_type_the_key_has() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        let (table, keys) = of_every_type(&shop);
        let server = server(&State::new());
        let db = Database::new(&server, "keys", &[]);
        let connector = shop.connector(&db.api, json!({}));
        let settings = json!({"mapping": [{"column": "email", "to": {"field": "email"}}]});
        for key in keys {
            for rows in sources(&shop, &table) {
                let mut source = rows;
                source["connector"] = json!(connector);
                source["key"] = json!(key);
                source["page_rows"] = json!(700);
                let schedule = TableSchedule::new(&db, source, json!({"settings": settings}));
                let (created, updated, unchanged) = schedule.counts(json!({}));
                assert_eq!(
                    (created + unchanged, updated),
                    (ROWS, 0),
                    "{} {key}",
                    shop.kind
                );
                assert_eq!(db.total(), ROWS, "{} {key}", shop.kind);
            }
        }
    }
}

#[test]
fn a_watermark_of_any_type_moves_to_the_last_row() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        let (table, mut columns) = of_every_type(&shop);
        // Its values have an order, and no greatest.
        columns.retain(|column| !["code", "bits"].contains(column));
        let server = server(&State::new());
        let db = Database::new(&server, "marks", &[]);
        let connector = shop.connector(&db.api, json!({}));
        let settings = json!({"mapping": [{"column": "email", "to": {"field": "email"}}]});
        for column in columns {
            for rows in sources(&shop, &table) {
                let mut source = rows;
                source["connector"] = json!(connector);
                source["key"] = json!("id");
                source["watermark"] = json!(column);
                let schedule = TableSchedule::new(&db, source, json!({"settings": settings}));
                assert_eq!(schedule.finish(json!({}))["rows"], ROWS, "{column}");
                let run = schedule.finish(json!({}));
                assert_eq!(run["state"], "unchanged", "{} {column} {run}", shop.kind);
                assert_eq!(run["rows_unchanged"], 1, "{} {column} {run}", shop.kind);
            }
        }
    }
}

#[test]
fn what_stands_in_another_order_than_it_is_compared_in_is_no_key() {
    let Some(shop) = Shop::mysql() else { return };
    let table = shop.name("moods");
    shop.sql(&format!(
        "CREATE TABLE {table} (email varchar(100), mood enum('sad', 'glad'), photo blob);
         INSERT INTO {table} VALUES ('a@example.org', 'sad', 'x'), ('b@example.org', 'glad', 'y')"
    ));
    let server = server(&State::new());
    let db = Database::new(&server, "moods", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let settings = json!({"mapping": [{"column": "email", "to": {"field": "email"}}]});
    for key in ["mood", "photo"] {
        let source = json!({"connector": connector, "table": table, "key": key});
        let schedule = TableSchedule::new(&db, source, json!({"settings": settings}));
        let run = schedule.finish(json!({}));
        assert_eq!(last_code(&run), "key_not_ordered", "{run}");
    }
}

#[test]
fn a_moment_that_never_comes_is_no_last_one() {
    let Some(shop) = Shop::postgres() else { return };
    let table = shop.customers(20);
    shop.sql(&format!(
        "UPDATE {table} SET changed = 'infinity' WHERE id = 3"
    ));
    let server = server(&State::new());
    let db = Database::new(&server, "infinity", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let source =
        json!({"connector": connector, "table": table, "key": "id", "watermark": "changed"});
    let schedule = TableSchedule::new(&db, source, json!({}));
    assert_eq!(schedule.counts(json!({})), (20, 0, 0));
    shop.sql(&format!(
        "UPDATE {table} SET name = 'new', changed = '2026-06-01' WHERE id = 4"
    ));
    assert_eq!(schedule.counts(json!({})), (0, 1, 1));
}
