//! Two hosts of one store: they start together on an empty one, and import the same
//! people at the same time.

use crate::imports::{counts, mapping};
use crate::outages::PatientClient;
use crate::support::{Client, Database, Power, Server, State, all, lacks, text};
use roster_people::{People, Random};
use roster_store::migrate::MIGRATIONS;
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::Barrier,
    thread::scope,
    time::{Duration, Instant},
};

/// How long they import, in seconds: this variable of the environment, or 10.
const SECONDS: &str = "ROSTER_E2E_SECONDS";

/// How many people there are.
const CROWD: u64 = 300;

/// Rows of one statement, asked of the store's server itself.
fn of_server(state: &State, statement: &str) -> Value {
    let server = Client::new(state.store().unwrap(), None);
    let request = json!({ "type": "execute", "stmt": { "sql": statement } });
    let answer = server.post("/v2/pipeline", &json!({ "requests": [request] }));
    answer.ok(200)["results"][0]["response"]["result"]["rows"].clone()
}

#[test]
fn two_hosts_that_start_together_make_the_schema_of_an_empty_server_once() {
    if lacks(Power::StoreServer) {
        return;
    }
    const CALLERS: usize = 16;
    let state = State::new();
    let gate = Barrier::new(2 * CALLERS);
    scope(|scope| {
        for host in 0..2 {
            let (state, gate) = (&state, &gate);
            scope.spawn(move || {
                let server = Server::without_ticks(state);
                std::thread::scope(|scope| {
                    for caller in 0..CALLERS {
                        let mut patient = PatientClient::new(server.admin());
                        scope.spawn(move || {
                            // No request has reached either before: the schema isn't there.
                            gate.wait();
                            let name = format!("H{host}C{caller}");
                            let body = json!({ "name": name }).to_string();
                            let headers = [
                                ("content-type", "application/json"),
                                ("idempotency-key", &*name),
                            ];
                            let (method, target, body) = match caller % 4 {
                                0 => ("POST", "/v1/databases", &*body),
                                1 => ("GET", "/v1/databases", ""),
                                2 => ("GET", "/v1/search?q=ann", ""),
                                _ => ("GET", "/v1/resources", ""),
                            };
                            let answer = patient.insist(method, target, &headers, body);
                            assert!(matches!(answer.status, 200 | 201), "{answer:?}");
                        });
                    }
                });
                let health = server.anonymous().get("/health").ok(200);
                assert_eq!(health["schema_version"], MIGRATIONS.len());
            });
        }
    });
    // A store's server may end with the last host that uses it.
    let server = Server::on(&state);
    let applied = of_server(&state, "SELECT count(*), max(version) FROM migrations");
    let count = MIGRATIONS.len().to_string();
    assert_eq!(applied[0][0]["value"], *count, "{applied}");
    assert_eq!(applied[0][1]["value"], *count, "{applied}");
    let found = all(&server.admin(), "/v1/databases?limit=100");
    let names: HashSet<_> = found.iter().map(|found| text(&found["name"])).collect();
    assert_eq!((found.len(), names.len()), (CALLERS / 2, CALLERS / 2));
}

/// One write of a person, which must be found afterwards.
#[derive(Debug)]
struct Write {
    /// The mark that it left.
    mark: String,
    asked: Instant,
    answered: Instant,
}

/// What one client did to each person.
#[derive(Debug, Default)]
struct Tally {
    writes: HashMap<u64, Vec<Write>>,
    /// How often each person's number was raised.
    raised: HashMap<u64, i64>,
}

impl Tally {
    fn note(&mut self, number: u64, mark: &str, asked: Instant) {
        self.writes.entry(number).or_default().push(Write {
            mark: mark.to_owned(),
            asked,
            answered: Instant::now(),
        });
    }
}

/// Single writes and batches, found by address, phone or either.
fn write_people(db: &Database, client: u64, until: Instant) -> Tally {
    let people = People::new(72);
    let mut random = Random::new(client);
    let mut patient = PatientClient::new(db.api.another());
    let mut done = Tally::default();
    for step in 0.. {
        if Instant::now() >= until {
            break;
        }
        let mark = format!("c{client}s{step}");
        let batch = random.below(4) == 0;
        let some = if batch { 20 } else { 1 };
        let numbers: HashSet<u64> = (0..some).map(|_| random.below(CROWD)).collect();
        let item = |number: u64| {
            let mut data = people.person(number).data();
            data.insert("points".into(), json!({ "action": "incr", "value": 1 }));
            data.insert("mark".into(), mark.as_str().into());
            data
        };
        let by = ["email", "phone", "email_phone"][usize::try_from(step % 3).unwrap()];
        let (target, body) = if batch {
            let items: Vec<_> = numbers.iter().map(|number| item(*number)).collect();
            let body = json!({ "matching": by, "data": items });
            (format!("{}/profiles/batch", db.path), body)
        } else {
            let body = json!({ "matching": by, "data": numbers.iter().map(|n| item(*n)).next() });
            (format!("{}/profiles", db.path), body)
        };
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", &*mark),
        ];
        let asked = Instant::now();
        let answer = patient.insist("POST", &target, &headers, &body.to_string());
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        assert!(!batch || answer.body()["failed"] == 0, "{answer:?}");
        for number in numbers {
            *done.raised.entry(number).or_default() += 1;
            done.note(number, &mark, asked);
        }
    }
    eprintln!(
        "client {client}: {} answers 503, the longest took {:?}",
        patient.refused, patient.longest
    );
    done
}

