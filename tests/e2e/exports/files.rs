//! Exports as files that are fetched later.

use super::{export, kept};
use crate::support::{Database, Power, Server, State, data, lacks};
use roster_people::People;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn filled(server: &Server, name: &str, people: u64) -> Database {
    let db = Database::of_people(server, name);
    let some = People::new(8);
    for first in (0..people).step_by(1000) {
        let last = people.min(first + 1000);
        db.batch(&json!({"data": data((first..last).map(|n| some.person(n)))}));
    }
    db
}

fn path(db: &Database, job: &Value) -> String {
    format!("{}/exports/{}", db.path, job["id"].as_str().unwrap())
}

#[test]
fn a_kept_file_is_the_stream_and_is_fetched_whole_or_in_parts() {
    if lacks(Power::File) {
        return;
    }
    let server = Server::start();
    let db = filled(&server, "kept", 5000);
    let stream = export(&db, &json!({}));
    let job = kept(&db, &json!({"name": "all of them"}));
    assert_eq!(job["state"], "completed");
    assert_eq!(job["kind"], "export");
    assert_eq!(job["name"], "all of them");
    assert_eq!(job["percent"], 100.0);
    assert_eq!(job["counts"]["read"], 5000);
    assert_eq!(job["file"]["name"], "all of them.csv");
    assert_eq!(job["file"]["size"], stream.bytes.len());
    let target = job["file"]["path"].as_str().unwrap();
    assert_eq!(target, format!("{}/file", path(&db, &job)));

    let whole = db.api.get(target);
    assert_eq!(whole.status, 200);
    assert!(whole.bytes == stream.bytes);
    let size = whole.bytes.len();
    let length = |bytes: usize| bytes.to_string();
    assert_eq!(whole.header("content-length"), Some(&*length(size)));
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    assert_eq!(whole.header("content-type"), stream.header("content-type"));
    let etag = whole.header("etag").unwrap();

    let part = |headers: &[(&str, &str)]| db.api.send("GET", target, headers, "");
    for (range, first, last) in [
        ("bytes=0-9", 0, 9),
        ("bytes=100-199999", 100, 199_999),
        ("bytes=-7", size - 7, size - 1),
        ("bytes=300000-", 300_000, size - 1),
    ] {
        let part = part(&[("range", range), ("if-range", etag)]);
        assert_eq!(part.status, 206, "{range}");
        assert!(part.bytes == whole.bytes[first..=last], "{range}");
        let want = format!("bytes {first}-{last}/{size}");
        assert_eq!(part.header("content-range"), Some(&*want));
        assert_eq!(part.header("etag"), Some(etag));
    }
    let beyond = part(&[("range", &format!("bytes={size}-"))]);
    beyond.problem(416, "range_not_satisfiable");
    assert_eq!(
        beyond.header("content-range"),
        Some(&*format!("bytes */{size}"))
    );
    let other = part(&[("range", "bytes=0-9"), ("if-range", "\"other\"")]);
    assert_eq!((other.status, other.bytes.len()), (200, size));
    let same = part(&[("if-none-match", etag)]);
    assert_eq!((same.status, same.bytes.len()), (304, 0));

    // Kept for seven days, as it says, or until it is removed.
    let days: String = {
        let file = rusqlite::Connection::open(server.state.file()).unwrap();
        let asked = "SELECT (expires_at - ended_at) / 86400000.0 FROM jobs WHERE kind = 'export'";
        let days: f64 = file.query_row(asked, [], |row| row.get(0)).unwrap();
        format!("{days:.3}")
    };
    assert_eq!(days, "7.000");
    assert!(job["expires_at"].is_string());
    let gone = db.api.delete(&path(&db, &job)).ok(200);
    assert_eq!(gone["file"], Value::Null);
    db.api.get(target).problem(404, "not_found");
    assert_eq!(db.api.get(&path(&db, &job)).ok(200)["state"], "completed");
}

