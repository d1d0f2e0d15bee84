//! Undoing imports and bulk updates, and profiles as they were.

use crate::imports::{Import, mapping};
use crate::support::{Database, Power, Server, State, lacks, text};
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::{Duration, Instant};

fn address(n: usize) -> String {
    format!("p{n}@example.org")
}

/// A database of so many people, numbered, in Bonn.
fn people(server: &Server, count: usize) -> Database {
    let fields = [json!({"name": "score", "type": "integer"})];
    let db = Database::new(server, "People", &fields);
    let all: Vec<Value> = (0..count)
        .map(|n| json!({"email": address(n), "_city": "Bonn", "score": n}))
        .collect();
    for chunk in all.chunks(5_000) {
        db.batch(&json!({"data": chunk}));
    }
    db
}

/// A file that gives people numbered from to before another wrong cities.
fn wrong(range: std::ops::Range<usize>) -> Vec<u8> {
    let mut file = b"mail,city\n".to_vec();
    for n in range {
        file.extend_from_slice(format!("{},Wrong\n", address(n)).as_bytes());
    }
    file
}

/// Imports a file, to its end.
pub(crate) fn import(db: &Database, file: &[u8]) -> String {
    let import = Import::of(db, "wrong.csv", file);
    let settings = json!({"mapping": mapping(&[("mail", "email"), ("city", "_city")])});
    db.api
        .post(&format!("{}/start", import.path), &settings)
        .ok(202);
    finished(db, &import.path);
    import.path.clone()
}

/// Waits for the end of a job, and gives it.
fn finished(db: &Database, path: &str) -> Value {
    let began = Instant::now();
    loop {
        let job = db.api.get(path).ok(200);
        if job["state"] == "completed" {
            return job;
        }
        assert!(
            job["state"] != "failed" && began.elapsed() < Duration::from_secs(90),
            "{job}"
        );
        db.api.post("/v1/tick", &json!({"seconds": 1})).ok(200);
    }
}

/// Undoes a job, to its end.
pub(crate) fn undo(db: &Database, path: &str) -> Value {
    let made = db.api.post(&format!("{path}/undo"), &json!({}));
    let job = made.header("location").unwrap().to_owned();
    made.ok(202);
    finished(db, &job)
}

/// Everybody's values and subscriptions, by address.
fn contents(db: &Database) -> Vec<Value> {
    let mut all: Vec<Value> = db
        .all()
        .into_iter()
        .map(|one| json!([one["data"], one["status"], one["subscriptions"]]))
        .collect();
    all.sort_by_key(ToString::to_string);
    all
}

#[test]
fn a_wrong_file_is_taken_back_but_for_what_was_changed_since() {
    let server = Server::start();
    let db = people(&server, 3_000);
    let before = contents(&db);
    let job = import(&db, &wrong(1_000..4_000));
    assert_eq!(db.total(), 4_000);
    // Two were edited meanwhile, one of them somebody whom the file made.
    let id = |n: usize| text(&db.find(&json!({"email": address(n)})).ok(200)["id"]);
    let (edited, made) = (id(1_500), id(3_500));
    let path = |id: &str| format!("{}/profiles/{id}", db.path);
    db.api
        .patch(&path(&edited), &json!({"data": {"_city": "Rome"}}))
        .ok(200);
    db.api
        .patch(&path(&made), &json!({"data": {"_fname": "Eve"}}))
        .ok(200);

    let preview = db
        .api
        .post(&format!("{job}/undo"), &json!({"dry_run": true}))
        .ok(200);
    let seen = ["changes", "looked_at", "removed", "reverted", "kept"]
        .map(|name| preview[name].as_i64().unwrap());
    assert_eq!(seen, [3_000, 3_000, 999, 1_999, 2], "{preview}");
    let kept = preview["sample"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| !one["kept"].as_array().unwrap().is_empty());
    let kept: Vec<&Value> = kept.collect();
    assert_eq!(kept.len(), 2);
    let of = |id: &str| kept.iter().find(|one| one["profile"] == id).unwrap()["kept"][0].clone();
    assert_eq!(
        of(&edited),
        json!({"profile": edited, "field": "_city", "value": "Rome", "before": "Bonn", "reason": "changed_since"})
    );
    assert_eq!(of(&made)["field"], "_fname");
    assert_eq!(db.total(), 4_000);

    let done = undo(&db, &job);
    assert_eq!(done["counts"]["deleted"], 999);
    assert_eq!(done["counts"]["updated"], 1_999);
    assert_eq!(done["counts"]["skipped"], 2);
    assert_eq!(db.total(), 3_001);
    assert_eq!(db.profile(&edited)["data"]["_city"], "Rome");
    assert_eq!(db.profile(&made)["data"]["_city"], "Wrong");
    // Everybody else is as they were, to the letter.
    let now = contents(&db);
    let others = |all: &[Value]| -> Vec<Value> {
        let mine = [address(1_500), address(3_500)];
        all.iter()
            .filter(|one| !mine.iter().any(|m| one[0]["email"] == *m))
            .cloned()
            .collect()
    };
    assert_eq!(others(&now), others(&before));
    let report = db.api.get(&format!(
        "{}/updates/{}/failed.csv?outcome=all",
        db.path,
        text(&done["id"])
    ));
    assert!(report.text.contains("changed_since"), "{}", report.text);

    // Undoing the undoing brings it back, those who were removed too.
    let again = format!("{}/updates/{}", db.path, text(&done["id"]));
    let back = undo(&db, &again);
    assert_eq!(
        (&back["counts"]["created"], &back["counts"]["updated"]),
        (&json!(999), &json!(1_999))
    );
    assert_eq!(db.total(), 4_000);
    assert_eq!(
        db.find(&json!({"email": address(3_999)})).ok(200)["data"]["_city"],
        "Wrong"
    );
    assert_eq!(db.profile(&id(1_600))["data"]["_city"], "Wrong");
    assert_eq!(db.profile(&edited)["data"]["_city"], "Rome");
    // And once more: a profile that came back is one that a job made.
    let last = format!("{}/updates/{}", db.path, text(&back["id"]));
    undo(&db, &last);
    assert_eq!(others(&contents(&db)), others(&before));
}

