//! The one door to the database: a statement with its parameters in, rows out.
//!
//! Two things stand behind it: Spin's SQLite inside a component ([`crate::spin`])
//! and rusqlite in tests and tools ([`crate::native`]). A value of a type that
//! implements [`Sql`] is one connection, and its user has it to itself.

use std::future::Future;
use std::pin::Pin;

use crate::Error;

/// A future behind a pointer. The compiler copies the body of an `async fn` into each
/// unit of code that awaits it; a boxed one is awaited by address.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// One value in a row or one parameter of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// SQL NULL.
    Null,
    /// A 64-bit integer.
    Integer(i64),
    /// A double.
    Real(f64),
    /// UTF-8 text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<Vec<u8>> for Cell {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of an answer, read by position.
#[derive(Debug)]
pub struct Row(pub Vec<Cell>);

impl Row {
    /// The integer in column `index`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the column is something else.
    pub fn integer(&self, index: usize) -> Result<i64, Error> {
        match self.0.get(index) {
            Some(Cell::Integer(value)) => Ok(*value),
            other => Err(unexpected("an integer", index, other)),
        }
    }

    /// The text in column `index`, taken out of the row.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the column is something else.
    pub fn text(&mut self, index: usize) -> Result<String, Error> {
        match self.0.get_mut(index) {
            Some(Cell::Text(value)) => Ok(std::mem::take(value)),
            other => Err(unexpected("text", index, other.as_deref())),
        }
    }

    /// The text in column `index`, or none where it is NULL.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the column is something else.
    pub fn optional_text(&mut self, index: usize) -> Result<Option<String>, Error> {
        match self.0.get(index) {
            Some(Cell::Null) => Ok(None),
            _ => self.text(index).map(Some),
        }
    }

    /// The integer in column `index`, or none where it is NULL.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the column is something else.
    pub fn optional_integer(&self, index: usize) -> Result<Option<i64>, Error> {
        match self.0.get(index) {
            Some(Cell::Null) => Ok(None),
            _ => self.integer(index).map(Some),
        }
    }

    /// The bytes in column `index`, taken out of the row.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when the column is something else.
    pub fn blob(&mut self, index: usize) -> Result<Vec<u8>, Error> {
        match self.0.get_mut(index) {
            Some(Cell::Blob(value)) => Ok(std::mem::take(value)),
            other => Err(unexpected("bytes", index, other.as_deref())),
        }
    }
}

fn unexpected(wanted: &str, index: usize, found: Option<&Cell>) -> Error {
    let found = match found {
        None => "nothing",
        Some(Cell::Null) => "NULL",
        Some(Cell::Integer(_)) => "an integer",
        Some(Cell::Real(_)) => "a real",
        Some(Cell::Text(_)) => "text",
        Some(Cell::Blob(_)) => "bytes",
    };
    Error::Corrupt(format!("column {index} holds {found}, not {wanted}"))
}

/// One connection to the database.
pub trait Sql {
    /// Runs one statement and gives all its rows. Only the first statement of
    /// `statement` counts; `parameters` stand for `?1`, `?2`, ….
    ///
    /// # Errors
    /// [`Error::Busy`] when the database stayed locked, [`Error::Closed`] and
    /// [`Error::Lost`] when it can't be reached or broke off, [`Error::Stale`] when a
    /// guard of the statement refused it, [`Error::Conflict`] when a constraint did,
    /// otherwise [`Error::Database`].
    fn query(
        &self,
        statement: &str,
        parameters: Vec<Cell>,
    ) -> impl Future<Output = Result<Vec<Row>, Error>>;
}

impl<S: Sql> Sql for &S {
    fn query(
        &self,
        statement: &str,
        parameters: Vec<Cell>,
    ) -> impl Future<Output = Result<Vec<Row>, Error>> {
        S::query(self, statement, parameters)
    }
}

/// What lends connections. Short work and long work don't wait for each other.
pub trait Lend {
    /// A connection, until it is dropped.
    type Loan<'a>: Sql
    where
        Self: 'a;

    /// One for short work.
    ///
    /// # Errors
    /// What opening a connection meets.
    fn lend(&self) -> impl Future<Output = Result<Self::Loan<'_>, Error>>;

    /// One for a slice of long work: a statement or a few.
    ///
    /// # Errors
    /// What opening a connection meets.
    fn lend_slice(&self) -> impl Future<Output = Result<Self::Loan<'_>, Error>>;
}

/// The only connection there is, lent to anyone who asks: for tests and tools, and
/// inside a transaction.
#[derive(Debug)]
pub struct SoleConnection<'a, S>(pub &'a S);

impl<S: Sql> Lend for SoleConnection<'_, S> {
    type Loan<'b>
        = &'b S
    where
        Self: 'b;

    async fn lend(&self) -> Result<&S, Error> {
        Ok(self.0)
    }

    async fn lend_slice(&self) -> Result<&S, Error> {
        Ok(self.0)
    }
}
