//! Single reads and writes beside expensive requests, which may hold up nobody.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    rc::Rc,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use anyhow::{Result, anyhow, ensure};
use serde_json::{Value, json};

use crate::{
    fill::{self, FilledDatabase},
    load::{Figures, Load, request},
    report::{grouped, milliseconds},
    server::{Server, TOKEN},
};

/// How many send expensive requests.
const EXPENSIVE: usize = 3;

/// How many connections read one person after the other.
const READERS: usize = 4;

/// How long a single read may take beside them, 99 in 100: milliseconds.
const GOAL_MS: u64 = 100;

/// What is expensive: its name, and a request.
fn kinds(path: &str) -> Vec<(&'static str, String)> {
    let get = |path: String| closing("GET", &path, "");
    // As many tests as fit, none of which any key or index answers.
    let tests = (0..100).map(|n| json!({ "field": "_city", "contains": format!("zz{n}") }));
    let condition = json!({ "condition": { "any": tests.collect::<Vec<Value>>() } }).to_string();
    let post = |what: &str| closing("POST", &format!("{path}/profiles/{what}"), &condition);
    vec![
        ("counts by a condition of 100 parts", post("count")),
        ("pages by that condition", post("query")),
        (
            "lists by a field without keys",
            get(format!("{path}/profiles?points=-5")),
        ),
        (
            "searches in that field",
            get("/v1/search?q=points:-5".to_owned()),
        ),
        (
            "pages of 1,000 profiles",
            get(format!("{path}/profiles?limit=1000")),
        ),
        ("exports of everybody", get(format!("{path}/export"))),
    ]
}

/// A request whose connection ends with the answer.
fn closing(method: &str, path: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         authorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Measures and prints a table.
///
/// # Errors
/// When the server can't be reached, or a single request fails.
pub fn measure(server: &Server, filled: &FilledDatabase, size: u64, time: Duration) -> Result<()> {
    println!(
        "\n| beside {EXPENSIVE} clients with | their answers | single reads: median | p99 | goal | single imports: median | p99 |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (name, expensive) in kinds(&filled.path) {
        let (over, answers) = (AtomicBool::new(false), AtomicU64::new(0));
        let address = server.address;
        let (reads, writes) = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..EXPENSIVE)
                .map(|_| {
                    scope.spawn(|| {
                        while !over.load(Ordering::Relaxed) {
                            whole_answer(address, &expensive)?;
                            answers.fetch_add(1, Ordering::Relaxed);
                        }
                        Ok::<_, anyhow::Error>(())
                    })
                })
                .collect();
            let reads = reading(server, filled, time);
            let writes = writing(server, filled, size, time);
            over.store(true, Ordering::Relaxed);
            for client in clients {
                client.join().map_err(|_| anyhow!("a client failed"))??;
            }
            Ok::<_, anyhow::Error>((reads?, writes?))
        })?;
        for figures in [&reads, &writes] {
            ensure!(figures.errors == 0, "{name}: {:?}", figures.first_error);
        }
        println!(
            "| {name} | {} | {} | {} | {GOAL_MS} ms | {} | {} |",
            grouped(answers.into_inner()),
            milliseconds(reads.median),
            milliseconds(reads.p99),
            milliseconds(writes.median),
            milliseconds(writes.p99),
        );
    }
    Ok(())
}

fn reading(server: &Server, filled: &FilledDatabase, time: Duration) -> Result<Figures> {
    let (path, ids) = (filled.path.clone(), filled.ids.clone());
    let request = move |number: u64| {
        let place = (number as usize).wrapping_mul(7919) % ids.len().max(1);
        let id = ids.get(place).map_or("", String::as_str);
        request("GET", &format!("{path}/profiles/{id}"), TOKEN, "")
    };
    let load = Load {
        address: server.address,
        connections: READERS,
        time,
        request: Rc::new(request),
        expect: "\"revision\"",
    };
    load.run()
}

fn writing(server: &Server, filled: &FilledDatabase, size: u64, time: Duration) -> Result<Figures> {
    let path = format!("{}/profiles", filled.path);
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_micros();
    let points = i64::try_from(since)?;
    let people = fill::people();
    let request = move |number: u64| {
        let person = people.person(number.wrapping_mul(7919) % size.max(1));
        let item = fill::item(&person, points + i64::try_from(number).unwrap_or_default());
        request("POST", &path, TOKEN, &json!({ "data": item }).to_string())
    };
    let load = Load {
        address: server.address,
        connections: 1,
        time,
        request: Rc::new(request),
        expect: "\"updated\"",
    };
    load.run()
}

/// Sends a request and takes in its whole answer, of whatever length.
fn whole_answer(address: SocketAddr, request: &str) -> Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut head = [0; 12];
    stream.read_exact(&mut head)?;
    // One that took too long says so, and how to go on.
    ensure!(
        head.ends_with(b" 200") || head.ends_with(b" 503"),
        "{}",
        String::from_utf8_lossy(&head)
    );
    std::io::copy(&mut stream, &mut std::io::sink())?;
    Ok(())
}
