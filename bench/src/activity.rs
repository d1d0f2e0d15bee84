//! What people did, segments that are refreshed, and undoing: over so many people and ten
//! times as many events.

use std::{
    net::SocketAddr,
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::{
    Args,
    fill::call,
    import::{csv, new_database, start, until_end, upload},
    load::{Load, ask, request},
    report::{grouped, milliseconds},
    server::{Server, TOKEN},
};

/// Events of each person.
const EVENTS: u64 = 10;

/// What everybody did, at times spread over a year: one in ten clicked in the last 36 days.
/// They are written as the store writes them, since a million requests would measure those.
const FILL: &str = "
    WITH RECURSIVE turn(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM turn WHERE n < ?2 - 1)
    INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes, about)
    SELECT (SELECT max(id) FROM history) + row_number() OVER (ORDER BY turn.n, profiles.pk),
           profiles.database_id,
           profiles.pk,
           ?1 - 1000,
           'profile.event',
           'bench',
           'api',
           '[]',
           json_object(
               'event', CASE turn.n % 2 WHEN 0 THEN 'opened' ELSE 'clicked' END,
               'at', strftime('%Y-%m-%dT%H:%M:%fZ', (?1 / 1000) - abs(random()) % 31536000, 'unixepoch'),
               'resource_id', '1',
               'url', 'https://example.com/' || (profiles.pk % 100)
           )
    FROM turn
    CROSS JOIN profiles";

/// Measures it all in an empty database.
///
/// # Errors
/// When the server refuses anything or the counts don't add up.
pub fn measure(args: &Args, manifest: &Path, state: &Path, rows: u64) -> Result<()> {
    for end in ["", "-wal", "-shm"] {
        // Left over from the last run, if there.
        let _ = std::fs::remove_file(state.join(format!("sqlite_db.db{end}")));
    }
    std::fs::create_dir_all(state)?;
    let server = Server::start(args, manifest, state, "normal")?;
    let path = new_database(&server, "Bench")?;
    println!(
        "\n### {} people with {} events\n",
        grouped(rows),
        grouped(rows * EVENTS)
    );
    println!("| work | a second | took, s | goal |\n| --- | ---: | ---: | --- |");
    let made = import(&server, &path, &csv(rows, 0), rows, "created")?;
    print("import of new people", rows, made.took, "");
    let changed = import(&server, &path, &csv(rows, 1), rows, "updated")?;
    print("import that changes everybody", rows, changed.took, "");
    let undone = undo(server.address, &path, &changed.job)?;
    let goal = format!("{} a second, as the import", rate(rows, changed.took));
    print("undoing of that", rows, undone, &goal);
    server.stop()?;

    let began = Instant::now();
    let sql = rusqlite::Connection::open(state.join("sqlite_db.db"))?;
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
    let parameters = (i64::try_from(now)?, i64::try_from(EVENTS)?);
    sql.execute(FILL, parameters)?;
    drop(sql);
    eprintln!("  events in {:.0} s", began.elapsed().as_secs_f64());

    let server = Server::start(args, manifest, state, "normal")?;
    let at = server.address;
    let clicked = json!({"event": {"type": "clicked", "last": "30d"}});
    let page = json!({"condition": clicked, "limit": 100});
    asked(
        args,
        at,
        "first 100 who clicked in 30 days",
        &format!("{path}/profiles/query"),
        &page,
        "50 ms",
    )?;
    let count = json!({"condition": clicked});
    asked(
        args,
        at,
        "how many they are",
        &format!("{path}/profiles/count"),
        &count,
        "1 s",
    )?;
    let everybody = json!({"field": "points", "ge": 0});
    for (name, condition, goal) in [
        (
            "refresh of a segment, everybody enters",
            &everybody,
            "100 000",
        ),
        (
            "refresh of a segment, those who clicked",
            &clicked,
            "100 000",
        ),
    ] {
        let body = json!({"name": name, "kind": "updatable", "condition": condition});
        let made = call(at, "POST", &format!("{path}/segments"), &body)?;
        let id = made.get("id").and_then(Value::as_str).context("no id")?;
        let segment = format!("{path}/segments/{id}");
        print(name, rows, refresh(at, &segment)?, goal);
        print(
            "the same again, nobody moves",
            rows,
            refresh(at, &segment)?,
            goal,
        );
    }
    let undone = undo(at, &path, &made.job)?;
    print(
        "undoing of the first import, whom others touched stay",
        rows,
        undone,
        "",
    );
    server.stop()
}

/// An import that has ended.
struct DoneImport {
    job: String,
    took: f64,
}

fn import(
    server: &Server,
    path: &str,
    file: &str,
    rows: u64,
    expected: &str,
) -> Result<DoneImport> {
    let job = upload(server, path, file)?;
    start(server, path, &job)?;
    let took = until_end(server.address, path, &job, rows, expected)?;
    Ok(DoneImport { job, took })
}

/// Undoes an import; how many seconds that takes.
fn undo(at: SocketAddr, path: &str, job: &str) -> Result<f64> {
    let made = call(
        at,
        "POST",
        &format!("{path}/imports/{job}/undo"),
        &json!({}),
    )?;
    let id = made.get("id").and_then(Value::as_str).context("no job")?;
    ended(at, &format!("{path}/updates/{id}"))
}

/// Refreshes a segment; how many seconds that takes.
fn refresh(at: SocketAddr, segment: &str) -> Result<f64> {
    call(at, "POST", &format!("{segment}/refresh"), &json!({}))?;
    ended(at, &format!("{segment}/refresh"))
}

/// Waits for the end of a job.
fn ended(at: SocketAddr, job: &str) -> Result<f64> {
    let began = Instant::now();
    loop {
        let (_, body) = ask(at, &request("GET", job, TOKEN, ""))?;
        let shown: Value = serde_json::from_str(&body)?;
        match shown.get("state").and_then(Value::as_str) {
            Some("queued" | "running") => std::thread::sleep(Duration::from_millis(20)),
            Some("completed") => return Ok(began.elapsed().as_secs_f64()),
            _ => anyhow::bail!("the job ended so: {shown}"),
        }
    }
}

/// Asks the same again and again, one connection.
fn asked(
    args: &Args,
    at: SocketAddr,
    name: &str,
    path: &str,
    body: &Value,
    goal: &str,
) -> Result<()> {
    let (path, body) = (path.to_owned(), body.to_string());
    let load = Load {
        address: at,
        connections: 1,
        time: args.time(),
        request: Rc::new(move |_| request("POST", &path, TOKEN, &body)),
        expect: "",
    };
    let figures = load.run()?;
    ensure!(figures.errors == 0, "it failed: {:?}", figures.first_error);
    println!(
        "| {name} | | median {}, p99 {} | {goal} |",
        milliseconds(figures.median),
        milliseconds(figures.p99)
    );
    Ok(())
}

fn rate(rows: u64, took: f64) -> String {
    grouped((rows as f64 / took) as u64)
}

fn print(work: &str, rows: u64, took: f64, goal: &str) {
    println!("| {work} | {} | {took:.1} | {goal} |", rate(rows, took));
}