#[test]
fn a_file_is_gone_when_its_time_is_up() {
    if lacks(Power::File) {
        return;
    }
    let server = Server::without_ticks(&State::new());
    let db = filled(&server, "expiring", 10);
    let job = kept(&db, &json!({}));
    let target = format!("{}/file", path(&db, &job));
    assert_eq!(db.api.get(&target).status, 200);
    let file = rusqlite::Connection::open(server.state.file()).unwrap();
    file.execute("UPDATE jobs SET expires_at = expires_at - 7 * 86400000", [])
        .unwrap();
    db.api.get(&target).problem(404, "not_found");
    assert_eq!(db.api.post("/v1/tick", &json!({})).ok(200)["expired"], 1);
    let left: i64 = file
        .query_row("SELECT count(*) FROM job_chunks", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
}

#[test]
fn a_job_waits_for_the_tick_and_can_be_paused_and_cancelled() {
    let server = Server::without_ticks(&State::new());
    let db = filled(&server, "controlled", 3000);
    let exports = format!("{}/exports", db.path);
    let made = db.api.post(&exports, &json!({"format": "jsonl"}));
    let job = made.ok(202);
    let path = made.header("location").unwrap().to_owned();
    assert_eq!(job["state"], "queued");
    assert_eq!(job["file"], Value::Null);
    let file = format!("{path}/file");
    let waits = db.api.get(&file).problem(409, "wrong_state");
    assert_eq!(waits["state"], "queued");
    let turn = |verb: &str| db.api.post(&format!("{path}/{verb}"), &json!({}));
    assert_eq!(turn("pause").ok(200)["state"], "paused");
    assert_eq!(db.api.post("/v1/tick", &json!({})).ok(200)["left"], 0);
    assert_eq!(turn("resume").ok(200)["state"], "queued");
    db.api.post("/v1/tick", &json!({"seconds": 30})).ok(200);
    assert_eq!(db.api.get(&path).ok(200)["state"], "completed");
    assert_eq!(db.api.get(&file).text.lines().count(), 3000);
    turn("cancel").problem(409, "wrong_state");

    let made = db.api.post(&exports, &json!({}));
    let second = made.header("location").unwrap().to_owned();
    let cancelled = db.api.post(&format!("{second}/cancel"), &json!({})).ok(200);
    assert_eq!(cancelled["state"], "cancelled");
    db.api
        .get(&format!("{second}/file"))
        .problem(409, "wrong_state");
    let page = db.api.get(&format!("{exports}?limit=1")).ok(200);
    assert_eq!(page["items"][0]["state"], "cancelled");
    let next = page["next"].as_str().unwrap();
    let page = db
        .api
        .get(&format!("{exports}?limit=1&cursor={next}"))
        .ok(200);
    assert_eq!(page["items"][0]["state"], "completed");
    assert_eq!(page["next"], Value::Null);

    // The same key makes one export.
    let again = |key: &str| {
        let headers = [("idempotency-key", key)];
        db.api.json("POST", &exports, &headers, &json!({})).ok(202)["id"].clone()
    };
    assert_eq!(again("one"), again("one"));
    assert_ne!(again("one"), again("two"));
    db.api
        .post(&exports, &json!({"fields": ["nope"]}))
        .problem(422, "validation_failed");
    db.api
        .post(&exports, &json!({"name": ""}))
        .problem(422, "validation_failed");
    let other = Database::new(&server, "other", &[]);
    let foreign = path.replace(&db.path, &other.path);
    db.api.get(&foreign).problem(404, "not_found");
}

#[test]
fn progress_comes_as_lines_and_as_events() {
    let server = Server::start();
    let db = filled(&server, "watched", 2000);
    let told = db
        .api
        .post(&format!("{}/exports?wait=true", db.path), &json!({}));
    let last = told.text.lines().last().unwrap();
    assert!(last.starts_with("completed:  2000 read"), "{}", told.text);
    let path = told.header("location").unwrap();
    let told = db.api.get(&format!("{path}/events"));
    assert_eq!(told.header("content-type"), Some("text/event-stream"));
    assert!(
        told.text.starts_with("event: end\ndata: {"),
        "{}",
        told.text
    );
}

#[test]
fn killed_again_and_again_an_export_makes_the_same_file() {
    if lacks(Power::File) {
        return;
    }
    let state = State::new();
    let mut server = Server::on(&state);
    let made = filled(&server, "killed", 40_000);
    let body = json!({"format": "csv", "subscriptions": "json"});
    let stream = export(&made, &body);
    let job = made.api.post(&format!("{}/exports", made.path), &body);
    let path = job.header("location").unwrap().to_owned();
    for kill in 0..8 {
        std::thread::sleep(Duration::from_millis(60 + kill * 53 % 200));
        let left = server.kill();
        // A lease of the killed one may last; another server goes on after it.
        let file = rusqlite::Connection::open(left.file()).unwrap();
        file.execute("UPDATE jobs SET leased_until = 0", [])
            .unwrap();
        server = Server::on(&left);
    }
    let db = made.through(server.admin());
    let began = Instant::now();
    while db.api.get(&path).ok(200)["state"] != "completed" {
        assert!(began.elapsed() < Duration::from_secs(90));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(db.api.get(&path).ok(200)["counts"]["read"], 40_000);
    assert!(db.api.get(&format!("{path}/file")).bytes == stream.bytes);
}
