//! Requests with an idempotency key: the work is done once.

use roster_model::Timestamp;
use roster_store::idempotency::{Answer, KEPT_MS, KeyLookup, KeyedRequest, find, keep};
use roster_store::write::{Batch, BatchOutcome, ItemResult, Repeatable, run};
use serde_json::json;

use super::check::check;
use super::racing::RacingConnection;
use super::world::*;

fn asked(key: &str, request: u8) -> KeyedRequest {
    KeyedRequest {
        key: key.to_owned(),
        request: vec![request; 32],
    }
}

/// What is answered says what happened.
fn answer(results: &[ItemResult]) -> Option<Answer> {
    Some(Answer {
        status: 200,
        body: kinds(results).join(" "),
    })
}

fn keyed(
    known: &std::sync::Arc<roster_store::catalogue::Definitions>,
    key: KeyedRequest,
    email: &str,
) -> Batch {
    let data = json!({"email": email, "points": {"action": "incr", "value": 1}});
    let mut job = import(known, &[data]);
    job.repeatable = Some(Repeatable { asked: key, answer });
    job
}

#[test]
fn a_repeated_request_gets_the_first_answer_and_changes_nothing() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let job = keyed(&known, asked("k", 1), "a@example.org");
    assert_eq!(kinds(&write(&sql, &job)), ["created"]);
    let before = dump(&sql);
    match run_one(&sql, &job) {
        Ok(BatchOutcome::Repeated(answer)) => {
            assert_eq!((answer.status, answer.body.as_str()), (200, "created"))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(dump(&sql), before);
    let found = block_on(find(&sql, &asked("k", 1), job.now)).unwrap();
    assert!(matches!(found, KeyLookup::Answer(_)));
    check(&sql);
}

#[test]
fn a_key_belongs_to_one_request() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    write(&sql, &keyed(&known, asked("k", 1), "a@example.org"));
    let before = dump(&sql);
    let other = keyed(&known, asked("k", 2), "b@example.org");
    assert!(matches!(run_one(&sql, &other), Ok(BatchOutcome::KeyTaken)));
    assert_eq!(dump(&sql), before);
    assert_eq!(
        block_on(find(&sql, &asked("k", 2), other.now)),
        Ok(KeyLookup::Other)
    );
}

#[test]
fn the_same_request_twice_in_one_group_is_done_once() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let job = keyed(&known, asked("k", 1), "a@example.org");
    let twice = keyed(&known, asked("k", 1), "a@example.org");
    let taken = keyed(&known, asked("k", 2), "a@example.org");
    let mut done = block_on(run(&sql, &[&job, &twice, &taken]));
    assert!(matches!(done.remove(2), Ok(BatchOutcome::KeyTaken)));
    assert!(matches!(done.remove(1), Ok(BatchOutcome::Repeated(_))));
    assert_eq!(kinds(&results(done.remove(0))), ["created"]);
    assert_eq!(who(&sql, "a@example.org").data["points"], 1);
    check(&sql);
}

#[test]
fn the_same_request_at_the_same_time_elsewhere_is_done_once() {
    let world = World::new();
    let (sql, other) = (world.connect(), world.connect());
    let known = definitions(&sql, PEOPLE);
    let job = keyed(&known, asked("k", 1), "a@example.org");
    let racing = RacingConnection::new(&sql, |attempt| {
        if attempt == 0 {
            write(&other, &keyed(&known, asked("k", 1), "a@example.org"));
        }
    });
    assert!(matches!(
        run_one(&racing, &job),
        Ok(BatchOutcome::Repeated(_))
    ));
    assert_eq!(who(&sql, "a@example.org").data["points"], 1);
    check(&sql);
}

#[test]
fn an_answer_that_is_not_to_be_kept_is_not() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let mut job = keyed(&known, asked("k", 1), "a@example.org");
    job.repeatable = Some(Repeatable {
        asked: asked("k", 1),
        answer: |_| None,
    });
    assert_eq!(kinds(&write(&sql, &job)), ["created"]);
    assert_eq!(kinds(&write(&sql, &job)), ["updated"]);
}

#[test]
fn an_answer_to_a_refused_request_is_kept_too() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let job = keyed(&known, asked("k", 1), "no address");
    assert_eq!(kinds(&write(&sql, &job)), ["invalid_email"]);
    assert!(matches!(run_one(&sql, &job), Ok(BatchOutcome::Repeated(_))));
}

#[test]
fn an_answer_is_forgotten_after_its_time() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let mut job = keyed(&known, asked("k", 1), "a@example.org");
    let first = job.now.ms();
    write(&sql, &job);
    job.now = Timestamp::from_ms(first + KEPT_MS - 1);
    assert!(matches!(run_one(&sql, &job), Ok(BatchOutcome::Repeated(_))));
    job.now = Timestamp::from_ms(first + KEPT_MS + 1);
    // Another request may have the key now, even before anything was cleared.
    job.repeatable = Some(Repeatable {
        asked: asked("k", 2),
        answer,
    });
    assert_eq!(kinds(&write(&sql, &job)), ["updated"]);
    assert!(matches!(run_one(&sql, &job), Ok(BatchOutcome::Repeated(_))));
    job.repeatable = None;
    job.now = Timestamp::from_ms(job.now.ms() + KEPT_MS + 1);
    write(&sql, &job);
    assert!(rows(&sql, "SELECT * FROM idempotency", vec![]).is_empty());
    check(&sql);
}

#[test]
fn an_answer_is_kept_beside_other_work() {
    let world = World::new();
    let sql = world.connect();
    let (key, at) = (asked("k", 1), tick());
    let first = Answer {
        status: 201,
        body: "{}".to_owned(),
    };
    assert_eq!(block_on(find(&sql, &key, at)), Ok(KeyLookup::Nothing));
    block_on(keep(&sql, &key, &first, at)).unwrap();
    assert_eq!(
        block_on(find(&sql, &key, at)),
        Ok(KeyLookup::Answer(first.clone()))
    );
    let late = Timestamp::from_ms(at.ms() + KEPT_MS + 1);
    assert_eq!(block_on(find(&sql, &key, late)), Ok(KeyLookup::Nothing));
    block_on(keep(&sql, &asked("k", 2), &first, late)).unwrap();
    assert_eq!(block_on(find(&sql, &key, late)), Ok(KeyLookup::Other));
}
