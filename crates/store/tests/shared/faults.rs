//! What goes wrong: old definitions, a locked file, a full disk, a writer that
//! dies. Nothing is ever written by half.

use std::time::{Duration, Instant};

use roster_store::write::run;
use roster_store::{Cell, Error, Guard, Sql};
use serde_json::{Value, json};

use super::check::check;
use super::racing::RacingConnection;
use super::world::*;

fn crowd(count: usize) -> Vec<Value> {
    let people = roster_people::People::new(3);
    let people = people.range(0..count as u64);
    people.map(|one| one.data().into()).collect()
}

#[test]
fn old_definitions_are_refused_and_nothing_is_written() {
    let world = World::new();
    let sql = world.connect();
    let old = definitions(&sql, PEOPLE);
    add_field(&sql, OTHERS, &json!({"name": "extra", "type": "integer"}));
    let before = dump(&sql);
    let stale = import(&old, &[json!({"email": "a@example.org"})]);
    let done = run_one(&sql, &stale);
    assert!(
        matches!(done, Err(Error::Stale(Guard::Catalogue))),
        "{done:?}"
    );
    assert_eq!(dump(&sql), before);
    // Others of the group, with newer ones, are written.
    let fresh = import(
        &definitions(&sql, PEOPLE),
        &[json!({"email": "b@example.org"})],
    );
    let mut done = block_on(run(&sql, &[&stale, &fresh]));
    assert_eq!(kinds(&results(done.remove(1))), ["created"]);
    assert!(matches!(done[0], Err(Error::Stale(Guard::Catalogue))));
    assert_eq!(everybody(&sql).len(), 1);
    check(&sql);
}

#[test]
fn definitions_that_change_between_looking_and_writing_are_noticed() {
    let world = World::new();
    let (sql, other) = (world.connect(), world.connect());
    let known = definitions(&sql, PEOPLE);
    let racing = RacingConnection::new(&sql, |attempt| {
        assert_eq!(attempt, 0);
        add_field(&other, PEOPLE, &json!({"name": "extra", "type": "integer"}));
    });
    let done = run_one(
        &racing,
        &import(&known, &[json!({"email": "a@example.org"})]),
    );
    assert!(
        matches!(done, Err(Error::Stale(Guard::Catalogue))),
        "{done:?}"
    );
    assert!(everybody(&sql).is_empty());
    check(&sql);
}

#[test]
fn a_locked_file_is_busy_and_the_next_write_works() {
    let world = World::new();
    let (sql, other) = (world.connect(), world.connect());
    let known = definitions(&sql, PEOPLE);
    execute(&sql, "PRAGMA busy_timeout = 60");
    execute(&other, "BEGIN IMMEDIATE");
    let jobs = [
        import(&known, &[json!({"email": "a@example.org"})]),
        import(&known, &[json!({"email": "b@example.org"})]),
    ];
    let began = Instant::now();
    let done = block_on(run(&sql, &[&jobs[0], &jobs[1]]));
    assert!(began.elapsed() >= Duration::from_millis(50));
    for done in done {
        assert!(matches!(done, Err(Error::Busy)), "{done:?}");
    }
    execute(&other, "ROLLBACK");
    assert!(everybody(&sql).is_empty());
    for job in &jobs {
        assert_eq!(kinds(&write(&sql, job)), ["created"]);
    }
    check(&sql);
}

#[test]
fn a_full_disk_is_told_and_leaves_everything_whole() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &crowd(50));
    let before = dump(&sql);
    let known = definitions(&sql, PEOPLE);
    let pages = rows(&sql, "PRAGMA page_count", vec![]);
    let [Cell::Integer(pages)] = pages[0][..] else {
        panic!("{pages:?}");
    };
    execute(&sql, &format!("PRAGMA max_page_count = {}", pages + 3));
    let many = import(&known, &crowd(2000));
    let done = run_one(&sql, &many);
    assert!(matches!(done, Err(Error::Full(_))), "{done:?}");
    assert_eq!(dump(&sql), before);
    execute(&sql, "PRAGMA max_page_count = 1000000");
    check(&sql);
    let results = write(&sql, &many);
    assert!(results.iter().all(Result::is_ok));
    check(&sql);
}

#[test]
fn a_writer_that_vanishes_in_a_transaction_leaves_nothing() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &crowd(20));
    let before = dump(&sql);
    let dying = world.connect();
    execute(&dying, "BEGIN IMMEDIATE");
    fill(&dying, PEOPLE, &[json!({"email": "ghost@example.org"})]);
    assert_eq!(everybody(&dying).len(), 21);
    drop(dying);
    assert_eq!(dump(&sql), before);
    fill(&sql, PEOPLE, &[json!({"email": "ghost@example.org"})]);
    check(&sql);
}

#[test]
fn a_broken_constraint_is_a_conflict() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &[json!({"email": "a@example.org"})]);
    let again = "INSERT INTO match_keys SELECT * FROM match_keys";
    let refused = block_on(sql.query(again, vec![]));
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    let wrong = "UPDATE profiles SET status = 9";
    let refused = block_on(sql.query(wrong, vec![]));
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    check(&sql);
}

#[test]
fn a_mistake_in_a_statement_is_an_error_and_no_more() {
    let world = World::new();
    let sql = world.connect();
    let wrong = block_on(sql.query("SELECT nothing FROM nowhere", vec![]));
    assert!(matches!(wrong, Err(Error::Database(_))), "{wrong:?}");
    fill(&sql, PEOPLE, &[json!({"email": "a@example.org"})]);
    check(&sql);
}
