//! A store that says nothing for longer than anybody waits.

use super::{LONGEST_ANSWER, Outage, PatientClient, start};
use crate::support::{Database, text};
use serde_json::json;
use std::{thread::scope, time::Instant};

/// How many ask in each way.
const CALLERS: usize = 3;

#[test]
fn whoever_asks_a_store_that_says_nothing_is_answered_within_half_a_minute() {
    let Some((server, store)) = start(Outage::Silent) else {
        return;
    };
    let db = Database::of_people(&server, "asked");
    let id = db.import(&json!({ "email": "a@example.com", "points": 1 }));
    let raise = json!({ "data": { "email": "a@example.com",
        "points": { "action": "incr", "value": 1 } } });
    let field = json!({ "name": "late", "type": "string" });
    let asked = [
        ("GET", db.of(&id), String::new()),
        (
            "GET",
            format!("{}/profiles?limit=10", db.path),
            String::new(),
        ),
        (
            "GET",
            format!("/v1/search?database={}&q=example", db.id),
            String::new(),
        ),
        ("POST", format!("{}/profiles", db.path), raise.to_string()),
        ("POST", format!("{}/fields", db.path), field.to_string()),
        ("POST", format!("{}/export", db.path), "{}".to_owned()),
    ];
    let ask = |must: bool| {
        scope(|scope| {
            for (kind, (method, target, body)) in asked.iter().enumerate() {
                for caller in 0..CALLERS {
                    let mut patient = PatientClient::new(server.admin());
                    scope.spawn(move || {
                        // What is asked again is the same, and of fields there is one.
                        let caller = if kind == 4 { 0 } else { caller };
                        let key = format!("k{kind}c{caller}");
                        let headers: &[_] = if *method == "POST" && kind < 5 {
                            &[
                                ("content-type", "application/json"),
                                ("idempotency-key", &key),
                            ]
                        } else {
                            &[]
                        };
                        if must {
                            let answer = patient.insist(method, target, headers, body);
                            assert!(matches!(answer.status, 200 | 201), "{answer:?}");
                        } else {
                            let answer = patient.ask(method, target, headers, body);
                            assert!(answer.is_none(), "{answer:?}");
                            eprintln!("{method} {target}: 503 after {:?}", patient.longest);
                        }
                    });
                }
            }
        });
    };
    let line = store.line.as_ref().unwrap();
    line.hold();
    let began = Instant::now();
    ask(false);
    assert!(began.elapsed() < LONGEST_ANSWER + LONGEST_ANSWER / 2);
    line.mend();
    let back = Instant::now();
    ask(true);
    eprintln!("all was answered {:?} after it was back", back.elapsed());
    // What was asked before may still have come to the store: once is enough.
    let profile = db.profile(&id);
    assert_eq!(profile["data"]["points"], 1 + CALLERS, "{profile}");
    assert_eq!(profile["revision"], 1 + CALLERS, "{profile}");
    let fields = db.api.get(&format!("{}/fields", db.path)).ok(200);
    let fields = fields["items"].as_array().unwrap();
    let late = fields.iter().filter(|field| text(&field["name"]) == "late");
    assert_eq!(late.count(), 1);
}
