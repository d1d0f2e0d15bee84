//! Bulk updates as jobs: whatever interrupts them, everybody who is meant is
//! changed exactly once, and every count adds up.

use crate::rig::*;
use roster_jobs::update::ProfileReport;
use roster_jobs::{Env, holder, work};
use roster_model::{JobId, Profile};
use roster_store::SoleConnection;
use roster_store::jobs::{self, Job, Kind, NewJob, Progress, State};
use roster_store::native::Native;
use roster_store::{Cell, Error, Row, Sql, fields};
use serde_json::{Value, json};
use std::cell::RefCell;

fn create(sql: &Native, settings: &Value) -> JobId {
    let new = NewJob {
        kind: Kind::Update,
        database: database(),
        state: State::Queued,
        name: "people",
        actor: "marketer",
        speaks_for_all: true,
        interface: "api",
        at: at(0),
        settings,
        progress: &Progress::default(),
        expires_at: None,
    };
    block_on(jobs::create(sql, &new)).unwrap()
}

/// Does a job to its end; what it counted: read, updated, unchanged, deleted,
/// skipped, failed, warnings.
fn finish(sql: &Native, id: JobId) -> [i64; 7] {
    work_steps(sql, id, 10, i64::MAX / 2);
    let job = get(sql, id);
    assert_eq!(job.state, State::Completed, "{:?}", job.problem);
    counts(&job)
}

fn counts(job: &Job) -> [i64; 7] {
    let counts = job.progress.counts;
    assert!(counts.add_up(), "{counts:?}");
    [
        counts.read,
        counts.updated,
        counts.unchanged,
        counts.deleted,
        counts.skipped,
        counts.failed,
        counts.warnings,
    ]
}

fn update(sql: &Native, settings: Value) -> [i64; 7] {
    let id = create(sql, &settings);
    finish(sql, id)
}

fn entries(sql: &Native, interface: &str) -> i64 {
    let statement = "SELECT count(*) FROM history WHERE interface = ?1 AND actor = 'marketer'";
    let rows = block_on(sql.query(statement, vec![Cell::from(interface)])).unwrap();
    rows[0].integer(0).unwrap()
}

#[test]
fn everybody_who_is_meant_is_changed_once_with_an_entry_in_their_history() {
    let sql = world(2500);
    let done = update(
        &sql,
        json!({"condition": {"field": "_city", "eq": "Bonn"},
            "set": {"_city": "Ulm", "score": {"action": "incr", "value": 100}}}),
    );
    assert_eq!(done, [1250, 1250, 0, 0, 0, 0, 0]);
    for (n, person) in everybody(&sql).iter().enumerate() {
        let (city, score, revision) = if n % 2 == 0 {
            (json!("Ulm"), 100 + n % 10, 2)
        } else {
            (Value::Null, n % 10, 1)
        };
        let found = person.data.get("_city").cloned().unwrap_or_default();
        assert_eq!((found, person.revision), (city, revision), "{n}");
        assert_eq!(person.data["score"], score);
    }
    assert_eq!(entries(&sql, "update"), 1250);
    let nobody = json!({"condition": {"field": "_city", "eq": "Bonn"}, "status": 1});
    assert_eq!(update(&sql, nobody), [0; 7]);
    // What is so already is no change.
    let again = json!({"condition": {"field": "_city", "eq": "Ulm"}, "set": {"_city": "Ulm"}});
    assert_eq!(update(&sql, again), [1250, 0, 1250, 0, 0, 0, 0]);
    assert_eq!(entries(&sql, "update"), 1250);
}

