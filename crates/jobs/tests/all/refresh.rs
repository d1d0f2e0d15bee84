//! Refreshes of updatable segments: whatever interrupts them, members are those who meet the
//! condition, and everybody enters and leaves once.

use crate::rig::*;
use roster_jobs::Env;
use roster_jobs::refresh::RefreshSettings;
use roster_model::define::Settings;
use roster_model::{JobId, SegmentId};
use roster_store::jobs::{self, Job, Kind, NewJob, Progress, State};
use roster_store::native::Native;
use roster_store::{Cell, Error, Sql, fields, segments};
use serde_json::{Value, json};

fn create(sql: &Native, segment: i64) -> JobId {
    let segment = SegmentId::new(segment).unwrap();
    let new = NewJob {
        kind: Kind::Refresh,
        database: database(),
        state: State::Queued,
        name: "people",
        actor: "marketer",
        speaks_for_all: true,
        interface: "api",
        at: at(0),
        settings: &serde_json::to_value(RefreshSettings { segment }).unwrap(),
        progress: &Progress::default(),
        expires_at: None,
    };
    block_on(jobs::create(sql, &new)).unwrap()
}

/// Does a refresh to its end; how many entered, left and stayed.
fn finish(sql: &Native, id: JobId) -> [i64; 3] {
    work_steps(sql, id, 10, i64::MAX / 2);
    let job = get(sql, id);
    assert_eq!(job.state, State::Completed, "{:?}", job.problem);
    assert_eq!(job.progress.done, job.progress.total);
    counts(&job)
}

fn counts(job: &Job) -> [i64; 3] {
    let counts = job.progress.counts;
    assert!(counts.add_up(), "{counts:?}");
    assert_eq!(counts.entered + counts.left, counts.updated);
    [counts.entered, counts.left, counts.unchanged]
}

fn refresh(sql: &Native, segment: i64) -> [i64; 3] {
    let id = create(sql, segment);
    finish(sql, id)
}

/// Entries of histories: how many of a kind, and how many profiles have them.
fn entries(sql: &Native, kind: &str) -> [i64; 2] {
    let statement = "SELECT count(*), count(DISTINCT profile) FROM history WHERE kind = ?1 AND actor = 'marketer'";
    let rows = block_on(sql.query(statement, vec![Cell::from(kind)])).unwrap();
    [rows[0].integer(0).unwrap(), rows[0].integer(1).unwrap()]
}

/// Gives the segment an updatable one's settings, or other ones.
fn change(sql: &Native, segment: i64, patch: &Value) {
    let id = SegmentId::new(segment).unwrap();
    let found = block_on(segments::get(sql, database(), id))
        .unwrap()
        .unwrap();
    let settings = found.segment.settings.change(patch).unwrap();
    block_on(segments::update(sql, &found.segment, &settings, &author(0))).unwrap();
}

/// Who has one of these scores, by their keys.
fn scored(sql: &Native, scores: &[i64]) -> Vec<i64> {
    let all = everybody(sql).into_iter();
    let meant = all.filter(|one| scores.contains(&one.data["score"].as_i64().unwrap()));
    meant.map(|one| one.id.pk()).collect()
}

