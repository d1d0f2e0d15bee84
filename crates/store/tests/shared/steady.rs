//! A store that fails as a libSQL server does: what is tried again, and what isn't.

use std::cell::{Cell as Flag, RefCell};
use std::collections::VecDeque;
use std::time::Duration;

use roster_store::idempotency::{Answer, KeyedRequest};
use roster_store::steady::{RetryingConnection, Source};
use roster_store::transaction::TrackedConnection;
use roster_store::write::{BatchOutcome, Repeatable, run_locked};
use roster_store::{Cell, Error, Row, Sql};
use serde_json::json;

use super::check::check;
use super::world::*;
use crate::engine::Connection;

/// When a statement fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum FaultPoint {
    /// Before it is done.
    Before,
    /// After it was done.
    After,
}

/// A server on which the statements that have a text in them fail as was planned.
struct Server<'a> {
    world: &'a World,
    text: &'static str,
    plan: RefCell<VecDeque<(FaultPoint, Error)>>,
    /// How often opening fails.
    refused: Flag<usize>,
    opened: Flag<usize>,
    pauses: RefCell<Vec<Duration>>,
    asked: Flag<usize>,
}

impl<'a> Server<'a> {
    fn new(world: &'a World, text: &'static str, plan: &[(FaultPoint, Error)]) -> Self {
        Server {
            world,
            text,
            plan: RefCell::new(plan.iter().cloned().collect()),
            refused: Flag::new(0),
            opened: Flag::new(0),
            pauses: RefCell::default(),
            asked: Flag::new(0),
        }
    }
}

/// One connection to it.
struct Stream<'a> {
    server: &'a Server<'a>,
    sql: Connection,
}

impl<'a> Source for &'a Server<'a> {
    type Connection = Stream<'a>;

    async fn open(&self) -> Result<Stream<'a>, Error> {
        if self.refused.get() > 0 {
            self.refused.set(self.refused.get() - 1);
            return Err(Error::Lost("nobody is there".to_owned()));
        }
        self.opened.set(self.opened.get() + 1);
        Ok(Stream {
            server: self,
            sql: self.world.connect(),
        })
    }

    async fn pause(&self, time: Duration) {
        self.pauses.borrow_mut().push(time);
    }
}

impl Sql for Stream<'_> {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        let meant = statement.contains(self.server.text);
        let fault = if meant {
            self.server.asked.set(self.server.asked.get() + 1);
            self.server.plan.borrow_mut().pop_front()
        } else {
            None
        };
        match fault {
            Some((FaultPoint::Before, error)) => Err(error),
            Some((FaultPoint::After, error)) => {
                self.sql.query(statement, parameters).await?;
                Err(error)
            }
            None => self.sql.query(statement, parameters).await,
        }
    }
}

fn lost() -> Error {
    Error::Lost("connection closed before message completed".to_owned())
}

fn closed() -> Error {
    Error::Closed("The stream has expired due to inactivity".to_owned())
}

const WRITE: &str = "INSERT INTO profile_writes";

#[test]
fn what_was_taken_back_is_written_by_another_try() {
    for error in [Error::Busy, closed()] {
        let world = World::new();
        let known = definitions(&world.connect(), PEOPLE);
        let server = Server::new(&world, WRITE, &vec![(FaultPoint::Before, error.clone()); 3]);
        let steady = RetryingConnection::new(&server, None);
        let results = write(
            &steady,
            &import(&known, &[json!({"email": "a@example.org"})]),
        );
        assert_eq!(kinds(&results), ["created"]);
        assert_eq!(server.asked.get(), 4);
        let opened = if error == Error::Busy { 1 } else { 4 };
        assert_eq!(server.opened.get(), opened, "{error:?}");
        let pauses = server.pauses.take();
        assert!(pauses.is_sorted() && pauses.len() == 3, "{pauses:?}");
        assert_eq!(everybody(&world.connect()).len(), 1);
        check(&world.connect());
    }
}

#[test]
fn what_stays_busy_is_given_up_and_nothing_is_written() {
    let world = World::new();
    let known = definitions(&world.connect(), PEOPLE);
    let before = dump(&world.connect());
    let server = Server::new(&world, WRITE, &vec![(FaultPoint::Before, Error::Busy); 100]);
    let steady = RetryingConnection::new(&server, None);
    let done = run_one(
        &steady,
        &import(&known, &[json!({"email": "a@example.org"})]),
    );
    assert!(matches!(done, Err(Error::Busy)), "{done:?}");
    assert!(server.asked.get() < 20, "{}", server.asked.get());
    assert_eq!(dump(&world.connect()), before);
}

