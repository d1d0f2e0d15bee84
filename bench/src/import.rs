//! A file of people, imported whole while single requests go on: rows a second
//! beside the native floor, the memory of the server, and how long the single
//! requests took meanwhile.

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::{
    Args,
    fill::{BATCH, call, item, people},
    load::{Figures, Load, ask, request},
    report::{grouped, milliseconds},
    runs::part_of_a_name,
    server::{Server, TOKEN},
    twin::Twin,
};

/// The columns, each for the field of the same name.
pub const COLUMNS: [&str; 9] = [
    "email", "phones", "_fname", "_lname", "_bdate", "_sex", "_city", "_country", "points",
];

/// Connections that ask for single profiles meanwhile.
const BESIDE: usize = 2;

/// Imports `rows` people from a CSV file into an empty database.
///
/// # Errors
/// When the server refuses anything or the counts don't add up.
pub fn measure(args: &Args, manifest: &Path, state: &Path, rows: u64) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        // Left over from the last run, if there.
        let _ = std::fs::remove_file(state.join(format!("sqlite_db.db{end}")));
    }
    std::fs::create_dir_all(state)?;
    let file = csv(rows, 0);
    let server = Server::start(args, manifest, state, "normal")?;
    let path = new_database(&server, "Bench")?;

    println!(
        "\n### A CSV file of {} rows, {} MiB\n",
        grouped(rows),
        file.len() >> 20
    );
    println!(
        "| import | rows/s | native floor, rows/s | slower by | goal | single reads meanwhile: median | p99 | single imports: median | p99 |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let twin = Twin::empty(state, "normal")?;
    for (name, expected) in [("new people", "created"), ("the same again", "unchanged")] {
        let uploaded = Instant::now();
        let job = upload(&server, &path, &file)?;
        eprintln!("  uploaded in {:.1} s", uploaded.elapsed().as_secs_f64());
        start(&server, &path, &job)?;
        let (took, reads, writes) = beside(args, &server, &path, &job, rows, expected)?;
        let rate = rows as f64 / took;
        let native = native(&twin, rows)?;
        println!(
            "| {name} | {} | {} | {:.1} | 3.0 | {} | {} | {} | {} |",
            grouped(rate as u64),
            grouped(native as u64),
            native / rate,
            milliseconds(reads.median),
            milliseconds(reads.p99),
            milliseconds(writes.median),
            milliseconds(writes.p99),
        );
        ensure!(
            reads.errors + writes.errors == 0,
            "single requests failed: {:?} {:?}",
            reads.first_error,
            writes.first_error
        );
    }
    found_again(args, &server, &path, rows)?;
    if let Some(peak) = server.peak_memory() {
        println!("\nPeak memory of the server: {} MiB.", peak >> 20);
    }
    server.stop()
}

/// The path of a new database with the columns of the file.
///
/// # Errors
/// When the server refuses it.
pub fn new_database(server: &Server, name: &str) -> Result<String> {
    let at = server.address;
    let settings = json!({ "name": name, "region": "US" });
    let made = call(at, "POST", "/v1/databases", &settings)?;
    let id = made.get("id").and_then(Value::as_str).context("no id")?;
    let path = format!("/v1/databases/{id}");
    let field = json!({ "name": "points", "type": "integer" });
    call(at, "POST", &format!("{path}/fields"), &field)?;
    Ok(path)
}

/// Searches for the people who were imported, and exports them.
fn found_again(args: &Args, server: &Server, path: &str, rows: u64) -> Result<()> {
    println!("\n| then | a second | median | p99 |");
    println!("| --- | ---: | ---: | ---: |");
    let search = Load {
        address: server.address,
        connections: 1,
        time: args.time(),
        request: part_of_a_name(rows),
        expect: "\"matches\"",
    };
    let search = search.run()?;
    ensure!(
        search.errors == 0,
        "a search failed: {:?}",
        search.first_error
    );
    println!(
        "| search, part of a name, first 20, one connection | {} requests | {} | {} |",
        grouped(search.per_second as u64),
        milliseconds(search.median),
        milliseconds(search.p99)
    );
    let began = Instant::now();
    let got = exported(server, path)?;
    // Those that were written beside the import are there too.
    ensure!(got >= rows, "only {got} of {rows} rows were exported");
    println!(
        "| export of all as CSV, all fields | {} rows | | |",
        grouped((got as f64 / began.elapsed().as_secs_f64()) as u64)
    );
    Ok(())
}

