//! Runs that are cut off: by a killed server, a network that breaks, somebody who ends them.

use super::{Shop, TableSchedule, last_code, server, variables};
use crate::support::{Database, Line, Power, Server, State, lacks, text};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// As if the time of a try that was cut off were over.
fn free(state: &State) {
    let store = rusqlite::Connection::open(state.file()).unwrap();
    store.busy_timeout(Duration::from_secs(5)).unwrap();
    for statement in [
        "UPDATE schedule_runs SET next_try_at = 1000 WHERE state IN ('fetching', 'waiting')",
        "UPDATE jobs SET leased_until = 0 WHERE state = 'running'",
    ] {
        store.execute(statement, []).unwrap();
    }
}

fn a_killed_run_goes_on(shop: &Shop) {
    const ROWS: u32 = 20_000;
    let table = shop.customers(ROWS);
    let state = State::new();
    let mut server = Server::with(&state, &variables());
    let db = Database::new(&server, "killed", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let source = json!({
        "connector": connector, "table": table, "key": "id", "watermark": "changed", "page_rows": 500,
    });
    let path = TableSchedule::new(&db, source, json!({})).path;
    db.api.post(&format!("{path}/run"), &json!({})).ok(202);
    let newest = |server: &Server| -> Value {
        server.admin().get(&format!("{path}/runs")).ok(200)["items"][0].clone()
    };
    // Once while rows are read, once while the rest is imported.
    for part in [1, 12_000] {
        let since = Instant::now();
        loop {
            let run = newest(&server);
            let people = server.admin().get(&format!("{}/counters", db.path)).ok(200);
            let people = people["total"].as_u64().unwrap_or_default();
            if run["rows"].as_u64().unwrap_or_default() > 0 && people >= part {
                assert!(people < u64::from(ROWS), "it was over too soon");
                break;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "{run} {people}");
            std::thread::sleep(Duration::from_millis(5));
        }
        let left = server.kill();
        free(&left);
        server = Server::with(&state, &variables());
    }
    let since = Instant::now();
    let run = loop {
        let run = newest(&server);
        if !matches!(
            text(&run["state"]).as_str(),
            "waiting" | "fetching" | "importing"
        ) {
            break run;
        }
        assert!(since.elapsed() < Duration::from_secs(120), "{run}");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(
        (&run["state"], &run["rows"]),
        (&json!("completed"), &json!(ROWS)),
        "{run}"
    );
    let path = format!("{}/imports/{}", db.path, text(&run["import_id"]));
    let counts = server.admin().get(&path).ok(200)["counts"].clone();
    assert_eq!(
        (&counts["read"], &counts["created"]),
        (&json!(ROWS), &json!(ROWS)),
        "{counts}"
    );
}

#[test]
fn a_killed_run_goes_on_with_postgresql() {
    if lacks(Power::File) {
        return;
    }
    if let Some(shop) = Shop::postgres() {
        a_killed_run_goes_on(&shop);
    }
}

#[test]
fn a_killed_run_goes_on_with_mariadb() {
    if lacks(Power::File) {
        return;
    }
    if let Some(shop) = Shop::mysql() {
        a_killed_run_goes_on(&shop);
    }
}

#[test]
fn a_network_that_breaks_costs_a_try_and_no_row() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        const ROWS: u32 = 20_000;
        let table = shop.customers(ROWS);
        let line = Line::to((shop.host.parse::<std::net::IpAddr>().unwrap(), shop.port).into());
        let state = State::new();
        let server = server(&state);
        let db = Database::new(&server, "broken", &[]);
        let connector = shop.connector(&db.api, json!({"address": line.address.to_string()}));
        let source = json!({"connector": connector, "table": table, "key": "id", "page_rows": 200});
        let schedule = TableSchedule::new(&db, source, json!({}));
        schedule.start(json!({}));
        let (other, path) = (db.another(), schedule.path.clone());
        let run = std::thread::scope(|scope| {
            let line = &line;
            scope.spawn(move || {
                let schedule = TableSchedule { db: &other, path };
                let since = Instant::now();
                while schedule.newest()["rows"].as_u64().unwrap_or_default() < 1000 {
                    assert!(since.elapsed() < Duration::from_secs(30));
                    std::thread::sleep(Duration::from_millis(2));
                }
                line.cut();
            });
            schedule.settle()
        });
        assert_eq!(run["state"], "waiting", "{run}");
        // What came is there already, and counted.
        let before = run["rows"].as_u64().unwrap();
        assert!((1000..u64::from(ROWS)).contains(&before), "{run}");
        assert_eq!(run["errors"].as_array().unwrap().len(), 1, "{run}");
        schedule.tick();
        assert_eq!(db.total(), before);
        line.mend();
        // The one that waits is taken up.
        let again = schedule.finish(json!({}));
        assert_eq!(again["id"], run["id"]);
        assert_eq!(
            (&again["state"], &again["rows"]),
            (&json!("completed"), &json!(ROWS)),
            "{again}"
        );
        let counts = &schedule.import(&again)["counts"];
        assert_eq!(
            (&counts["read"], &counts["created"]),
            (&json!(ROWS), &json!(ROWS)),
            "{counts}"
        );
    }
}

