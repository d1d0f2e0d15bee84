//! Sources that can't be read: each gets a code and a sentence, and nothing else is held up.

use super::{Shop, TableSchedule, last_code, server};
use crate::support::{Database, Power, State, lacks, text};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// What testing a connector says.
fn tested(db: &Database, shop: &Shop, more: Value) -> Value {
    let id = shop.connector(&db.api, more);
    db.api
        .post(&format!("/v1/connectors/{id}/test"), &json!({}))
        .ok(200)
}

#[test]
fn a_connector_is_tried_and_says_why_it_fails() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        let server = server(&State::new());
        let db = Database::new(&server, "tried", &[]);
        let good = tested(&db, &shop, json!({}));
        assert_eq!(good["reached"], true, "{good}");
        let version = text(&good["version"]);
        assert!(
            ["PostgreSQL 1", "MariaDB 1", "MySQL "]
                .iter()
                .any(|v| version.starts_with(v)),
            "{version}"
        );
        let closed = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        // Taken in, and never answered.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        for (more, code) in [
            (json!({"secret": "wrong"}), "source_password"),
            (json!({"user": "nobody"}), "source_password"),
            (
                json!({"database": "nothing"}),
                match shop.kind {
                    "postgres" => "source_database",
                    // Who may not see it isn't shown whether it is there.
                    _ => "source_permission",
                },
            ),
            (json!({"address": closed.to_string()}), "source_refused"),
            // Its certificate is by an authority that nobody knows.
            (json!({"tls": "verify"}), "source_tls"),
            (
                json!({"address": silent.local_addr().unwrap().to_string()}),
                "source_unreachable",
            ),
        ] {
            let since = Instant::now();
            let said = tested(&db, &shop, more.clone());
            assert_eq!(
                (&said["reached"], &said["code"]),
                (&json!(false), &json!(code)),
                "{more} {said}"
            );
            assert!(since.elapsed() < Duration::from_secs(12), "{more}");
            assert!(text(&said["detail"]).ends_with('.'), "{said}");
            assert!(!said.to_string().contains(&shop.password), "{said}");
        }
    }
}

#[test]
fn a_certificate_by_an_authority_of_ones_own_is_good_when_it_is_given() {
    let (Some(shop), Ok(file)) = (Shop::postgres(), std::env::var("ROSTER_TEST_POSTGRES_CA"))
    else {
        return;
    };
    let ca = std::fs::read_to_string(file).unwrap();
    let server = server(&State::new());
    let db = Database::new(&server, "sealed", &[]);
    let said = tested(&db, &shop, json!({"tls": "verify", "ca": ca}));
    assert_eq!(said["reached"], true, "{said}");
}