#[test]
fn a_bulk_update_gives_values_and_memberships_back_and_wakes_nobody() {
    let server = Server::start();
    let db = people(&server, 300);
    let segment = |name: &str| {
        let made = db
            .api
            .post(&format!("{}/segments", db.path), &json!({"name": name}))
            .ok(201);
        text(&made["id"])
    };
    let (one, two) = (segment("one"), segment("two"));
    let some = json!({"condition": {"field": "score", "lt": 100}, "action": "add"});
    let moved = db
        .api
        .post(&format!("{}/segments/{one}/members", db.path), &some);
    assert!(matches!(moved.status, 200 | 202), "{moved:?}");
    let members =
        |id: &str| db.api.get(&format!("{}/segments/{id}", db.path)).ok(200)["members"].clone();
    let before = contents(&db);
    let body = json!({
        "condition": {"field": "score", "lt": 200}, "set": {"_city": "Rome"}, "status": "unsubscribed",
        "add_to_segments": [two], "remove_from_segments": [one]
    });
    let made = db.api.post(&format!("{}/updates", db.path), &body);
    let path = made.header("location").unwrap().to_owned();
    made.ok(202);
    db.api
        .post(&format!("{path}/undo"), &json!({}))
        .problem(409, "wrong_state");
    finished(&db, &path);
    assert_eq!((members(&one), members(&two)), (json!(0), json!(200)));
    undo(&db, &path);
    assert_eq!((members(&one), members(&two)), (json!(100), json!(0)));
    let strip =
        |all: Vec<Value>| -> Vec<Value> { all.into_iter().map(|one| one[0].clone()).collect() };
    let (now, then) = (contents(&db), before);
    let left = now.iter().filter(|one| one[1] == "unsubscribed").count();
    // A status goes back only to one that is as strict.
    assert_eq!(left, 200);
    let sorted = |mut all: Vec<Value>| {
        all.sort_by_key(ToString::to_string);
        all
    };
    assert_eq!(sorted(strip(now)), sorted(strip(then)));
    db.api
        .post(&format!("{path}/undo"), &json!({"dry_runs": true}))
        .problem(422, "validation_failed");
    db.api
        .post(&format!("{}/updates/999/undo", db.path), &json!({}))
        .problem(404, "not_found");
    let nothing = json!({"condition": {"field": "score", "gt": 100_000}, "set": {"_city": "X"}});
    let made = db.api.post(&format!("{}/updates", db.path), &nothing);
    let idle = made.header("location").unwrap().to_owned();
    made.ok(202);
    finished(&db, &idle);
    db.api
        .post(&format!("{idle}/undo"), &json!({}))
        .problem(409, "nothing_to_undo");
}

