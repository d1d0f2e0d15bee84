//! The store inside a component: connections kept in the instance and lent out.
//!
//! Opening a connection costs several statements' time (the schema is read
//! again, the caches start empty), so an instance keeps a few and lends each to
//! one request at a time: requests of one instance interleave at every await,
//! and a shared connection would mix their transactions. An instance lives for
//! 128 requests only, so it opens few and lets requests wait for one.
//!
//! Long work has a connection apart, and gets it for one slice at a time, in
//! turn. So however much of it there is, single reads and writes don't wait.
//!
//! A store that is a server somewhere else may say nothing for as long as it likes: an
//! answer that doesn't come in time is taken for lost.
//!
//! What every statement and every loan goes through is compiled once, here: it is boxed
//! and never inlined. The compiler copies the body of an `async fn` into each unit of
//! code that awaits it; these, with the migrations inside, were a third of a component.

mod connection;

use std::cell::Cell as Flag;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use connection::Spin;
use connection::write_ahead;

use crate::sql::BoxFuture;
use crate::steady::{RetryingConnection, Source};
use crate::transaction::{TrackedConnection, within};
use crate::wake::{Receiver, Sender, channel};
use crate::{Cell, Error, Lend, Row, Sql, migrate};

/// What an acknowledged write survives: the application variable `durability`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A killed process; a power cut may take the last moments, never tear.
    Normal,
    /// A power cut too.
    Full,
}

impl Durability {
    /// `normal` or `full`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "normal" => Some(Self::Normal),
            "full" => Some(Self::Full),
            _ => None,
        }
    }
}

/// How many connections an instance lends for work of each [`Length`]: two for
/// short work, so that reads go on while one writes, and one for long work. No
/// more, since opening one costs as much as ten requests, an instance lives for
/// 128, and the host runs several instances at once.
const CONNECTIONS: [usize; 2] = [2, 1];

/// How long a statement may take where the store is somewhere else. A request may wait
/// for its turn, for a group of others and for its own statement: anyone who asks a store
/// that says nothing is answered within half a minute.
const LIMIT: Duration = Duration::from_secs(10);

/// How long one may take inside a transaction: it can concern a whole database, and the
/// store has said by beginning it that it is there.
const TRANSACTION_LIMIT: Duration = Duration::from_secs(60);

/// How long a request waits for its turn there, by [`Length`].
const TURN_LIMITS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(15)];

/// The connections of one instance.
pub struct Pool {
    durability: Durability,
    state: Mutex<State>,
    /// Whether the database is known to be up to date.
    migrated: AtomicBool,
    /// Whether it is known to be a file of this machine, not a server somewhere else.
    local: AtomicBool,
}

/// How long a loan may be needed: the two kinds don't wait for each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// For statements that each look at few rows.
    Short = 0,
    /// For a slice of long work, or a transaction that may take long.
    Long = 1,
}

#[derive(Default)]
struct State {
    /// Open and lent to nobody: for the one who comes next.
    idle: Vec<Spin>,
    /// How many are lent, by [`Length`].
    lent: [usize; 2],
    /// Who waits, by [`Length`].
    waiting: [VecDeque<Sender<Turn>>; 2],
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool")
            .field("durability", &self.durability)
            .finish_non_exhaustive()
    }
}

/// What a waiting request gets: a connection, or leave to open one.
enum Turn {
    Use(Spin),
    Open,
}

impl Turn {
    fn into_connection(self) -> Option<Spin> {
        match self {
            Self::Use(connection) => Some(connection),
            Self::Open => None,
        }
    }
}

/// A connection inside a transaction.
pub type Transaction = TrackedConnection<Spin>;

impl Pool {
    /// An empty pool; connections open when they are asked for.
    #[must_use]
    pub fn new(durability: Durability) -> Self {
        Self {
            durability,
            state: Mutex::default(),
            migrated: AtomicBool::new(false),
            local: AtomicBool::new(false),
        }
    }

