//! `/v1/outbox` and `/v1/watchers`, with a receiver on this machine.

mod killed;
mod questions;
mod speed;
mod watchers;

use crate::support::{Client, Database, State, all, text};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as the receiver got it.
#[derive(Clone, Debug)]
struct ReceivedRequest {
    target: String,
    /// With names in lower case.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl ReceivedRequest {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// How a receiver answers.
#[derive(Clone, Copy, Debug)]
struct Manner {
    /// Whether it keeps connections.
    keeps: bool,
    /// How long it takes.
    pause: Duration,
}

/// A receiver of a few lines: gives one status to everything, and keeps what it
/// got.
struct Receiver {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    got: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl Receiver {
    fn start() -> Self {
        Self::with(Manner {
            keeps: false,
            pause: Duration::ZERO,
        })
    }

    fn with(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let status = Arc::new(AtomicU16::new(200));
        let got = Arc::new(Mutex::new(Vec::new()));
        let (answers, log) = (status.clone(), got.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answers, log) = (answers.clone(), log.clone());
                std::thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    while serve(&stream, &mut reader, manner, &answers, &log) {}
                    // Anyone who asked may have gone.
                    let _ = stream.shutdown(std::net::Shutdown::Write);
                });
            }
        });
        Receiver {
            address,
            status,
            got,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn says(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// What came since the last look.
    fn got(&self) -> Vec<ReceivedRequest> {
        std::mem::take(&mut self.got.lock().unwrap())
    }
}

/// Answers one request; whether there may be another. A sender that is killed may
/// leave it unfinished.
fn serve(
    mut stream: &TcpStream,
    reader: &mut BufReader<TcpStream>,
    manner: Manner,
    status: &AtomicU16,
    log: &Mutex<Vec<ReceivedRequest>>,
) -> bool {
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return false;
    }
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return false;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let mut got = ReceivedRequest {
        target,
        headers,
        body: Vec::new(),
    };
    let length = got.header("content-length").map(|n| n.parse().unwrap());
    got.body = vec![0; length.expect("the length is told")];
    if reader.read_exact(&mut got.body).is_err() {
        return false;
    }
    log.lock().unwrap().push(got);
    std::thread::sleep(manner.pause);
    let status = status.load(Ordering::SeqCst);
    let connection = if manner.keeps { "keep-alive" } else { "close" };
    let answer =
        format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: {connection}\r\n\r\n");
    stream.write_all(answer.as_bytes()).is_ok() && manner.keeps
}

/// A resource that asks anyone who subscribes to it; its id.
fn asking(db: &Database, double: Value) -> String {
    let mut settings = json!({"enabled": true});
    for (name, value) in double.as_object().unwrap() {
        settings[name] = value.clone();
    }
    let made = db.api.post(
        "/v1/resources",
        &json!({
            "name": "News", "databases": [db.id], "channels": ["email"],
            "double_opt_in": settings,
        }),
    );
    text(&made.ok(201)["id"])
}

fn subscriber(resource: &str, email: &str) -> Value {
    json!({"email": email, "subscriptions": [
        {"resource_id": resource, "channel": "email", "email": email}
    ]})
}

fn tick(api: &Client) -> Value {
    api.post("/v1/tick", &json!({})).ok(200)
}

fn messages(api: &Client, query: &str) -> Vec<Value> {
    all(api, &format!("/v1/outbox?{query}"))
}

/// As if the time of everything that waits had come, and every lease was over.
fn make_due(state: &State) {
    let store = rusqlite::Connection::open(state.file()).unwrap();
    let due = "UPDATE outbox SET due_at = created_at, leased_until = 0 WHERE state = 'queued'";
    store.busy_timeout(Duration::from_secs(5)).unwrap();
    store.execute(due, []).unwrap();
    store.execute("DELETE FROM lane_pauses", []).unwrap();
}
