//! The outbox: who sends a message, what becomes of it, what is listed.

use std::collections::BTreeSet;

use roster_model::{MessageId, Timestamp};
use roster_store::outbox::{
    Attempt, Kind, LEASE_MS, MAX_ATTEMPTS, Message, MessageFilter, Outcome, Position, State,
    cancel, claim_lane, claim_questions, counts, finish, get, lanes_due, next_due, page,
    pause_lane, put_change, questions_due, release, retry,
};
use roster_store::{Cell, databases, expiry, link_keys};
use serde_json::json;

use super::world::*;
use crate::engine::Connection;

const DAY: i64 = 24 * 60 * 60;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_ms(START + seconds * 1000)
}

/// A message made at a second, to be sent then.
fn made(sql: &Connection, database: i64, recipient: &str, second: i64) -> MessageId {
    let database = roster_model::DatabaseId::new(database);
    let body = json!({"type": "test"});
    block_on(put_change(sql, database, recipient, &body, at(second))).unwrap()
}

/// What a holder gets of each lane that has something due, at most so many of each.
fn taken(sql: &Connection, holder: &str, second: i64, limit: i64) -> Vec<MessageId> {
    let lanes = block_on(lanes_due(sql, at(second), &BTreeSet::new())).unwrap();
    let claimed = lanes.iter().flat_map(|recipient| {
        let claimed = claim_lane(sql, recipient, at(second), holder, limit);
        let claimed = block_on(claimed).unwrap();
        assert!(!claimed.is_empty(), "{recipient} has something due");
        claimed
    });
    claimed.map(|message| message.id).collect()
}

fn one(sql: &Connection, id: MessageId) -> Message {
    block_on(get(sql, id)).unwrap().unwrap()
}

fn tried(state: State, status: u16, due: Option<i64>, second: i64) -> Outcome {
    Outcome {
        state,
        detail: format!("{status}"),
        due_at: due.map(at),
        attempt: Some(Attempt {
            at: at(second),
            status,
            detail: "said so".to_owned(),
        }),
    }
}

fn ended(sql: &Connection, id: MessageId, holder: &str, outcome: &Outcome, second: i64) -> bool {
    block_on(finish(sql, &one(sql, id), holder, outcome, at(second))).unwrap()
}

#[test]
fn what_is_due_is_given_to_one_holder_at_a_time_in_order() {
    let world = World::new();
    let sql = world.connect();
    let (third, first, second) = (
        made(&sql, 1, "watcher:1", 3),
        made(&sql, 1, "watcher:1", 1),
        made(&sql, 1, "watcher:2", 2),
    );
    assert_eq!(taken(&sql, "a", 0, 9), []);
    assert_eq!(block_on(next_due(&sql, Kind::Change)).unwrap(), Some(at(1)));
    assert_eq!(block_on(next_due(&sql, Kind::Confirmation)).unwrap(), None);
    // Each lane in the order in which it was written down, whenever it is due.
    assert_eq!(taken(&sql, "a", 9, 1), [third, second]);
    assert_eq!(taken(&sql, "b", 9, 9), [first]);
    assert_eq!(taken(&sql, "c", 9, 9), []);
    // The other kind is another queue.
    assert!(!block_on(questions_due(&sql, at(99))).unwrap());
    let none = block_on(claim_questions(&sql, at(99), "a", 9)).unwrap();
    assert_eq!(none, []);
}

#[test]
fn a_lost_lease_is_taken_over_and_its_old_holder_notes_nothing() {
    let world = World::new();
    let sql = world.connect();
    let id = made(&sql, 1, "watcher:1", 0);
    assert_eq!(taken(&sql, "a", 0, 9), [id]);
    let lease = LEASE_MS / 1000;
    assert_eq!(taken(&sql, "b", lease - 1, 9), []);
    assert_eq!(taken(&sql, "b", lease, 9), [id]);
    let sent = tried(State::Sent, 200, None, lease);
    assert!(!ended(&sql, id, "a", &sent, lease));
    assert_eq!(one(&sql, id).state, State::Queued);
    assert!(ended(&sql, id, "b", &sent, lease + 1));
    let message = one(&sql, id);
    assert_eq!((message.state, message.tries), (State::Sent, 1));
    assert_eq!(message.ended_at, Some(at(lease + 1)));
    assert_eq!(message.attempts, [sent.attempt.clone().unwrap()]);
    // Once is enough.
    assert!(!ended(&sql, id, "b", &sent, lease + 2));
    assert_eq!(taken(&sql, "c", 10 * lease, 9), []);
}

