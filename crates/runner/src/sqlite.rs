//! SQLite as Spin gives it: one file, a connection of its own for each `open`.
//!
//! What a component can observe is Spin's: the file opens at the first statement; a
//! connection runs one statement at a time; an undrained result keeps it busy; ATTACH (and
//! with it VACUUM INTO) of files is denied; what a dropped connection was doing is rolled
//! back. rusqlite's defaults are Spin's too: 5 s busy timeout, foreign keys on, SQLite's
//! own journal mode and `synchronous`.
//!
//! How it is done is not ([`Database::fast`]): connections outlive the instances that
//! opened them, with their caches and prepared statements; writers queue; and a short
//! statement runs on the calling thread, since handing it to another and back costs more
//! than the statement itself.

mod checkpoint;
mod database;
mod short;
mod statement;

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use crate::bindings::sqlite::{Error, QueryResult, RowResult, Value};
pub use database::Database;
use database::{OpenConnection, Shared};
use short::Outcome;
use statement::io_error;

/// The only label that needs no configuration in Spin.
pub const DEFAULT_LABEL: &str = "default";

/// Spin's name for the file in the state directory.
pub const FILE_NAME: &str = "sqlite_db.db";

/// Rows that may wait between SQLite and the component.
const ROWS_IN_FLIGHT: usize = 4;

/// How long a place in the line of writers is waited for: as long as SQLite looks for its
/// lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a statement takes at most that is run on the thread that asks for it.
const MOMENT: Duration = Duration::from_millis(1);

/// A connection handed to a component. Clones share it.
#[derive(Clone)]
pub struct Connection(Arc<Handle>);

/// Gives its connection back when the component has dropped it and nothing runs on it.
struct Handle {
    database: Database,
    opened: OnceLock<Mutex<OpenConnection>>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(open) = self.opened.take() {
            let open = open.into_inner().unwrap_or_else(PoisonError::into_inner);
            self.database.give_back(open);
        }
    }
}

/// A statement at work: its columns are known, its rows are there or on their way.
pub struct RunningStatement {
    /// Column names; empty if the statement could not be prepared.
    pub columns: Vec<String>,
    /// The rows, in order.
    pub rows: Rows,
}

/// The rows of a statement.
pub enum Rows {
    /// All of them are there.
    Here {
        /// The rows, in order.
        rows: Vec<RowResult>,
        /// Whether all went well.
        outcome: Result<(), Error>,
    },
    /// They come one by one.
    Coming {
        /// The rows, in order.
        rows: mpsc::Receiver<RowResult>,
        /// Comes after the last row: whether all went well.
        outcome: oneshot::Receiver<Result<(), Error>>,
    },
}

impl Connection {
    /// A connection to a database, which opens at the first statement.
    pub fn new(database: Database) -> Self {
        Self(Arc::new(Handle {
            database,
            opened: OnceLock::new(),
        }))
    }

    /// Starts a statement and returns once its columns are known.
    pub async fn start(
        &self,
        sql: String,
        parameters: Vec<Value>,
    ) -> Result<RunningStatement, Error> {
        let permit = match self.at_once(&sql, &parameters).await? {
            Outcome::Done(done) => {
                return Ok(RunningStatement {
                    columns: done.columns,
                    rows: Rows::Here {
                        rows: done.rows,
                        outcome: done.outcome.map_err(Error::from),
                    },
                });
            }
            Outcome::Thread(permit) => permit,
        };
        let (columns_to, columns) = oneshot::channel();
        let (rows_to, rows) = mpsc::channel(ROWS_IN_FLIGHT);
        let (outcome_to, outcome) = oneshot::channel();
        self.on_thread(sql, permit, move |open, sql| {
            let run = |open: &OpenConnection| {
                statement::stream(&open.sqlite, sql, &parameters, columns_to, &rows_to)
            };
            let done = open.and_then(run);
            // Nobody waits any more if the receivers are gone: that is no error here.
            move || drop(outcome_to.send(done))
        })?;
        // Dropped without a send means that the statement was never prepared;
        // then the outcome says why.
        let columns = columns.await.unwrap_or_default();
        Ok(RunningStatement {
            columns,
            rows: Rows::Coming { rows, outcome },
        })
    }

    /// Runs a statement to its end and returns every row.
    pub async fn execute(&self, sql: String, parameters: Vec<Value>) -> Result<QueryResult, Error> {
        let permit = match self.at_once(&sql, &parameters).await? {
            Outcome::Done(done) => return done.result(),
            Outcome::Thread(permit) => permit,
        };
        let (result_to, result) = oneshot::channel();
        self.on_thread(sql, permit, move |open, sql| {
            let most = statement::MAX_RESULT_BYTES;
            let run =
                |open: &OpenConnection| statement::collect(&open.sqlite, sql, &parameters, most);
            let done = open.and_then(|open| run(open).result());
            // As above.
            move || drop(result_to.send(done))
        })?;
        // Only a panic in SQLite's thread can take the sender away.
        let lost = |_| Err(Error::Io("the statement was lost".to_owned()));
        result.await.unwrap_or_else(lost)
    }

