//! An import of which a dry run is over is started again, once, and begins with its uploads.

use roster_model::{JobId, Timestamp};
use roster_store::jobs::{self, File, Job, Kind, Piece, Progress, Role, Start, State};
use roster_store::{Cell, Error};
use serde_json::{Value, json};

use super::erasures::job;
use super::world::*;
use crate::engine::Connection;

fn start(sql: &Connection, id: JobId, settings: &Value, again: bool) -> bool {
    let progress = Progress::default();
    let start = Start {
        settings,
        progress: &progress,
        speaks_for_all: true,
        at: tick(),
    };
    let done = async || match again {
        true => jobs::start_again(sql, id, start).await,
        false => jobs::start(sql, id, start).await,
    };
    within(sql, done)
}

fn get(sql: &Connection, id: JobId) -> Job {
    block_on(jobs::get(sql, id)).unwrap().unwrap()
}

fn step(job: &Job, state: State, ends: Option<Timestamp>) -> jobs::Step {
    jobs::Step {
        job: job.id,
        holder: "w".to_owned(),
        step: job.step,
        state,
        progress: Progress::default(),
        problem: None,
        leased_until: tick(),
        expires_at: ends,
        results: vec![(1, 1)],
        failures: Vec::new(),
        members: Vec::new(),
    }
}

/// A step that leaves an unpacked source and a reported row.
fn write(sql: &Connection, step: &jobs::Step) -> Result<(), Error> {
    let source = File {
        file: 10_000,
        role: Role::Source,
        name: "people.csv".to_owned(),
        size: 5,
        about: json!({}),
    };
    let piece = Piece {
        file: 10_000,
        begins: 0,
        bytes: b"email".to_vec(),
    };
    block_on(jobs::step(sql, step, tick(), &[source], Some(piece)))
}

fn counted(sql: &Connection, table: &str) -> i64 {
    match rows(sql, &format!("SELECT count(*) FROM {table}"), Vec::new())[0][0] {
        Cell::Integer(count) => count,
        _ => panic!("no count of {table}"),
    }
}

#[test]
fn a_dry_run_is_followed_by_one_run_and_leaves_nothing_to_it() {
    let world = World::new();
    let sql = world.connect();
    let id = job(&sql, Kind::Import, State::Uploaded, "people");
    let dry = json!({"mapping": [], "dry_run": true});
    // What was never started dry is started once only.
    assert!(!start(&sql, id, &dry, true));
    assert!(start(&sql, id, &dry, false));
    assert!(!start(&sql, id, &dry, true) && !start(&sql, id, &dry, false));
    let held = block_on(jobs::claim(&sql, id, "w", tick()))
        .unwrap()
        .unwrap();
    write(&sql, &step(&held, State::Completed, Some(tick()))).unwrap();
    execute(
        &sql,
        "INSERT INTO job_failures VALUES (1, 1, 'failed', '{}')",
    );
    execute(
        &sql,
        "UPDATE job_files SET about = '{\"left_out\":[1],\"probe\":2}' WHERE role = 'upload'",
    );
    assert!(get(&sql, id).is_dry_run_over());
    assert_eq!(counted(&sql, "job_chunks"), 2);

    let wet = json!({"mapping": []});
    assert!(!start(&sql, id, &wet, false));
    assert!(start(&sql, id, &wet, true));
    // Of two that come together, one finds it so no more.
    assert!(!start(&sql, id, &wet, true));
    let job = get(&sql, id);
    assert_eq!((job.state, &job.settings), (State::Queued, &wet));
    assert_eq!(
        (job.started_at, job.ended_at, job.expires_at),
        (None, None, None)
    );
    for table in ["job_failures", "job_results"] {
        assert_eq!(counted(&sql, table), 0, "{table}");
    }
    let files = block_on(jobs::files(&sql, id)).unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(
        (files[0].role, &files[0].about),
        (Role::Upload, &json!({"probe": 2}))
    );
    assert_eq!(counted(&sql, "job_chunks"), 1);
    // Who worked on the dry run and wakes up late writes nothing.
    assert!(write(&sql, &step(&held, State::Running, None)).is_err());
    // It ran for real: that is no dry run that could be followed by another.
    let held = block_on(jobs::claim(&sql, id, "v", tick()))
        .unwrap()
        .unwrap();
    let last = jobs::Step {
        holder: "v".to_owned(),
        ..step(&held, State::Completed, Some(tick()))
    };
    write(&sql, &last).unwrap();
    assert!(!start(&sql, id, &wet, true));
}

#[test]
fn a_dry_run_that_broke_off_is_started_again_as_long_as_its_file_is_kept() {
    let world = World::new();
    let sql = world.connect();
    let id = job(&sql, Kind::Import, State::Uploaded, "people");
    let dry = json!({ "dry_run": true });
    for end in [State::Failed, State::Cancelled] {
        assert!(start(&sql, id, &dry, end == State::Cancelled));
        let turned = jobs::turn(&sql, id, &[State::Queued], end, tick(), Some(tick()));
        assert!(block_on(turned).unwrap().is_some());
    }
    block_on(jobs::empty(&sql, id, tick())).unwrap();
    assert!(!start(&sql, id, &dry, true));
    assert_eq!(get(&sql, id).state, State::Cancelled);
}