#[test]
fn a_row_that_can_not_be_read_ends_the_run_behind_those_before_it() {
    for shop in [Shop::postgres(), Shop::mysql()].into_iter().flatten() {
        a_row_ends_the_run(&shop);
    }
}

fn a_row_ends_the_run(shop: &Shop) {
    let table = shop.customers(5000);
    let server = server(&State::new());
    let db = Database::new(&server, "half", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let broken = match shop.kind {
        "postgres" => "1 / (id - 3500)",
        _ => "9223372036854775807 + (id = 3500)",
    };
    let query = format!("SELECT id, email, {broken} AS broken, name, changed FROM {table}");
    let source = json!({
        "connector": connector, "query": query, "key": "id", "watermark": "changed", "page_rows": 500,
    });
    let schedule = TableSchedule::new(&db, source, json!({}));
    let run = schedule.finish(json!({}));
    assert_eq!(
        (&run["state"], &run["rows"]),
        (&json!("failed"), &json!(3000)),
        "{run}"
    );
    assert_eq!(last_code(&run), "query_failed");
    assert_eq!(db.total(), 3000);
    assert_eq!(schedule.get()["watermark"], json!(null));
    let counts = &schedule.import(&run)["counts"];
    assert_eq!(
        (&counts["read"], &counts["created"]),
        (&json!(3000), &json!(3000))
    );
    // Undoing takes back what came.
    let undo = format!("{}/imports/{}/undo", db.path, text(&run["import_id"]));
    db.api.post(&undo, &json!({})).ok(202);
    while db.total() > 0 {
        schedule.tick();
    }
}

#[test]
fn a_schedule_that_is_changed_while_it_reads_reads_on() {
    let Some(shop) = Shop::postgres() else { return };
    let table = shop.customers(20_000);
    let server = server(&State::new());
    let db = Database::new(&server, "changed", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let source = json!({
        "connector": connector, "table": table, "key": "id", "watermark": "changed", "page_rows": 100,
    });
    let schedule = TableSchedule::new(&db, source, json!({}));
    schedule.start(json!({}));
    let (other, path) = (db.another(), schedule.path.clone());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let schedule = TableSchedule { db: &other, path };
            for count in 0..20 {
                let since = Instant::now();
                while schedule.newest()["rows"].as_u64().unwrap_or_default() < 100 + count * 500 {
                    assert!(since.elapsed() < Duration::from_secs(30));
                    std::thread::sleep(Duration::from_millis(2));
                }
                schedule.patch(json!({"enabled": false, "name": format!("night {count}")}));
            }
        });
        schedule.tick();
    });
    let run = schedule.settle();
    assert_eq!(
        (&run["state"], &run["rows"]),
        (&json!("completed"), &json!(20_000)),
        "{run}"
    );
    assert_eq!(db.total(), 20_000);
}

#[test]
fn a_run_is_ended_and_runs_do_not_overlap() {
    let Some(shop) = Shop::postgres() else { return };
    let table = shop.customers(30_000);
    let server = server(&State::new());
    let db = Database::new(&server, "ended", &[]);
    let connector = shop.connector(&db.api, json!({}));
    let source = json!({"connector": connector, "table": table, "key": "id", "page_rows": 100});
    let schedule = TableSchedule::new(&db, source, json!({}));
    schedule.start(json!({}));
    let (other, path) = (db.another(), schedule.path.clone());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let db = &other;
            let schedule = TableSchedule { db, path };
            let since = Instant::now();
            while schedule.newest()["rows"].as_u64().unwrap_or_default() < 500 {
                assert!(since.elapsed() < Duration::from_secs(30));
                std::thread::sleep(Duration::from_millis(2));
            }
            let again = db.api.post(&format!("{}/run", schedule.path), &json!({}));
            again.problem(409, "run_in_progress");
            let run = text(&schedule.newest()["id"]);
            let cancel = format!("{}/runs/{run}/cancel", schedule.path);
            let ended = db.api.post(&cancel, &json!({})).ok(200);
            assert_eq!(ended["state"], "cancelled", "{ended}");
        });
        schedule.tick();
    });
    let run = schedule.settle();
    assert_eq!(run["state"], "cancelled", "{run}");
    assert_eq!(schedule.import(&run)["state"], "cancelled");
    let there = db.total();
    schedule.tick();
    assert_eq!(db.total(), there);
    // The next one reads all.
    let run = schedule.finish(json!({}));
    assert_eq!(
        (&run["state"], &run["rows"]),
        (&json!("completed"), &json!(30_000)),
        "{run}"
    );
    assert_eq!(db.total(), 30_000);
}