#[test]
fn members_are_those_who_meet_the_condition_and_histories_say_who_came_and_went() {
    let sql = world(5000);
    change(
        &sql,
        1,
        &json!({"condition": {"field": "score", "in": [1, 2]}}),
    );
    assert_eq!(refresh(&sql, 1), [1000, 0, 0]);
    assert_eq!(members(&sql, 1), scored(&sql, &[1, 2]));
    assert_eq!(entries(&sql, "segment.entered"), [1000, 1000]);
    let found = block_on(segments::get(&sql, database(), SegmentId::new(1).unwrap()));
    assert!(found.unwrap().unwrap().segment.refreshed_at.is_some());
    // Nothing has changed: nothing is written but the job.
    assert_eq!(refresh(&sql, 1), [0, 0, 1000]);
    assert_eq!(entries(&sql, "segment.entered"), [1000, 1000]);

    let people = everybody(&sql);
    patch(&sql, &people[1], json!({"score": 7}));
    patch(&sql, &people[7], json!({"score": 1}));
    delete(&sql, &people[2]);
    assert_eq!(refresh(&sql, 1), [1, 1, 998]);
    assert_eq!(members(&sql, 1), scored(&sql, &[1, 2]));
    // Who is deleted leaves no trace.
    assert_eq!(entries(&sql, "segment.entered"), [1000, 1000]);
    assert_eq!(entries(&sql, "segment.left"), [1, 1]);
    let statement = "SELECT changes FROM history WHERE kind = 'segment.left'";
    let mut rows = block_on(sql.query(statement, vec![])).unwrap();
    assert_eq!(rows[0].text(0).unwrap(), r#"[["segments/1",true,null]]"#);
    // No profile has changed.
    assert!(everybody(&sql).iter().all(|one| one.revision <= 2));
}

#[test]
fn a_refresh_that_is_taken_over_after_every_step_comes_to_the_same() {
    let sql = world(20_000);
    change(
        &sql,
        1,
        &json!({"condition": {"field": "_city", "eq": "Bonn"}}),
    );
    let id = create(&sql, 1);
    let (mut begin, mut workers) = (0, 0);
    while get(&sql, id).state != State::Completed {
        work_steps(&sql, id, begin, begin + 6);
        begin += 100_000;
        workers += 1;
        assert!(workers < 100, "no step is done");
    }
    assert!(workers > 2, "{workers} workers");
    assert_eq!(counts(&get(&sql, id)), [10_000, 0, 0]);
    assert_eq!(members(&sql, 1).len(), 10_000);
    assert_eq!(entries(&sql, "segment.entered"), [10_000, 10_000]);
}

#[test]
fn who_lost_the_job_writes_nothing() {
    let sql = world(3000);
    change(&sql, 1, &json!({"condition": {}}));
    let id = create(&sql, 1);
    let claim = |holder: &str, ms| block_on(jobs::claim(&sql, id, holder, at(ms))).unwrap();
    let slow = claim("slow", 0).unwrap();
    assert!(claim("other", 100_000).is_some());
    let env = Env {
        now: &|| at(100_001),
        until: at(i64::MAX / 2),
        holder: "slow".to_owned(),
    };
    let mut held = roster_jobs::LeasedJob::new(slow, &env);
    let done = block_on(roster_jobs::refresh::run(&sql, &mut held));
    assert!(matches!(
        done,
        Err(roster_jobs::JobError::Store(Error::Stale(
            roster_store::Guard::Job
        )))
    ));
    assert_eq!(members(&sql, 1), Vec::<i64>::new());
    assert_eq!(entries(&sql, "segment.entered"), [0, 0]);
    assert_eq!(finish_after(&sql, id, 300_000), [3000, 0, 0]);
}

fn finish_after(sql: &Native, id: JobId, begin: i64) -> [i64; 3] {
    work_steps(sql, id, begin, i64::MAX / 2);
    counts(&get(sql, id))
}

#[test]
fn another_condition_on_the_way_is_looked_at_from_the_beginning() {
    let sql = world(9000);
    change(&sql, 1, &json!({"condition": {"field": "score", "eq": 1}}));
    let id = create(&sql, 1);
    work_steps(&sql, id, 0, 6);
    assert_eq!(get(&sql, id).state, State::Running);
    assert!(!members(&sql, 1).is_empty());
    change(&sql, 1, &json!({"condition": {"field": "score", "eq": 2}}));
    finish(&sql, id);
    assert_eq!(members(&sql, 1), scored(&sql, &[2]));
    let [entered, people] = entries(&sql, "segment.entered");
    let [left, _] = entries(&sql, "segment.left");
    assert_eq!((entered, entered - left), (people, 900));
}

#[test]
fn a_limit_keeps_the_oldest_and_a_range_comes_before_the_condition() {
    let sql = world(6000);
    change(
        &sql,
        1,
        &json!({"condition": {"field": "score", "lt": 5}, "limit": 100}),
    );
    assert_eq!(refresh(&sql, 1), [100, 0, 0]);
    assert_eq!(members(&sql, 1), scored(&sql, &[0, 1, 2, 3, 4])[..100]);
    // Who comes to meet it and is older takes the place of the youngest.
    let people = everybody(&sql);
    patch(&sql, &people[5], json!({"score": 0}));
    assert_eq!(refresh(&sql, 1), [1, 1, 99]);
    assert_eq!(members(&sql, 1), scored(&sql, &[0, 1, 2, 3, 4])[..100]);
    change(
        &sql,
        1,
        &json!({"limit": null, "range": {"from": 0, "to": 25}}),
    );
    refresh(&sql, 1);
    let quarter = members(&sql, 1);
    change(&sql, 1, &json!({"range": {"from": 25, "to": 100}}));
    refresh(&sql, 1);
    let mut all = [quarter, members(&sql, 1)].concat();
    all.sort_unstable();
    assert_eq!(all, scored(&sql, &[0, 1, 2, 3, 4]));
}

#[test]
fn a_refresh_that_can_not_go_on_says_why() {
    let sql = world(10);
    let problem = |segment: i64| {
        let id = create(&sql, segment);
        work_steps(&sql, id, 10, i64::MAX / 2);
        let job = get(&sql, id);
        assert_eq!(job.state, State::Failed);
        job.problem.unwrap()["code"].as_str().unwrap().to_owned()
    };
    // A static one, and none.
    assert_eq!([problem(1), problem(9)], ["segment_gone"; 2]);
    change(&sql, 1, &json!({"condition": {"field": "score", "eq": 1}}));
    change(&sql, 2, &json!({"condition": {"segment": "1"}}));
    let known = known(&sql);
    let field = known.database.field("score").unwrap();
    block_on(fields::delete(&sql, &known.database, field, &author(0))).unwrap();
    assert_eq!(problem(1), "segment_unfit");
}

#[test]
fn watchers_are_told_once_of_each_who_ask() {
    let sql = world(5000);
    let watcher = json!({"name": "crm", "url": "https://example.org/", "events": ["segment.entered", "segment.left"]});
    let other =
        json!({"name": "other", "url": "https://example.org/", "events": ["profile.created"]});
    for settings in [watcher, other] {
        let settings = roster_model::WatcherSettings::create(&settings).unwrap();
        let made = block_on(roster_store::watchers::create(
            &sql,
            settings,
            roster_store::schedules::StoredSecret("secret".to_owned()),
            &author(0),
        ));
        made.unwrap();
    }
    change(&sql, 1, &json!({"condition": {"field": "score", "eq": 1}}));
    refresh(&sql, 1);
    let people = everybody(&sql);
    patch(&sql, &people[1], json!({"score": 7}));
    refresh(&sql, 1);
    let statement = "SELECT count(*), count(DISTINCT profile), count(DISTINCT recipient)
                     FROM outbox WHERE kind = 'change' AND body ->> 'type' = ?1";
    let heard = |kind: &str| {
        let rows = block_on(sql.query(statement, vec![Cell::from(kind)])).unwrap();
        [0, 1, 2].map(|column| rows[0].integer(column).unwrap())
    };
    assert_eq!(heard("segment.entered"), [500, 500, 1]);
    assert_eq!(heard("segment.left"), [1, 1, 1]);
    let statement =
        "SELECT body -> '$.data.changes' FROM outbox WHERE body ->> 'type' = 'segment.left'";
    let mut rows = block_on(sql.query(statement, vec![])).unwrap();
    assert_eq!(
        rows[0].text(0).unwrap(),
        r#"[{"after":null,"before":true,"field":"segments/1"}]"#
    );
}
