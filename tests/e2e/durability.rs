//! What survives: a killed process, several servers on one file, files of
//! other versions.

use crate::support::{ADMIN, Database, Power, Server, State, all, lacks, text};
use roster_model::define::Settings;
use roster_model::{DatabaseSettings, standard_fields};
use roster_people::{People, Person};
use roster_store::{catalogue::Author, databases, migrate, native::Native};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll, Waker},
    time::Duration,
};

/// Runs what never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("SQLite in this process does not wait"),
    }
}

fn item(person: &Person, points: i64) -> Value {
    let mut data = person.data();
    data.insert("points".into(), points.into());
    data.insert("customer".into(), person.customer().into());
    Value::Object(data)
}

/// Imports until the server is gone; the last points acknowledged per person.
fn import_until_gone(
    db: &Database,
    people: People,
    client: u64,
    round: i64,
    gone: &AtomicBool,
) -> HashMap<u64, i64> {
    let mut acknowledged = HashMap::new();
    for step in 0.. {
        // Own people, again and again, and ever new ones.
        let number = match step % 3 {
            0 => client * 1_000_000 + step % 20,
            _ => client * 1_000_000 + 1_000 + u64::try_from(round).unwrap() * 10_000 + step,
        };
        let points = round * 1_000_000 + i64::try_from(step).unwrap();
        let batch = step % 5 == 4;
        let numbers: Vec<u64> = if batch {
            (0..20).map(|n| number + n * 40_000).collect()
        } else {
            vec![number]
        };
        let items: Vec<Value> = numbers
            .iter()
            .map(|n| item(&people.person(*n), points))
            .collect();
        let (path, body) = if batch {
            (
                format!("{}/profiles/batch", db.path),
                json!({ "data": items }),
            )
        } else {
            (format!("{}/profiles", db.path), json!({ "data": items[0] }))
        };
        let headers = [("content-type", "application/json")];
        match db.api.try_send("POST", &path, &headers, &body.to_string()) {
            Ok(answer) => {
                assert!(matches!(answer.status, 200 | 201), "{answer:?}");
                assert!(!batch || answer.body()["failed"] == 0, "{answer:?}");
                acknowledged.extend(numbers.into_iter().map(|n| (n, points)));
            }
            Err(error) => {
                assert!(
                    gone.load(Ordering::SeqCst),
                    "the server went by itself: {error}"
                );
                break;
            }
        }
    }
    acknowledged
}

