//! Many clients at once: nothing doubled, nothing lost, no 5xx.

use crate::support::{Answer, Database, Server, data};
use roster_people::{People, Random};
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

/// Clients at once.
const CLIENTS: u64 = 16;

#[test]
fn a_hundred_parallel_increments_add_up() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let id = db.import(&json!({ "email": "a@example.com" }));
    let path = db.of(&id);
    std::thread::scope(|scope| {
        for number in 0..100 {
            let (db, path) = (db.another(), &path);
            scope.spawn(move || {
                let change = json!({ "points": { "action": "incr", "value": 1 } });
                let answer: Answer = match number % 3 {
                    0 => db.write(&json!({ "data": { "email": "a@example.com", "points": change["points"] } })),
                    1 => db.api.patch(path, &json!({ "data": change })),
                    _ => db.write(&json!({ "matching": "profile_id", "profile_id": path.rsplit('/').next(), "data": change })),
                };
                answer.ok(200);
            });
        }
    });
    let shown = db.profile(&id);
    assert_eq!(
        (&shown["data"]["points"], &shown["revision"]),
        (&json!(100), &json!(101))
    );
}

#[test]
fn sixteen_clients_importing_the_same_people_lose_and_double_nothing() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people = People::new(31);
    let crowd = 120;
    let until = Instant::now() + Duration::from_secs(5);
    // What each person's counter must be in the end, as acknowledged.
    let acknowledged: Vec<HashMap<u64, i64>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let db = db.another();
                scope.spawn(move || {
                    let mut random = Random::new(client);
                    let mut mine: HashMap<u64, i64> = HashMap::new();
                    while Instant::now() < until {
                        let item = |number: u64| {
                            let mut item = people.person(number).data();
                            item.insert("points".into(), json!({ "action": "incr", "value": 1 }));
                            item
                        };
                        if random.below(4) == 0 {
                            let numbers: Vec<u64> = (0..10).map(|_| random.below(crowd)).collect();
                            let items: Vec<_> = numbers.iter().map(|n| item(*n)).collect();
                            let result = db.batch(&json!({ "data": items }));
                            assert_eq!(result["failed"], 0, "{result}");
                            for number in numbers {
                                *mine.entry(number).or_default() += 1;
                            }
                        } else {
                            let number = random.below(crowd);
                            let answer = db.write(&json!({ "data": item(number) }));
                            assert!(matches!(answer.status, 200 | 201), "{answer:?}");
                            *mine.entry(number).or_default() += 1;
                        }
                    }
                    mine
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut expected: HashMap<String, i64> = HashMap::new();
    for (number, count) in acknowledged.into_iter().flatten() {
        *expected.entry(people.person(number).email).or_default() += count;
    }
    let stored = db.all();
    let emails: HashSet<_> = stored
        .iter()
        .map(|p| p["data"]["email"].to_string())
        .collect();
    assert_eq!(emails.len(), stored.len(), "nobody is there twice");
    assert_eq!(stored.len() as u64, db.total());
    for profile in &stored {
        let email = profile["data"]["email"].as_str().unwrap();
        assert_eq!(
            profile["data"]["points"].as_i64(),
            expected.remove(email),
            "{email}"
        );
        assert_eq!(
            profile["revision"], profile["data"]["points"],
            "each change counted once"
        );
    }
    assert!(
        expected.is_empty(),
        "acknowledged but missing: {expected:?}"
    );
}

#[test]
fn one_unique_value_goes_to_one_of_many() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    for round in 0..10 {
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..CLIENTS)
                .map(|client| {
                    let db = db.another();
                    scope.spawn(move || {
                        let email = format!("c{client}r{round}@example.com");
                        let body = json!({ "mode": "add", "data": { "email": email, "customer": format!("R{round}") } });
                        db.write(&body).status
                    })
                })
                .collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let won = statuses.iter().filter(|status| **status == 201).count();
        let lost = statuses.iter().filter(|status| **status == 409).count();
        assert_eq!((won, lost), (1, CLIENTS as usize - 1), "{statuses:?}");
    }
    assert_eq!(db.total(), 10);
}

#[test]
fn two_people_changing_one_profile_with_if_match_never_overwrite() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let id = db.import(&json!({ "email": "a@example.com", "points": 0 }));
    let path = db.of(&id);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (db, path) = (db.another(), &path);
            scope.spawn(move || {
                let mut done = 0;
                while done < 10 {
                    let shown = db.api.get(path);
                    let tag = shown.header("etag").unwrap().to_owned();
                    let points = shown.ok(200)["data"]["points"].as_i64().unwrap();
                    let patch = json!({ "data": { "points": points + 1 } });
                    let answer = db.api.json("PATCH", path, &[("if-match", &tag)], &patch);
                    match answer.status {
                        200 => done += 1,
                        412 => {}
                        _ => panic!("{answer:?}"),
                    }
                }
            });
        }
    });
    assert_eq!(db.profile(&id)["data"]["points"], 40);
}

#[test]
fn fields_change_under_imports_without_a_5xx() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people = People::new(32);
    let until = Instant::now() + Duration::from_secs(2);
    std::thread::scope(|scope| {
        for client in 0..4 {
            let db = db.another();
            scope.spawn(move || {
                let mut from = client * 10_000;
                while Instant::now() < until {
                    let result = db.batch(&json!({ "data": data(people.range(from..from + 20)) }));
                    assert_eq!(result["failed"], 0, "{result}");
                    from += 20;
                }
            });
        }
        let fields = format!("{}/fields", db.path);
        let mut number = 0;
        while Instant::now() < until {
            let field = json!({ "name": format!("x{number}"), "type": "string" });
            db.api.post(&fields, &field).ok(201);
            let patch = json!({ "searchable": number % 2 == 0 });
            db.api.patch(&format!("{fields}/tags"), &patch).ok(200);
            number += 1;
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    assert_eq!(db.all().len() as u64, db.total());
}
