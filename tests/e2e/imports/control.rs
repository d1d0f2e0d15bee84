//! Pausing, resuming and cancelling imports, and watching them.

use super::{Import, counts, mapping};
use crate::support::{Database, Server, State};
use serde_json::{Value, json};

fn file(rows: usize) -> Vec<u8> {
    let mut file = b"mail,city\n".to_vec();
    for row in 0..rows {
        file.extend_from_slice(format!("p{row}@example.com,City {}\n", row % 7).as_bytes());
    }
    file
}

fn settings() -> Value {
    json!({ "mapping": mapping(&[("mail", "email"), ("city", "_city")]) })
}

#[test]
fn an_import_pauses_goes_on_and_ends_early_with_counts_that_add_up() {
    let server = Server::without_ticks(&State::new());
    let db = Database::new(&server, "paused", &[]);
    let import = Import::of(&db, "p.csv", &file(3_000));
    db.api
        .post(&format!("{}/start", import.path), &settings())
        .ok(202);
    assert_eq!(import.get()["state"], "queued");
    let pause = format!("{}/pause", import.path);
    let resume = format!("{}/resume", import.path);
    assert_eq!(db.api.post(&pause, &json!({})).ok(200)["state"], "paused");
    // Nobody works on it now, and pausing again is no mistake.
    assert_eq!(db.api.post("/v1/tick", &json!({})).ok(200)["left"], 0);
    assert_eq!(db.api.post(&pause, &json!({})).ok(200)["state"], "paused");
    assert_eq!(counts(&import.get()), [0; 5]);
    assert_eq!(db.api.post(&resume, &json!({})).ok(200)["state"], "queued");
    while import.get()["state"] != "completed" {
        db.api.post("/v1/tick", &json!({ "seconds": 1 })).ok(200);
    }
    assert_eq!(counts(&import.get()), [3_000, 0, 0, 0, 0]);
    assert_eq!(db.total(), 3_000);
    db.api.post(&pause, &json!({})).problem(409, "wrong_state");
    db.api
        .post(&format!("{}/cancel", import.path), &json!({}))
        .problem(409, "wrong_state");
}

#[test]
fn a_cancelled_import_keeps_what_it_applied_and_nothing_else() {
    let server = Server::start();
    let db = Database::new(&server, "cancelled", &[]);
    // Half a minute's work, so that it isn't done before this thread gets its turn.
    let import = Import::of(&db, "p.csv", &file(300_000));
    db.api
        .post(&format!("{}/start", import.path), &settings())
        .ok(202);
    while import.get()["counts"]["read"] == 0 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let job = db
        .api
        .post(&format!("{}/cancel", import.path), &json!({}))
        .ok(200);
    assert_eq!(job["state"], "cancelled");
    let created = counts(&import.get())[0];
    assert_eq!(db.total(), u64::try_from(created).unwrap());
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(counts(&import.get())[0], created);
    assert_eq!(db.total(), u64::try_from(created).unwrap());
}

#[test]
fn progress_comes_as_events_until_the_end() {
    let server = Server::start();
    let db = Database::new(&server, "events", &[]);
    let import = Import::of(&db, "p.csv", &file(2_000));
    db.api
        .post(&format!("{}/start", import.path), &settings())
        .ok(202);
    let told = db.api.get(&format!("{}/events", import.path));
    assert_eq!(told.header("content-type"), Some("text/event-stream"));
    let last = told.text.trim_end().rsplit("\n\n").next().unwrap();
    let data = last.strip_prefix("event: end\ndata: ").unwrap();
    let job: Value = serde_json::from_str(data).unwrap();
    assert_eq!(job["state"], "completed");
    assert_eq!(job["percent"], 100.0);
    assert_eq!(counts(&job), [2_000, 0, 0, 0, 0]);
}

#[test]
fn two_servers_on_one_file_do_one_import_once() {
    let state = State::new();
    let (one, two) = (Server::on(&state), Server::on(&state));
    let db = Database::new(&one, "two", &[]);
    let import = Import::of(&db, "p.csv", &file(10_000));
    db.api
        .post(&format!("{}/start", import.path), &settings())
        .ok(202);
    let other = db.through(two.admin());
    std::thread::scope(|scope| {
        for api in [db.another(), other.another()] {
            let path = &import.path;
            scope.spawn(move || {
                let told = api.api.get(&format!("{path}/events?form=lines"));
                assert!(
                    told.text.contains("completed:  10000 read, 10000 created"),
                    "{}",
                    told.text
                );
            });
        }
    });
    assert_eq!(counts(&import.get()), [10_000, 0, 0, 0, 0]);
    assert_eq!(db.total(), 10_000);
    let history = db
        .api
        .get(&format!("{}/profiles/history?limit=1000", db.path))
        .ok(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 1_000);
}
