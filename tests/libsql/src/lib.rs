//! The store's connection on libSQL's engine, in this process: so that its
//! tests show that every statement runs there too (Turso and other hosts of
//! libSQL have this engine behind them).
//!
//! What reaches the engine is what the client of a libSQL server sends there:
//! each statement goes through the client's parser first ([`client::sent`]).

#![forbid(unsafe_code)]

#[path = "../../../crates/store/tests/shared/client.rs"]
mod client;

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use libsql::Value;

use roster_store::{Cell, Error, Row, Sql};

/// A connection of its own to a database file.
pub struct Connection {
    connection: libsql::Connection,
    /// Closed after its connection.
    _database: libsql::Database,
}

impl Connection {
    /// Opens or creates the file, with Spin's settings: a busy timeout of 5 s,
    /// foreign keys on.
    ///
    /// # Errors
    /// [`Error::Database`] when the file can't be opened.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let opening = libsql::Builder::new_local(path).build();
        let database = opening.await.map_err(error)?;
        let connection = database.connect().map_err(error)?;
        connection
            .busy_timeout(Duration::from_secs(5))
            .map_err(error)?;
        let opened = Self {
            connection,
            _database: database,
        };
        opened.query("PRAGMA foreign_keys = ON", vec![]).await?;
        Ok(opened)
    }
}

impl Sql for Connection {
    async fn query(
        &self,
        statement: &str,
        parameters: Vec<Cell>,
    ) -> Result<Vec<Row>, Error> {
        let parameters: Vec<Value> = parameters
            .into_iter()
            .map(|cell| match cell {
                Cell::Null => Value::Null,
                Cell::Integer(value) => Value::Integer(value),
                Cell::Real(value) => Value::Real(value),
                Cell::Text(value) => Value::Text(value),
                Cell::Blob(value) => Value::Blob(value),
            })
            .collect();
        let statement = sent(statement)?;
        let statement = self.connection.prepare(&statement).await.map_err(error)?;
        let mut rows = statement.query(parameters).await.map_err(error)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().await.map_err(error)? {
            let cells = (0..row.column_count()).map(|index| {
                Ok(match row.get_value(index).map_err(error)? {
                    Value::Null => Cell::Null,
                    Value::Integer(value) => Cell::Integer(value),
                    Value::Real(value) => Cell::Real(value),
                    Value::Text(value) => Cell::Text(value),
                    Value::Blob(value) => Cell::Blob(value),
                })
            });
            all.push(Row(cells.collect::<Result<_, Error>>()?));
        }
        Ok(all)
    }
}

thread_local! {
    /// What statements leave the client as: reading one takes it longer than most take to run.
    static SENT: RefCell<HashMap<String, String>> = RefCell::default();
}

fn sent(statement: &str) -> Result<String, Error> {
    SENT.with_borrow_mut(|sent| {
        if let Some(known) = sent.get(statement) {
            return Ok(known.clone());
        }
        let leaves = client::sent(statement)?.into_owned();
        sent.insert(statement.to_owned(), leaves.clone());
        Ok(leaves)
    })
}

fn error(error: libsql::Error) -> Error {
    Error::from_engine(error.to_string())
}