#[test]
fn the_last_tries_are_remembered() {
    let world = World::new();
    let sql = world.connect();
    let id = made(&sql, 1, "watcher:1", 0);
    let many = i64::try_from(MAX_ATTEMPTS).unwrap() + 5;
    for n in 0..many {
        assert_eq!(taken(&sql, "a", n * 10, 9), [id]);
        let outcome = tried(State::Queued, 500, Some(n * 10 + 10), n);
        assert!(ended(&sql, id, "a", &outcome, n));
        assert_eq!(taken(&sql, "a", n * 10 + 9, 9), [], "it is not due yet");
    }
    let message = one(&sql, id);
    assert_eq!((message.tries, message.ended_at), (many, None));
    assert_eq!(message.attempts.len(), MAX_ATTEMPTS);
    assert_eq!(message.attempts[0].at, at(5));
    assert_eq!(message.attempts[MAX_ATTEMPTS - 1].at, at(many - 1));
}

#[test]
fn what_is_given_back_was_not_tried() {
    let world = World::new();
    let sql = world.connect();
    let (one_, other) = (made(&sql, 1, "w", 0), made(&sql, 1, "w", 0));
    assert_eq!(taken(&sql, "a", 0, 9), [one_, other]);
    // Not by somebody else.
    block_on(release(&sql, &[one_, other], "b")).unwrap();
    assert_eq!(taken(&sql, "b", 0, 9), []);
    block_on(release(&sql, &[one_], "a")).unwrap();
    assert_eq!(taken(&sql, "b", 0, 9), [one_]);
    block_on(release(&sql, &[one_], "b")).unwrap();
    block_on(release(&sql, &[other], "a")).unwrap();
    assert_eq!(taken(&sql, "b", 0, 9), [one_, other]);
    let message = one(&sql, other);
    assert_eq!((message.tries, message.attempts), (0, vec![]));
}

#[test]
fn a_lane_that_is_left_alone_keeps_its_order_and_holds_up_no_other() {
    let world = World::new();
    let sql = world.connect();
    let [first, second] = [0, 1].map(|n| made(&sql, 1, "watcher:1", n));
    let other = made(&sql, 1, "watcher:2", 1);
    assert_eq!(taken(&sql, "a", 1, 1), [first, other]);
    // It failed: it is due again with the others, and still goes first.
    let later = tried(State::Queued, 503, Some(30), 1);
    assert!(ended(&sql, first, "a", &later, 1));
    block_on(pause_lane(&sql, "watcher:1", at(30))).unwrap();
    block_on(pause_lane(&sql, "watcher:1", at(20))).unwrap();
    assert!(ended(
        &sql,
        other,
        "a",
        &tried(State::Sent, 200, None, 1),
        1
    ));
    assert_eq!(
        block_on(next_due(&sql, Kind::Change)).unwrap(),
        Some(at(30))
    );
    assert_eq!(taken(&sql, "b", 29, 9), []);
    assert_eq!(taken(&sql, "b", 30, 9), [first, second]);
    block_on(release(&sql, &[first, second], "b")).unwrap();
    // Anyone who looks after the receiver needn't wait.
    block_on(pause_lane(&sql, "watcher:1", at(90))).unwrap();
    let test = made(&sql, 1, "watcher:1", 40);
    assert_eq!(taken(&sql, "c", 40, 9), [first, second, test]);
    assert_eq!(rows(&sql, "SELECT * FROM lane_pauses", vec![]).len(), 0);
}