#[test]
fn a_job_that_is_taken_over_after_every_step_comes_to_the_same() {
    let sql = world(4200);
    let settings =
        json!({"set": {"score": {"action": "incr", "value": 1}}, "add_to_segments": [1]});
    let id = create(&sql, &settings);
    let (mut begin, mut workers) = (0, 0);
    let mut last = 0;
    while get(&sql, id).state != State::Completed {
        // The time is up after a step, and the lease is over when the next
        // worker comes.
        work_steps(&sql, id, begin, begin + 3);
        let read = counts(&get(&sql, id))[0];
        assert!(read >= last);
        last = read;
        begin += 100_000;
        workers += 1;
    }
    assert!(workers > 8, "{workers} workers");
    assert_eq!(counts(&get(&sql, id)), [4200, 4200, 0, 0, 0, 0, 0]);
    for (n, person) in everybody(&sql).iter().enumerate() {
        assert_eq!(
            (person.revision, &person.data["score"]),
            (2, &json!(n % 10 + 1))
        );
    }
    assert_eq!(members(&sql, 1).len(), 4200);
    assert_eq!(entries(&sql, "update"), 4200);
}

#[test]
fn a_paused_job_stops_and_goes_on_and_a_cancelled_one_keeps_what_it_did() {
    let sql = world(3000);
    let id = create(
        &sql,
        &json!({"set": {"score": {"action": "incr", "value": 1}}}),
    );
    work_steps(&sql, id, 0, 20);
    let half = counts(&get(&sql, id));
    assert!(half[0] > 0 && half[0] < 3000, "{half:?}");
    let turn = |from: State, to: State| {
        let from = [from];
        let turned = jobs::turn(&sql, id, &from, to, at(50), None);
        assert!(block_on(turned).unwrap().is_some());
    };
    turn(State::Running, State::Queued);
    turn(State::Queued, State::Paused);
    let env = Env {
        now: &|| at(60),
        until: at(1000),
        holder: holder(),
    };
    assert!(!block_on(work(&sql, &SoleConnection(&sql), id, &env)).unwrap());
    assert_eq!(counts(&get(&sql, id)), half);
    turn(State::Paused, State::Queued);
    work_steps(&sql, id, 100, 110);
    let more = counts(&get(&sql, id));
    assert!(more[0] > half[0] && more[0] < 3000, "{more:?}");
    turn(State::Running, State::Cancelled);
    let changed = everybody(&sql)
        .iter()
        .filter(|one| one.revision == 2)
        .count();
    assert_eq!(changed as i64, more[1]);
}

#[test]
fn the_range_comes_before_the_condition_and_the_limit_after() {
    let sql = world(2000);
    let in_range = |from: i64, to: i64| {
        let range = json!({"from": from, "to": to});
        update(
            &sql,
            json!({"range": range, "set": {"_fname": format!("{from}")}}),
        )[0]
    };
    // Windows that don't overlap part everybody.
    let parts = [in_range(0, 10), in_range(10, 55), in_range(55, 100)];
    assert_eq!(parts.iter().sum::<i64>(), 2000);
    assert!((150..250).contains(&parts[0]), "{parts:?}");
    let first = |sql: &Native| -> Vec<String> {
        let named = |one: &&Profile| one.data["_fname"] == "0";
        let all = everybody(sql);
        all.iter()
            .filter(named)
            .map(|one| one.id.to_string())
            .collect()
    };
    let chosen = first(&sql);
    assert_eq!(in_range(0, 10), parts[0]);
    assert_eq!(first(&sql), chosen);
    // Of the first window, who lives in Bonn, and of those three.
    let narrow = json!({"range": {"to": 10}, "condition": {"field": "_city", "eq": "Bonn"},
        "limit": 3, "set": {"_lname": "X"}});
    assert_eq!(update(&sql, narrow), [3, 3, 0, 0, 0, 0, 0]);
    let all = everybody(&sql);
    let meant = all
        .iter()
        .filter(|one| chosen.contains(&one.id.to_string()));
    let meant = meant.filter(|one| one.data.contains_key("_city"));
    let meant: Vec<_> = meant.take(3).map(|one| one.id).collect();
    let changed = all.iter().filter(|one| one.data.contains_key("_lname"));
    assert_eq!(changed.map(|one| one.id).collect::<Vec<_>>(), meant);
    // A limit that is more than one step.
    let many = json!({"limit": 1234, "status": "suspended"});
    assert_eq!(update(&sql, many)[0], 1234);
}

