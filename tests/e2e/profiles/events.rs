//! `…/profiles/events`: the changes of profiles as they are made.

use crate::support::{Client, Database, Server};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A change as it came: its id, its name and its data.
#[derive(Debug)]
struct Event {
    id: String,
    name: String,
    data: Value,
}

/// The events of an answer, and the id to come again with.
fn events(text: &str) -> (Vec<Event>, String) {
    let mut last = String::new();
    let mut events = Vec::new();
    for block in text.split("\n\n") {
        let member = |name: &str| {
            let mut lines = block.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        if let Some(id) = member("id") {
            last = id.to_owned();
        }
        if let (Some(name), Some(data)) = (member("event"), member("data")) {
            events.push(Event {
                id: last.clone(),
                name: name.to_owned(),
                data: serde_json::from_str(data).unwrap(),
            });
        }
    }
    (events, last)
}

fn path(db: &Database) -> String {
    format!("{}/profiles/events", db.path)
}

#[test]
fn a_reader_who_comes_again_misses_nothing() {
    let server = Server::start();
    let db = Database::new(&server, "News", &[]);
    let old = db.import(&json!({ "email": "old@example.com" }));
    let gone = db.import(&json!({ "email": "gone@example.com" }));

    // From now on: nothing yet, and where to go on.
    let begun = db.api.get(&format!("{}?wait=0", path(&db)));
    assert_eq!(begun.status, 200);
    assert_eq!(begun.header("content-type"), Some("text/event-stream"));
    assert_eq!(begun.header("cache-control"), Some("no-store"));
    let (none, from) = events(&begun.text);
    assert!(none.is_empty(), "{begun:?}");

    let new = db.import(&json!({ "email": "new@example.com" }));
    db.api
        .patch(&db.of(&old), &json!({ "data": { "_fname": "Ann" } }))
        .ok(200);
    // Who is deleted takes their history along but for its end.
    db.api.delete(&db.of(&gone)).ok(200);
    let (news, last) = events(
        &db.api
            .get(&format!("{}?after={from}&wait=0", path(&db)))
            .text,
    );
    let names: Vec<&str> = news.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(
        names,
        ["profile.created", "profile.updated", "profile.deleted"]
    );
    assert_eq!(news[0].data["profile_id"], new);
    assert_eq!(news[1].data["profile_id"], old);
    assert_eq!(news[1].data["changes"][0]["after"], "Ann");
    assert!(news.iter().all(|event| event.data["id"] == event.id));
    assert_eq!(last, news[2].id);

    // As EventSource comes again: the header is stronger than the address.
    let again = |id: &str| {
        let headers = [("last-event-id", id)];
        let target = format!("{}?after={from}&wait=0", path(&db));
        db.api.send("GET", &target, &headers, "")
    };
    assert!(events(&again(&last).text).0.is_empty());
    assert_eq!(events(&again(&news[0].id).text).0.len(), 2);
    let updated = format!("{}?after=0&kind=profile.updated&wait=0", path(&db));
    assert_eq!(events(&db.api.get(&updated).text).0.len(), 1);
    let all = events(&db.api.get(&format!("{}?after=0&wait=0", path(&db))).text).0;
    let of_people = all
        .iter()
        .filter(|event| event.data["profile_id"].is_string());
    assert_eq!(of_people.count(), 4);
    // The database has a history, too.
    assert_eq!(all[0].name, "database.created");
}

#[test]
fn all_of_a_long_history_comes() {
    let server = Server::start();
    let db = Database::new(&server, "Long", &[]);
    let people = (0..1_300).map(|n| json!({ "email": format!("p{n}@example.com") }));
    for batch in people.collect::<Vec<_>>().chunks(500) {
        db.batch(&json!({ "data": batch }));
    }
    let answer = db.api.get(&format!("{}?after=0&wait=0", path(&db)));
    let (mut all, _) = events(&answer.text);
    all.retain(|event| event.name == "profile.created");
    assert_eq!(all.len(), 1_300);
    let ids: Vec<i64> = all.iter().map(|event| event.id.parse().unwrap()).collect();
    assert!(ids.is_sorted_by(|a, b| a < b));

    // A rare kind stands behind many others, which a reader passes over once.
    let rare = |after: &str| {
        let target = format!("{}?after={after}&kind=profile.deleted&wait=0", path(&db));
        events(&db.api.get(&target).text)
    };
    let (none, last) = rare("0");
    assert!(none.is_empty());
    assert!(last.parse::<i64>().unwrap() >= *ids.last().unwrap());
    let first = &db.all()[0]["id"];
    db.api.delete(&db.of(first.as_str().unwrap())).ok(200);
    assert_eq!(rare("0").0.len(), 1);
    assert_eq!(rare(&last).0.len(), 1);
}

/// Reads a stream line by line while it goes on.
fn follow(client: &Client, target: &str) -> impl Iterator<Item = String> + use<> {
    let mut stream = TcpStream::connect(client.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let (host, token) = (client.address(), client.token().unwrap());
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n"
    )
    .unwrap();
    BufReader::new(stream).lines().map(|line| line.unwrap())
}

#[test]
fn a_change_comes_while_one_waits() {
    let server = Server::start();
    let db = Database::new(&server, "Live", &[]);
    let mut lines = follow(&db.api, &path(&db));
    lines.find(|line| line.starts_with("retry:")).unwrap();
    let since = Instant::now();
    let id = db.import(&json!({ "email": "now@example.com" }));
    lines.find(|line| line == "event: profile.created").unwrap();
    let data = lines.next().unwrap();
    assert!(data.contains(&id), "{data}");
    assert!(since.elapsed() < Duration::from_secs(10));
    // Nobody else waits for one who waits.
    let since = Instant::now();
    let waiting: Vec<_> = (0..8).map(|_| follow(&db.api, &path(&db))).collect();
    db.api.get(&db.of(&id)).ok(200);
    assert!(since.elapsed() < Duration::from_secs(5));
    drop(waiting);
}

#[test]
fn who_may_not_read_or_asks_amiss_gets_no_stream() {
    let server = Server::start();
    let db = Database::new(&server, "Mine", &[]);
    for (query, code) in [
        ("after=x", "invalid_parameter"),
        ("after=-1", "invalid_parameter"),
        ("after=9223372036854775807", "invalid_parameter"),
        ("after=99999999999999999999", "invalid_parameter"),
        ("wait=-1", "invalid_parameter"),
        ("wait=61", "invalid_parameter"),
        ("wait=soon", "invalid_parameter"),
        ("kind=profile.eaten", "invalid_parameter"),
        ("wait=0&wait=0", "invalid_parameter"),
    ] {
        db.api
            .get(&format!("{}?{query}", path(&db)))
            .problem(400, code);
    }
    let headers = [("last-event-id", "seven")];
    let target = format!("{}?wait=0", path(&db));
    db.api
        .send("GET", &target, &headers, "")
        .problem(400, "invalid_header");
    let nowhere = "/v1/databases/999/profiles/events?wait=0";
    db.api.get(nowhere).problem(404, "not_found");
    server
        .anonymous()
        .get(&target)
        .problem(401, "token_missing");
    let token = json!({ "name": "other", "scopes": ["segments:read"] });
    let token = db.api.post("/v1/tokens", &token).ok(201);
    let other = server.client(token["secret"].as_str().unwrap());
    other.get(&target).problem(403, "missing_scope");
}