#[test]
fn what_can_not_be_read_of_a_database_has_a_code() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        let table = shop.customers(2000);
        let is_postgres = shop.kind == "postgres";
        let twice = shop.name("twice");
        shop.sql(&format!(
            "CREATE TABLE {twice} AS SELECT *, 1 AS same, nullif(id, 500) AS gap FROM {table}"
        ));
        let server = server(&State::new());
        let db = Database::new(&server, "codes", &[]);
        let connector = shop.connector(&db.api, json!({}));
        let writes = shop.name("writes");
        if is_postgres {
            shop.sql(&format!(
                "CREATE FUNCTION {writes}() RETURNS int LANGUAGE plpgsql AS \
                 $$ BEGIN DELETE FROM {twice}; RETURN 1; END $$"
            ));
        } else {
            shop.sql(&format!(
                "DELIMITER //\nCREATE FUNCTION {writes}() RETURNS int MODIFIES SQL DATA \
                 BEGIN DELETE FROM {twice}; RETURN 1; END //\n"
            ));
        }
        for (source, code) in [
            (json!({"table": "nothing", "key": "id"}), "source_table"),
            (json!({"table": table, "key": "nothing"}), "source_column"),
            (
                json!({"table": table, "key": "id", "watermark": "nothing"}),
                "source_column",
            ),
            (
                json!({"query": format!("SELECT nothing FROM {table}"), "key": "id"}),
                "source_column",
            ),
            (
                json!({"query": "SELECT FROM WHERE", "key": "id"}),
                "query_failed",
            ),
            (
                json!({"query": format!("SELECT 1; DROP TABLE {twice}"), "key": "id"}),
                "query_failed",
            ),
            (
                json!({"query": format!("SELECT id, {writes}() AS w FROM {table}"), "key": "id"}),
                "query_writes",
            ),
            (
                json!({"table": twice, "key": "same", "page_rows": 100}),
                "key_repeats",
            ),
            (
                json!({"table": twice, "key": "gap", "page_rows": 100}),
                "key_empty",
            ),
        ] {
            let mut source = source;
            source["connector"] = json!(connector);
            let settings = json!({"mapping": [{"column": "email", "to": {"field": "email"}}]});
            let schedule = TableSchedule::new(&db, source.clone(), json!({"settings": settings}));
            let run = schedule.finish(json!({}));
            assert_eq!(run["state"], "failed", "{source} {run}");
            assert_eq!(last_code(&run), code, "{source} {run}");
            let detail = text(&run["errors"].as_array().unwrap().last().unwrap()["detail"]);
            assert!(
                detail.ends_with('.') && !detail.contains("roster tie"),
                "{detail}"
            );
            // It is seen before, too.
            let preview = format!("{}/schedules/preview", db.path);
            let seen = db.api.post(&preview, &json!({"source": source}));
            if code != "key_repeats" {
                assert_eq!(
                    seen.problem(422, "unreadable_source")["reason"],
                    code,
                    "{source}"
                );
            }
        }
        assert_eq!(shop.sql(&format!("SELECT count(*) FROM {twice}")), "2000");
        assert_eq!(db.total(), 0);
    }
}

#[test]
fn a_query_does_not_leave_its_parentheses() {
    let Some(shop) = Shop::mysql() else { return };
    let server = server(&State::new());
    let db = Database::new(&server, "parentheses", &[]);
    let connector = shop.connector(&db.api, json!({}));
    for query in [
        "SELECT 1 AS id) x UNION SELECT 1 INTO OUTFILE '/tmp/roster-x' FROM (SELECT 1",
        "SELECT 1 AS id) x, (SELECT 2",
    ] {
        let source = json!({"connector": connector, "query": query, "key": "id"});
        let settings = json!({"mapping": [{"column": "id", "to": {"field": "email"}}]});
        let schedule = TableSchedule::new(&db, source, json!({"settings": settings}));
        assert_eq!(
            last_code(&schedule.finish(json!({}))),
            "query_failed",
            "{query}"
        );
    }
}

#[test]
fn a_user_who_may_only_read_a_view_is_enough() {
    let Some(shop) = Shop::mysql() else { return };
    let (table, view) = (shop.customers(10), shop.name("view"));
    shop.sql(&format!(
        "CREATE VIEW {view} AS SELECT id, email, name FROM {table}"
    ));
    let server = server(&State::new());
    let db = Database::new(&server, "view", &[]);
    let connector = shop.reader(&db.api, &view);
    for rows in [
        json!({"table": view}),
        json!({"query": format!("SELECT * FROM {view}")}),
    ] {
        let mut source = rows;
        source["connector"] = json!(connector);
        source["key"] = json!("id");
        let schedule = TableSchedule::new(&db, source, json!({}));
        let (created, updated, unchanged) = schedule.counts(json!({}));
        assert_eq!((created + unchanged, updated), (10, 0));
    }
}