#[test]
fn killed_at_many_moments_an_undoing_takes_everything_back_once() {
    if lacks(Power::File) {
        return;
    }
    let state = State::new();
    let mut server = Server::on(&state);
    let db = people(&server, 6_000);
    let before = contents(&db);
    let job = import(&db, &wrong(3_000..12_000));
    let made = db.api.post(&format!("{job}/undo"), &json!({}));
    let path = made.header("location").unwrap().to_owned();
    made.ok(202);
    for kill in 0..8 {
        sleep(Duration::from_millis(30 + kill * 41 % 160));
        let left = server.kill();
        let file = rusqlite::Connection::open(left.file()).unwrap();
        file.execute(
            "UPDATE jobs SET leased_until = 0 WHERE state = 'running'",
            [],
        )
        .unwrap();
        drop(file);
        server = Server::on(&left);
    }
    let db = db.through(server.admin());
    let done = finished(&db, &path);
    assert_eq!(
        (&done["counts"]["deleted"], &done["counts"]["updated"]),
        (&json!(6_000), &json!(3_000)),
        "{done}"
    );
    assert_eq!(contents(&db), before);
}

#[test]
fn a_profile_is_shown_as_it_was() {
    let server = Server::start();
    let db = people(&server, 1);
    let id = text(&db.find(&json!({"email": address(0)})).ok(200)["id"]);
    let path = format!("{}/profiles/{id}", db.path);
    let first = db.api.get(&path).ok(200);
    sleep(Duration::from_millis(20));
    db.api
        .patch(
            &path,
            &json!({"data": {"_city": "Rome", "_fname": "Ann", "score": null}}),
        )
        .ok(200);
    let second = db.api.get(&path).ok(200);
    sleep(Duration::from_millis(20));
    db.api.patch(&path, &json!({"status": "suspended"})).ok(200);
    let as_of = |at: &Value| db.api.get(&format!("{path}?at={}", text(at)));
    for then in [&first, &second] {
        let shown = as_of(&then["updated_at"]).ok(200);
        for member in ["data", "status", "revision", "updated_at", "subscriptions"] {
            assert_eq!(shown[member], then[member], "{member}");
        }
        assert!(shown.get("segments").is_none());
    }
    assert_eq!(
        as_of(&json!("2999-01-01T00:00:00Z")).ok(200)["status"],
        "suspended"
    );
    let early = as_of(&json!("2001-01-01T00:00:00Z")).problem(410, "before_history");
    assert_eq!(early["first"], first["created_at"]);
    as_of(&json!("yesterday")).problem(400, "invalid_parameter");
}

#[test]
fn what_somebody_else_has_or_did_by_now_stays_and_holds_nothing_up() {
    let server = Server::start();
    let fields = [json!({"name": "code", "type": "string", "unique": true})];
    let db = Database::new(&server, "People", &fields);
    db.batch(&json!({"data": [
        {"email": address(0), "code": "one"}, {"email": address(1), "_city": "Bonn"}]}));
    let file = format!(
        "mail,code,city\n{},two,Wrong\n{},,Wrong\n{},,Wrong\n{},,Wrong\n",
        address(0),
        address(1),
        address(2),
        address(3)
    );
    let import = Import::of(&db, "wrong.csv", file.as_bytes());
    let columns = [("mail", "email"), ("code", "code"), ("city", "_city")];
    import.run(&json!({"mapping": mapping(&columns)}));
    // Somebody else takes the old code; one whom the file made enters a segment, another
    // buys something.
    db.batch(&json!({"data": [{"email": address(9), "code": "one"}]}));
    let segments = format!("{}/segments", db.path);
    let segment = json!({"name": "Guests"});
    let segment = text(&db.api.post(&segments, &segment).ok(201)["id"]);
    let id = |n: usize| text(&db.find(&json!({"email": address(n)})).ok(200)["id"]);
    let member = id(2);
    db.api
        .post(
            &format!("{segments}/{segment}/members"),
            &json!({"add": [member]}),
        )
        .ok(200);
    let event = json!({"type": "purchase", "channel": "email", "email": address(3)});
    let events = json!({"database_id": db.id, "events": [event]});
    let heard = db.api.post("/v1/events", &events).ok(200);
    assert!(!heard.to_string().contains("not_found"), "{heard}");

    let done = undo(&db, &import.path);
    assert_eq!(done["counts"]["failed"], 0, "{done}");
    let profile = |n: usize| db.find(&json!({"email": address(n)})).ok(200)["data"].clone();
    assert_eq!(profile(0)["code"], "two");
    assert_eq!(profile(0).get("_city"), None);
    assert_eq!(profile(1)["_city"], "Bonn");
    // A segment is no part of a person.
    assert_eq!(db.find(&json!({"email": address(2)})).status, 404);
    assert_eq!(profile(3)["_city"], "Wrong");
    let report = format!(
        "{}/updates/{}/failed.csv?outcome=all",
        db.path,
        text(&done["id"])
    );
    let report = db.api.get(&report).text;
    for word in ["does_not_fit", "changed_since"] {
        assert!(report.contains(word), "{report}");
    }
}