    /// Rows changed by the last INSERT, UPDATE or DELETE.
    pub async fn changes(&self) -> Result<u64, Error> {
        self.ask(|open| open.sqlite.changes()).await
    }

    /// Row id of the last insert.
    pub async fn last_insert_rowid(&self) -> Result<i64, Error> {
        self.ask(|open| open.sqlite.last_insert_rowid()).await
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&OpenConnection) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.open()?;
        let this = self.clone();
        let asked = tokio::task::spawn_blocking(move || Ok(question(&lock(this.open()?))));
        asked.await.map_err(|e| Error::Io(e.to_string()))?
    }

    /// Runs a statement here and now if it is short. One that writes waits for its turn.
    async fn at_once(&self, sql: &str, parameters: &[Value]) -> Result<Outcome, Error> {
        let Some(shared) = self.0.database.shared() else {
            return Ok(Outcome::Thread(None));
        };
        let opened = self.open()?;
        // Another statement of this connection may be at work: it is waited for elsewhere.
        let (statement, may_write) = match opened.try_lock() {
            Ok(open) => (shared.known(&open.sqlite, sql), open.may_write()),
            Err(_) => return Ok(Outcome::Thread(None)),
        };
        let Some(statement) = statement else {
            // The thread says what is wrong with it.
            return Ok(Outcome::Thread(None));
        };
        let mut permit = None;
        if statement.writes && !may_write {
            permit = shared.turn_to_write(PATIENCE).await;
            if permit.is_none() {
                return Err(locked());
            }
        }
        if !statement.is_short() || !short::is_small(parameters) {
            return Ok(Outcome::Thread(permit));
        }
        let Ok(mut open) = opened.try_lock() else {
            return Ok(Outcome::Thread(permit));
        };
        let since = Instant::now();
        open.permit = permit.or(open.permit.take());
        let done = short::run(&open, sql, parameters, statement.writes);
        shared.note(sql, done.is_none() || since.elapsed() > MOMENT);
        let Some(done) = done else {
            // The connection keeps the permit.
            return Ok(Outcome::Thread(None));
        };
        ended(&mut open, shared);
        Ok(Outcome::Done(done))
    }

    /// Runs a statement on a thread of its own. What `run` gives is called when the
    /// connection is free again, so that its receiver can use the connection at once.
    fn on_thread<F: FnOnce()>(
        &self,
        sql: String,
        permit: Option<OwnedSemaphorePermit>,
        run: impl FnOnce(Result<&OpenConnection, Error>, &str) -> F + Send + 'static,
    ) -> Result<(), Error> {
        self.open()?;
        let this = self.clone();
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            // It was opened above.
            let Ok(opened) = this.open() else { return };
            let mut open = lock(opened);
            open.permit = permit.or(open.permit.take());
            let Some(shared) = this.0.database.shared() else {
                let then = run(Ok(&open), &sql);
                drop(open);
                return then();
            };
            let statement = shared.known(&open.sqlite, &sql);
            if statement.is_some_and(|known| known.writes) && !open.may_write() {
                open.permit = runtime.block_on(shared.turn_to_write(PATIENCE));
                if open.permit.is_none() {
                    drop(open);
                    return run(Err(locked()), &sql)();
                }
            }
            let since = Instant::now();
            let then = run(Ok(&open), &sql);
            shared.note(&sql, since.elapsed() > MOMENT);
            ended(&mut open, shared);
            drop(open);
            then();
        });
        Ok(())
    }

    fn open(&self) -> Result<&Mutex<OpenConnection>, Error> {
        if let Some(opened) = self.0.opened.get() {
            return Ok(opened);
        }
        let open = self.0.database.open().map_err(io_error)?;
        // Two statements may race to open; the loser's connection is dropped.
        Ok(self.0.opened.get_or_init(|| Mutex::new(open)))
    }
}

/// What SQLite says when it looked for its lock for too long.
fn locked() -> Error {
    Error::Io("database is locked".to_owned())
}

/// After a statement: lets the next one write, unless a transaction goes on.
fn ended(open: &mut OpenConnection, shared: &Shared) {
    if open.permit.is_some() && open.sqlite.is_autocommit() {
        open.permit = None;
        shared.checkpoints.wrote();
    }
}

/// A connection stays usable after a panic elsewhere: SQLite keeps its own state whole.
fn lock(connection: &Mutex<OpenConnection>) -> MutexGuard<'_, OpenConnection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