#[test]
fn what_was_not_changed_as_asked_is_told_of() {
    let sql = world(6);
    let all = everybody(&sql);
    patch(&sql, &all[4], json!({"score": i64::MAX}));
    patch(&sql, &all[2], json!({"email": null}));
    let settings = json!({
        "set": {"score": {"action": "incr", "value": 1}},
        "subscriptions": [{"resource_id": 1, "channel": "email", "contact": {"field": "email"}}]
    });
    let id = create(&sql, &settings);
    assert_eq!(finish(&sql, id), [6, 5, 0, 0, 0, 1, 1]);
    let told = |id: JobId, outcome: &str| -> Vec<(i64, String, String)> {
        let rows = block_on(jobs::failures(&sql, id, &[outcome], 0, 100)).unwrap();
        let one = |row: jobs::ReportRow| {
            let told: ProfileReport = serde_json::from_value(row.body).unwrap();
            let reason = &told.reasons[0];
            (
                row.row,
                told.profile,
                format!("{} {}", reason.code.as_str(), reason.pointer),
            )
        };
        rows.into_iter().map(one).collect()
    };
    assert_eq!(
        told(id, "failed"),
        [(
            5,
            all[4].id.to_string(),
            "out_of_range /set/score".to_owned()
        )]
    );
    let missing = "contact_missing /subscriptions/0/contact".to_owned();
    assert_eq!(
        told(id, "warning"),
        [(3, all[2].id.to_string(), missing.clone())]
    );
    // Where nothing else was to be done, it was skipped.
    let settings = json!({
        "subscriptions": [{"resource_id": 1, "channel": "email", "contact": {"field": "email"}}]
    });
    let id = create(&sql, &settings);
    assert_eq!(finish(&sql, id), [6, 1, 4, 0, 1, 0, 0]);
    assert_eq!(told(id, "skipped"), [(3, all[2].id.to_string(), missing)]);
}

#[test]
fn profiles_are_deleted_with_all_that_is_theirs() {
    let sql = world(1200);
    update(&sql, json!({"add_to_segments": [1]}));
    let done = update(
        &sql,
        json!({"condition": {"field": "_city", "eq": "Bonn"}, "delete": true}),
    );
    assert_eq!(done, [600, 0, 0, 600, 0, 0, 0]);
    assert_eq!(everybody(&sql).len(), 600);
    assert_eq!(members(&sql, 1).len(), 600);
}

#[test]
fn who_comes_meanwhile_is_left_alone() {
    let sql = world(1500);
    let id = create(&sql, &json!({"status": "suspended"}));
    work_steps(&sql, id, 0, 12);
    assert!(counts(&get(&sql, id))[0] < 1500);
    fill(&sql, 5000, 700);
    assert_eq!(finish(&sql, id), [1500, 1500, 0, 0, 0, 0, 0]);
}

#[test]
fn memberships_alone_touch_no_profile() {
    let sql = world(12_000);
    let before = everybody(&sql);
    update(&sql, json!({"limit": 100, "add_to_segments": [1]}));
    let done = update(
        &sql,
        json!({"condition": {"field": "_city", "eq": "Bonn"},
            "add_to_segments": [2], "remove_from_segments": [1]}),
    );
    assert_eq!(done, [6000, 6000, 0, 0, 0, 0, 0]);
    let again = json!({"condition": {"field": "_city", "eq": "Bonn"}, "add_to_segments": [2, 1]});
    assert_eq!(update(&sql, again.clone()), [6000, 6000, 0, 0, 0, 0, 0]);
    assert_eq!(update(&sql, again), [6000, 0, 6000, 0, 0, 0, 0]);
    assert_eq!(members(&sql, 2).len(), 6000);
    assert_eq!(members(&sql, 1).len(), 6050);
    // Of a segment, who leaves it.
    let leave = json!({"segment": 2, "range": {"to": 50}, "remove_from_segments": [2]});
    let left = update(&sql, leave)[1];
    assert!((2500..3500).contains(&left), "{left}");
    assert_eq!(members(&sql, 2).len() as i64, 6000 - left);
    assert_eq!(everybody(&sql), before);
    assert_eq!(entries(&sql, "update"), 0);
}

