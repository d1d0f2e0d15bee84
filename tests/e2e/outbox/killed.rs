//! What a killed process leaves of the outbox.

use super::{Receiver, asking, make_due, messages, subscriber};
use crate::support::{ADMIN, Database, Power, Server, State, lacks, text};
use roster_model::Status;
use serde_json::json;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[test]
fn a_killed_process_loses_no_question_and_repeats_only_what_was_under_way() {
    if lacks(Power::File) {
        return;
    }
    let gateway = Receiver::start();
    let url = gateway.url("/messages");
    let variables = [
        ("admin_token", ADMIN),
        ("mail_url", url.as_str()),
        ("mail_from", "news@example.org"),
    ];
    let state = State::new();
    let mut server = Server::with(&state, &variables);
    let made = Database::new(&server, "People", &[]);
    let resource = asking(&made, json!({}));
    for round in 0..3 {
        let db = made.through(server.admin());
        let gone = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for client in 0..4 {
                let (db, gone, resource) = (db.another(), &gone, &resource);
                scope.spawn(move || {
                    for n in 0.. {
                        let email = format!("p{round}.{client}.{n}@example.org");
                        let body = json!({ "data": subscriber(resource, &email) }).to_string();
                        let path = format!("{}/profiles", db.path);
                        let headers = [("content-type", "application/json")];
                        match db.api.try_send("POST", &path, &headers, &body) {
                            Ok(answer) => assert_eq!(answer.status, 201, "{answer:?}"),
                            Err(error) => {
                                assert!(gone.load(Ordering::SeqCst), "{error}");
                                break;
                            }
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(1_200));
            gone.store(true, Ordering::SeqCst);
            server.kill();
        });
        let file = rusqlite::Connection::open(state.file()).unwrap();
        let one = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let unconfirmed = Status::Unconfirmed.number();
        let asked = one(&format!(
            "SELECT count(*) FROM subscriptions WHERE status = {unconfirmed}"
        ));
        assert!(asked > 20, "{asked}");
        assert_eq!(one("SELECT count(*) FROM profiles"), asked);
        assert_eq!(one("SELECT count(*) FROM outbox"), asked);
        assert_eq!(
            one("SELECT count(*) FROM profiles WHERE pk NOT IN (SELECT profile FROM outbox)"),
            0
        );
        drop(file);
        // What the dead one held is free at once.
        make_due(&state);
        server = Server::with(&state, &variables);
    }
    let api = server.admin();
    let end = Instant::now() + Duration::from_secs(120);
    loop {
        let counters = api.get("/v1/outbox/counters").ok(200);
        let states = &counters["confirmation"];
        if states["queued"] == 0 {
            assert_eq!(
                (&states["dead"], &states["cancelled"]),
                (&json!(0), &json!(0))
            );
            break;
        }
        assert!(Instant::now() < end, "{counters}");
        std::thread::sleep(Duration::from_millis(200));
    }
    let mut times: HashMap<String, usize> = HashMap::new();
    for got in gateway.got() {
        *times.entry(text(&got.json()["id"])).or_default() += 1;
    }
    let sent = messages(&api, "state=sent&limit=1000");
    assert_eq!(times.len(), sent.len(), "each was sent");
    // Four are under way at a time, and it was killed three times.
    let again = times.values().sum::<usize>() - times.len();
    assert!(again <= 12, "{times:?}");
}
