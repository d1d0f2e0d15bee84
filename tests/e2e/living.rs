//! Segments that live: dynamic ones are their condition, updatable ones are refreshed.

use crate::support::{Client, Database, Power, Server, State, all, lacks, text};
use serde_json::{Value, json};
use std::thread::scope;
use std::time::{Duration, Instant};

/// A database with a number in every profile, and so many people.
fn people(server: &Server, count: usize) -> Database {
    let field = json!({ "name": "n", "type": "integer" });
    let db = Database::new(server, "People", &[field]);
    let all: Vec<Value> = (0..count)
        .map(|n| json!({ "email": format!("p{n}@example.org"), "n": n % 10 }))
        .collect();
    for some in all.chunks(10_000) {
        db.batch(&json!({ "data": some }));
    }
    db
}

/// A new segment: its path and id.
fn segment(db: &Database, body: &Value) -> (String, String) {
    let made = db.api.post(&format!("{}/segments", db.path), body);
    let path = made.header("location").unwrap_or_default().to_owned();
    (path, text(&made.ok(201)["id"]))
}

fn members(api: &Client, path: &str) -> Vec<String> {
    let found = all(api, &format!("{path}/members?limit=7"));
    found.iter().map(|one| text(&one["id"])).collect()
}

/// Who meets a condition, by their ids.
fn meeting(db: &Database, condition: &Value) -> Vec<String> {
    let body = json!({ "condition": condition, "limit": 1000, "fields": [] });
    let found = db
        .api
        .post(&format!("{}/profiles/query", db.path), &body)
        .ok(200);
    let items = found["items"].as_array().unwrap();
    items.iter().map(|one| text(&one["id"])).collect()
}

/// Refreshes a segment to the end; the counts.
fn refresh(db: &Database, path: &str) -> Value {
    let progress = db
        .api
        .post(&format!("{path}/refresh?wait=true"), &Value::Null);
    let last = progress.text.lines().last().unwrap_or_default();
    assert!(last.trim_start().starts_with("completed"), "{progress:?}");
    let job = db.api.get(&format!("{path}/refresh")).ok(200);
    job["counts"].clone()
}

