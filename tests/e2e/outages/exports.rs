//! A file that is being made, to be kept or as a stream.

use super::{AWAY, LONGEST_ANSWER, Outage, PatientClient, start};
use crate::exports::export;
use crate::support::{Client, Database, data};
use roster_people::People;
use serde_json::json;
use std::{
    io,
    thread::{scope, sleep},
    time::{Duration, Instant},
};

const PEOPLE: u64 = 20_000;

/// How long the store may be back until the file is there.
const REST: Duration = Duration::from_secs(25);

/// One stream: whole, or an error where it ended early.
fn stream(api: &Client, target: &str) -> io::Result<Vec<u8>> {
    let began = Instant::now();
    let answer = api.try_send("POST", target, &[], "");
    let took = began.elapsed();
    assert!(took < LONGEST_ANSWER, "{took:?}");
    match answer {
        Ok(answer) if answer.status == 503 => {
            let code = answer.body()["code"].clone();
            answer.problem(503, code.as_str().unwrap());
            Err(io::Error::other("the store is away"))
        }
        Ok(answer) => {
            assert_eq!(answer.status, 200, "{answer:?}");
            Ok(answer.bytes)
        }
        Err(error) => Err(error),
    }
}

fn a_file_is_made(outage: Outage) {
    let Some((server, store)) = start(outage) else {
        return;
    };
    let db = Database::of_people(&server, "exported");
    let some = People::new(8);
    for first in (0..PEOPLE).step_by(2000) {
        db.batch(&json!({ "data": data(some.range(first..first + 2000)) }));
    }
    let whole = export(&db, &json!({})).bytes;
    let streamed = format!("{}/export", db.path);
    let mut patient = PatientClient::new(db.api.another());
    let made = db.api.post(&format!("{}/exports", db.path), &json!({}));
    made.ok(202);
    let path = made.header("location").unwrap().to_owned();
    while db.api.get(&path).ok(200)["counts"]["read"] == 0 {
        sleep(Duration::from_millis(10));
    }
    let began = Instant::now();
    let job = scope(|scope| {
        for _ in 0..4 {
            let (api, whole, streamed) = (db.api.another(), &whole, &streamed);
            scope.spawn(move || {
                // What came to its end is whole; what isn't whole says so by its end.
                let mut cut = 0;
                while began.elapsed() < AWAY + Duration::from_secs(2) {
                    match stream(&api, streamed) {
                        Ok(bytes) => assert!(bytes == *whole, "{} bytes", bytes.len()),
                        Err(_) => cut += 1,
                    }
                }
                eprintln!("{cut} streams ended early");
                assert!(stream(&api, streamed).unwrap() == *whole);
            });
        }
        scope.spawn(|| {
            sleep(Duration::from_millis(50));
            store.is_away();
        });
        loop {
            let job = patient.get(&path).ok(200);
            if job["state"] == "completed" {
                return job;
            }
            assert!(
                matches!(job["state"].as_str(), Some("queued" | "running")),
                "{job}"
            );
            let waited = began.elapsed();
            assert!(waited < AWAY + REST, "{waited:?}: {job}");
            sleep(Duration::from_millis(100));
        }
    });
    eprintln!(
        "{outage:?}: ended {:.1} s after it began; {} answers 503, the longest took {:.1} s",
        began.elapsed().as_secs_f64(),
        patient.refused,
        patient.longest.as_secs_f64(),
    );
    assert_eq!(job["counts"]["read"], PEOPLE);
    let file = db.api.get(job["file"]["path"].as_str().unwrap());
    assert!(
        file.bytes == whole,
        "{} of {}",
        file.bytes.len(),
        whole.len()
    );
}

#[test]
fn a_file_is_whole_after_connections_were_refused() {
    a_file_is_made(Outage::Refused);
}

#[test]
fn a_file_is_whole_after_the_store_said_nothing() {
    a_file_is_made(Outage::Silent);
}

#[test]
fn a_file_is_whole_after_the_file_was_locked() {
    a_file_is_made(Outage::Locked);
}
