//! A file that is being imported.

use super::{AWAY, Outage, PatientClient, start};
use crate::imports::{Import, counts, mapping};
use crate::support::Database;
use serde_json::json;
use std::{
    thread::{scope, sleep},
    time::{Duration, Instant},
};

const ROWS: usize = 40_000;

/// How long the store may be back until the import ends.
const REST: Duration = Duration::from_secs(25);

fn an_import_goes_on(outage: Outage) {
    let Some((server, store)) = start(outage) else {
        return;
    };
    let number = json!({ "name": "n", "type": "integer" });
    let db = Database::new(&server, "imported", &[number]);
    let mut file = "mail,name,n\n".to_owned();
    for row in 0..ROWS {
        // Every tenth is wrong, every tenth comes a second time with another number.
        let mail = match row % 10 {
            3 => "nobody".to_owned(),
            7 => format!("k{}@example.com", row - 1),
            _ => format!("k{row}@example.com"),
        };
        file.push_str(&format!("{mail},Name {row},{row}\n"));
    }
    let pairs = [("mail", "email"), ("name", "_lname"), ("n", "n")];
    let settings = json!({ "mapping": mapping(&pairs) });
    let import = Import::of(&db, "k.csv", file.as_bytes());
    let start = format!("{}/start", import.path);
    db.api.post(&start, &settings).ok(202);
    let mut patient = PatientClient::new(db.api.another());
    let read = |job: &serde_json::Value| job["counts"]["read"].as_u64().unwrap();
    while read(&import.get()) == 0 {
        sleep(Duration::from_millis(20));
    }
    let began = Instant::now();
    let job = scope(|scope| {
        scope.spawn(|| store.is_away());
        loop {
            let job = patient.get(&import.path).ok(200);
            if job["state"] == "completed" {
                return job;
            }
            assert!(
                matches!(job["state"].as_str(), Some("queued" | "running")),
                "{job}"
            );
            let waited = began.elapsed();
            assert!(waited < AWAY + REST, "{waited:?}: {job}");
            sleep(Duration::from_millis(100));
        }
    });
    assert!(began.elapsed() >= AWAY, "it was not in the middle");
    eprintln!(
        "{outage:?}: ended {:.1} s after the store was back; {} answers 503, the longest took {:.1} s",
        (began.elapsed() - AWAY).as_secs_f64(),
        patient.refused,
        patient.longest.as_secs_f64(),
    );
    let tenth = i64::try_from(ROWS / 10).unwrap();
    assert_eq!(counts(&job), [8 * tenth, tenth, 0, 0, tenth]);
    assert_eq!(db.total(), u64::try_from(8 * tenth).unwrap());
    let failed = import.report("failed").len() - 1;
    assert_eq!(failed, ROWS / 10);
    let all = db.all();
    assert_eq!(all.len(), 8 * ROWS / 10);
    for profile in all {
        let revision = profile["revision"].as_i64().unwrap();
        let number = profile["data"]["n"].as_i64().unwrap();
        assert_eq!(revision, if number % 10 == 7 { 2 } else { 1 }, "{profile}");
    }
}

#[test]
fn an_import_goes_on_after_connections_were_refused() {
    an_import_goes_on(Outage::Refused);
}

#[test]
fn an_import_goes_on_after_the_store_said_nothing() {
    an_import_goes_on(Outage::Silent);
}

#[test]
fn an_import_goes_on_after_the_file_was_locked() {
    an_import_goes_on(Outage::Locked);
}