#[test]
fn a_dynamic_segment_has_whoever_meets_its_condition_at_the_moment() {
    let server = Server::start();
    let db = people(&server, 40);
    let few = json!({"field": "n", "lt": 3});
    let (path, id) = segment(
        &db,
        &json!({"name": "Few", "kind": "dynamic", "condition": few}),
    );
    let named = json!({ "segment": id });
    let agree = |expected: usize| {
        let met = meeting(&db, &few);
        assert_eq!(met.len(), expected);
        assert_eq!(members(&db.api, &path), met);
        assert_eq!(meeting(&db, &named), met);
        assert_eq!(meeting(&db, &json!({ "not": named })).len(), 40 - expected);
    };
    agree(12);
    let shown = db.api.get(&path).ok(200);
    assert_eq!(
        (&shown["members"], &shown["kind"]),
        (&json!(12), &json!("dynamic"))
    );
    assert!(shown["counted_at"].is_string());
    let list = db.api.get(&format!("{}/segments", db.path)).ok(200);
    assert_eq!(list["items"][0]["members"], 12);
    // Somebody who changes is in it, or isn't any more, from then on.
    db.import(&json!({"email": "p3@example.org", "n": 1}));
    agree(13);
    let body = json!({"condition": {"field": "n", "eq": 0}, "set": {"n": 9}});
    let updates = format!("{}/updates?wait=true", db.path);
    db.api.post(&updates, &body);
    agree(9);
    // Another one that names it, with a window; and one that is not.
    let (half, _) = segment(
        &db,
        &json!({"name": "Half", "kind": "dynamic", "condition": named, "range": {"to": 50}}),
    );
    let (rest, _) = segment(
        &db,
        &json!({"name": "Rest", "kind": "dynamic", "condition": named, "range": {"from": 50}}),
    );
    let mut both = [members(&db.api, &half), members(&db.api, &rest)].concat();
    both.sort_unstable();
    assert_eq!(both, meeting(&db, &few));
    // It is shown with whole profiles too, narrows updates and is exported.
    let whole = all(&db.api, &format!("{path}/members?profiles=true&limit=4"));
    assert_eq!(whole.len(), 9);
    assert!(whole.iter().all(|one| one["data"]["n"].as_i64() < Some(3)));
    let update = json!({"segment": id, "set": {"_city": "Rome"}, "dry_run": true});
    let dry = db
        .api
        .post(&format!("{}/updates", db.path), &update)
        .ok(200);
    assert_eq!(dry["matched"].as_i64(), Some(9), "{dry}");
    // Nobody is put into it.
    let by_hand = db.api.post(
        &format!("{path}/members"),
        &json!({"add": [whole[0]["id"]]}),
    );
    assert_eq!(
        by_hand.problem(409, "wrong_segment_kind")["kind"],
        "dynamic"
    );
    let written = db.write(&json!({"data": {"email": "p1@example.org"}, "add_to_segments": [id]}));
    let problem = written.problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "segment_not_static");
    db.api
        .post(&format!("{path}/refresh"), &Value::Null)
        .problem(409, "wrong_segment_kind");
    // Others name it: it stays, and is no part of itself.
    let gone = db.api.delete(&format!("{path}?confirm=Few"));
    let gone = gone.problem(409, "segment_in_use");
    let names: Vec<_> = gone["segments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["Half", "Rest"]);
    let half_id = half.rsplit('/').next().unwrap();
    let cycle = db
        .api
        .patch(&path, &json!({"condition": {"not": {"segment": half_id}}}));
    let cycle = cycle.problem(422, "validation_failed");
    let one = &cycle["errors"][0];
    assert_eq!(
        (&one["code"], &one["pointer"]),
        (&json!("segment_cycle"), &json!("/condition/not/segment"))
    );
    assert!(
        text(&one["detail"]).contains(&format!("{id} → {half_id} → {id}")),
        "{one}"
    );
    // What it names goes: it says so where it is used, and is mended.
    db.api.delete(&format!("{}/fields/n", db.path)).ok(200);
    db.api
        .get(&format!("{path}/members"))
        .problem(409, "segment_unfit");
    let count = db.api.post(
        &format!("{}/profiles/count", db.path),
        &json!({ "condition": named }),
    );
    assert_eq!(
        count.problem(422, "validation_failed")["errors"][0]["code"],
        "segment_unfit"
    );
    db.api.get(&path).ok(200);
    db.api
        .patch(
            &path,
            &json!({"condition": {"field": "_city", "eq": "Oslo"}}),
        )
        .ok(200);
    assert_eq!(members(&db.api, &path), Vec::<String>::new());
    for path in [half, rest, path] {
        db.api.delete(&path).ok(200);
    }
}

#[test]
fn a_token_needs_to_read_profiles_and_sees_its_own_databases() {
    let server = Server::start();
    let db = people(&server, 3);
    let token = |scopes: Value, databases: Value| {
        let body = json!({"name": "t", "scopes": scopes, "databases": databases});
        let made = db.api.post("/v1/tokens", &body).ok(201);
        server.client(made["secret"].as_str().unwrap())
    };
    let blind = token(json!(["segments:read", "segments:write"]), json!([db.id]));
    let list = format!("{}/segments", db.path);
    let living = json!({"name": "L", "kind": "dynamic", "condition": {}});
    let refused = blind.post(&list, &living).problem(403, "missing_scope");
    assert_eq!(refused["scope"], "profiles:read");
    let made = blind.post(&list, &json!({"name": "S"}));
    let path = made.header("location").unwrap().to_owned();
    blind
        .patch(&path, &json!({"condition": {}}))
        .problem(403, "missing_scope");
    blind.patch(&path, &json!({"description": "x"})).ok(200);
    blind
        .get(&format!("{path}/counters"))
        .problem(403, "missing_scope");
    let other = Database::new(&server, "Others", &[]);
    let far = token(
        json!(["segments:read", "segments:write", "profiles:read"]),
        json!([other.id]),
    );
    for target in [list, format!("{path}/refresh"), format!("{path}/counters")] {
        far.get(&target).problem(404, "not_found");
    }
    far.post(&format!("{path}/refresh"), &Value::Null)
        .problem(404, "not_found");
}

