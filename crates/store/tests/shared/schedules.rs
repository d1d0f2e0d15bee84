//! Scheduled imports: due times run once, runs never overlap.

use roster_model::schedule::{ScheduleSettings, Source};
use roster_model::{RunId, ScheduleId, Timestamp, Zone};
use roster_store::schedules::{
    DueWork, Run, RunState, Schedule, ScheduleData, StoredSecret, Turn, advance, begin, claim,
    create, delete, due, get, give_up, hold, known_rows_from, page, run, runs_of, saw, turn,
    update,
};
use roster_store::{Cell, Sql, expiry};
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_ms(START + seconds * 1000)
}

fn settings(name: &str) -> ScheduleSettings {
    let json = json!({
        "name": name, "plan": {"every_minutes": 1}, "settings": {},
        "source": {"url": "https://files.example/a.csv", "auth": {"type": "bearer"}},
    });
    ScheduleSettings::create(&json, &Zone::utc()).unwrap().0
}

fn put<'a>(settings: &'a ScheduleSettings, secret: Option<&'a StoredSecret>) -> ScheduleData<'a> {
    ScheduleData {
        speaks_for_all: true,
        settings,
        secret,
        next_run_at: Some(at(60)),
    }
}

fn made(
    sql: &Connection,
    settings: &ScheduleSettings,
    secret: Option<&StoredSecret>,
) -> ScheduleId {
    let put = put(settings, secret);
    block_on(create(sql, database_id(PEOPLE), &put, &author())).unwrap()
}

/// A schedule whose next run is at second 60.
fn scheduled(sql: &Connection) -> ScheduleId {
    made(sql, &settings("nightly"), None)
}

fn begun(sql: &Connection, id: ScheduleId, due: i64, now: i64) -> Option<RunId> {
    block_on(begin(sql, id, at(due), at(now), false, &json!({}))).unwrap()
}

fn one(sql: &Connection, id: ScheduleId) -> Schedule {
    block_on(get(sql, id)).unwrap().unwrap()
}

fn the_run(sql: &Connection, id: RunId) -> Run {
    block_on(run(sql, id)).unwrap().unwrap()
}

/// Ends a run that waits or is being fetched.
fn end(sql: &Connection, id: RunId, to: RunState) -> bool {
    let now = the_run(sql, id);
    block_on(turn(sql, &now, &over(to, &json!({})))).unwrap()
}

fn over(to: RunState, detail: &Value) -> Turn<'_> {
    Turn {
        to,
        at: at(100),
        job: None,
        next_try_at: None,
        detail,
    }
}

fn is_due(sql: &Connection, seconds: i64) -> DueWork {
    block_on(due(sql, at(seconds), 10)).unwrap()
}

