//! `/v1/databases/{db}/updates`, and members of segments by condition.

use crate::support::{Answer, Database, Power, Server, State, lacks, text};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn integer(name: &str) -> Value {
    json!({ "name": name, "type": "integer" })
}

/// A database with so many people: every second one lives in Bonn.
fn people(server: &Server, count: usize) -> Database {
    let db = Database::new(server, "Customers", &[integer("n"), integer("score")]);
    let all: Vec<Value> = (0..count)
        .map(|n| {
            let mut data = json!({ "email": format!("p{n}@example.org"), "n": n, "score": 0 });
            if n % 2 == 0 {
                data["_city"] = json!("Bonn");
            }
            data
        })
        .collect();
    for chunk in all.chunks(5000) {
        db.batch(&json!({ "data": chunk }));
    }
    db
}

fn post(db: &Database, body: &Value) -> Answer {
    db.api.post(&format!("{}/updates", db.path), body)
}

/// Does an update and waits; the job at its end.
fn run(db: &Database, body: &Value) -> Value {
    let told = db.api.post(&format!("{}/updates?wait=true", db.path), body);
    assert_eq!(told.status, 200, "{told:?}");
    let list = db.api.get(&format!("{}/updates?limit=1", db.path)).ok(200);
    let job = list["items"][0].clone();
    assert_eq!(job["state"], "completed", "{job}");
    job
}

/// `[updated, unchanged, deleted, skipped, failed]`; they must be all.
fn counts(job: &Value) -> [i64; 5] {
    let counts = &job["counts"];
    let of = |name: &str| counts[name].as_i64().unwrap();
    let five = ["updated", "unchanged", "deleted", "skipped", "failed"].map(of);
    assert_eq!(five.iter().sum::<i64>(), of("read"), "{counts}");
    five
}

fn bonn() -> Value {
    json!({ "field": "_city", "eq": "Bonn" })
}

fn segment(db: &Database, name: &str) -> (String, String) {
    let made = db
        .api
        .post(&format!("{}/segments", db.path), &json!({ "name": name }));
    let path = made.header("location").unwrap().to_owned();
    (path, text(&made.ok(201)["id"]))
}

#[test]
fn an_update_is_looked_at_first_and_then_done() {
    let server = Server::start();
    let db = people(&server, 1300);
    let mut body = json!({
        "name": "Move", "condition": bonn(),
        "set": { "_city": "Ulm", "score": { "action": "incr", "value": 2 } }, "dry_run": true
    });
    let looked = post(&db, &body).ok(200);
    assert_eq!(looked["matched"], 650);
    let sample = looked["sample"].as_array().unwrap();
    assert_eq!(sample.len(), 10);
    assert_eq!(sample[0]["outcome"], "updated");
    assert_eq!(
        sample[0]["changes"],
        json!([
            { "field": "_city", "before": "Bonn", "after": "Ulm" },
            { "field": "score", "before": 0, "after": 2 }
        ])
    );
    let one = text(&sample[0]["id"]);
    assert_eq!(db.profile(&one)["revision"], 1);
    assert_eq!(
        db.api.get(&format!("{}/updates", db.path)).ok(200)["items"],
        json!([])
    );

    body["dry_run"] = json!(false);
    let told = db
        .api
        .post(&format!("{}/updates?wait=true", db.path), &body);
    let last = told.text.lines().last().unwrap();
    assert_eq!(
        last,
        "completed:  650 read, 0 created, 650 updated, 0 unchanged, 0 skipped, 0 failed"
    );
    let job = &db.api.get(&format!("{}/updates", db.path)).ok(200)["items"][0];
    assert_eq!(counts(job), [650, 0, 0, 0, 0]);
    assert_eq!(
        (&job["name"], &job["started_by"], &job["percent"]),
        (&json!("Move"), &json!("admin"), &json!(100.0))
    );
    let changed = db.profile(&one);
    assert_eq!(
        (
            &changed["data"]["_city"],
            &changed["data"]["score"],
            &changed["revision"]
        ),
        (&json!("Ulm"), &json!(2), &json!(2))
    );
    let history = db.api.get(&format!("{}/history", db.of(&one))).ok(200);
    assert_eq!(history["items"][0]["interface"], "update");
    assert_eq!(history["items"][0]["changes"], sample[0]["changes"]);
    assert_eq!(
        post(
            &db,
            &json!({ "condition": bonn(), "status": 1, "dry_run": true })
        )
        .ok(200)["matched"],
        0
    );
}