#[test]
fn an_updatable_segment_is_refreshed_once_by_however_many_ask() {
    let server = Server::start();
    let db = people(&server, 500);
    let (path, id) = segment(&db, &json!({"name": "Ones"}));
    db.api
        .get(&format!("{path}/refresh"))
        .problem(404, "not_found");
    let shown = db
        .api
        .patch(&path, &json!({"condition": {"field": "n", "eq": 1}}))
        .ok(200);
    assert_eq!(
        (&shown["kind"], &shown["refreshed_at"]),
        (&json!("updatable"), &Value::Null)
    );
    scope(|scope| {
        for _ in 0..6 {
            let db = db.another();
            let path = path.clone();
            scope.spawn(move || refresh(&db, &path));
        }
    });
    let ones = meeting(&db, &json!({"field": "n", "eq": 1}));
    assert_eq!(members(&db.api, &path), ones);
    let shown = db.api.get(&path).ok(200);
    assert_eq!(shown["members"], 50);
    assert!(shown["refreshed_at"].is_string());
    let profile = db.profile(&ones[0]);
    assert_eq!(
        (&profile["segments"], &profile["revision"]),
        (&json!([id]), &json!(1))
    );
    let history = format!("{}/history?kind=segment.entered", db.of(&ones[0]));
    let entries = all(&db.api, &history);
    assert_eq!(entries.len(), 1, "{entries:?}");
    let change = json!([{"field": format!("segments/{id}"), "before": null, "after": true}]);
    assert_eq!(
        (&entries[0]["changes"], &entries[0]["interface"]),
        (&change, &json!("refresh"))
    );

    db.import(&json!({"email": "p1@example.org", "n": 2}));
    assert_eq!(members(&db.api, &path), ones, "as of the last refresh");
    let counts = refresh(&db, &path);
    assert_eq!(
        (&counts["left"], &counts["unchanged"]),
        (&json!(1), &json!(49))
    );
    let left = all(
        &db.api,
        &format!("{}/history?kind=segment.left", db.of(&ones[0])),
    );
    assert_eq!(left.len(), 1);
    let job = db.api.get(&format!("{path}/refresh")).ok(200);
    assert_eq!(
        (&job["kind"], &job["percent"]),
        (&json!("refresh"), &json!(100.0))
    );
    // One that is over is not stopped any more.
    db.api
        .post(&format!("{path}/refresh/pause"), &Value::Null)
        .problem(409, "wrong_state");
    // Wiped, it is empty; deleted, its refresh is not there.
    db.api
        .post(&format!("{}/wipe?confirm=People", db.path), &Value::Null)
        .ok(200);
    assert_eq!(refresh(&db, &path)["read"], 0);
    db.api.delete(&path).ok(200);
    db.api
        .get(&format!("{path}/refresh"))
        .problem(404, "not_found");
}

