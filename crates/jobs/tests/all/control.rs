//! Draws of control groups as jobs: whatever interrupts them, everybody is in or out by the
//! same rule, and nobody sees a set that isn't whole.

use crate::rig::{at, author, block_on, database, everybody, known, work_steps, write};
use roster_model::control::{ControlGroup, LotContact, lot};
use roster_model::define::Settings;
use roster_model::write::Request;
use roster_model::{
    ControlGroupSettings, DatabaseSettings, JobId, Profile, Range, standard_fields,
};
use roster_store::control::{self, ControlGroupRow};
use roster_store::jobs::{self, State};
use roster_store::native::Native;
use roster_store::{Cell, Sql, databases, migrate};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

fn world(people: usize) -> Native {
    let sql = Native::in_memory().unwrap();
    block_on(async {
        migrate::migrate(&sql, migrate::VERSION).await.unwrap();
        let settings = DatabaseSettings::create(&json!({"name": "People", "region": "GB"}));
        let fields = standard_fields();
        let made = databases::create(&sql, settings.unwrap(), fields, &author(0)).await;
        assert!(made.unwrap().is_some());
    });
    fill(&sql, 0, people);
    sql
}

fn fill(sql: &Native, from: usize, people: usize) {
    let known = known(sql);
    let all: Vec<usize> = (from..from + people).collect();
    for chunk in all.chunks(1000) {
        let request = Request::parse(&Map::new(), &known.schema(), true).unwrap();
        let items = chunk.iter().map(|n| {
            let city = if n % 4 == 0 { "Bonn" } else { "Ulm" };
            let data = json!({"email": format!("p{n}@example.org"), "_city": city});
            request.prepare(&data, &known.schema())
        });
        write(sql, chunk[0] as i64, items.collect());
    }
}

fn put(sql: &Native, settings: &Value, ms: i64) -> Option<JobId> {
    let settings = ControlGroupSettings::create(settings).unwrap();
    let known = known(sql);
    block_on(async {
        sql.query("BEGIN IMMEDIATE", vec![]).await.unwrap();
        let before = control::get(sql, database()).await.unwrap();
        let done = control::put(sql, &known.database, before, &settings, &author(ms)).await;
        done.unwrap();
        sql.query("COMMIT", vec![]).await.unwrap();
    });
    found(sql).next.map(|next| next.job)
}

fn found(sql: &Native) -> ControlGroupRow {
    block_on(control::get(sql, database())).unwrap().unwrap()
}

fn finish(sql: &Native, id: JobId) {
    work_steps(sql, id, 1_000_000, i64::MAX / 2);
    let job = block_on(jobs::get(sql, id)).unwrap().unwrap();
    assert_eq!(job.state, State::Completed, "{:?}", job.problem);
    assert_eq!(job.progress.done, job.progress.total);
    assert_eq!(found(sql).next, None);
}

fn inside(sql: &Native) -> BTreeSet<i64> {
    let all = everybody(sql);
    let all = all.iter().filter(|one| one.control.is_member());
    let inside: BTreeSet<i64> = all.map(|one| one.id.pk()).collect();
    let counted = block_on(databases::counts(sql, database())).unwrap();
    assert_eq!(counted.control.unwrap_or(0), inside.len() as i64);
    inside
}

fn group(sql: &Native) -> ControlGroup {
    known(sql).control.clone().unwrap()
}

/// Who is in by the rule.
fn drawn(sql: &Native, generation: i64, threshold: u32, excluded: &str) -> BTreeSet<i64> {
    let group = group(sql);
    let all = everybody(sql);
    let all = all.iter().filter(|one| {
        one.data["_city"] != excluded
            && lot(&group.secret, generation, &LotContact::of(one)) < threshold
    });
    all.map(|one| one.id.pk()).collect()
}

#[test]
fn a_share_of_a_hundred_thousand_is_in_whatever_their_range_and_age() {
    let sql = world(100_000);
    let id = put(&sql, &json!({"percent": 5}), 200_000).unwrap();
    finish(&sql, id);
    let inside = inside(&sql);
    assert_eq!(inside, drawn(&sql, 1, 50_000, ""));
    let share = |some: &[&Profile]| {
        let hits = some.iter().filter(|one| inside.contains(&one.id.pk()));
        hits.count() as f64 * 100.0 / some.len() as f64
    };
    let all = everybody(&sql);
    let everyone: Vec<&Profile> = all.iter().collect();
    assert!((share(&everyone) - 5.0).abs() < 0.5, "{}", share(&everyone));
    for window in [
        json!({"to": 10}),
        json!({"from": 50, "to": 75}),
        json!({"from": 95}),
    ] {
        let window = Range::parse(&window).unwrap();
        let some: Vec<&Profile> = all.iter().filter(|one| window.contains(one.id)).collect();
        assert!(
            (share(&some) - 5.0).abs() < 1.2,
            "{window:?}: {}",
            share(&some)
        );
    }
    for tenth in everyone.chunks(10_000) {
        assert!((share(tenth) - 5.0).abs() < 1.0, "{}", share(tenth));
    }
}