#[test]
fn a_long_lane_costs_the_others_nothing() {
    let world = World::new();
    let sql = world.connect();
    execute(
        &sql,
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
         INSERT INTO outbox (kind, database_id, profile, recipient, state, body, created_at, due_at)
         SELECT 'change', 1, n, 'watcher:1', 'queued', '{}', n, n FROM numbers",
    );
    let other = made(&sql, 1, "watcher:2", 0);
    let busy = BTreeSet::from(["watcher:1".to_owned()]);
    let since = std::time::Instant::now();
    for _ in 0..100 {
        let lanes = block_on(lanes_due(&sql, at(1), &busy)).unwrap();
        assert_eq!(lanes, ["watcher:2"]);
        block_on(next_due(&sql, Kind::Change)).unwrap();
    }
    // Looking at all of them took seconds.
    assert!(since.elapsed().as_millis() < 500, "{:?}", since.elapsed());
    let claimed = block_on(claim_lane(&sql, "watcher:2", at(1), "a", 9)).unwrap();
    assert_eq!(claimed[0].id, other);
}

#[test]
fn people_cancel_and_retry() {
    let world = World::new();
    let sql = world.connect();
    let id = made(&sql, 1, "w", 0);
    let cancel = |second| block_on(cancel(&sql, id, "by tester", at(second))).unwrap();
    let retry = |second| block_on(retry(&sql, id, at(second))).unwrap();
    assert!(!retry(0), "it waits already");
    taken(&sql, "a", 0, 9);
    assert!(!cancel(1), "it is being sent");
    assert!(ended(&sql, id, "a", &tried(State::Dead, 400, None, 1), 1));
    assert!(!cancel(2), "it has ended");
    assert!(retry(3));
    let message = one(&sql, id);
    assert_eq!((message.state, message.tries), (State::Queued, 0));
    assert_eq!(
        (message.due_at, message.ended_at, message.attempts.len()),
        (at(3), None, 1)
    );
    assert!(cancel(4));
    assert!(!cancel(4));
    assert_eq!(one(&sql, id).detail, "by tester");
    assert!(retry(5));
    taken(&sql, "a", 5, 9);
    assert!(ended(&sql, id, "a", &tried(State::Sent, 200, None, 5), 5));
    assert!(!retry(6) && !cancel(6), "it was sent");
}

#[test]
fn pages_show_what_is_asked_for_newest_first() {
    let world = World::new();
    let sql = world.connect();
    let ids: Vec<_> = (0..9)
        .map(|n| made(&sql, 1 + n % 3, if n % 2 == 0 { "x" } else { "y" }, n))
        .collect();
    block_on(cancel(&sql, ids[8], "", at(20))).unwrap();
    let all = |asked: &MessageFilter, limit: i64| {
        let mut found = Vec::new();
        let mut after: Option<Position> = None;
        loop {
            let page = block_on(page(&sql, asked, after, limit)).unwrap();
            after = page.last().map(Position::from);
            found.extend(page.iter().map(|message| message.id));
            if page.is_empty() {
                return found;
            }
        }
    };
    let expect = |numbers: &[usize]| numbers.iter().map(|n| ids[*n]).collect::<Vec<_>>();
    for limit in [1, 2, 100] {
        assert_eq!(
            all(&MessageFilter::default(), limit),
            expect(&[8, 7, 6, 5, 4, 3, 2, 1, 0])
        );
        let asked = MessageFilter {
            recipient: Some("y".to_owned()),
            ..MessageFilter::default()
        };
        assert_eq!(all(&asked, limit), expect(&[7, 5, 3, 1]));
        let asked = MessageFilter {
            database: Some(database_id(1)),
            state: Some(State::Queued),
            ..asked
        };
        assert_eq!(all(&asked, limit), expect(&[3]));
        let asked = MessageFilter {
            kind: Some(Kind::Change),
            seen: Some(vec![database_id(2), database_id(3)]),
            ..MessageFilter::default()
        };
        assert_eq!(all(&asked, limit), expect(&[8, 7, 5, 4, 2, 1]));
        let asked = MessageFilter {
            kind: Some(Kind::Confirmation),
            ..MessageFilter::default()
        };
        assert_eq!(all(&asked, limit), []);
    }
    let mut all = block_on(counts(&sql, None)).unwrap();
    all.sort_by_key(|(_, state, _)| state.as_str());
    assert_eq!(
        all,
        [
            (Kind::Change, State::Cancelled, 1),
            (Kind::Change, State::Queued, 8)
        ]
    );
    let some = block_on(counts(&sql, Some(&[database_id(2)]))).unwrap();
    assert_eq!(some, [(Kind::Change, State::Queued, 3)]);
}

