//! `/v1/databases/{db}/imports`

mod control;
mod killed;
mod legislators;
mod packed;
mod related;
mod report;
mod rows;
mod schedules;
mod upload;

use crate::support::{Answer, Database};
use serde_json::{Value, json};

/// An import whose file is there.
pub struct Import<'a> {
    pub db: &'a Database,
    pub path: String,
}

impl<'a> Import<'a> {
    /// Takes a file in.
    pub fn of(db: &'a Database, name: &str, bytes: &[u8]) -> Self {
        let target = format!("{}/imports/{name}", db.path);
        let job = db.api.send_bytes("PUT", &target, &[], bytes).ok(201);
        assert_eq!(job["state"], "uploaded");
        let path = format!("{}/imports/{}", db.path, job["id"].as_str().unwrap());
        Import { db, path }
    }

    /// Starts it and waits for its end.
    pub fn run(&self, settings: &Value) -> Value {
        let told = self.lines(settings);
        assert_eq!(told.status, 200, "{told:?}");
        self.get()
    }

    /// Starts it and waits; the lines that a terminal gets.
    pub fn lines(&self, settings: &Value) -> Answer {
        self.db
            .api
            .post(&format!("{}/start?wait=true", self.path), settings)
    }

    /// As it is now.
    pub fn get(&self) -> Value {
        self.db.api.get(&self.path).ok(200)
    }

    /// The reported rows.
    pub fn report(&self, outcome: &str) -> Vec<Vec<String>> {
        let target = format!("{}/failed.csv?outcome={outcome}", self.path);
        let answer = self.db.api.get(&target);
        assert_eq!(answer.status, 200, "{answer:?}");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(answer.bytes.as_slice());
        reader
            .records()
            .map(|row| row.unwrap().iter().map(str::to_owned).collect())
            .collect()
    }
}

/// `[created, updated, unchanged, skipped, failed]`; they must be all rows.
pub fn counts(job: &Value) -> [i64; 5] {
    let counts = &job["counts"];
    let of = |name: &str| counts[name].as_i64().unwrap();
    let five = ["created", "updated", "unchanged", "skipped", "failed"].map(of);
    assert_eq!(five.iter().sum::<i64>(), of("read"), "{counts}");
    five
}

/// A mapping of columns to fields of the same or another name.
pub fn mapping(pairs: &[(&str, &str)]) -> Value {
    let links = pairs
        .iter()
        .map(|(column, field)| json!({ "column": column, "to": { "field": field } }));
    links.collect()
}
