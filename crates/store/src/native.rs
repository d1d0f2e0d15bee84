//! The store on SQLite in this process, for tests and tools.
//!
//! Set up as Spin does it (5 s busy timeout, foreign keys on) so that what
//! holds here holds in a component.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{Value, ValueRef};

use crate::{Cell, Error, Row, Sql};

/// A connection of its own to a database file.
#[derive(Debug)]
pub struct Native(rusqlite::Connection);

impl Native {
    /// Opens or creates the file.
    ///
    /// # Errors
    /// [`Error::Database`] when the file can't be opened.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::set_up(rusqlite::Connection::open(path).map_err(error)?)
    }

    /// A database in memory, gone with the value.
    ///
    /// # Errors
    /// [`Error::Database`] when SQLite has no memory for it.
    pub fn in_memory() -> Result<Self, Error> {
        Self::set_up(rusqlite::Connection::open_in_memory().map_err(error)?)
    }

    fn set_up(connection: rusqlite::Connection) -> Result<Self, Error> {
        connection
            .busy_timeout(Duration::from_secs(5))
            .map_err(error)?;
        connection
            .pragma_update(None, "foreign_keys", true)
            .map_err(error)?;
        Ok(Self(connection))
    }
}

impl Sql for Native {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        let mut statement = self.0.prepare_cached(statement).map_err(error)?;
        let columns = statement.column_count();
        let parameters = parameters.into_iter().map(|cell| match cell {
            Cell::Null => Value::Null,
            Cell::Integer(value) => Value::Integer(value),
            Cell::Real(value) => Value::Real(value),
            Cell::Text(value) => Value::Text(value),
            Cell::Blob(value) => Value::Blob(value),
        });
        let mut rows = statement
            .query(rusqlite::params_from_iter(parameters))
            .map_err(error)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(error)? {
            let mut cells = Vec::with_capacity(columns);
            for index in 0..columns {
                cells.push(match row.get_ref(index).map_err(error)? {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(value) => Cell::Integer(value),
                    ValueRef::Real(value) => Cell::Real(value),
                    ValueRef::Text(text) => Cell::Text(
                        String::from_utf8(text.to_vec())
                            .map_err(|_| Error::Corrupt("text that is not UTF-8".to_owned()))?,
                    ),
                    ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
                });
            }
            all.push(Row(cells));
        }
        Ok(all)
    }
}

fn error(error: rusqlite::Error) -> Error {
    Error::from_engine(error.to_string())
}
