//! The same writes by `/v1` and by Altcraft's API, by turns on one server.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::{
    fill::{self, FilledDatabase},
    load::{ask, request},
    report::milliseconds,
    server::{Server, TOKEN},
};

/// How many profiles a write has, how often it is sent to each, and how much longer it may
/// take by Altcraft's API.
const ROWS: [(u64, u64, f64); 3] = [(1, 300, 1.15), (1_000, 20, 1.10), (10_000, 4, 1.10)];

/// A write of one side: where it goes, and its body.
struct Door {
    path: String,
    /// What a good answer has in it.
    expect: &'static str,
    /// The members beside `data`.
    beside: Value,
}

/// Both doors to a database for writes of so many.
fn doors(database: &str, count: u64) -> Result<[Door; 2]> {
    let id = database.rsplit('/').next().context("a database's path")?;
    let id: u64 = id.parse()?;
    let (ours, theirs) = match count {
        1 => ("", "import"),
        _ => ("/batch", "import_batch"),
    };
    Ok([
        Door {
            path: format!("{database}/profiles{ours}"),
            expect: "created",
            beside: json!({"matching": "email"}),
        },
        Door {
            path: format!("/api/v1.1/profiles/{theirs}"),
            expect: "Successful operation",
            beside: json!({"matching": "email", "db_id": id}),
        },
    ])
}

impl Door {
    /// How long it takes to write people who are new.
    fn time(&self, address: SocketAddr, from: u64, count: u64) -> Result<Duration> {
        let people = fill::people();
        let mut items: Vec<Value> = (from..from + count)
            .map(|n| fill::item(&people.person(n), 0))
            .collect();
        let mut body = self.beside.clone();
        let data = match count {
            1 => items.pop().unwrap_or_default(),
            _ => Value::Array(items),
        };
        if let Some(members) = body.as_object_mut() {
            members.insert("data".to_owned(), data);
        }
        let sent = request("POST", &self.path, TOKEN, &body.to_string());
        let start = Instant::now();
        let (status, answer) = ask(address, &sent)?;
        let took = start.elapsed();
        let is_good = (200..300).contains(&status) && answer.contains(self.expect);
        ensure!(is_good, "{}: {status} {answer:.300}", self.path);
        Ok(took)
    }
}

/// The middle one of several.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Measures and prints a table.
///
/// # Errors
/// When the server can't be reached, or refuses a write.
pub fn measure(server: &Server, filled: &mut FilledDatabase) -> Result<()> {
    println!(
        "\n| new people, one connection each | /v1, median | Altcraft's API, median | as long | goal |"
    );
    println!("| --- | ---: | ---: | ---: | ---: |");
    for (count, rounds, goal) in ROWS {
        let doors = doors(&filled.path, count)?;
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..rounds {
            // Who comes second finds a warmer cache.
            let mut turns: Vec<_> = doors.iter().zip(&mut times).collect();
            if round % 2 == 1 {
                turns.reverse();
            }
            for (door, times) in turns {
                times.push(door.time(server.address, filled.next, count)?);
                filled.next += count;
            }
        }
        let [ours, theirs] = times.map(median);
        println!(
            "| {count} | {} | {} | {:.2} | {goal:.2} |",
            milliseconds(ours),
            milliseconds(theirs),
            theirs.as_secs_f64() / ours.as_secs_f64().max(f64::EPSILON)
        );
    }
    Ok(())
}