#[test]
fn rows_that_are_too_large_for_one_answer_come_in_several() {
    let Some(shop) = Shop::mysql() else { return };
    let table = shop.name("large");
    shop.sql(&format!(
        "SET max_recursive_iterations = 10000000;
         CREATE TABLE {table} (id integer PRIMARY KEY, email varchar(100), notes longtext);
         INSERT INTO {table} WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 240)
             SELECT n, concat('c', n, '@example.org'), repeat('x', 600000) FROM s"
    ));
    let server = server(&State::new());
    let db = Database::new(&server, "large", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let settings = json!({"mapping": [{"column": "email", "to": {"field": "email"}}]});
    let source = json!({"connector": connector, "table": table, "key": "id"});
    let schedule = TableSchedule::new(&db, source, json!({"settings": settings}));
    assert_eq!(schedule.counts(json!({})), (240, 0, 0));
    let source = json!({"connector": connector, "table": table});
    let schedule = TableSchedule::new(&db, source, json!({"settings": settings}));
    let run = schedule.finish(json!({}));
    assert_eq!(last_code(&run), "result_too_large", "{run}");
    assert_eq!(run["state"], "failed");
    shop.sql(&format!("DROP TABLE {table}"));
}

#[test]
fn a_dead_database_holds_up_nobody() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        a_dead_one_holds_up_nobody(&shop);
    }
}

fn a_dead_one_holds_up_nobody(shop: &Shop) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let table = shop.customers(10);
    let server = server(&State::new());
    let db = Database::new(&server, "dead", &[]);
    let address = json!({"address": silent.local_addr().unwrap().to_string()});
    let dead = shop.connector(&db.api, address);
    let alive = shop.connector(&db.api, json!({}));
    let source = |connector: &str| json!({"connector": connector, "table": table, "key": "id"});
    let stuck = TableSchedule::new(&db, source(&dead), json!({}));
    let quick = TableSchedule::new(&db, source(&alive), json!({}));
    stuck.start(json!({}));
    quick.start(json!({}));
    let (other, path) = (db.another(), stuck.path.clone());
    // Spin has an instance connect to MySQL one by one: this one's turn comes after the dead one's.
    let one_by_one = shop.kind == "mysql" && lacks(Power::Runner);
    let longest = Duration::from_secs(if one_by_one { 25 } else { 8 });
    std::thread::scope(|scope| {
        let ticking = scope.spawn(move || TableSchedule { db: &other, path }.tick());
        let since = Instant::now();
        // The tick may be over then before it is noted that the import is.
        let done = |state: &Value| state == "completed" || (one_by_one && state == "importing");
        while !done(&quick.newest()["state"]) {
            assert!(since.elapsed() < longest, "{}", quick.newest());
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(!ticking.is_finished() || one_by_one);
    });
    let run = stuck.settle();
    assert_eq!(
        (&run["state"], last_code(&run).as_str()),
        (&json!("waiting"), "source_unreachable"),
        "{run}"
    );
    assert_eq!(quick.settle()["state"], "completed");
}

#[test]
fn without_a_key_rows_are_read_in_one_go() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        let table = shop.customers(5000);
        let server = server(&State::new());
        let db = Database::new(&server, "keyless", &[]);
        let connector = shop.connector(&db.api, json!({}));
        let source = json!({"connector": connector, "table": table});
        let schedule = TableSchedule::new(&db, source, json!({}));
        assert_eq!(schedule.counts(json!({})), (5000, 0, 0));
        assert_eq!(schedule.counts(json!({})), (0, 0, 5000));
        // Too many for that are none at all, and the next run is not held up.
        let numbers = match shop.kind {
            "postgres" => "generate_series(1, 100001)",
            _ => "seq_1_to_100001",
        };
        let query = format!("SELECT 'a@example.org' AS email, 'n' AS name, s.* FROM {numbers} s");
        schedule.patch(json!({"source": {"table": null, "query": query}}));
        for _ in 0..2 {
            let run = schedule.finish(json!({}));
            assert_eq!(
                (&run["state"], last_code(&run).as_str()),
                (&json!("failed"), "too_many_rows"),
                "{run}"
            );
        }
        schedule.patch(json!({"source": {"table": table, "query": null}}));
        assert_eq!(schedule.counts(json!({})), (0, 0, 5000));
    }
}