/// Files with the same people in them, one after the other.
fn import_people(db: &Database, client: u64, until: Instant) -> Tally {
    let people = People::new(72);
    let mut patient = PatientClient::new(db.api.another());
    let mut done = Tally::default();
    let mut jobs = 0;
    for step in 0.. {
        if Instant::now() >= until {
            break;
        }
        let mut file = "mail,phone,mark\n".to_owned();
        let mark = |number: u64| format!("f{client}s{step}n{number}");
        let numbers = (step % 2..CROWD).step_by(2);
        for number in numbers.clone() {
            let person = people.person(number);
            file.push_str(&format!(
                "{},{},{}\n",
                person.email,
                person.phone,
                mark(number)
            ));
        }
        let pairs = [("mail", "email"), ("phone", "phones"), ("mark", "mark")];
        let by = ["email", "phone"][usize::try_from(step % 2).unwrap()];
        let settings = json!({ "mapping": mapping(&pairs), "matching": by });
        let target = format!("{}/imports/c{client}s{step}.csv", db.path);
        let uploaded = patient.insist("PUT", &target, &[], &file).ok(201);
        let job = format!("{}/imports/{}", db.path, text(&uploaded["id"]));
        let asked = Instant::now();
        let headers = [("content-type", "application/json")];
        let start = format!("{job}/start");
        let started = patient.insist("POST", &start, &headers, &settings.to_string());
        // One that was answered 503 may have started it.
        assert!(matches!(started.status, 202 | 409), "{started:?}");
        let job = loop {
            let job = patient.get(&job).ok(200);
            if job["state"] == "completed" {
                break job;
            }
            assert!(
                matches!(job["state"].as_str(), Some("queued" | "running")),
                "{job}"
            );
            std::thread::sleep(Duration::from_millis(50));
        };
        // Each row was done once, by whichever host.
        let [created, updated, unchanged, skipped, failed] = counts(&job);
        assert_eq!((unchanged, skipped, failed), (0, 0, 0), "{job}");
        assert_eq!(created + updated, numbers.clone().count() as i64, "{job}");
        for number in numbers {
            done.note(number, &mark(number), asked);
        }
        jobs += 1;
    }
    eprintln!(
        "client {client}: {jobs} files; {} answers 503, the longest took {:?}",
        patient.refused, patient.longest
    );
    done
}

#[test]
fn two_hosts_that_import_the_same_people_make_nobody_twice() {
    let seconds = std::env::var(SECONDS).map_or(10, |seconds| seconds.parse().unwrap());
    let state = State::new();
    let hosts = [Server::on(&state), Server::on(&state)];
    let fields = ["points", "mark"].map(|name| {
        let kind = if name == "points" {
            "integer"
        } else {
            "string"
        };
        json!({ "name": name, "type": kind })
    });
    let db = Database::new(&hosts[0], "shared", &fields);
    let until = Instant::now() + Duration::from_secs(seconds);
    let all_done: Vec<Tally> = scope(|scope| {
        let running: Vec<_> = (0..10)
            .map(|client| {
                let host = &hosts[usize::try_from(client % 2).unwrap()];
                let db = db.through(host.admin());
                scope.spawn(move || match client {
                    0..4 => import_people(&db, client, until),
                    _ => write_people(&db, client, until),
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut writes: HashMap<u64, Vec<Write>> = HashMap::new();
    let mut raised: HashMap<u64, i64> = HashMap::new();
    for done in all_done {
        for (number, some) in done.writes {
            writes.entry(number).or_default().extend(some);
        }
        for (number, times) in done.raised {
            *raised.entry(number).or_default() += times;
        }
    }
    let there = db.through(hosts[1].admin());
    let stored = db.all();
    let totals = [db.total(), there.total()];
    let sum: usize = writes.values().map(Vec::len).sum();
    eprintln!("{sum} writes of {} people", writes.len());
    assert_eq!(totals, [stored.len() as u64; 2], "counters are the rows");
    assert_eq!(stored.len(), writes.len());
    let people = People::new(72);
    let by_email: HashMap<String, &Value> = stored
        .iter()
        .map(|profile| (text(&profile["data"]["email"]), profile))
        .collect();
    assert_eq!(by_email.len(), stored.len(), "an address has one profile");
    for (number, writes) in &writes {
        let person = people.person(*number);
        let profile = by_email[&person.email];
        assert_eq!(
            profile["data"]["phones"],
            json!([person.phone]),
            "{profile}"
        );
        let times = raised.get(number).copied();
        assert_eq!(profile["data"]["points"].as_i64(), times, "{profile}");
        assert_eq!(profile["revision"], writes.len(), "each write counted once");
        let path = there.of(&text(&profile["id"]));
        let history = all(&there.api, &format!("{path}/history?limit=1000"));
        assert_eq!(history.len(), writes.len(), "each has one entry");
        // What stands there came last, or at the same time as what came last.
        let mark = &profile["data"]["mark"];
        let last = writes.iter().find(|write| *mark == *write.mark).unwrap();
        let later = writes.iter().find(|write| write.asked > last.answered);
        assert!(later.is_none(), "{later:?} came after {last:?}");
    }
}
