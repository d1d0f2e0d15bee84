//! `/v1/databases/{db}/export`, `/exports`, `/history/export`, and one person's
//! data.

mod elsewhere;
mod files;
mod history;
mod person;
mod round_trip;
mod streams;

use crate::support::{Answer, Database};
use serde_json::Value;

/// A file that must come.
#[track_caller]
pub fn fetched(answer: Answer) -> Answer {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// `POST …/export`, which must be answered.
#[track_caller]
pub fn export(db: &Database, body: &Value) -> Answer {
    fetched(db.api.post(&format!("{}/export", db.path), body))
}

/// The header and the rows of a CSV.
pub fn rows(bytes: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes);
    let mut rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    let header = rows.next().unwrap();
    (header, rows.collect())
}

/// Makes a kept export and waits for its end; the job.
#[track_caller]
pub fn kept(db: &Database, body: &Value) -> Value {
    let told = db.api.post(&format!("{}/exports?wait=true", db.path), body);
    assert_eq!(told.status, 200, "{told:?}");
    let path = told.header("location").unwrap().to_owned();
    db.api.get(&path).ok(200)
}
