//! One connection of Spin's SQLite.

use std::cell::Cell as Flag;
use std::time::Duration;

use spin_sdk::sqlite::wit::sqlite::Connection;
use spin_sdk::sqlite::{Error as EngineError, RowResult, Value};

use crate::sql::BoxFuture;
use crate::transaction::within;
use crate::{Cell, Error, Row, Sql};

/// How often a lock met while opening is waited for, 20 ms each time.
const OPENING_TRIES: usize = 250;

/// One connection of Spin's SQLite.
pub struct Spin {
    connection: Connection,
    /// How long a statement may take; none where nobody else can keep it.
    limit: Flag<Option<Duration>>,
}

impl std::fmt::Debug for Spin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Spin")
    }
}

impl Spin {
    /// Opens one, whose statements may take so long each.
    pub(super) async fn open(limit: Option<Duration>) -> Result<Self, Error> {
        Ok(Self {
            connection: Connection::open_async("default".to_owned())
                .await
                .map_err(error)?,
            limit: Flag::new(limit),
        })
    }

    /// How long a statement may take from now on.
    pub(super) fn limit(&self, limit: Option<Duration>) {
        self.limit.set(limit);
    }
}

impl Sql for Spin {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        self.ask(statement, parameters).await
    }
}

impl Spin {
    #[inline(never)]
    fn ask<'a>(
        &'a self,
        statement: &'a str,
        parameters: Vec<Cell>,
    ) -> BoxFuture<'a, Result<Vec<Row>, Error>> {
        let values = parameters.into_iter().map(|cell| match cell {
            Cell::Null => Value::Null,
            Cell::Integer(value) => Value::Integer(value),
            Cell::Real(value) => Value::Real(value),
            Cell::Text(value) => Value::Text(value),
            Cell::Blob(value) => Value::Blob(value),
        });
        let values: Vec<Value> = values.collect();
        let answer = async move {
            let running = self.connection.execute_async(statement.to_owned(), values);
            let (_, rows, outcome) = running.await.map_err(error)?;
            // Only a drained answer has released its connection, and only its
            // end tells whether the statement succeeded.
            let rows = rows.collect().await;
            outcome.await.map_err(error)?;
            Ok(rows.into_iter().map(row).collect())
        };
        Box::pin(async move {
            match self.limit.get() {
                Some(limit) => within(spin_sdk::time::sleep(limit), answer).await,
                None => answer.await,
            }
        })
    }
}

fn row(row: RowResult) -> Row {
    let cells = row.values.into_iter().map(|value| match value {
        Value::Null => Cell::Null,
        Value::Integer(value) => Cell::Integer(value),
        Value::Real(value) => Cell::Real(value),
        Value::Text(value) => Cell::Text(value),
        Value::Blob(value) => Cell::Blob(value),
    });
    Row(cells.collect())
}

fn error(error: EngineError) -> Error {
    match error {
        EngineError::Io(text) => Error::from_engine(text),
        // libSQL's client could not be made.
        EngineError::InvalidConnection => Error::Closed(error.to_string()),
        other => Error::Database(other.to_string()),
    }
}

/// Switches a file to WAL, where it stays. Asking first keeps the lock out of
/// every later start.
pub(super) async fn write_ahead(connection: &Spin) -> Result<(), Error> {
    // Not by holding the instance: SQLite takes the question for a change, which may wait for
    // a transaction of this same instance.
    let mut mode = connection.query("PRAGMA journal_mode", vec![]).await;
    for _ in 0..OPENING_TRIES {
        match mode {
            Ok(mut rows) => {
                let wal = rows.first_mut().map(|row| row.text(0));
                if wal == Some(Ok("wal".to_owned())) {
                    return Ok(());
                }
            }
            // Two instances that switch a new file at the same time fail at
            // once instead of waiting, so waiting is done here.
            Err(Error::Busy) => spin_sdk::time::sleep(Duration::from_millis(20)).await,
            Err(error @ (Error::Closed(_) | Error::Lost(_))) => return Err(error),
            // libSQL over HTTP has its own journal and refuses the question.
            Err(_) => return Ok(()),
        }
        mode = connection.query("PRAGMA journal_mode = WAL", vec![]).await;
    }
    Err(Error::Busy)
}