#[test]
fn a_killed_process_loses_nothing_it_acknowledged_and_leaves_nothing_half_written() {
    if lacks(Power::File) {
        return;
    }
    let people = People::new(51);
    let mut server = Server::start();
    let mut acknowledged: HashMap<u64, i64> = HashMap::new();
    let made = Database::of_people(&server, "People");
    for round in 0..3 {
        let db = made.through(server.admin());
        let gone = AtomicBool::new(false);
        let mut killed = None;
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..8)
                .map(|client| {
                    let (db, gone) = (db.another(), &gone);
                    scope.spawn(move || import_until_gone(&db, people, client, round, gone))
                })
                .collect();
            std::thread::sleep(Duration::from_millis(1_200));
            gone.store(true, Ordering::SeqCst);
            killed = Some(server.kill());
            for one in running {
                acknowledged.extend(one.join().unwrap());
            }
        });
        let state = killed.unwrap();
        // Killed while text was being taken into the index, too.
        let file = rusqlite::Connection::open(state.file()).unwrap();
        let count = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let nowhere = "SELECT count(*) FROM profiles
                       WHERE -pk NOT IN (SELECT id FROM search_docsize)
                         AND pk NOT IN (SELECT pk FROM search_pending)";
        assert_eq!(count(nowhere), 0, "search text is lost");
        assert!(count("SELECT count(*) FROM search_docsize") > 0);
        assert!(count("SELECT count(*) FROM search_words") > 0);
        server = Server::on(&state);
    }
    let db = made.through(server.admin());
    let stored = db.all();
    assert_eq!(stored.len() as u64, db.total(), "counters and list agree");
    let by_email: HashMap<String, &Value> = stored
        .iter()
        .map(|p| (text(&p["data"]["email"]), p))
        .collect();
    assert_eq!(by_email.len(), stored.len(), "nobody twice");
    assert!(acknowledged.len() > 100, "{}", acknowledged.len());
    for (number, points) in &acknowledged {
        let email = people.person(*number).email;
        let profile = by_email
            .get(&email)
            .unwrap_or_else(|| panic!("{email} was acknowledged"));
        // The write under way when the process died may be there as well.
        assert!(
            profile["data"]["points"].as_i64() >= Some(*points),
            "{profile}"
        );
    }
    // Of a part of them, everything that belongs to a profile.
    for profile in stored.iter().step_by(1 + stored.len() / 300) {
        let id = text(&profile["id"]);
        let data = &profile["data"];
        for find in [
            json!({ "email": data["email"] }),
            json!({ "matching": "custom", "field_name": "customer", "field_value": data["customer"] }),
            json!({ "matching": "phone", "phone": data["phones"][0] }),
        ] {
            assert_eq!(db.find(&find).ok(200)["id"], profile["id"], "{find}");
        }
        // The second by what its words begin with.
        let email = text(&data["email"]);
        for q in [email.as_str(), email.get(..email.len() - 1).unwrap()] {
            assert_eq!(db.search(q)[0]["profile"]["id"], profile["id"], "{q}");
        }
        let history = all(&db.api, &format!("{}/history?limit=1000", db.of(&id)));
        assert_eq!(
            Some(history.len() as i64),
            profile["revision"].as_i64(),
            "each change left its entry"
        );
        assert_eq!(history.last().unwrap()["kind"], "profile.created");
        let last = history[0]["changes"].as_array().unwrap();
        let points = last
            .iter()
            .find(|change| change["field"] == "points")
            .unwrap();
        assert_eq!(points["after"], data["points"]);
    }
    // And of all of them, in the file itself.
    let state = server.kill();
    let file = rusqlite::Connection::open(state.file()).unwrap();
    let one = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let check: String = file
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
    let profiles = one("SELECT count(*) FROM profiles");
    assert_eq!(profiles, stored.len() as i64);
    assert_eq!(one("SELECT count(*) FROM search_docsize"), profiles);
    assert_eq!(
        one("SELECT count(*) FROM profiles WHERE -pk NOT IN (SELECT id FROM search_docsize)"),
        0
    );
    // An e-mail, a phone and a customer number each.
    assert_eq!(one("SELECT count(*) FROM match_keys"), 3 * profiles);
    assert_eq!(
        one("SELECT count(*) FROM match_keys WHERE profile NOT IN (SELECT pk FROM profiles)"),
        0
    );
    assert_eq!(
        one("SELECT sum(revision) FROM profiles"),
        one("SELECT count(*) FROM history WHERE profile <> 0")
    );
}

#[test]
fn two_servers_on_one_file_import_the_same_people_at_once() {
    let people = People::new(52);
    let first = Server::start();
    let second = Server::on(&first.state);
    let db = Database::of_people(&first, "People");
    let there = db.through(second.admin());
    let (rounds, crowd) = (12, 60);
    std::thread::scope(|scope| {
        for client in 0..8 {
            let db = if client % 2 == 0 {
                db.another()
            } else {
                there.another()
            };
            scope.spawn(move || {
                for round in 0..rounds {
                    let items: Vec<Value> = (0..crowd)
                        .map(|n| {
                            let mut data = people.person((n * 7 + client + round) % crowd).data();
                            data.insert("points".into(), json!({ "action": "incr", "value": 1 }));
                            Value::Object(data)
                        })
                        .collect();
                    if round % 3 == 0 {
                        for item in items.iter().take(10) {
                            let answer = db.write(&json!({ "data": item }));
                            assert!(matches!(answer.status, 200 | 201), "{answer:?}");
                        }
                        let result = db.batch(&json!({ "data": items[10..] }));
                        assert_eq!(result["failed"], 0, "{result}");
                    } else {
                        let result = db.batch(&json!({ "data": items }));
                        assert_eq!(result["failed"], 0, "{result}");
                    }
                }
            });
        }
    });
    assert_eq!((db.total(), there.total()), (crowd, crowd));
    for profile in there.all() {
        assert_eq!(profile["data"]["points"], 8 * rounds, "{profile}");
        assert_eq!(profile["revision"], 8 * rounds);
    }
    // What one changes, the other sees at once, definitions too.
    let id = db.import(&json!({ "email": "new@example.com" }));
    assert_eq!(there.search("new@example.com").len(), 1);
    let field = json!({ "name": "late", "type": "string", "unique": true });
    db.api.post(&format!("{}/fields", db.path), &field).ok(201);
    there
        .api
        .patch(&there.of(&id), &json!({ "data": { "late": "x" } }))
        .ok(200);
    db.write(&json!({ "data": { "email": "other@example.com", "late": "x" } }))
        .problem(409, "duplicate");
}