#[test]
fn ranges_limits_and_segments_narrow_it() {
    let server = Server::start();
    let db = people(&server, 1000);
    let matched = |narrow: Value| {
        let mut body = json!({ "status": "suspended", "dry_run": true });
        let members = body.as_object_mut().unwrap();
        members.extend(narrow.as_object().unwrap().clone());
        post(&db, &body).ok(200)["matched"].as_i64().unwrap()
    };
    assert_eq!(matched(json!({})), 1000);
    let halves = [
        matched(json!({ "range": { "to": 50 }, "condition": bonn() })),
        matched(json!({ "range": { "from": 50 }, "condition": bonn() })),
    ];
    assert_eq!(halves.iter().sum::<i64>(), 500);
    assert!((180..320).contains(&halves[0]), "{halves:?}");
    assert_eq!(matched(json!({ "limit": 7, "condition": bonn() })), 7);
    let (_, id) = segment(&db, "Some");
    let some = run(&db, &json!({ "limit": 30, "add_to_segments": [id] }));
    assert_eq!(counts(&some), [30, 0, 0, 0, 0]);
    assert_eq!(matched(json!({ "segment": id, "condition": bonn() })), 15);
    let done = run(
        &db,
        &json!({ "segment": id, "limit": 20, "set": { "_fname": "X" } }),
    );
    assert_eq!(counts(&done), [20, 0, 0, 0, 0]);
    let named = db
        .api
        .get(&format!("{}/profiles?_fname=X&limit=100", db.path))
        .ok(200);
    assert_eq!(named["items"].as_array().unwrap().len(), 20);
}

