//! A table of people in PostgreSQL, read by a schedule: rows a second beside the import of the
//! same rows from a CSV file in the same run, how long a run takes that finds nothing new, and
//! the memory of the server. `ROSTER_TEST_POSTGRES` names the database
//! (`tests/sources/serve start`).

use std::{
    io::Write as _,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::{
    Args,
    fill::call,
    import::{COLUMNS, csv, new_database, start, until_end, upload},
    load::{ask, request},
    report::grouped,
    server::{Server, TOKEN},
};

/// The environment variable that names the database.
const VARIABLE: &str = "ROSTER_TEST_POSTGRES";

/// What lets the server connect there.
const OPTIONS: [&str; 4] = [
    "--variable",
    "sql_hosts=127.0.0.1:*",
    "--variable",
    "secrets_key=a key for benchmarks of 32 letters and more",
];

/// How many rows change for the run that finds some.
const CHANGED: u64 = 1000;

/// Reads a table of `rows` people.
///
/// # Errors
/// When there is no database, the server refuses anything, or the counts don't add up.
pub fn measure(args: &Args, manifest: &Path, state: &Path, rows: u64) -> Result<()> {
    let address = std::env::var(VARIABLE).with_context(|| {
        format!("{VARIABLE} names no database: eval \"$(tests/sources/serve start)\"")
    })?;
    std::fs::create_dir_all(state)?;
    let file = csv(rows, 0);
    let table = fill(&address, &file)?;
    let server = Server::with_options(args, manifest, state, "normal", &OPTIONS)?;
    println!("\n### {} rows of a table\n", grouped(rows));
    println!("| import | seconds | rows/s | beside the CSV file |");
    println!("| --- | ---: | ---: | ---: |");
    let path = new_database(&server, "File")?;
    let began = Instant::now();
    let job = upload(&server, &path, &file)?;
    start(&server, &path, &job)?;
    until_end(server.address, &path, &job, rows, "created")?;
    let csv = began.elapsed().as_secs_f64();
    row("CSV file, upload included", rows, csv, csv);
    let path = new_database(&server, "Table")?;
    let schedule = schedule(&server, &path, &address, &table)?;
    for (name, expected) in [
        ("table, all new", "created"),
        ("table, the same again", "unchanged"),
    ] {
        let (run, took) = run(server.address, &schedule, json!({ "full": true }))?;
        ensure!(run["state"] == "completed", "the run ended so: {run}");
        let job = run["import_id"].as_str().context("no import")?;
        let import = call(
            server.address,
            "GET",
            &format!("{path}/imports/{job}"),
            &Value::Null,
        )?;
        let counts = &import["counts"];
        ensure!(counts[expected] == rows, "not all rows: {counts}");
        row(name, rows, took, csv);
    }
    println!("\n| then a run with | milliseconds |");
    println!("| --- | ---: |");
    let (unchanged, _) = run(server.address, &schedule, json!({}))?;
    ensure!(
        unchanged["state"] == "unchanged",
        "the run ended so: {unchanged}"
    );
    println!("| nothing new | {} |", milliseconds(&unchanged)?);
    let change = format!(
        "UPDATE {table} SET points = 1, changed = now() + interval '1 hour' WHERE id <= {CHANGED}"
    );
    psql(&address, &change, None)?;
    let (changed, _) = run(server.address, &schedule, json!({}))?;
    ensure!(changed["rows"] == CHANGED, "the run ended so: {changed}");
    println!(
        "| {} rows changed | {} |",
        grouped(CHANGED),
        milliseconds(&changed)?
    );
    if let Some(peak) = server.peak_memory() {
        println!("\nPeak memory of the server: {} MiB.", peak >> 20);
    }
    psql(&address, &format!("DROP TABLE {table}"), None)?;
    server.stop()
}

fn row(name: &str, rows: u64, took: f64, csv: f64) {
    let rate = rows as f64 / took;
    println!(
        "| {name} | {took:.1} | {} | {:.2} |",
        grouped(rate as u64),
        csv / took
    );
}

/// How long a run took, by what it says itself.
fn milliseconds(run: &Value) -> Result<i64> {
    let at = |name: &str| -> Result<i64> {
        let text = run[name].as_str().context("no time")?;
        let (_, clock) = text.split_once('T').context("no time")?;
        let parts: Vec<f64> = clock
            .trim_end_matches('Z')
            .split(':')
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        Ok((parts.iter().fold(0.0, |sum, part| sum * 60.0 + part) * 1000.0) as i64)
    };
    // Across midnight.
    Ok((at("ended_at")? - at("started_at")?).rem_euclid(24 * 60 * 60 * 1000))
}

/// A table with the rows of a CSV file; its name.
fn fill(address: &str, file: &str) -> Result<String> {
    let table = format!("people_bench_{}", std::process::id());
    let columns: Vec<String> = COLUMNS
        .iter()
        .map(|name| format!("\"{name}\" text"))
        .collect();
    psql(
        address,
        &format!(
            "CREATE TABLE {table} (id bigserial PRIMARY KEY, {}, \
             changed timestamptz NOT NULL DEFAULT clock_timestamp()); \
             CREATE INDEX ON {table} (changed)",
            columns.join(", ")
        ),
        None,
    )?;
    let names: Vec<String> = COLUMNS.iter().map(|name| format!("\"{name}\"")).collect();
    let copy = format!("COPY {table} ({}) FROM STDIN CSV HEADER", names.join(", "));
    psql(address, &copy, Some(file))?;
    psql(address, &format!("ANALYZE {table}"), None)?;
    Ok(table)
}

fn psql(address: &str, statement: &str, input: Option<&str>) -> Result<()> {
    let mut command = Command::new("psql");
    command.args([address, "-v", "ON_ERROR_STOP=1", "-q", "-c", statement]);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().context("psql")?;
    if let (Some(text), Some(stdin)) = (input, child.stdin.as_mut()) {
        stdin.write_all(text.as_bytes())?;
    }
    drop(child.stdin.take());
    let status = child.wait()?;
    ensure!(status.success(), "psql could not do: {statement}");
    Ok(())
}

/// A schedule that reads the table; its path.
fn schedule(server: &Server, path: &str, address: &str, table: &str) -> Result<String> {
    let rest = address.split_once("://").context("no address")?.1;
    let (account, rest) = rest.rsplit_once('@').context("no address")?;
    let (user, secret) = account.split_once(':').context("no address")?;
    let (place, database) = rest.split_once('/').context("no address")?;
    let connector = json!({
        "name": "bench", "kind": "postgres", "address": place, "database": database,
        "user": user, "secret": secret, "tls": "off",
    });
    let at = server.address;
    let made = call(at, "POST", "/v1/connectors", &connector)?;
    let mapping: Vec<Value> = COLUMNS
        .iter()
        .map(|name| json!({ "column": name, "to": { "field": name } }))
        .collect();
    let schedule = json!({
        "name": "bench", "plan": { "cron": "0 0 1 1 *" },
        "source": {
            "connector": made["id"], "table": table, "key": "id", "watermark": "changed",
        },
        "settings": { "mapping": mapping },
    });
    let made = call(at, "POST", &format!("{path}/schedules"), &schedule)?;
    let id = made["id"].as_str().context("no id")?;
    Ok(format!("{path}/schedules/{id}"))
}

/// Runs a schedule to its end; the run, and how many seconds it took as it is seen from outside.
/// The tick is called, as it calls itself once a second where there is nothing to do.
fn run(address: SocketAddr, schedule: &str, body: Value) -> Result<(Value, f64)> {
    let began = Instant::now();
    call(address, "POST", &format!("{schedule}/run"), &body)?;
    call(address, "POST", "/v1/tick", &json!({}))?;
    loop {
        let asked = request("GET", &format!("{schedule}/runs?limit=1"), TOKEN, "");
        let (_, body) = ask(address, &asked)?;
        let runs: Value = serde_json::from_str(&body)?;
        let run = &runs["items"][0];
        match run["state"].as_str() {
            Some("waiting" | "fetching" | "importing") => {
                std::thread::sleep(Duration::from_millis(50));
            }
            _ => return Ok((run.clone(), began.elapsed().as_secs_f64())),
        }
    }
}