#[test]
fn a_refresh_stands_still_while_it_is_paused_and_the_tick_does_what_is_due() {
    let state = State::new();
    let server = Server::without_ticks(&state);
    let db = people(&server, 30);
    let body = json!({"name": "All", "kind": "updatable", "condition": {}, "refresh": "daily", "limit": 20});
    let (path, _) = segment(&db, &body);
    let refresh_path = format!("{path}/refresh");
    let first = db.api.post(&refresh_path, &Value::Null).ok(202);
    let again = db.api.post(&refresh_path, &Value::Null).ok(202);
    assert_eq!(again["id"], first["id"], "one goes on");
    let pause = |what: &str| {
        db.api
            .post(&format!("{refresh_path}/{what}"), &Value::Null)
            .ok(200)
    };
    assert_eq!(pause("pause")["state"], "paused");
    let tick = || db.api.post("/v1/tick", &json!({"seconds": 5})).ok(200);
    tick();
    assert_eq!(members(&db.api, &path), Vec::<String>::new());
    assert_eq!(pause("resume")["state"], "queued");
    tick();
    assert_eq!(members(&db.api, &path).len(), 20);
    // Not due again before tomorrow.
    let job = || text(&db.api.get(&refresh_path).ok(200)["id"]);
    tick();
    assert_eq!(job(), text(&first["id"]));
    if lacks(Power::File) {
        return;
    }
    let file = rusqlite::Connection::open(state.file()).unwrap();
    file.execute("UPDATE segments SET refresh_due = 1", [])
        .unwrap();
    tick();
    assert_ne!(job(), text(&first["id"]));
    assert_eq!(db.api.get(&refresh_path).ok(200)["state"], "completed");
    let next = job();
    tick();
    assert_eq!(job(), next);
    // Without daily nothing is due.
    db.api.patch(&path, &json!({"refresh": null})).ok(200);
    let due: Option<i64> = file
        .query_row("SELECT refresh_due FROM segments", [], |row| row.get(0))
        .unwrap();
    assert_eq!(due, None);
}

#[test]
fn counters_say_who_can_be_reached() {
    let server = Server::start();
    let db = people(&server, 2);
    let resource = json!({"name": "News", "databases": [db.id], "channels": ["email", "sms"]});
    let resource = text(&db.api.post("/v1/resources", &resource).ok(201)["id"]);
    let subscribe = |email: &str, status: &str| {
        db.import(&json!({"email": email, "subscriptions": [
            {"resource_id": resource, "channel": "email", "email": email, "status": status}
        ]}))
    };
    subscribe("p0@example.org", "subscribed");
    subscribe("p1@example.org", "subscribed");
    subscribe("p2@example.org", "unconfirmed");
    let (path, _) = segment(
        &db,
        &json!({"name": "All", "kind": "dynamic", "condition": {}}),
    );
    let counters = |query: &str| db.api.get(&format!("{path}/counters{query}")).ok(200);
    let email = |subscribed: i64, sendable: i64, unconfirmed: i64| json!({"email": {"subscribed": subscribed, "sendable": sendable, "unconfirmed": unconfirmed}});
    assert_eq!(
        counters(""),
        json!({"members": 3, "channels": email(2, 2, 1), "at_least": false})
    );
    let banned = json!({"entries": ["p1@example.org"]});
    db.api.post("/v1/suppressions/1/entries", &banned).ok(200);
    assert_eq!(counters("")["channels"], email(2, 1, 1));
    let query = format!("?resource_id={resource}");
    assert_eq!(counters(&query)["channels"], email(2, 1, 1));
    // A segment of those who may be sent to: what SQL alone can't decide.
    let reached = json!({"deliverable": {"channel": "email"}});
    let (reached, _) = segment(
        &db,
        &json!({"name": "Reached", "kind": "dynamic", "condition": reached}),
    );
    let reached = db.api.get(&format!("{reached}/counters")).ok(200);
    assert_eq!(
        (&reached["members"], &reached["channels"]),
        (&json!(1), &email(1, 1, 0))
    );
    db.api
        .get(&format!("{path}/counters?resource_id=99"))
        .problem(404, "not_found");
    db.api
        .get(&format!("{path}/counters?resource_id=x"))
        .problem(400, "invalid_parameter");
}

