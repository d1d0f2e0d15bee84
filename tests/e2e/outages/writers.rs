//! Many who write single profiles, and some who read.

use super::{AWAY, Outage, PatientClient, start};
use crate::support::{Database, all, text};
use roster_people::{People, Random};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    thread::{scope, sleep},
    time::{Duration, Instant},
};

const WRITERS: u64 = 16;
const READERS: u64 = 2;

/// How many people they write about.
const CROWD: u64 = 150;

/// How long they go on before the store goes, and when it is back.
const AROUND: Duration = Duration::from_secs(2);

/// Until the time comes; how often each person's number was raised.
fn write(
    db: &Database,
    patient: &mut PatientClient,
    writer: u64,
    until: Instant,
) -> HashMap<u64, i64> {
    let people = People::new(71);
    let mut random = Random::new(writer);
    let mut raised: HashMap<u64, i64> = HashMap::new();
    let target = format!("{}/profiles", db.path);
    for step in 0.. {
        if Instant::now() >= until {
            break;
        }
        let number = random.below(CROWD);
        let mut data = people.person(number).data();
        data.insert("points".into(), json!({ "action": "incr", "value": 1 }));
        let key = format!("w{writer}s{step}");
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", &*key),
        ];
        let body = json!({ "data": data }).to_string();
        let answer = patient.insist("POST", &target, &headers, &body);
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        *raised.entry(number).or_default() += 1;
    }
    raised
}

/// Until the time comes, in every way that there is.
fn read(db: &Database, patient: &mut PatientClient, until: Instant) {
    let person = People::new(71).person(1);
    let targets = [
        format!("{}/profiles?limit=100", db.path),
        format!("/v1/search?database={}&limit=20&q=example", db.id),
        format!("{}/counters", db.path),
        db.path.clone(),
    ];
    let find = json!({ "email": person.email }).to_string();
    let headers = [("content-type", "application/json")];
    let matched = format!("{}/profiles/match", db.path);
    while Instant::now() < until {
        for target in &targets {
            patient.get(target).ok(200);
        }
        let found = patient.insist("POST", &matched, &headers, &find);
        assert!(matches!(found.status, 200 | 404), "{found:?}");
        let health = patient.api.get("/health");
        assert!(matches!(health.status, 200 | 503), "{health:?}");
    }
}

fn nothing_is_lost_or_doubled(outage: Outage) {
    let Some((server, store)) = start(outage) else {
        return;
    };
    let db = Database::of_people(&server, "written");
    let until = Instant::now() + AROUND + AWAY + AROUND;
    let mut raised: HashMap<u64, i64> = HashMap::new();
    let mut refused = 0;
    let mut longest = Duration::ZERO;
    scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let db = db.another();
                let mut patient = PatientClient::new(server.admin());
                scope.spawn(move || (write(&db, &mut patient, writer, until), patient))
            })
            .collect();
        let readers: Vec<_> = (0..READERS)
            .map(|_| {
                let db = db.another();
                let mut patient = PatientClient::new(server.admin());
                scope.spawn(move || {
                    read(&db, &mut patient, until);
                    patient
                })
            })
            .collect();
        sleep(AROUND);
        store.is_away();
        let mut patients: Vec<PatientClient> =
            readers.into_iter().map(|one| one.join().unwrap()).collect();
        for writer in writers {
            let (mine, patient) = writer.join().unwrap();
            for (number, times) in mine {
                *raised.entry(number).or_default() += times;
            }
            patients.push(patient);
        }
        for patient in patients {
            refused += patient.refused;
            longest = longest.max(patient.longest);
        }
    });
    let writes: i64 = raised.values().sum();
    eprintln!(
        "{outage:?}: {writes} writes; {refused} answers 503, the longest took {:.1} s; all had gone on {:.1} s after their time",
        longest.as_secs_f64(),
        (Instant::now() - until).as_secs_f64(),
    );
    let stored = db.all();
    assert_eq!(stored.len() as u64, db.total());
    let emails: HashSet<_> = stored.iter().map(|p| text(&p["data"]["email"])).collect();
    assert_eq!(emails.len(), stored.len(), "nobody is there twice");
    let people = People::new(71);
    let mut expected: HashMap<String, i64> = raised
        .iter()
        .map(|(number, times)| (people.person(*number).email, *times))
        .collect();
    for profile in &stored {
        let times = expected.remove(&text(&profile["data"]["email"]));
        assert_eq!(profile["data"]["points"].as_i64(), times, "{profile}");
        assert_eq!(profile["revision"].as_i64(), times, "{profile}");
        let path = db.of(&text(&profile["id"]));
        let history = all(&db.api, &format!("{path}/history?limit=1000"));
        assert_eq!(Some(history.len() as i64), times, "each has one entry");
    }
    assert!(
        expected.is_empty(),
        "acknowledged but missing: {expected:?}"
    );
}

#[test]
fn writers_lose_and_double_nothing_while_connections_are_refused() {
    nothing_is_lost_or_doubled(Outage::Refused);
}

#[test]
fn writers_lose_and_double_nothing_while_the_store_says_nothing() {
    nothing_is_lost_or_doubled(Outage::Silent);
}

#[test]
fn writers_lose_and_double_nothing_while_the_file_is_locked() {
    nothing_is_lost_or_doubled(Outage::Locked);
}