#[test]
fn what_may_have_been_written_is_not_written_again() {
    for when in [FaultPoint::Before, FaultPoint::After] {
        let world = World::new();
        let known = definitions(&world.connect(), PEOPLE);
        let server = Server::new(&world, WRITE, &[(when, lost())]);
        let steady = RetryingConnection::new(&server, None);
        let jobs = ["a@example.org", "b@example.org"];
        let jobs = jobs.map(|email| import(&known, &[json!({ "email": email })]));
        let done = block_on(roster_store::write::run(&steady, &[&jobs[0], &jobs[1]]));
        assert!(
            done.iter().all(|done| matches!(done, Err(Error::Lost(_)))),
            "{done:?}"
        );
        assert_eq!(server.asked.get(), 1);
        let written = if when == FaultPoint::After { 2 } else { 0 };
        assert_eq!(everybody(&world.connect()).len(), written);
        // The next has a connection of its own.
        write(
            &steady,
            &import(&known, &[json!({"email": "c@example.org"})]),
        );
        assert_eq!(server.opened.get(), 2);
        check(&world.connect());
    }
}

#[test]
fn with_an_idempotency_key_it_is_looked_up_whether_it_was_written() {
    for when in [FaultPoint::Before, FaultPoint::After] {
        let world = World::new();
        let known = definitions(&world.connect(), PEOPLE);
        let server = Server::new(&world, WRITE, &[(when, lost())]);
        let steady = RetryingConnection::new(&server, None);
        let mut job = import(&known, &[json!({"email": "a@example.org"})]);
        job.repeatable = Some(Repeatable {
            asked: KeyedRequest {
                key: "key".to_owned(),
                request: vec![7; 32],
            },
            answer: |_| {
                Some(Answer {
                    status: 200,
                    body: "{}".to_owned(),
                })
            },
        });
        let done = run_one(&steady, &job);
        let repeated = matches!(done, Ok(BatchOutcome::Repeated(_)));
        assert_eq!(repeated, when == FaultPoint::After, "{done:?}");
        assert!(done.is_ok(), "{done:?}");
        assert_eq!(everybody(&world.connect()).len(), 1);
        check(&world.connect());
    }
}

#[test]
fn reads_are_tried_again_whatever_happened() {
    for error in [Error::Busy, closed(), lost()] {
        let world = World::new();
        fill(
            &world.connect(),
            PEOPLE,
            &[json!({"email": "a@example.org"})],
        );
        let server = Server::new(&world, "FROM", &vec![(FaultPoint::After, error); 2]);
        let steady = RetryingConnection::new(&server, None);
        assert_eq!(everybody(&steady).len(), 1);
    }
}

#[test]
fn a_server_that_comes_back_in_time_is_not_noticed() {
    let world = World::new();
    let server = Server::new(&world, "never", &[]);
    server.refused.set(5);
    let steady = RetryingConnection::new(&server, None);
    assert_eq!(everybody(&steady).len(), 0);
    assert_eq!((server.opened.get(), server.pauses.borrow().len()), (1, 5));
    server.refused.set(1000);
    let away = RetryingConnection::new(&server, None);
    let why = block_on(away.query("INSERT INTO seen VALUES ('a', 'b', 1, 1)", vec![]));
    assert!(matches!(why, Err(Error::Closed(_))), "{why:?}");
    let all: Duration = server.pauses.borrow().iter().sum();
    assert!(all < Duration::from_secs(10), "{all:?}");
}

#[test]
fn nothing_is_tried_again_inside_a_transaction() {
    let world = World::new();
    let server = Server::new(
        &world,
        "INSERT INTO seen",
        &[(FaultPoint::Before, closed())],
    );
    let steady = RetryingConnection::new(&server, None);
    let put = |key: &str| {
        let statement = format!("INSERT INTO seen VALUES ('test', '{key}', 1, 1)");
        block_on(steady.query(&statement, vec![]))
    };
    let one = |statement: &str| block_on(steady.query(statement, vec![]));
    one("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(put("lost"), Err(Error::Closed(_))));
    assert_eq!(server.asked.get(), 1);
    one("ROLLBACK").unwrap();
    put("kept").unwrap();
    assert_eq!(server.opened.get(), 2, "on another connection");
    assert!(steady.into_connection().is_some());
    // Anyone who leaves one open gives no connection back.
    let steady = RetryingConnection::new(&server, None);
    block_on(steady.query("BEGIN IMMEDIATE", vec![])).unwrap();
    assert!(steady.into_connection().is_none());
    let kept = rows(&world.connect(), "SELECT key FROM seen", vec![]);
    assert_eq!(kept, [[Cell::from("kept")]]);
}

/// Puts two keys in one transaction, in that order.
async fn put_two<'a>(steady: &RetryingConnection<&'a Server<'a>>) -> Result<(), Error> {
    let work = async |sql: &TrackedConnection<Stream<'a>>| {
        for key in ["one", "two"] {
            let statement = format!("INSERT INTO seen VALUES ('test', '{key}', 1, 1)");
            sql.query(&statement, vec![]).await?;
        }
        Ok(())
    };
    steady.transaction(work).await
}

