//! Statements that are tried again where that is safe, on a connection that is opened
//! again when it broke.
//!
//! A file of this machine is there or it isn't. A libSQL server aborts what got into
//! another's way (`SQLITE_INTERRUPT`), forgets connections that were idle, restarts.
//! What certainly was not done ([`Error::Busy`], [`Error::Closed`]) is done again; what
//! may have been done ([`Error::Lost`]) only if it reads. Inside a transaction nothing
//! is: what it did before is gone with its connection, so it is begun again as a whole
//! ([`crate::transaction`]).

use std::cell::{Cell as Flag, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::sql::BoxFuture;
use crate::transaction::{TrackedConnection, whole};
use crate::{Cell, Error, Row, Sql};

/// What opens connections and lets time pass.
pub trait Source {
    /// One of its connections.
    type Connection: Sql;

    /// Opens one.
    ///
    /// # Errors
    /// What opening meets.
    fn open(&self) -> impl Future<Output = Result<Self::Connection, Error>>;

    /// Waits.
    fn pause(&self, time: Duration) -> impl Future<Output = ()>;
}

impl<S: Source> Source for &S {
    type Connection = S::Connection;

    fn open(&self) -> impl Future<Output = Result<Self::Connection, Error>> {
        S::open(self)
    }

    fn pause(&self, time: Duration) -> impl Future<Output = ()> {
        S::pause(self, time)
    }
}

/// How long a statement is tried: as long as a file's lock is waited for. So a lock
/// that SQLite itself waited for is not waited for again.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it is tried at most.
const TRIES: u32 = 12;

/// The first pause; each is twice as long as the one before, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// One connection at a time, for one user: see the module.
pub struct RetryingConnection<S: Source> {
    source: S,
    connection: RefCell<Option<Rc<TrackedConnection<S::Connection>>>>,
    in_transaction: Flag<bool>,
    /// Whether the connection may be in a bad state: then nobody gets it again.
    doubtful: Flag<bool>,
}

impl<S: Source> std::fmt::Debug for RetryingConnection<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RetryingConnection")
            .field("in_transaction", &self.in_transaction)
            .field("doubtful", &self.doubtful)
            .finish_non_exhaustive()
    }
}

impl<S: Source> RetryingConnection<S> {
    /// With a connection that is open, or without one until it is needed.
    pub fn new(source: S, connection: Option<S::Connection>) -> Self {
        Self {
            source,
            connection: RefCell::new(connection.map(TrackedConnection::new).map(Rc::new)),
            in_transaction: Flag::new(false),
            doubtful: Flag::new(false),
        }
    }

    /// The connection, opened if there is none.
    ///
    /// # Errors
    /// What opening meets, after it was tried for a while.
    pub fn connection(
        &self,
    ) -> impl Future<Output = Result<Rc<TrackedConnection<S::Connection>>, Error>> {
        let held: BoxFuture<'_, _> =
            Box::pin(async { self.repeat(|_| true, async || self.held().await).await });
        held
    }

    /// Runs `work` as one transaction that has the write lock from its start: all of it
    /// is kept when it gives `Ok`, none of it otherwise. If the store takes it back,
    /// `work` is done again.
    ///
    /// # Errors
    /// What `work` gives, or what beginning and committing met.
    pub async fn transaction<T, E: From<Error>>(
        &self,
        mut work: impl AsyncFnMut(&TrackedConnection<S::Connection>) -> Result<T, E>,
    ) -> Result<T, E> {
        let taken_back = Flag::new(false);
        let watched = async || {
            let connection = self.connection().await?;
            connection.was_taken_back();
            let done = work(&connection).await;
            taken_back.set(connection.was_taken_back());
            self.doubtful.set(self.doubtful.get() || taken_back.get());
            done
        };
        whole(self, watched, |_| taken_back.get()).await
    }

    /// The connection, once nobody else has it, if it is open and good.
    pub fn into_connection(self) -> Option<S::Connection> {
        let good = !self.doubtful.get() && !self.in_transaction.get();
        let connection = self.connection.into_inner().filter(|_| good);
        connection
            .and_then(Rc::into_inner)
            .map(TrackedConnection::into_inner)
    }