#[test]
fn schedules_are_kept_with_secrets_that_no_log_shows() {
    let world = World::new();
    let sql = world.connect();
    let secret = StoredSecret("hunter2".to_owned());
    let first = settings("first");
    let id = made(&sql, &first, Some(&secret));
    let kept = one(&sql, id);
    assert_eq!(kept.settings, first);
    assert_eq!(kept.secret, Some(secret));
    assert_eq!((kept.revision, kept.created_by.as_str()), (1, "tester"));
    assert_eq!(kept.next_run_at, Some(at(60)));
    assert!(!format!("{kept:?}").contains("hunter2"));

    let second = settings("second");
    let elsewhere = {
        let mut third = second.clone();
        let elsewhere = json!({"url": "https://mirror.example/a.csv"});
        third.source = Source::parse(&elsewhere, None).unwrap();
        third
    };
    let change = |before: &Schedule, settings| {
        block_on(update(&sql, before, &put(settings, None), &author()))
    };
    assert_eq!(block_on(saw(&sql, id, 1, &json!({"etag": "x"}))), Ok(true));
    assert_eq!(change(&kept, &second), Ok(Some(2)));
    assert_eq!(change(&kept, &second), Ok(None), "somebody else was faster");
    let kept = one(&sql, id);
    assert_eq!(
        (kept.settings.name.as_str(), &kept.secret),
        ("second", &None)
    );
    assert_eq!(kept.seen, json!({"etag": "x"}));
    assert_eq!(change(&kept, &elsewhere), Ok(Some(3)));
    assert_eq!(one(&sql, id).seen, json!({}));
    // What was seen before it was changed says nothing.
    assert_eq!(block_on(saw(&sql, id, 2, &json!({"etag": "y"}))), Ok(false));
    assert_eq!(one(&sql, id).seen, json!({}));

    let other = scheduled(&sql);
    let listed = |after, limit| {
        let page = block_on(page(&sql, database_id(PEOPLE), after, limit)).unwrap();
        page.into_iter().map(|s| s.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(0, 10), [id, other]);
    assert_eq!(listed(id.get(), 10), [other]);
    assert_eq!(listed(0, 1), [id]);
    begun(&sql, other, 60, 60).unwrap();
    block_on(delete(&sql, &one(&sql, other), &author())).unwrap();
    assert_eq!(listed(0, 10), [id]);
    let left = rows(&sql, "SELECT count(*) FROM schedule_runs", vec![]);
    assert_eq!(left, [[Cell::Integer(0)]]);
}

#[test]
fn a_definition_without_name_and_enabled_has_those_of_its_columns() {
    let world = World::new();
    let sql = world.connect();
    let id = scheduled(&sql);
    let older = "UPDATE schedules SET definition = json_remove(definition, '$.name', '$.enabled')";
    block_on(sql.query(older, vec![])).unwrap();
    assert_eq!(one(&sql, id).settings, settings("nightly"));
}

#[test]
fn a_due_time_runs_once_whoever_looks() {
    let world = World::new();
    let sql = world.connect();
    let other = world.connect();
    let id = scheduled(&sql);
    assert_eq!(is_due(&sql, 59), DueWork::default());
    assert_eq!(is_due(&sql, 60).schedules, [id]);
    // Two ticks saw that it is due; one begins it.
    let first = begun(&sql, id, 60, 61).unwrap();
    assert_eq!(begun(&other, id, 60, 61), None);
    assert!(is_due(&other, 61).schedules.is_empty());
    // The process dies before it sets the next time; the run ends.
    assert!(end(&sql, first, RunState::Completed));
    assert_eq!(is_due(&sql, 62).schedules, [id]);
    assert_eq!(begun(&other, id, 60, 62), None, "this time had its run");
    block_on(advance(&sql, id, at(60), Some(at(120)))).unwrap();
    block_on(advance(&other, id, at(60), Some(at(180)))).unwrap();
    assert_eq!(one(&sql, id).next_run_at, Some(at(120)));
    assert_eq!(begun(&sql, id, 60, 63), None);
    assert!(begun(&sql, id, 120, 125).is_some());
}

#[test]
fn runs_do_not_overlap_and_what_was_missed_runs_once() {
    let world = World::new();
    let sql = world.connect();
    let id = scheduled(&sql);
    let first = begun(&sql, id, 60, 60).unwrap();
    block_on(advance(&sql, id, at(60), Some(at(120)))).unwrap();
    // It takes longer than until the next time, and the one after.
    assert!(is_due(&sql, 200).schedules.is_empty());
    assert_eq!(begun(&sql, id, 120, 200), None);
    assert_eq!(
        block_on(begin(&sql, id, at(200), at(200), true, &json!({}))).unwrap(),
        None,
        "nor by hand"
    );
    block_on(advance(&sql, id, at(120), Some(at(240)))).unwrap();
    assert_eq!(
        one(&sql, id).next_run_at,
        Some(at(120)),
        "it had no run yet"
    );
    assert!(end(&sql, first, RunState::Failed));
    assert_eq!(is_due(&sql, 201).schedules, [id]);
    let second = begun(&sql, id, 120, 201).unwrap();
    block_on(advance(&sql, id, at(120), Some(at(240)))).unwrap();
    assert!(end(&sql, second, RunState::Completed));
    assert!(is_due(&sql, 239).schedules.is_empty());
    let runs = block_on(runs_of(&sql, id, None, 10)).unwrap();
    let told: Vec<_> = runs.iter().map(|r| (r.due_at, r.state)).collect();
    assert_eq!(
        told,
        [(at(120), RunState::Completed), (at(60), RunState::Failed)]
    );
    assert_eq!(
        block_on(runs_of(&sql, id, Some(second.get()), 10))
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_schedule_that_is_not_enabled_runs_by_hand_only() {
    let world = World::new();
    let sql = world.connect();
    let mut paused = settings("paused");
    paused.enabled = false;
    let id = made(&sql, &paused, None);
    assert!(is_due(&sql, 1000).schedules.is_empty());
    assert_eq!(begun(&sql, id, 60, 61), None);
    let by_hand = block_on(begin(&sql, id, at(70), at(70), true, &json!({"a": 1}))).unwrap();
    let run = the_run(&sql, by_hand.unwrap());
    assert_eq!(
        (run.due_at, run.state, run.tries),
        (at(70), RunState::Waiting, 0)
    );
    assert_eq!(run.detail, json!({"a": 1}));
    assert_eq!(is_due(&sql, 70).tries, [(run.id, false)]);
}

#[test]
fn one_worker_has_a_try_and_loses_it_when_it_is_not_heard_of() {
    let world = World::new();
    let sql = world.connect();
    let other = world.connect();
    let id = scheduled(&sql);
    let run = begun(&sql, id, 60, 60).unwrap();
    let take =
        |sql: &Connection, now, until| block_on(claim(sql, run, at(now), at(until))).unwrap();
    let mine = take(&sql, 60, 90).unwrap();
    assert_eq!((mine.state, mine.tries), (RunState::Fetching, 1));
    assert!(take(&other, 89, 120).is_none());
    assert!(is_due(&other, 89).tries.is_empty());
    assert!(block_on(hold(&sql, &mine, at(150))).unwrap());
    assert!(take(&other, 149, 200).is_none());
    // Not heard of since: lost.
    assert_eq!(is_due(&other, 150).tries, [(run, false)]);
    let theirs = take(&other, 150, 200).unwrap();
    assert_eq!(theirs.tries, 2);
    assert!(!block_on(hold(&sql, &mine, at(300))).unwrap());
    let nothing = json!({});
    assert!(!block_on(turn(&sql, &mine, &over(RunState::Failed, &nothing))).unwrap());
    let wait = Turn {
        next_try_at: Some(at(260)),
        ..over(RunState::Waiting, &nothing)
    };
    assert!(block_on(turn(&other, &theirs, &wait)).unwrap());
    assert!(take(&sql, 259, 300).is_none());
    assert_eq!(take(&sql, 260, 300).unwrap().tries, 3);
}

#[test]
fn a_run_that_imports_is_looked_at_when_its_import_has_ended() {
    let world = World::new();
    let sql = world.connect();
    let id = scheduled(&sql);
    let run = begun(&sql, id, 60, 60).unwrap();
    let mine = block_on(claim(&sql, run, at(60), at(90))).unwrap().unwrap();
    let job = roster_model::JobId::new(7).unwrap();
    let detail = json!({"bytes": 5});
    let import = Turn {
        job: Some(job),
        ..over(RunState::Importing, &detail)
    };
    assert!(block_on(turn(&sql, &mine, &import)).unwrap());
    let mine = the_run(&sql, run);
    assert_eq!(
        (mine.state, mine.job, &mine.detail),
        (RunState::Importing, Some(job), &detail)
    );
    assert_eq!(mine.ended_at, None);
    let state = |state: &str| {
        execute(&sql, "DELETE FROM jobs");
        execute(
            &sql,
            &format!(
                "INSERT INTO jobs (id, kind, database_id, state, name, actor, interface, created_at, updated_at, settings, progress)
                 VALUES (7, 'import', {PEOPLE}, '{state}', '', '', '', 0, 0, '{{}}', '{{}}')"
            ),
        );
        is_due(&sql, 1000).imports
    };
    for goes_on in ["queued", "running", "paused"] {
        assert!(state(goes_on).is_empty(), "{goes_on}");
    }
    for waits in ["uploaded", "completed", "failed", "cancelled"] {
        assert_eq!(state(waits), [run], "{waits}");
    }
    execute(&sql, "DELETE FROM jobs");
    assert_eq!(is_due(&sql, 1000).imports, [run], "gone");
    assert!(end(&sql, run, RunState::Completed));
    assert_eq!(the_run(&sql, run).ended_at, Some(at(100)));
    assert_eq!(is_due(&sql, 59), DueWork::default());
}

#[test]
fn a_run_that_waits_can_be_given_up() {
    let world = World::new();
    let sql = world.connect();
    let id = scheduled(&sql);
    let run = begun(&sql, id, 60, 60).unwrap();
    let mine = block_on(claim(&sql, run, at(60), at(90))).unwrap().unwrap();
    block_on(give_up(&sql, id, at(70), true)).unwrap();
    assert_eq!(the_run(&sql, run).state, RunState::Fetching, "it goes on");
    let nothing = json!({});
    let wait = Turn {
        next_try_at: Some(at(260)),
        ..over(RunState::Waiting, &nothing)
    };
    block_on(turn(&sql, &mine, &wait)).unwrap();
    // One that has read nothing does what the schedule says now.
    block_on(give_up(&sql, id, at(75), false)).unwrap();
    assert_eq!(the_run(&sql, run).state, RunState::Waiting);
    block_on(give_up(&sql, id, at(80), true)).unwrap();
    let given_up = the_run(&sql, run);
    assert_eq!(
        (given_up.state, given_up.ended_at),
        (RunState::Cancelled, Some(at(80)))
    );
    assert!(is_due(&sql, 1000).tries.is_empty());
}

#[test]
fn what_rows_count_as_known_is_up_to_the_runs_since() {
    let world = World::new();
    let sql = world.connect();
    let id = scheduled(&sql);
    let ended = |state: &str, job: Option<i64>, rows_of: Option<&str>| {
        let detail = match rows_of {
            Some("dry") => json!({ "rows_of": "here", "dry": true, "reached": {} }),
            _ => json!({ "rows_of": rows_of, "reached": {} }),
        };
        let detail = detail.to_string();
        let row = vec![
            Cell::Integer(id.get()),
            Cell::from(state),
            Cell::from(job),
            Cell::Text(detail),
        ];
        let made = rows(
            &sql,
            "INSERT INTO schedule_runs (schedule_id, due_at, started_at, ended_at, state, job_id, detail)
             VALUES (?1, 0, 0, 0, ?2, ?3, ?4) RETURNING id",
            row,
        );
        made[0][0].clone()
    };
    let from = |keyed| Cell::Integer(block_on(known_rows_from(&sql, id, "here", keyed)).unwrap());
    assert_eq!(
        (from(true), from(false)),
        (Cell::Integer(1), Cell::Integer(0))
    );
    ended("completed", Some(1), Some("here"));
    let second = ended("completed", Some(2), Some("here"));
    assert_eq!((from(true), from(false)), (Cell::Integer(1), second));
    // One that found nothing new has met all rows; one that reached nothing has met none.
    let third = ended("unchanged", None, Some("here"));
    ended("failed", None, None);
    ended("completed", Some(3), Some("dry"));
    assert_eq!((from(true), from(false)), (Cell::Integer(1), third));
    // One that imported without keeping which rows, or other rows, makes all unknown.
    for (state, rows_of) in [("completed", None), ("failed", Some("elsewhere"))] {
        let other = ended(state, Some(3), rows_of);
        let Cell::Integer(number) = other else {
            panic!("{other:?}")
        };
        assert_eq!(
            (from(true), from(false)),
            (Cell::Integer(number + 1), other)
        );
    }
    // Those that go on say nothing yet.
    begun(&sql, id, 60, 60).unwrap();
    let before = from(true);
    execute(
        &sql,
        "UPDATE schedule_runs SET job_id = 9 WHERE ended_at IS NULL",
    );
    assert_eq!(from(true), before);
}

#[test]
fn those_that_wait_the_longest_are_tried_first() {
    let world = World::new();
    let sql = world.connect();
    let source = json!({"connector": "1", "table": "customers", "key": "id"});
    let of_rows = json!({
        "name": "rows", "plan": {"every_minutes": 1}, "settings": {}, "source": source,
    });
    let of_rows = ScheduleSettings::create(&of_rows, &Zone::utc()).unwrap().0;
    let [first, second] = [made(&sql, &of_rows, None), scheduled(&sql)];
    let runs = [first, second].map(|id| begun(&sql, id, 60, 60).unwrap());
    assert_eq!(is_due(&sql, 70).tries, [(runs[0], true), (runs[1], false)]);
    // One that went on is behind the others.
    let mine = block_on(claim(&sql, runs[0], at(60), at(90)))
        .unwrap()
        .unwrap();
    let nothing = json!({});
    let wait = Turn {
        next_try_at: Some(at(65)),
        ..over(RunState::Waiting, &nothing)
    };
    block_on(turn(&sql, &mine, &wait)).unwrap();
    assert_eq!(is_due(&sql, 70).tries, [(runs[1], false), (runs[0], true)]);
}

#[test]
fn the_history_of_runs_has_an_end() {
    let world = World::new();
    let sql = world.connect();
    let id = scheduled(&sql);
    for index in 0..1005 {
        execute(
            &sql,
            &format!(
                "INSERT INTO schedule_runs (schedule_id, due_at, started_at, ended_at, state, detail)
                 VALUES ({id}, {index}, 0, 0, 'completed', '{{}}')"
            ),
        );
    }
    begun(&sql, id, 60, 60).unwrap();
    let kept = rows(
        &sql,
        "SELECT count(*), min(due_at) FROM schedule_runs",
        vec![],
    );
    assert_eq!(kept, [[Cell::Integer(1000), Cell::Integer(6)]]);
}

#[test]
fn rows_of_a_source_are_forgotten_after_their_schedule() {
    let world = World::new();
    let sql = world.connect();
    let [stays, goes] = ["stays", "goes"].map(|name| made(&sql, &settings(name), None));
    for id in [stays, goes] {
        for key in 0..3 {
            let row = vec![Cell::Integer(id.get()), Cell::Integer(key)];
            rows(&sql, "INSERT INTO source_rows VALUES (?1, ?2, 0, 1)", row);
        }
    }
    let expire = |limit| block_on(expiry::expire(&sql, at(0), limit)).unwrap();
    assert_eq!(expire(100), 0);
    let schedule = vec![Cell::Integer(goes.get())];
    rows(&sql, "DELETE FROM schedules WHERE id = ?1", schedule);
    assert_eq!([expire(2), expire(2), expire(2)], [2, 1, 0]);
    let left = rows(&sql, "SELECT DISTINCT schedule_id FROM source_rows", vec![]);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0][0], Cell::Integer(stays.get()));
}