    /// Lends a connection for short work, on a migrated database, until the loan
    /// is dropped. Anyone who has a loan must not wait for another one.
    ///
    /// # Errors
    /// What opening and migrating can meet, after it was tried for a while:
    /// [`Error::Newer`], [`Error::Busy`], [`Error::Closed`], [`Error::Database`].
    pub async fn lend(&self) -> Result<Loan<'_>, Error> {
        self.lend_for(Length::Short).await
    }

    /// Lends a connection for one slice of long work: give it back after a
    /// statement or a few, and others have their turn.
    ///
    /// # Errors
    /// As [`Pool::lend`].
    pub async fn lend_slice(&self) -> Result<Loan<'_>, Error> {
        self.lend_for(Length::Long).await
    }

    #[inline(never)]
    fn lend_for(&self, length: Length) -> BoxFuture<'_, Result<Loan<'_>, Error>> {
        Box::pin(self.loan(length))
    }

    async fn loan(&self, length: Length) -> Result<Loan<'_>, Error> {
        let turn = match self.take_turn(length) {
            Ok(turn) => turn,
            Err(receiver) => {
                let waiting = Waiter {
                    pool: self,
                    length,
                    receiver,
                };
                waiting.turn().await?
            }
        };
        let held = turn.into_connection();
        if let Some(connection) = &held {
            connection.limit(self.limited(LIMIT));
        }
        // From here on the place in the pool is this loan's to give back.
        let loan = Loan {
            pool: self,
            length,
            steady: Some(RetryingConnection::new(self, held)),
            discard: Flag::new(false),
        };
        loan.steady()?.connection().await?;
        Ok(loan)
    }

    /// The limit, where the store is or may be somewhere else.
    fn limited(&self, limit: Duration) -> Option<Duration> {
        (!self.local.load(Ordering::Relaxed)).then_some(limit)
    }

    /// Opens and sets up a connection; the first one of an instance brings the
    /// file up to date. Every statement here is paid by every instance, so
    /// there is none that could be left out.
    async fn open(&self) -> Result<Spin, Error> {
        // Until it is known what it is: these questions are short everywhere.
        let connection = Spin::open(Some(LIMIT)).await?;
        self.set_up(&connection).await?;
        if !self.migrated.load(Ordering::Relaxed) {
            write_ahead(&connection).await?;
            if migrate::version(&connection).await? != migrate::VERSION {
                // It takes as long as it takes.
                connection.limit(None);
                migrate::migrate(&connection, migrate::VERSION).await?;
                connection.limit(self.limited(LIMIT));
            }
            self.migrated.store(true, Ordering::Relaxed);
        }
        Ok(connection)
    }

    /// Says how to keep what is written, and learns from the answer where the store is.
    async fn set_up(&self, connection: &Spin) -> Result<(), Error> {
        let synchronous = match self.durability {
            Durability::Normal => "PRAGMA synchronous = NORMAL",
            Durability::Full => "PRAGMA synchronous = FULL",
        };
        match connection.query(synchronous, vec![]).await {
            Ok(_) => self.local.store(true, Ordering::Relaxed),
            // A libSQL server refuses to be set, and sees to it itself.
            Err(Error::Database(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
        connection.limit(self.limited(LIMIT));
        for pragma in [
            // 32 MiB: the upper levels of every index stay in memory.
            "PRAGMA cache_size = -32768",
            // Pages that many commits touch are copied back once for all.
            "PRAGMA wal_autocheckpoint = 4000",
        ] {
            connection.query(pragma, vec![]).await?;
        }
        Ok(())
    }

    /// A turn now, or what to wait on for one.
    fn take_turn(&self, length: Length) -> Result<Turn, Receiver<Turn>> {
        let mut state = self.state();
        let State {
            idle,
            lent,
            waiting,
        } = &mut *state;
        let place = length as usize;
        if let (Some(lent), Some(most)) = (lent.get_mut(place), CONNECTIONS.get(place))
            && *lent < *most
        {
            *lent += 1;
            return Ok(idle.pop().map_or(Turn::Open, Turn::Use));
        }
        let (turn, receiver) = channel();
        if let Some(waiting) = waiting.get_mut(place) {
            waiting.push_back(turn);
        }
        Err(receiver)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        // A component aborts where it would panic, so a poisoned lock can only
        // be met in a native test that has failed already.
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Takes back a place: with its connection, or empty.
    fn give_back(&self, length: Length, connection: Option<Spin>) {
        let mut state = self.state();
        let State {
            idle,
            lent,
            waiting,
        } = &mut *state;
        let place = length as usize;
        let mut turn = connection.map_or(Turn::Open, Turn::Use);
        while let Some(next) = waiting.get_mut(place).and_then(VecDeque::pop_front) {
            // A waiter that is gone hands its turn to the next.
            match next.send(turn) {
                Ok(()) => return,
                Err(unused) => turn = unused,
            }
        }
        if let Some(lent) = lent.get_mut(place) {
            *lent = lent.saturating_sub(1);
        }
        if let Turn::Use(connection) = turn {
            idle.push(connection);
        }
    }
}

/// Who waits for a turn. One that comes when it is no longer waited for is the next's.
struct Waiter<'a> {
    pool: &'a Pool,
    length: Length,
    receiver: Receiver<Turn>,
}

impl Waiter<'_> {
    /// The turn, if it comes in time.
    async fn turn(mut self) -> Result<Turn, Error> {
        let limit = TURN_LIMITS.get(self.length as usize).copied();
        let limit = limit.and_then(|limit| self.pool.limited(limit));
        let turn = async {
            let turn = self.receiver.receive().await;
            turn.ok_or_else(|| Error::Database("the connection pool is gone".to_owned()))
        };
        match limit {
            None => turn.await,
            Some(limit) => match within(spin_sdk::time::sleep(limit), turn).await {
                // Nothing was asked of the store yet.
                Err(Error::Lost(_)) => Err(Error::Busy),
                other => other,
            },
        }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        if let Some(turn) = self.receiver.take() {
            self.pool.give_back(self.length, turn.into_connection());
        }
    }
}

/// A connection on loan from a [`Pool`].
#[derive(Debug)]
pub struct Loan<'a> {
    pool: &'a Pool,
    length: Length,
    /// There until the loan ends.
    steady: Option<RetryingConnection<&'a Pool>>,
    discard: Flag<bool>,
}

