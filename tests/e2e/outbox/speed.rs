//! How fast messages leave, and that nobody waits for another one's receiver.

use super::{Manner, Receiver, asking, subscriber};
use crate::support::{ADMIN, Client, Database, Power, Server, State, lacks, text};
use serde_json::json;
use std::collections::HashMap;
use std::time::{Duration, Instant};

const VARIABLES: [(&str, &str); 2] = [
    ("admin_token", ADMIN),
    ("notify_hosts", "http://127.0.0.1:*"),
];

fn quick() -> Receiver {
    Receiver::with(Manner {
        keeps: true,
        pause: Duration::ZERO,
    })
}

/// A watcher of a receiver; its id.
fn watcher(api: &Client, receiver: &Receiver, name: &str) -> String {
    let body = json!({"name": name, "url": receiver.url(&format!("/{name}"))});
    text(&api.post("/v1/watchers", &body).ok(201)["id"])
}

/// Messages that wait for a watcher, as if so many changes had been made.
fn queue(state: &State, watcher: &str, count: usize) {
    let store = rusqlite::Connection::open(state.file()).unwrap();
    store.busy_timeout(Duration::from_secs(10)).unwrap();
    let sql = format!(
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})
         INSERT INTO outbox (kind, database_id, profile, recipient, state, body, created_at, due_at)
         SELECT 'change', 1, n, 'watcher:{watcher}', 'queued', json_object('type', 'test', 'n', n), 1, 1
         FROM numbers"
    );
    store.execute(&sql, []).unwrap();
}

/// Ticks until so many messages were sent; how long it took.
fn sent(api: &Client, count: usize) -> Duration {
    let since = Instant::now();
    let mut sent = 0;
    while sent < count {
        let done = api.post("/v1/tick", &json!({"seconds": 20})).ok(200);
        sent += usize::try_from(done["sent"].as_u64().unwrap()).unwrap();
        assert!(
            since.elapsed() < Duration::from_secs(120),
            "{sent} of {count}"
        );
    }
    since.elapsed()
}

/// That a receiver got the messages of each watcher once, and in their order.
fn in_order(receiver: &Receiver, watchers: usize, each: usize) {
    let mut numbers: HashMap<String, Vec<u64>> = HashMap::new();
    for got in receiver.got() {
        let number = got.json()["n"].as_u64().unwrap();
        numbers.entry(got.target).or_default().push(number);
    }
    assert_eq!(numbers.len(), watchers);
    for (target, numbers) in numbers {
        assert!(numbers.is_sorted(), "{target}");
        assert_eq!(numbers.len(), each, "{target}");
    }
}

#[test]
fn hundreds_of_messages_leave_in_a_second() {
    if lacks(Power::File) {
        return;
    }
    let state = State::new();
    let server = Server::without_ticks_with(&state, &VARIABLES);
    let api = server.admin();
    for (watchers, each) in [(1, 2_000), (20, 150)] {
        let receiver = quick();
        for number in 0..watchers {
            let id = watcher(&api, &receiver, &format!("of{watchers}.{number}"));
            queue(&state, &id, each);
        }
        let count = watchers * each;
        let took = sent(&api, count);
        let rate = count as f64 / took.as_secs_f64();
        println!("{count} messages to {watchers} watchers: {rate:.0} a second");
        // 500 and more on a quiet machine; with Nagle's delay it was 22.
        assert!(rate > 100.0, "{rate} a second");
        in_order(&receiver, watchers, each);
    }
}

#[test]
fn hundreds_of_questions_leave_in_a_second() {
    let gateway = quick();
    let url = gateway.url("/messages");
    let variables = [
        ("admin_token", ADMIN),
        ("mail_url", url.as_str()),
        ("mail_from", "news@example.org"),
    ];
    let server = Server::without_ticks_with(&State::new(), &variables);
    let db = Database::new(&server, "People", &[]);
    let resource = asking(&db, json!({}));
    let people: Vec<_> = (0..1_000)
        .map(|n| subscriber(&resource, &format!("p{n}@example.org")))
        .collect();
    db.batch(&json!({ "data": people }));
    let took = sent(&db.api, 1_000);
    let rate = 1_000.0 / took.as_secs_f64();
    println!("1000 questions to people: {rate:.0} a second");
    assert!(rate > 50.0, "{rate} a second");
    let mut asked: Vec<String> = gateway
        .got()
        .iter()
        .map(|got| text(&got.json()["to"]))
        .collect();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), 1_000);
}

#[test]
fn a_slow_receiver_with_a_long_queue_holds_up_no_other() {
    if lacks(Power::File) {
        return;
    }
    let state = State::new();
    let server = Server::without_ticks_with(&state, &VARIABLES);
    let api = server.admin();
    let slow = Receiver::with(Manner {
        keeps: true,
        pause: Duration::from_secs(2),
    });
    for number in 0..10 {
        let id = watcher(&api, &slow, &format!("slow{number}"));
        queue(&state, &id, 5_000);
    }
    let crm = quick();
    let id = watcher(&api, &crm, "crm");
    queue(&state, &id, 500);
    let since = Instant::now();
    let ticking = {
        let api = api.another();
        std::thread::spawn(move || api.post("/v1/tick", &json!({"seconds": 20})).ok(200))
    };
    while crm.got.lock().unwrap().len() < 500 {
        assert!(since.elapsed() < Duration::from_secs(15), "it waits");
        std::thread::sleep(Duration::from_millis(20));
    }
    println!(
        "500 messages beside a slow receiver took {:?}",
        since.elapsed()
    );
    in_order(&crm, 1, 500);
    ticking.join().unwrap();
    // One after the other for each, and no more than a host's share at a time.
    let slow = slow.got().len();
    assert!((8..=8 * 12).contains(&slow), "{slow}");
}