fn keys(world: &World) -> Vec<Vec<Cell>> {
    rows(
        &world.connect(),
        "SELECT key FROM seen ORDER BY key",
        vec![],
    )
}

#[test]
fn a_transaction_that_was_taken_back_is_done_again_as_a_whole() {
    let both = vec![vec![Cell::from("one")], vec![Cell::from("two")]];
    for error in [Error::Busy, closed(), lost()] {
        for text in ["'one'", "'two'"] {
            for when in [FaultPoint::Before, FaultPoint::After] {
                let world = World::new();
                let server = Server::new(&world, text, &vec![(when, error.clone()); 2]);
                let steady = RetryingConnection::new(&server, None);
                block_on(put_two(&steady)).unwrap();
                assert_eq!(keys(&world), both, "{error:?} {text} {when:?}");
                assert_eq!(server.asked.get(), 3);
                assert!(steady.into_connection().is_some());
            }
        }
    }
}

#[test]
fn an_end_that_was_taken_back_is_the_end_of_another_transaction() {
    for error in [Error::Busy, closed()] {
        let world = World::new();
        let server = Server::new(&world, "COMMIT", &[(FaultPoint::Before, error)]);
        let steady = RetryingConnection::new(&server, None);
        block_on(put_two(&steady)).unwrap();
        assert_eq!(keys(&world).len(), 2);
        assert_eq!((server.asked.get(), server.opened.get()), (2, 2));
    }
}

#[test]
fn an_end_that_broke_off_may_have_been_the_end() {
    for (when, kept) in [(FaultPoint::Before, 0), (FaultPoint::After, 2)] {
        let world = World::new();
        let server = Server::new(&world, "COMMIT", &[(when, lost())]);
        let steady = RetryingConnection::new(&server, None);
        let done = block_on(put_two(&steady));
        assert!(matches!(done, Err(Error::Lost(_))), "{done:?}");
        assert_eq!(server.asked.get(), 1);
        assert!(steady.into_connection().is_none(), "nobody gets it again");
        assert_eq!(keys(&world).len(), kept);
    }
}

#[test]
fn a_transaction_that_is_taken_back_all_the_time_is_given_up() {
    let world = World::new();
    let server = Server::new(
        &world,
        "'two'",
        &vec![(FaultPoint::After, Error::Busy); 100],
    );
    let steady = RetryingConnection::new(&server, None);
    let done = block_on(put_two(&steady));
    assert!(matches!(done, Err(Error::Busy)), "{done:?}");
    assert!(server.asked.get() < 10, "{}", server.asked.get());
    assert!(keys(&world).is_empty());
}

#[test]
fn what_a_transaction_itself_refuses_is_not_tried_again() {
    let world = World::new();
    let server = Server::new(&world, "'two'", &[]);
    let steady = RetryingConnection::new(&server, None);
    block_on(put_two(&steady)).unwrap();
    let done = block_on(put_two(&steady));
    assert!(matches!(done, Err(Error::Conflict(_))), "{done:?}");
    assert_eq!((server.asked.get(), server.opened.get()), (1, 1));
    assert!(steady.into_connection().is_some());
}

#[test]
fn a_write_under_the_lock_that_was_taken_back_is_written_once() {
    for error in [Error::Busy, closed(), lost()] {
        let world = World::new();
        let known = definitions(&world.connect(), PEOPLE);
        let server = Server::new(&world, WRITE, &[(FaultPoint::After, error)]);
        let steady = RetryingConnection::new(&server, None);
        let prepare = |_, _| Some(import(&known, &[json!({"email": "a@example.org"})]));
        let done = block_on(run_locked(&steady, known.database.id, &[], prepare));
        assert!(
            matches!(done, Ok(Some(BatchOutcome::Written(_)))),
            "{done:?}"
        );
        assert_eq!(server.asked.get(), 2);
        assert_eq!(everybody(&world.connect()).len(), 1);
        check(&world.connect());
    }
}