#[test]
fn four_servers_that_start_together_make_the_schema_once() {
    if lacks(Power::File) {
        return;
    }
    for _ in 0..3 {
        let state = State::new();
        let names = ["One", "Two", "Three", "Four"];
        std::thread::scope(|scope| {
            for name in names {
                let state = &state;
                scope.spawn(move || {
                    let server = Server::on(state);
                    Database::new(&server, name, &[]);
                    assert_eq!(
                        server.anonymous().get("/health").ok(200)["schema_version"],
                        migrate::VERSION
                    );
                });
            }
        });
        let server = Server::on(&state);
        let mut found: Vec<_> = all(&server.admin(), "/v1/databases?limit=9")
            .iter()
            .map(|d| text(&d["name"]))
            .collect();
        found.sort();
        assert_eq!(found, ["Four", "One", "Three", "Two"]);
        let file = rusqlite::Connection::open(state.file()).unwrap();
        let applied: i64 = file
            .query_row("SELECT count(*) FROM migrations", [], |row| row.get(0))
            .unwrap();
        assert_eq!(applied, migrate::VERSION);
    }
}

#[test]
fn a_file_of_an_older_version_is_brought_up_to_date() {
    if lacks(Power::File) {
        return;
    }
    let state = State::new();
    {
        let old = Native::open(&state.file()).unwrap();
        now(migrate::migrate(&old, 1)).unwrap();
        assert_eq!(now(migrate::version(&old)).unwrap(), 1);
        let settings = DatabaseSettings::create(&json!({ "name": "Old" })).unwrap();
        let author = Author {
            actor: "admin",
            interface: "api",
            at: "2020-01-01T00:00:00Z".parse().unwrap(),
        };
        now(databases::create(
            &old,
            settings,
            standard_fields(),
            &author,
        ))
        .unwrap();
    }
    let server = Server::on(&state);
    let listed = server.admin().get("/v1/databases").ok(200);
    assert_eq!(listed["items"][0]["name"], "Old");
    assert_eq!(listed["items"][0]["created_at"], "2020-01-01T00:00:00.000Z");
    let db = Database::of_people(&server, "People");
    db.import(&json!({ "email": "a@example.com" }));
    assert_eq!(db.search("a@example.com").len(), 1);
    assert_eq!(
        server.anonymous().get("/health").ok(200)["schema_version"],
        migrate::VERSION
    );
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    if lacks(Power::File) {
        return;
    }
    let state = State::new();
    {
        let server = Server::on(&state);
        Database::new(&server, "People", &[]);
    }
    let file = rusqlite::Connection::open(state.file()).unwrap();
    file.execute(
        "INSERT INTO migrations (version, name, applied_at) VALUES (99, 'future', '2999-01-01')",
        [],
    )
    .unwrap();
    drop(file);
    let server = Server::on(&state);
    for target in [
        "/v1/databases",
        "/v1/databases/1/profiles",
        "/v1/search?q=ann",
        "/v1/resources",
        "/v1/tokens",
    ] {
        server.admin().get(target).problem(503, "schema_too_new");
    }
    let health = server.anonymous().get("/health").ok(503);
    assert_eq!(
        (&health["store"], &health["schema_version"]),
        (&json!("too_new"), &json!(99))
    );
}

#[test]
fn full_durability_serves_the_same() {
    let variables = [("admin_token", ADMIN), ("durability", "full")];
    let server = Server::with(&State::new(), &variables);
    let db = Database::of_people(&server, "People");
    let id = db.import(&json!({ "email": "a@example.com" }));
    let state = server.kill();
    let server = Server::with(&state, &variables);
    assert_eq!(
        db.through(server.admin()).profile(&id)["data"]["email"],
        "a@example.com"
    );
}