    /// The connection that is held, or a new one.
    async fn held(&self) -> Result<Rc<TrackedConnection<S::Connection>>, Error> {
        if self.doubtful.get() && !self.in_transaction.get() {
            // Dropping it rolls back whatever it was doing.
            self.connection.take();
            self.doubtful.set(false);
        }
        if let Some(connection) = &*self.connection.borrow() {
            return Ok(Rc::clone(connection));
        }
        let opened = self.source.open().await.map_err(|error| match error {
            // Whatever came of opening it, the statement did not come to it.
            Error::Lost(text) => Error::Closed(text),
            other => other,
        })?;
        let opened = Rc::new(TrackedConnection::new(opened));
        self.connection.replace(Some(Rc::clone(&opened)));
        Ok(opened)
    }

    async fn once(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        if statement == "ROLLBACK" && self.doubtful.get() {
            // Who isn't there can't be asked; the connection's end is the transaction's.
            self.in_transaction.set(false);
            self.doubtful.set(false);
            self.connection.take();
            return Ok(Vec::new());
        }
        let answer = self.held().await?.query(statement, parameters).await;
        match (statement, &answer) {
            ("BEGIN IMMEDIATE", Ok(_)) => self.in_transaction.set(true),
            ("COMMIT" | "ROLLBACK", answer) => {
                self.in_transaction.set(false);
                self.doubtful.set(self.doubtful.get() || answer.is_err());
            }
            _ => {}
        }
        if let Err(Error::Closed(_) | Error::Lost(_) | Error::Database(_)) = answer {
            self.doubtful.set(true);
        }
        answer
    }

    /// Does something again as long as its error is safe to be met again.
    async fn repeat<T>(
        &self,
        safe: impl Fn(&Error) -> bool,
        work: impl AsyncFn() -> Result<T, Error>,
    ) -> Result<T, Error> {
        let since = Instant::now();
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            match work().await {
                Err(error @ (Error::Busy | Error::Closed(_) | Error::Lost(_)))
                    if !self.in_transaction.get() && safe(&error) && since.elapsed() < PATIENCE =>
                {
                    self.source.pause(pause).await;
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
                answer => return answer,
            }
        }
        work().await
    }
}

impl<S: Source> RetryingConnection<S> {
    fn ask<'a>(
        &'a self,
        statement: &'a str,
        parameters: Vec<Cell>,
    ) -> BoxFuture<'a, Result<Vec<Row>, Error>> {
        Box::pin(async move {
            // A transaction ends on its own connection or with it.
            let ends = matches!(statement, "COMMIT" | "ROLLBACK");
            let safe = |error: &Error| {
                !ends && (!matches!(error, Error::Lost(_)) || changes_nothing(statement))
            };
            let work = async || self.once(statement, parameters.clone()).await;
            self.repeat(safe, work).await
        })
    }
}

impl<S: Source> Sql for RetryingConnection<S> {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        self.ask(statement, parameters).await
    }
}

/// Whether a statement may be run twice: it reads, or only takes a lock that goes with
/// its connection. What isn't certain to is taken for one that writes.
fn changes_nothing(statement: &str) -> bool {
    let text = statement.lines().map(str::trim_start);
    let text = text.filter(|line| !line.starts_with("--"));
    let mut words = text.flat_map(|line| line.split(|c: char| !c.is_ascii_alphabetic()));
    let first = words.find(|word| !word.is_empty()).unwrap_or_default();
    match first {
        "SELECT" | "BEGIN" => true,
        "WITH" => !words.any(|word| matches!(word, "INSERT" | "UPDATE" | "DELETE" | "REPLACE")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::changes_nothing;

    #[test]
    fn what_reads_is_known_by_its_words() {
        for reads in [
            "SELECT 1",
            "-- UPDATE is only spoken of.\n-- Twice.\nSELECT pk\nFROM profiles",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "BEGIN IMMEDIATE",
        ] {
            assert!(changes_nothing(reads), "{reads}");
        }
        for writes in [
            "INSERT INTO a SELECT 1",
            "-- SELECT\nUPDATE a SET b = 1 RETURNING b",
            "WITH a AS (SELECT 1)\nDELETE FROM b WHERE c IN a",
            "COMMIT",
            "ROLLBACK",
            "PRAGMA journal_mode = WAL",
            "",
        ] {
            assert!(!changes_nothing(writes), "{writes}");
        }
    }
}