/// The rows of an export as CSV, without its header.
fn exported(server: &Server, path: &str) -> Result<u64> {
    let mut stream = TcpStream::connect(server.address)?;
    let head = format!(
        "GET {path}/export HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         authorization: Bearer {TOKEN}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    ensure!(head.starts_with("HTTP/1.1 200"), "no export: {head}");
    // Each row holds one address of its person; chunks' lengths stand on lines of their own.
    Ok(body.matches('@').count() as u64)
}

/// The file: a header and a row for each person, all with the same points.
pub fn csv(rows: u64, points: i64) -> String {
    let people = people();
    let mut file = COLUMNS.join(",");
    file.push('\n');
    for number in 0..rows {
        let item = item(&people.person(number), points);
        let cells: Vec<String> = COLUMNS
            .iter()
            .map(|name| match item.get(*name) {
                Some(Value::String(text)) => format!("\"{}\"", text.replace('"', "\"\"")),
                Some(Value::Array(list)) => list
                    .first()
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                Some(value) => value.to_string(),
                None => String::new(),
            })
            .collect();
        // Writing to a string can't fail.
        let _ = writeln!(file, "{}", cells.join(","));
    }
    file
}

/// Uploads the file; the import's id.
///
/// # Errors
/// When the server refuses it.
pub fn upload(server: &Server, path: &str, file: &str) -> Result<String> {
    let mut stream = TcpStream::connect(server.address)?;
    let head = format!(
        "PUT {path}/imports/people.csv HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         authorization: Bearer {TOKEN}\r\ncontent-length: {}\r\n\r\n",
        file.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(file.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (_, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    let job: Value = serde_json::from_str(body).with_context(|| answer.clone())?;
    let id = job.get("id").and_then(Value::as_str);
    Ok(id
        .with_context(|| format!("no import: {body:.400}"))?
        .to_owned())
}

/// Starts an import.
///
/// # Errors
/// When the server refuses it.
pub fn start(server: &Server, path: &str, job: &str) -> Result<()> {
    let mapping: Vec<Value> = COLUMNS
        .iter()
        .map(|name| json!({ "column": name, "to": { "field": name } }))
        .collect();
    let target = format!("{path}/imports/{job}/start");
    call(
        server.address,
        "POST",
        &target,
        &json!({ "mapping": mapping }),
    )?;
    Ok(())
}

/// Waits for the import's end with single requests beside it: how many seconds
/// it took, and how the requests fared.
fn beside(
    args: &Args,
    server: &Server,
    path: &str,
    job: &str,
    rows: u64,
    expected: &str,
) -> Result<(f64, Figures, Figures)> {
    let load = |time: Duration, make: Rc<dyn Fn(u64) -> Vec<u8>>| Load {
        address: server.address,
        connections: BESIDE,
        time,
        request: make,
        expect: "",
    };
    let list: Rc<dyn Fn(u64) -> Vec<u8>> = {
        let target = format!("{path}/profiles?limit=1");
        Rc::new(move |_| request("GET", &target, TOKEN, ""))
    };
    let write: Rc<dyn Fn(u64) -> Vec<u8>> = {
        let target = format!("{path}/profiles");
        let one = |number: u64| json!({ "data": { "email": format!("beside{number}@example.com"), "_city": "Here" } });
        Rc::new(move |number| request("POST", &target, TOKEN, &one(number).to_string()))
    };
    let time = args.time().min(Duration::from_secs(5));
    let address = server.address;
    std::thread::scope(|scope| {
        let ended = scope.spawn(|| until_end(address, path, job, rows, expected));
        let reads = load(time, list).run()?;
        let writes = load(time, write).run()?;
        let took = ended
            .join()
            .map_err(|_| anyhow::anyhow!("watching failed"))??;
        Ok((took, reads, writes))
    })
}

/// Waits for the import's end; how many seconds it took.
///
/// # Errors
/// When it fails, or not all rows ended as expected.
pub fn until_end(
    address: SocketAddr,
    path: &str,
    job: &str,
    rows: u64,
    expected: &str,
) -> Result<f64> {
    let began = Instant::now();
    loop {
        let asked = request("GET", &format!("{path}/imports/{job}"), TOKEN, "");
        let (_, body) = ask(address, &asked)?;
        let job: Value = serde_json::from_str(&body)?;
        match job.get("state").and_then(Value::as_str) {
            Some("queued" | "running") => std::thread::sleep(Duration::from_millis(50)),
            Some("completed") => {
                let counts = job.get("counts").context("no counts")?;
                ensure!(
                    counts.get(expected) == Some(&rows.into()),
                    "not all rows: {counts}"
                );
                return Ok(began.elapsed().as_secs_f64());
            }
            _ => anyhow::bail!("the import ended so: {job}"),
        }
    }
}

/// What the same rows take natively; rows a second.
fn native(twin: &Twin, rows: u64) -> Result<f64> {
    let mut took = Duration::ZERO;
    for from in (0..rows).step_by(BATCH as usize) {
        let body = crate::fill::batch(from..(from + BATCH).min(rows), 0);
        let began = Instant::now();
        twin.batch(&body)?;
        took += began.elapsed();
    }
    Ok(rows as f64 / took.as_secs_f64())
}