#[test]
fn what_ended_long_ago_is_forgotten_a_few_at_a_time() {
    let world = World::new();
    let sql = world.connect();
    let old = made(&sql, 1, "w", 0);
    let new = made(&sql, 1, "w", 0);
    let waiting = made(&sql, 1, "w", 0);
    block_on(cancel(&sql, old, "", at(0))).unwrap();
    block_on(cancel(&sql, new, "", at(5 * DAY))).unwrap();
    // Held, and a question that nobody could send for months.
    for (state, kind) in [("held", "confirmation"), ("queued", "confirmation")] {
        execute(
            &sql,
            &format!(
                "INSERT INTO outbox (kind, database_id, profile, recipient, state, body, created_at, due_at)
                 VALUES ('{kind}', 1, 1, 'email:a@example.org', '{state}', '{{}}', {START}, {START})"
            ),
        );
    }
    for n in 0..3 {
        execute(
            &sql,
            &format!("INSERT INTO seen VALUES ('s', 'k{n}', {START}, {START})"),
        );
        execute(
            &sql,
            &format!("INSERT INTO rates VALUES ('k{n}', {START}, 1)"),
        );
    }
    let expire = |second, limit| block_on(expiry::expire(&sql, at(second), limit)).unwrap();
    let count = |table: &str| {
        let rows = rows(&sql, &format!("SELECT count(*) FROM {table}"), vec![]);
        rows[0][0].clone()
    };
    assert_eq!(expire(0, 9), 0);
    assert_eq!(expire(3 * DAY, 2), 2);
    assert_eq!(count("rates"), Cell::Integer(1));
    // The last rate, the old message, the held one.
    assert_eq!(expire(31 * DAY, 9), 3);
    assert_eq!(expire(36 * DAY, 9), 4);
    assert_eq!(count("seen"), Cell::Integer(0));
    assert_eq!(expire(91 * DAY, 9), 1);
    assert_eq!(
        block_on(get(&sql, waiting)).unwrap().map(|m| m.id),
        Some(waiting)
    );
    assert_eq!(count("outbox"), Cell::Integer(1));
}

#[test]
fn messages_go_with_their_database() {
    let world = World::new();
    let sql = world.connect();
    let (mine, other) = (made(&sql, 1, "w", 0), made(&sql, 2, "w", 0));
    within(&sql, async || {
        databases::wipe(&sql, database_id(1), &author()).await
    });
    assert_eq!(block_on(get(&sql, mine)).unwrap(), None);
    let others = definitions(&sql, OTHERS).database.clone();
    within(&sql, async || {
        databases::delete(&sql, &others, &author()).await
    });
    assert_eq!(block_on(get(&sql, other)).unwrap(), None);
}

#[test]
fn links_have_a_key_from_the_start_and_can_have_another() {
    let world = World::new();
    let sql = world.connect();
    let first = block_on(link_keys::all(&sql)).unwrap();
    assert_eq!(first.len(), 1);
    assert_ne!(first[0].secret, [0; 32]);
    let id = block_on(link_keys::rotate(&sql, [7; 32], at(0))).unwrap();
    let both = block_on(link_keys::all(&sql)).unwrap();
    assert_eq!(both[0], first[0]);
    assert_eq!((both[1].id, both[1].secret), (id, [7; 32]));
    assert!(both[1].id > both[0].id);
    assert!(!format!("{both:?}").contains("7, 7"));
}