#[test]
fn what_people_did_is_asked_for_with_the_time_at_which_it_happened() {
    let server = Server::start();
    let db = people(&server, 4);
    let tell = |email: &str, event: Value| {
        let mut event = event;
        event["email"] = json!(email);
        let body = json!({"database_id": db.id, "events": [event]});
        db.api.post("/v1/events", &body).ok(200);
    };
    tell(
        "p0@example.org",
        json!({"type": "clicked", "url": "https://shop.org/sale", "message_id": "m1"}),
    );
    tell(
        "p0@example.org",
        json!({"type": "clicked", "url": "https://shop.org/"}),
    );
    tell(
        "p1@example.org",
        json!({"type": "clicked", "at": "2020-05-01T12:00:00Z"}),
    );
    tell(
        "p2@example.org",
        json!({"type": "bought", "data": {"value": 5}}),
    );
    let count = |test: Value| meeting(&db, &json!({ "event": test })).len();
    assert_eq!(count(json!({"type": "clicked"})), 2);
    assert_eq!(count(json!({"type": "clicked", "last": "30d"})), 1);
    assert_eq!(
        count(json!({"type": "clicked", "between": ["2020-05-01", "2020-05-01"]})),
        1
    );
    assert_eq!(count(json!({"type": "clicked", "count": {"ge": 2}})), 1);
    assert_eq!(count(json!({"type": "clicked", "count": {"eq": 0}})), 2);
    assert_eq!(count(json!({"type": ["bought", "clicked"]})), 3);
    assert_eq!(
        count(json!({"type": "clicked", "url": {"contains": "sale"}})),
        1
    );
    assert_eq!(count(json!({"type": "clicked", "message_id": "m2"})), 0);
    // The activity fields say the same of the last time.
    assert_eq!(
        meeting(&db, &json!({"field": "_click_exist", "eq": true})).len(),
        2
    );
    assert_eq!(
        meeting(&db, &json!({"field": "_click_date", "last": "30d"})).len(),
        1
    );
    // Who is deleted, or erased, did nothing.
    let id = meeting(&db, &json!({"event": {"type": "bought"}})).remove(0);
    db.api.delete(&db.of(&id)).ok(200);
    assert_eq!(count(json!({"type": "bought"})), 0);
}

#[test]
fn killed_again_and_again_a_refresh_has_everybody_enter_once() {
    if lacks(Power::File) {
        return;
    }
    const PEOPLE: usize = 40_000;
    let state = State::new();
    let mut server = Server::on(&state);
    let made = people(&server, PEOPLE);
    let (path, _) = segment(
        &made,
        &json!({"name": "All", "kind": "updatable", "condition": {"field": "n", "ne": 3}}),
    );
    made.api
        .post(&format!("{path}/refresh"), &Value::Null)
        .ok(202);
    for kill in 0..8_u64 {
        std::thread::sleep(Duration::from_millis(20 + kill * 23 % 120));
        let left = server.kill();
        let file = rusqlite::Connection::open(left.file()).unwrap();
        let ended = "UPDATE jobs SET leased_until = 0 WHERE state = 'running'";
        file.execute(ended, []).unwrap();
        server = Server::on(&left);
    }
    let db = made.through(server.admin());
    let began = Instant::now();
    while db.api.get(&format!("{path}/refresh")).ok(200)["state"] != "completed" {
        assert!(began.elapsed() < Duration::from_secs(90));
        std::thread::sleep(Duration::from_millis(100));
    }
    let expected = i64::try_from(PEOPLE / 10 * 9).unwrap();
    let job = db.api.get(&format!("{path}/refresh")).ok(200);
    assert_eq!(job["counts"]["entered"], expected, "{job}");
    assert_eq!(db.api.get(&path).ok(200)["members"], expected);
    let file = rusqlite::Connection::open(server.kill().file()).unwrap();
    let entries = "SELECT count(*), count(DISTINCT profile), (SELECT count(*) FROM segment_members)
                   FROM history WHERE kind = 'segment.entered'";
    let counts: [i64; 3] = file
        .query_row(entries, [], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?])
        })
        .unwrap();
    assert_eq!(counts, [expected; 3]);
}
