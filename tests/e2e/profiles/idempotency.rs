//! `Idempotency-Key`: a POST that may be repeated.

use crate::support::{ADMIN, Answer, Database, Server, State};
use serde_json::{Value, json};

fn keyed(db: &Database, key: &str, body: &Value) -> Answer {
    let headers = [("idempotency-key", key)];
    db.api
        .json("POST", &format!("{}/profiles", db.path), &headers, body)
}

#[test]
fn a_repeated_request_gets_the_same_answer_and_happens_once() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let body =
        json!({ "data": { "email": "a@example.com", "points": { "action": "incr", "value": 5 } } });
    let first = keyed(&db, "k1", &body);
    let again = keyed(&db, "k1", &body);
    assert_eq!((first.status, &first.text), (201, &again.text));
    assert_eq!(again.status, 201);
    let replayed = "idempotency-replayed";
    assert_eq!(
        (first.header(replayed), again.header(replayed)),
        (None, Some("true"))
    );
    let batch = json!({ "data": [{ "email": "batch@example.com" }] });
    let answers = [0, 1].map(|_| {
        let target = format!("{}/profiles/batch", db.path);
        db.api
            .json("POST", &target, &[("idempotency-key", "b1")], &batch)
    });
    assert_eq!(answers[0].ok(200), answers[1].ok(200));
    assert_eq!(answers[1].header(replayed), Some("true"));
    let id = db.find(&json!({ "email": "batch@example.com" })).ok(200)["id"].clone();
    db.api.delete(&db.of(id.as_str().unwrap())).ok(200);
    assert_eq!(db.all()[0]["data"]["points"], 5);
    keyed(&db, "k2", &body).ok(200);
    assert_eq!(db.all()[0]["data"]["points"], 10);

    let other = json!({ "data": { "email": "b@example.com" } });
    keyed(&db, "k1", &other).problem(422, "idempotency_mismatch");
    assert_eq!(db.total(), 1);
    for key in ["", "with space", &"x".repeat(256)] {
        keyed(&db, key, &other).problem(400, "invalid_header");
    }
}

#[test]
fn what_failed_may_be_tried_again() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let body = json!({ "mode": "update", "data": { "email": "a@example.com", "points": 1 } });
    keyed(&db, "k", &body).problem(404, "not_found");
    db.import(&json!({ "email": "a@example.com" }));
    assert_eq!(keyed(&db, "k", &body).ok(200)["outcome"], "updated");
}

#[test]
fn keys_belong_to_their_token_and_route() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let body = json!({ "name": "t", "scopes": ["profiles:write"] });
    let secret = db.api.post("/v1/tokens", &body).ok(201)["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let theirs = db.through(server.client(&secret));
    keyed(&db, "k", &json!({ "data": { "email": "a@example.com" } })).ok(201);
    keyed(
        &theirs,
        "k",
        &json!({ "data": { "email": "b@example.com" } }),
    )
    .ok(201);
    let batch = format!("{}/profiles/batch", db.path);
    let headers = [("idempotency-key", "k")];
    let answer = db.api.json(
        "POST",
        &batch,
        &headers,
        &json!({ "data": [{ "email": "c@example.com" }] }),
    );
    assert_eq!(answer.ok(200)["created"], 1);
    let again = db.api.json(
        "POST",
        &batch,
        &headers,
        &json!({ "data": [{ "email": "c@example.com" }] }),
    );
    assert_eq!(again.ok(200)["created"], 1);
    assert_eq!(db.total(), 3);
}

#[test]
fn parallel_repeats_create_one() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    for round in 0..5 {
        let key = format!("round-{round}");
        let body = json!({ "mode": "add", "data": { "_fname": "Ann", "points": round } });
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..16)
                .map(|_| {
                    let (db, key, body) = (db.another(), &key, &body);
                    scope.spawn(move || keyed(&db, key, body))
                })
                .collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        for answer in &answers {
            assert_eq!((answer.status, &answer.text), (201, &answers[0].text));
        }
        assert_eq!(db.total(), round + 1);
    }
}

#[test]
fn every_change_with_a_key_happens_once_and_says_so() {
    let hosts = ("import_hosts", "files.example.org");
    let server = Server::without_ticks_with(&State::new(), &[("admin_token", ADMIN), hosts]);
    let db = Database::of_people(&server, "People");
    let letter = json!({"name": "Letter", "databases": [db.id], "channels": ["email"]});
    let letter = db.api.post("/v1/resources", &letter).ok(201);
    let letter = format!("/v1/resources/{}", letter["id"].as_str().unwrap());
    let resource = letter.rsplit('/').next().unwrap();
    let id = db.import(&json!({"email": "a@example.com", "points": 1}));
    let person = db.of(&id);
    let subscriptions = format!("{person}/subscriptions");
    let one = json!({"resource_id": resource, "channel": "email", "email": "a@example.com"});
    let schedule = json!({
        "name": "nightly", "plan": {"every_hours": 24},
        "source": {"url": "https://files.example.org/people.csv"},
        "settings": {"mapping": [{"column": "E-mail", "to": {"field": "email"}}]},
    });
    let schedules = format!("{}/schedules", db.path);
    let schedule = db.api.post(&schedules, &schedule).ok(201);
    let schedule = format!("{schedules}/{}", schedule["id"].as_str().unwrap());
    let settings = format!("{}/import-settings/all", db.path);
    let mapping = json!({"mapping": [{"column": "E-mail", "to": {"field": "email"}}]});
    let list = json!({"name": "Gone"});
    let list = db.api.post("/v1/suppressions", &list).ok(201);
    let list = format!("/v1/suppressions/{}", list["id"].as_str().unwrap());
    let incr = json!({"data": {"points": {"action": "incr", "value": 5}}});
    for (step, (method, target, body)) in [
        ("PATCH", &person, incr),
        ("PUT", &subscriptions, one.clone()),
        ("DELETE", &subscriptions, one),
        ("PATCH", &letter, json!({"name": "The Letter"})),
        ("PATCH", &schedule, json!({"name": "daily"})),
        ("PUT", &settings, mapping),
        ("DELETE", &settings, json!(null)),
        ("DELETE", &schedule, json!(null)),
        ("PATCH", &list, json!({"name": "Not these"})),
        ("DELETE", &list, json!(null)),
        ("PATCH", &db.path, json!({"description": "All of them"})),
        ("DELETE", &person, json!(null)),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("step-{step}");
        let body = match &body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let send = || {
            let headers = [
                ("idempotency-key", &*key),
                ("content-type", "application/json"),
            ];
            db.api.send(method, target, &headers, &body)
        };
        let what = format!("{method} {target}");
        let (first, again) = (send(), send());
        assert!((200..300).contains(&first.status), "{what} {}", first.text);
        assert_eq!(first.header("idempotency-replayed"), None, "{what}");
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{what}");
        assert_eq!(again.body(), first.body(), "{what}");
        if target == &person && method == "PATCH" {
            assert_eq!(db.profile(&id)["data"]["points"], 6);
            let other = json!({"data": {"points": 1}}).to_string();
            let headers = [
                ("idempotency-key", &*key),
                ("content-type", "application/json"),
            ];
            let other = db.api.send(method, target, &headers, &other);
            other.problem(422, "idempotency_mismatch");
        }
    }
    assert_eq!(db.total(), 0);
}