#[test]
fn memberships_and_more_are_counted_together() {
    let sql = world(4);
    let settings = json!({"set": {"_city": "Bonn"}, "add_to_segments": [1]});
    update(&sql, json!({"limit": 3, "add_to_segments": [1]}));
    // The first and third are as asked and members; the second gets a city, the
    // fourth that and a membership.
    assert_eq!(update(&sql, settings.clone()), [4, 2, 2, 0, 0, 0, 0]);
    let out = json!({"limit": 2, "remove_from_segments": [1]});
    update(&sql, out);
    assert_eq!(update(&sql, settings), [4, 2, 2, 0, 0, 0, 0]);
}

#[test]
fn a_job_whose_fields_go_meanwhile_fails_and_says_why() {
    let sql = world(1500);
    let id = create(
        &sql,
        &json!({"set": {"score": {"action": "incr", "value": 1}}}),
    );
    work_steps(&sql, id, 0, 12);
    let half = counts(&get(&sql, id));
    let known = known(&sql);
    let field = known.database.field("score").unwrap();
    block_on(fields::delete(&sql, &known.database, field, &author(0))).unwrap();
    work_steps(&sql, id, 100_000, i64::MAX / 2);
    let job = get(&sql, id);
    assert_eq!((job.state, counts(&job)), (State::Failed, half));
    let problem = job.problem.unwrap();
    assert_eq!(problem["code"], "settings_invalid");
    assert!(problem["detail"].as_str().unwrap().contains("/set/score"));
}

/// A connection before some of whose statements somebody else does something,
/// once.
struct RacingConnection<'a> {
    sql: &'a Native,
    before: &'static str,
    interfere: RefCell<Option<Box<dyn FnOnce() + 'a>>>,
}

impl Sql for RacingConnection<'_> {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        if statement.contains(self.before)
            && let Some(interfere) = self.interfere.borrow_mut().take()
        {
            interfere();
        }
        self.sql.query(statement, parameters).await
    }
}

#[test]
fn who_is_changed_by_somebody_else_just_then_is_met_once_more() {
    for before in ["AS part", "INSERT INTO profile_writes"] {
        let sql = world(20);
        let all = everybody(&sql);
        let id = create(
            &sql,
            &json!({"condition": {"field": "_city", "eq": "Bonn"}, "limit": 9,
                "set": {"score": {"action": "incr", "value": 100}}}),
        );
        let racing = RacingConnection {
            sql: &sql,
            before,
            interfere: RefCell::new(Some(Box::new(|| {
                patch(&sql, &all[0], json!({"_city": "Ulm"}));
                patch(&sql, &all[2], json!({"score": 50}));
                delete(&sql, &all[4]);
            }))),
        };
        work_steps(&racing, id, 0, i64::MAX / 2);
        let job = get(&sql, id);
        assert_eq!(job.state, State::Completed, "{:?}", job.problem);
        // Two of the nine that were selected are no longer meant; the tenth is.
        assert_eq!(counts(&job), [8, 8, 0, 0, 0, 0, 0], "{before}");
        let after = everybody(&sql);
        let scores: Vec<&Value> = after.iter().map(|one| &one.data["score"]).collect();
        assert_eq!(
            scores,
            [
                0, 1, 150, 3, 5, 106, 7, 108, 9, 100, 1, 102, 3, 104, 5, 106, 7, 108, 9
            ]
            .map(|score| json!(score))
            .iter()
            .collect::<Vec<_>>(),
        );
    }
}

#[test]
fn memberships_of_who_goes_just_then_are_not_written() {
    let sql = world(20);
    let all = everybody(&sql);
    let id = create(&sql, &json!({"add_to_segments": [1]}));
    let racing = RacingConnection {
        sql: &sql,
        before: "INSERT INTO profile_writes",
        interfere: RefCell::new(Some(Box::new(|| delete(&sql, &all[4])))),
    };
    work_steps(&racing, id, 0, i64::MAX / 2);
    assert_eq!(counts(&get(&sql, id)), [19, 19, 0, 0, 0, 0, 0]);
    assert_eq!(members(&sql, 1).len(), 19);
}