impl<'p> Loan<'p> {
    /// Closes the connection when the loan ends, instead of keeping it.
    pub fn discard(&self) {
        self.discard.set(true);
    }

    /// Runs `work` as one transaction that has the write lock from its start:
    /// all of it is kept when it gives `Ok`, none of it otherwise. If the store takes
    /// it back, `work` is done again.
    ///
    /// # Errors
    /// What `work` gives, or what beginning and committing met.
    pub async fn transaction<T, E: From<Error>>(
        &mut self,
        mut work: impl AsyncFnMut(&Transaction) -> Result<T, E>,
    ) -> Result<T, E> {
        // If this future is dropped half-way, the connection must go with it:
        // that rolls back, and nobody meets an open transaction.
        self.discard.set(true);
        let long = self.pool.limited(TRANSACTION_LIMIT);
        let short = self.pool.limited(LIMIT);
        let limited = async |connection: &Transaction| {
            connection.inner().limit(long);
            let done = work(connection).await;
            connection.inner().limit(short);
            done
        };
        let done = self.steady()?.transaction(limited).await;
        // Whether the connection is good is known by now.
        self.discard.set(false);
        done
    }

    fn steady(&self) -> Result<&RetryingConnection<&'p Pool>, Error> {
        let gone = || Error::Database("a loan without a connection".to_owned());
        self.steady.as_ref().ok_or_else(gone)
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let steady = self.steady.take().filter(|_| !self.discard.get());
        let connection = steady.and_then(RetryingConnection::into_connection);
        self.pool.give_back(self.length, connection);
    }
}

impl Loan<'_> {
    #[inline(never)]
    fn ask<'a>(
        &'a self,
        statement: &'a str,
        parameters: Vec<Cell>,
    ) -> BoxFuture<'a, Result<Vec<Row>, Error>> {
        Box::pin(async move { self.steady()?.query(statement, parameters).await })
    }
}

impl Sql for Loan<'_> {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        self.ask(statement, parameters).await
    }
}

impl Source for Pool {
    type Connection = Spin;

    #[inline(never)]
    fn open(&self) -> impl Future<Output = Result<Spin, Error>> {
        let opened: BoxFuture<'_, _> = Box::pin(Pool::open(self));
        opened
    }

    async fn pause(&self, time: Duration) {
        spin_sdk::time::sleep(time).await;
    }
}

impl Pool {
    #[inline(never)]
    fn ask<'a>(
        &'a self,
        statement: &'a str,
        parameters: Vec<Cell>,
    ) -> BoxFuture<'a, Result<Vec<Row>, Error>> {
        Box::pin(async move { self.lend().await?.query(statement, parameters).await })
    }
}

/// Each statement on a connection of its own, given back at once: for work that
/// waits for others between its statements.
impl Sql for Pool {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        self.ask(statement, parameters).await
    }
}

impl Lend for Pool {
    type Loan<'a> = Loan<'a>;

    async fn lend(&self) -> Result<Loan<'_>, Error> {
        self.lend_for(Length::Short).await
    }

    async fn lend_slice(&self) -> Result<Loan<'_>, Error> {
        self.lend_for(Length::Long).await
    }
}
