//! A database full of people, through the API; kept for the next run.

use std::{net::SocketAddr, path::Path, time::Instant};

use anyhow::{Context as _, Result, ensure};
use roster_people::{People, Person};
use serde_json::{Value, json};

use crate::{
    load::{ask, request},
    server::TOKEN,
};

/// Profiles in one request.
pub const BATCH: u64 = 1_000;

/// How many ids are kept to be asked for.
const IDS: usize = 20_000;

/// A filled database.
pub struct FilledDatabase {
    /// Its path in the API.
    pub path: String,
    /// Ids of profiles spread all over it.
    pub ids: Vec<String>,
    /// The number of the first person who is not in it.
    pub next: u64,
    /// Profiles per second while it was filled, if it was.
    pub per_second: Option<f64>,
}

/// Who is in it.
pub fn people() -> People {
    People::new(2_024)
}

/// One person as the benchmarks import it: eight standard fields and one that
/// changes.
pub fn item(person: &Person, points: i64) -> Value {
    let mut data = person.data();
    data.insert("points".to_owned(), points.into());
    Value::Object(data)
}

/// The body of a batch.
pub fn batch(numbers: std::ops::Range<u64>, points: i64) -> String {
    let people = people();
    let items: Vec<Value> = numbers.map(|n| item(&people.person(n), points)).collect();
    json!({ "data": items }).to_string()
}

/// What is written down of a filled database, beside its file.
const NOTE: &str = "filled.json";

/// The note is written again after this many profiles.
const NOTE_EVERY: u64 = 50_000;

/// Removes a database of which nothing is written down.
pub fn clear_unknown(state: &Path) {
    if !state.join(NOTE).exists() {
        for end in ["", "-wal", "-shm"] {
            // It may not be there.
            let _ = std::fs::remove_file(state.join(format!("sqlite_db.db{end}")));
        }
    }
}

/// Fills a database with `count` people, goes on where a run before was stopped, or
/// finds it filled in `state`.
///
/// # Errors
/// When the server refuses anything.
pub fn fill(address: SocketAddr, state: &Path, count: u64) -> Result<FilledDatabase> {
    let mut filled = match std::fs::read_to_string(state.join(NOTE)) {
        Ok(text) => read(&text)?,
        Err(_) => create(address)?,
    };
    if filled.next >= count {
        return Ok(filled);
    }
    let every = (count / IDS as u64).max(1);
    let first = filled.next;
    let start = Instant::now();
    while filled.next < count {
        let from = filled.next;
        let until = (from + BATCH).min(count);
        let answer = post_batch(address, &filled.path, &batch(from..until, 0))?;
        // A run that was stopped may have written more than it noted.
        let written = ["created", "updated", "unchanged"]
            .map(|name| answer.get(name).and_then(Value::as_u64).unwrap_or(0));
        ensure!(
            written.iter().sum::<u64>() == until - from,
            "a batch of people must be written: {answer:.400}"
        );
        let results = answer.get("results").and_then(Value::as_array);
        for (number, result) in (from..).zip(results.into_iter().flatten()) {
            if number % every == 0
                && let Some(id) = result.get("id").and_then(Value::as_str)
            {
                filled.ids.push(id.to_owned());
            }
        }
        filled.next = until;
        let rate = (until - first) as f64 / start.elapsed().as_secs_f64();
        filled.per_second = Some(rate);
        if until.is_multiple_of(NOTE_EVERY) {
            filled.keep(state)?;
            eprintln!("  filled {until} of {count} ({rate:.0}/s)");
        }
    }
    filled.keep(state)?;
    Ok(filled)
}

fn create(address: SocketAddr) -> Result<FilledDatabase> {
    let database = call(
        address,
        "POST",
        "/v1/databases",
        &json!({ "name": "Bench" }),
    )?;
    let id = database
        .get("id")
        .and_then(Value::as_str)
        .context("no id")?;
    let path = format!("/v1/databases/{id}");
    let field = json!({ "name": "points", "type": "integer" });
    call(address, "POST", &format!("{path}/fields"), &field)?;
    Ok(FilledDatabase {
        path,
        ids: Vec::new(),
        next: 0,
        per_second: None,
    })
}

fn read(text: &str) -> Result<FilledDatabase> {
    let value: Value = serde_json::from_str(text)?;
    let ids = value.get("ids").and_then(Value::as_array);
    let ids = ids.into_iter().flatten().filter_map(Value::as_str);
    Ok(FilledDatabase {
        path: value
            .get("path")
            .and_then(Value::as_str)
            .context("path")?
            .to_owned(),
        ids: ids.map(str::to_owned).collect(),
        next: value.get("next").and_then(Value::as_u64).context("next")?,
        per_second: None,
    })
}

impl FilledDatabase {
    /// Writes down what is in the database, for the next run.
    ///
    /// # Errors
    /// When the folder can't be written.
    pub fn keep(&self, state: &Path) -> Result<()> {
        let note = json!({ "path": self.path, "ids": self.ids, "next": self.next });
        std::fs::write(state.join(NOTE), note.to_string())?;
        Ok(())
    }
}

/// Sends a batch.
///
/// # Errors
/// When the answer is no 200.
pub fn post_batch(address: SocketAddr, path: &str, body: &str) -> Result<Value> {
    let text = request("POST", &format!("{path}/profiles/batch"), TOKEN, body);
    let (status, answer) = ask(address, &text)?;
    ensure!(status == 200, "batch: {status} {answer:.400}");
    Ok(serde_json::from_str(&answer)?)
}

/// A JSON request that must be answered with 200, 201 or 202.
///
/// # Errors
/// When it is not.
pub fn call(address: SocketAddr, method: &str, path: &str, body: &Value) -> Result<Value> {
    let text = request(method, path, TOKEN, &body.to_string());
    let (status, answer) = ask(address, &text)?;
    ensure!(
        matches!(status, 200..=202),
        "{method} {path}: {status} {answer:.400}"
    );
    Ok(serde_json::from_str(&answer)?)
}

/// Makes a relation type of a database's people among themselves; the path of its
/// relations.
///
/// # Errors
/// When the server refuses it.
pub fn relation_type(address: SocketAddr, path: &str) -> Result<String> {
    let database = path.rsplit('/').next().context("a database's path")?;
    // A database that is kept has those of the runs before.
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_micros();
    let body = json!({
        "name": format!("Bench {now}"), "database_a": database, "database_b": database,
        "properties": [{"name": "times", "type": "integer", "default": 0}],
    });
    let made = call(address, "POST", "/v1/relation-types", &body)?;
    let id = made.get("id").and_then(Value::as_str).context("no id")?;
    Ok(format!("/v1/relation-types/{id}/relations"))
}

/// Makes a webhook that takes flat JSON from anyone who has the benchmarks' token;
/// its path.
///
/// # Errors
/// When the server refuses it.
pub fn hook(address: SocketAddr, path: &str) -> Result<String> {
    let database = path.rsplit('/').next().context("a database's path")?;
    // A database that is kept has those of the runs before.
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_micros();
    let body = json!({
        "name": format!("Bench {now}"), "database_id": database, "preset": "flat",
        "verification": {"scheme": "bearer", "secret": TOKEN},
    });
    let made = call(address, "POST", "/v1/hooks", &body)?;
    let url = made.get("url").and_then(Value::as_str).context("no url")?;
    Ok(url.to_owned())
}