#[test]
fn subscriptions_are_made_from_what_profiles_have_and_the_rest_is_reported() {
    let server = Server::start();
    let db = people(&server, 6);
    let resource = db
        .api
        .post(
            "/v1/resources",
            &json!({ "name": "News", "databases": [db.id], "channels": ["email", "sms"] }),
        )
        .ok(201);
    let resource = text(&resource["id"]);
    let all = db.all();
    let third = text(&all[2]["id"]);
    db.api
        .patch(&db.of(&third), &json!({ "data": { "email": null } }))
        .ok(200);
    let subscribe = json!({ "subscriptions": [{
        "resource_id": resource, "channel": "email", "status": "subscribed",
        "contact": { "field": "email" }
    }] });
    let job = run(&db, &subscribe);
    assert_eq!(counts(&job), [5, 0, 0, 1, 0]);
    let report = format!("{}/updates/{}/failed.csv", db.path, text(&job["id"]));
    let skipped = db.api.get(&format!("{report}?outcome=skipped"));
    assert_eq!(
        skipped.header("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    assert_eq!(
        skipped.text,
        format!(
            "outcome,profile,code,pointer,reason\r\n\
             skipped,{third},contact_missing,/subscriptions/0/contact,The profile has no email.\r\n"
        )
    );
    assert_eq!(db.api.get(&report).text.lines().count(), 1);
    let first = db.profile(&text(&all[0]["id"]));
    assert_eq!(first["subscriptions"][0]["email"], "p0@example.org");
    // Those who have one leave.
    let leave = json!({ "subscriptions": [{
        "resource_id": resource, "channel": "email", "status": "unsubscribed" }] });
    assert_eq!(counts(&run(&db, &leave)), [5, 1, 0, 0, 0]);
    let counters = db
        .api
        .get(&format!("/v1/resources/{resource}/counters"))
        .ok(200);
    assert_eq!(counters["statuses"]["unsubscribed"], 5);
    // A value that only one may have goes to the first.
    let same = json!({ "limit": 3, "set": { "email": "same@example.org" } });
    let job = run(&db, &same);
    assert_eq!(counts(&job), [1, 0, 0, 0, 2]);
    let report = format!("{}/updates/{}/failed.csv", db.path, text(&job["id"]));
    let failed = db.api.get(&report).text;
    assert_eq!(
        failed.matches(",duplicate,/set/email,").count(),
        2,
        "{failed}"
    );
}

#[test]
fn resuming_touches_what_is_suspended_unless_the_request_names_more() {
    let server = Server::start();
    let db = people(&server, 3);
    let body = json!({ "name": "News", "databases": [db.id], "channels": ["email"] });
    let resource = text(&db.api.post("/v1/resources", &body).ok(201)["id"]);
    let ids: Vec<String> = db.all().iter().map(|one| text(&one["id"])).collect();
    let statuses = ["suspended", "unsubscribed", "unconfirmed"];
    for (n, (id, status)) in ids.iter().zip(statuses).enumerate() {
        let one = json!({ "resource_id": resource, "channel": "email", "status": status,
            "email": format!("p{n}@example.org") });
        let patch = json!({ "data": { "subscriptions": [one] } });
        db.api.patch(&db.of(id), &patch).ok(200);
    }
    let subscribe = |more: Value| {
        let mut one = json!({ "resource_id": resource, "channel": "email",
            "status": "subscribed" });
        let members = one.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        run(&db, &json!({ "subscriptions": [one] }))
    };
    let now = || {
        let status = |id: &String| db.profile(id)["subscriptions"][0]["status"].clone();
        ids.iter().map(status).collect::<Vec<_>>()
    };
    // Whom the operator took off stays, and so does who never confirmed.
    let job = subscribe(json!({}));
    assert_eq!(counts(&job), [1, 0, 0, 2, 0]);
    assert_eq!(now(), ["subscribed", "unsubscribed", "unconfirmed"]);
    let report = format!("{}/updates/{}/failed.csv", db.path, text(&job["id"]));
    let told = db.api.get(&format!("{report}?outcome=skipped")).text;
    for (id, code) in [(&ids[1], "status_protected"), (&ids[2], "status_protected")] {
        let line = format!("skipped,{id},{code},/subscriptions/0/status,");
        assert!(told.contains(&line), "{told}");
    }
    // Naming it is no yes of theirs; saying how it is known that they agreed again is.
    let named = subscribe(json!({ "where": { "status": ["unsubscribed"] } }));
    assert_eq!(counts(&named), [0, 2, 0, 1, 0]);
    assert_eq!(now(), ["subscribed", "unsubscribed", "unconfirmed"]);
    let again = subscribe(json!({ "where": { "status": ["unsubscribed"] },
        "resubscribe": true, "reason": "They wrote to us." }));
    assert_eq!(counts(&again), [1, 2, 0, 0, 0]);
    assert_eq!(now(), ["subscribed", "subscribed", "unconfirmed"]);
    let named = subscribe(json!({ "where": { "status": ["unconfirmed"] } }));
    assert_eq!(counts(&named), [0, 2, 0, 1, 0]);
    assert_eq!(now(), ["subscribed", "subscribed", "unconfirmed"]);
    let odd = json!({ "subscriptions": [{ "resource_id": resource, "channel": "email",
        "status": "subscribed", "where": { "status": ["odd"] } }] });
    let wrong = post(&db, &odd).problem(422, "validation_failed");
    let pointer = text(&wrong["errors"][0]["pointer"]);
    assert!(
        pointer.starts_with("/subscriptions/0/where/status"),
        "{wrong}"
    );
}

#[test]
fn deleting_everybody_is_asked_twice() {
    let server = Server::start();
    let db = people(&server, 40);
    let asked = post(&db, &json!({ "delete": true })).problem(409, "confirmation_needed");
    assert!(text(&asked["detail"]).contains("confirm=Customers"));
    let looked = post(
        &db,
        &json!({ "condition": bonn(), "delete": true, "dry_run": true }),
    );
    let looked = looked.ok(200);
    assert_eq!(
        (&looked["matched"], &looked["sample"][0]["outcome"]),
        (&json!(20), &json!("deleted"))
    );
    let job = run(&db, &json!({ "condition": bonn(), "delete": true }));
    assert_eq!(counts(&job), [0, 0, 20, 0, 0]);
    assert_eq!(db.total(), 20);
    let target = format!("{}/updates?confirm=Customers", db.path);
    let job = db.api.post(&target, &json!({ "delete": true })).ok(202);
    let path = format!("{}/updates/{}", db.path, text(&job["id"]));
    until(|| db.api.get(&path).ok(200)["state"] == "completed");
    assert_eq!(db.total(), 0);
}

/// Waits for something, but not for ever.
fn until(done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(90));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_update_pauses_goes_on_and_ends_early_with_counts_that_add_up() {
    let server = Server::without_ticks(&State::new());
    let db = people(&server, 1200);
    let body = json!({ "set": { "score": { "action": "incr", "value": 1 } } });
    let made = post(&db, &body);
    let path = made.header("location").unwrap().to_owned();
    assert_eq!(made.ok(202)["state"], "queued");
    let turn = |verb: &str| db.api.post(&format!("{path}/{verb}"), &json!({}));
    assert_eq!(turn("pause").ok(200)["state"], "paused");
    assert_eq!(db.api.post("/v1/tick", &json!({})).ok(200)["left"], 0);
    assert_eq!(turn("resume").ok(200)["state"], "queued");
    // Anyone who watches does the work.
    let told = db.api.get(&format!("{path}/events"));
    assert_eq!(told.header("content-type"), Some("text/event-stream"));
    let last = told.text.trim_end().rsplit("\n\n").next().unwrap();
    let job: Value =
        serde_json::from_str(last.strip_prefix("event: end\ndata: ").unwrap()).unwrap();
    assert_eq!(counts(&job), [1200, 0, 0, 0, 0]);
    turn("pause").problem(409, "wrong_state");
    let again = post(&db, &body);
    let path = again.header("location").unwrap().to_owned();
    again.ok(202);
    let cancel = format!("{path}/cancel");
    assert_eq!(
        db.api.post(&cancel, &json!({})).ok(200)["state"],
        "cancelled"
    );
    assert_eq!(db.api.post("/v1/tick", &json!({})).ok(200)["left"], 0);
    assert!(db.all().iter().all(|one| one["data"]["score"] == 1));
}

#[test]
fn killed_at_many_moments_an_update_changes_everybody_once() {
    if lacks(Power::File) {
        return;
    }
    const PEOPLE: usize = 15_000;
    let state = State::new();
    let mut server = Server::on(&state);
    let made = people(&server, PEOPLE);
    let (_, id) = segment(&made, "All");
    let body = json!({
        "set": { "score": { "action": "incr", "value": 1 } }, "add_to_segments": [id]
    });
    let answer = post(&made, &body);
    let path = answer.header("location").unwrap().to_owned();
    answer.ok(202);
    for kill in 0..10 {
        std::thread::sleep(Duration::from_millis(40 + kill * 37 % 150));
        let left = server.kill();
        // The lease of the killed one ends, as the time would end it.
        let file = rusqlite::Connection::open(left.file()).unwrap();
        file.execute(
            "UPDATE jobs SET leased_until = 0 WHERE state = 'running'",
            [],
        )
        .unwrap();
        drop(file);
        server = Server::on(&left);
    }
    let db = made.through(server.admin());
    until(|| db.api.get(&path).ok(200)["state"] == "completed");
    let count = i64::try_from(PEOPLE).unwrap();
    assert_eq!(counts(&db.api.get(&path).ok(200)), [count, 0, 0, 0, 0]);
    let all = db.all();
    assert_eq!(all.len(), PEOPLE);
    for one in all {
        assert_eq!(
            (&one["data"]["score"], &one["revision"]),
            (&json!(1), &json!(2))
        );
    }
    let members = db.api.get(&format!("{}/segments/{id}", db.path)).ok(200);
    assert_eq!(members["members"], count);
}

#[test]
fn members_by_condition_move_at_once_or_as_a_job() {
    let server = Server::start();
    let db = people(&server, 2600);
    let (path, id) = segment(&db, "Some");
    let target = format!("{path}/members");
    let few = json!({ "condition": { "field": "n", "lt": 200 }, "action": "add" });
    let moved = db.api.post(&target, &few).ok(200);
    assert_eq!(
        moved,
        json!({ "added": 200, "removed": 0, "unchanged": 0, "unknown": [], "members": 200 })
    );
    let some = json!({ "condition": bonn(), "segment": id, "limit": 50, "action": "remove" });
    let moved = db.api.post(&target, &some).ok(200);
    assert_eq!(
        (&moved["removed"], &moved["members"]),
        (&json!(50), &json!(150))
    );
    // Who isn't in it can't leave it.
    let none = json!({ "condition": { "field": "n", "between": [500, 509] }, "action": "remove" });
    assert_eq!(db.api.post(&target, &none).ok(200)["unchanged"], 10);
    let many = json!({ "condition": {}, "action": "add", "name": "Everybody" });
    let made = db.api.post(&target, &many);
    let job = made.header("location").unwrap().to_owned();
    assert_eq!(made.ok(202)["name"], "Everybody");
    until(|| db.api.get(&job).ok(200)["state"] == "completed");
    assert_eq!(counts(&db.api.get(&job).ok(200)), [2450, 150, 0, 0, 0]);
    assert_eq!(db.api.get(&path).ok(200)["members"], 2600);
    assert_eq!(
        db.profile(&text(&db.all()[7]["id"]))["segments"],
        json!([id])
    );
    let counted = format!("{}/profiles/count", db.path);
    let body = json!({ "condition": { "all": [{ "segment": id }, bonn()] } });
    assert_eq!(db.api.post(&counted, &body).ok(200)["count"], 1300);

    let wrong = json!({ "condition": { "field": "nix", "eq": 1 }, "action": "add" });
    let wrong = db
        .api
        .post(&target, &wrong)
        .problem(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["pointer"], "/condition/field");
    let both = json!({ "condition": {}, "add": [] });
    db.api
        .post(&target, &both)
        .problem(422, "validation_failed");
}

#[test]
fn what_makes_no_sense_is_refused_and_starts_nothing() {
    let server = Server::start();
    let db = people(&server, 2);
    for (body, code, pointer) in [
        (json!({}), "required", ""),
        (json!({ "set": { "nix": 1 } }), "unknown_field", "/set/nix"),
        (
            json!({ "status": 1, "segment": "9" }),
            "unknown_segment",
            "/segment",
        ),
        (
            json!({ "status": 1, "range": { "from": 5, "to": 5 } }),
            "invalid_range",
            "/range",
        ),
        (
            json!({ "status": 1, "delete": true }),
            "contradiction",
            "/delete",
        ),
        (
            json!({ "status": 1, "condition": { "field": "score", "contains": "x" } }),
            "operator_not_for_type",
            "/condition/contains",
        ),
    ] {
        let wrong = post(&db, &body).problem(422, "validation_failed");
        let first = &wrong["errors"][0];
        assert_eq!(
            (&first["code"], &first["pointer"]),
            (&json!(code), &json!(pointer)),
            "{body}"
        );
    }
    assert_eq!(
        db.api.get(&format!("{}/updates", db.path)).ok(200)["items"],
        json!([])
    );
    // A key makes it happen once.
    let target = format!("{}/updates", db.path);
    let key = [("idempotency-key", "once")];
    let body = json!({ "set": { "score": { "action": "incr", "value": 1 } } });
    let first = db.api.json("POST", &target, &key, &body).ok(202);
    let again = db.api.json("POST", &target, &key, &body);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.ok(202)["id"], first["id"]);
    // Looking takes a right to read, and other databases have other jobs.
    let token = db
        .api
        .post(
            "/v1/tokens",
            &json!({ "name": "t", "scopes": ["imports:write"] }),
        )
        .ok(201);
    let writer = server.client(&text(&token["secret"]));
    let look = json!({ "status": 1, "dry_run": true });
    let refused = writer.post(&target, &look).problem(403, "missing_scope");
    assert_eq!(refused["scope"], "profiles:read");
    let delete = json!({ "limit": 1, "delete": true });
    let refused = writer.post(&target, &delete).problem(403, "missing_scope");
    assert_eq!(refused["scope"], "profiles:write");
    let other = Database::new(&server, "Others", &[]);
    let path = format!("{}/updates/{}", other.path, text(&first["id"]));
    other.api.get(&path).problem(404, "not_found");
}