#[test]
fn a_draw_that_is_killed_after_every_step_comes_to_the_same_and_misses_nobody() {
    let sql = world(4_000);
    let rule = json!({"percent": 30, "exclude": {"field": "_city", "eq": "Bonn"}});
    let id = put(&sql, &rule, 200_000).unwrap();
    let (mut begin, mut workers) = (210_000, 0);
    while found(&sql).next.is_some() {
        // Until it is whole nobody is in.
        assert!(inside(&sql).is_empty());
        // One step, and then its holder is gone: the lease must run out.
        work_steps(&sql, id, begin, begin + 4);
        let killed = "UPDATE jobs SET holder = 'gone', leased_until = ?1 WHERE state = 'running'";
        let until = vec![Cell::Integer(at(begin + 10_000).ms())];
        block_on(sql.query(killed, until)).unwrap();
        let held = block_on(jobs::claim(&sql, id, "me", at(begin + 100))).unwrap();
        assert!(held.is_none());
        // Others are made meanwhile.
        if workers < 3 {
            fill(&sql, 10_000 + workers * 200, 200);
        }
        begin += 20_000;
        workers += 1;
        assert!(workers < 1_000);
    }
    assert!(workers > 3, "{workers}");
    assert!(everybody(&sql).len() > 4_500);
    assert_eq!(inside(&sql), drawn(&sql, 1, 300_000, "Bonn"));
}

#[test]
fn a_new_share_only_adds_or_only_removes_and_an_old_draw_is_given_up() {
    let sql = world(3_000);
    let id = put(&sql, &json!({"percent": 10}), 200_000).unwrap();
    finish(&sql, id);
    let tenth = inside(&sql);
    // The first is given up for the second.
    let old = put(&sql, &json!({"percent": 15}), 300_000).unwrap();
    work_steps(&sql, old, 310_000, 310_004);
    assert_eq!(inside(&sql), tenth);
    let id = put(&sql, &json!({"percent": 20}), 320_000).unwrap();
    let job = block_on(jobs::get(&sql, old)).unwrap().unwrap();
    assert_eq!(job.state, State::Cancelled);
    finish(&sql, id);
    let fifth = inside(&sql);
    assert!(tenth.is_subset(&fifth));
    assert_eq!(fifth, drawn(&sql, 1, 200_000, ""));
    let id = put(&sql, &json!({"percent": 5}), 400_000).unwrap();
    finish(&sql, id);
    let twentieth = inside(&sql);
    assert!(twentieth.is_subset(&tenth));
    // What was given up left nothing behind.
    let left = "SELECT count(*) FROM control_members AS m JOIN control_sets AS s ON s.id = m.set_id WHERE s.started_at IS NULL";
    let left = block_on(sql.query(left, vec![])).unwrap();
    assert_eq!(left[0].integer(0).unwrap(), 0);
    // The same settings again draw nobody.
    assert_eq!(
        put(&sql, &json!({"percent": 5, "channels": ["sms"]}), 500_000),
        None
    );
    assert_eq!(inside(&sql), twentieth);
}

#[test]
fn contacts_that_change_move_nobody_until_all_are_drawn_anew() {
    let sql = world(1_000);
    let rotation = json!({"percent": 20, "rotation": {"every_months": 1, "day": 1}});
    let id = put(&sql, &rotation, 200_000).unwrap();
    finish(&sql, id);
    let before = inside(&sql);
    let changed =
        "UPDATE profiles SET data = json_set(data, '$.email', 'new' || pk || '@example.org')";
    block_on(sql.query(changed, vec![])).unwrap();
    let mut raised = rotation.clone();
    raised["percent"] = json!(21);
    let id = put(&sql, &raised, 300_000).unwrap();
    finish(&sql, id);
    assert!(before.is_subset(&inside(&sql)));
    let id = put(&sql, &rotation, 400_000).unwrap();
    finish(&sql, id);
    let lowered = inside(&sql);
    assert!(before.is_subset(&lowered));
    // Not yet, and then once.
    let rotate = |ms: i64| {
        let database = known(&sql).database.clone();
        block_on(async {
            sql.query("BEGIN IMMEDIATE", vec![]).await.unwrap();
            let due = control::due(&sql, at(ms)).await.unwrap();
            let begun = control::rotate(&sql, &database, &author(ms)).await.unwrap();
            assert_eq!(begun, !due.is_empty());
            sql.query("COMMIT", vec![]).await.unwrap();
            begun
        })
    };
    assert!(!rotate(500_000));
    let later = found(&sql).next_rotation_at.unwrap().ms() - at(0).ms();
    assert!(rotate(later));
    assert!(!rotate(later + 1));
    // Until it is done those of before are in.
    assert_eq!(inside(&sql), lowered);
    let group = found(&sql);
    assert_eq!((group.generation, group.generation_at), (2, at(later)));
    assert!(group.next_rotation_at.unwrap() > at(later));
    finish(&sql, group.next.unwrap().job);
    assert_eq!(inside(&sql), drawn(&sql, 2, 200_000, ""));
}

#[test]
fn a_rule_that_no_longer_fits_draws_nobody_and_says_so() {
    let sql = world(100);
    let rule = json!({"percent": 50, "exclude": {"field": "_city", "eq": "Bonn"}});
    let id = put(&sql, &rule, 200_000).unwrap();
    let broken = "UPDATE control_sets SET rule = json_set(rule, '$.exclude.field', 'gone')";
    block_on(sql.query(broken, vec![])).unwrap();
    work_steps(&sql, id, 210_000, i64::MAX / 2);
    let next = found(&sql).next.unwrap();
    assert_eq!(next.state, Some(State::Failed));
    assert_eq!(next.problem.as_ref().unwrap()["code"], "settings_invalid");
    assert!(next.is_stuck());
    // People are made all the same.
    fill(&sql, 1_000, 100);
    let id = put(&sql, &rule, 300_000).unwrap();
    finish(&sql, id);
    assert_eq!(inside(&sql), drawn(&sql, 1, 500_000, "Bonn"));
}
