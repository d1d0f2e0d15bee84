//! How fast messages leave, and that nobody waits for another one's receiver.

use super::{Manner, Receiver, asking, subscriber};
use crate::support::{ADMIN, Client, Database, Power, Server, State, has, text};
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

/// A watcher of a receiver, which is told of who comes into a database; its id.
fn watcher(db: &Database, receiver: &Receiver, name: &str) -> String {
    let body = json!({
        "name": name, "url": receiver.url(&format!("/{name}")), "databases": [db.id],
        "events": ["profile.created"],
    });
    text(&db.api.post("/v1/watchers", &body).ok(201)["id"])
}

/// So many people, of whom the watchers of the database are to be told.
fn come(db: &Database, count: usize) {
    let people: Vec<_> = (0..count)
        .map(|n| json!({"email": format!("p{n:06}@example.org")}))
        .collect();
    for people in people.chunks(1_000) {
        db.batch(&json!({ "data": people }));
    }
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
    let mut people: HashMap<String, Vec<String>> = HashMap::new();
    for got in receiver.got() {
        let json = got.json();
        let mut changes = json["data"]["changes"].as_array().unwrap().iter();
        let email = changes.find(|change| change["field"] == "email").unwrap();
        let came = people.entry(got.target).or_default();
        came.push(text(&email["after"]));
    }
    assert_eq!(people.len(), watchers);
    for (target, came) in people {
        assert!(came.is_sorted_by(|one, next| one < next), "{target}");
        assert_eq!(came.len(), each, "{target}");
    }
}

#[test]
fn hundreds_of_messages_leave_in_a_second() {
    let server = Server::without_ticks_with(&State::new(), &VARIABLES);
    for (watchers, each) in [(1, 2_000), (20, 150)] {
        let db = Database::new(&server, &format!("For {watchers}"), &[]);
        let receiver = quick();
        for number in 0..watchers {
            watcher(&db, &receiver, &format!("of{watchers}.{number}"));
        }
        come(&db, each);
        let count = watchers * each;
        let took = sent(&db.api, count);
        let rate = count as f64 / took.as_secs_f64();
        println!("{count} messages to {watchers} watchers: {rate:.0} a second");
        // 500 and more on a quiet machine; with Nagle's delay it was 22. On a libSQL
        // server each message costs a round trip and a commit of its own.
        let least = if has(Power::File) { 100.0 } else { 25.0 };
        assert!(rate > least, "{rate} a second");
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
    let least = if has(Power::File) { 50.0 } else { 25.0 };
    assert!(rate > least, "{rate} a second");
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
    let server = Server::without_ticks_with(&State::new(), &VARIABLES);
    let many = Database::new(&server, "Many", &[]);
    let slow = Receiver::with(Manner {
        keeps: true,
        pause: Duration::from_secs(2),
    });
    for number in 0..10 {
        watcher(&many, &slow, &format!("slow{number}"));
    }
    come(&many, 5_000);
    let few = Database::new(&server, "Few", &[]);
    let crm = quick();
    watcher(&few, &crm, "crm");
    come(&few, 500);
    let since = Instant::now();
    let ticking = {
        let api = few.api.another();
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
