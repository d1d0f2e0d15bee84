//! What carries statements to a database and rows back.

use std::future::Future;
use std::time::Duration;

/// What opens connections.
pub trait Connect {
    /// A connection.
    type Connection: Connection;

    /// Opens a connection to an address that [`crate::address`] made. `ca` is a certificate in
    /// PEM to trust beside those that the host trusts. `limit` is how long connecting may take;
    /// the wait for others that the host has connect one by one does not count.
    ///
    /// # Errors
    /// [`HostError::Connecting`].
    fn connect(
        &self,
        address: &str,
        ca: Option<&str>,
        limit: Duration,
    ) -> impl Future<Output = Result<Self::Connection, HostError>>;
}

/// An open connection, for one thing at a time.
pub trait Connection {
    /// Rows that come one by one.
    type Rows: Rows;

    /// Does a statement that gives no rows, or whose rows don't matter.
    ///
    /// # Errors
    /// What the database or the way there says.
    fn execute(
        &self,
        statement: &str,
        parameters: &[Parameter],
    ) -> impl Future<Output = Result<(), HostError>>;

    /// Does a statement that gives rows.
    ///
    /// # Errors
    /// What the database or the way there says.
    fn query(
        &self,
        statement: &str,
        parameters: &[Parameter],
    ) -> impl Future<Output = Result<Self::Rows, HostError>>;
}

/// Rows that come one by one.
pub trait Rows {
    /// The columns. PostgreSQL's are known once there is a row.
    fn columns(&self) -> &[Column];

    /// The next row; none at the end.
    ///
    /// # Errors
    /// What the database or the way there says.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<Value>>, HostError>>;
}

/// A column of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What the host makes of its values.
    pub kind: ColumnKind,
}

/// What hosts make of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole numbers with a sign.
    Int,
    /// Whole numbers without.
    Uint,
    /// Fractions.
    Float,
    /// Texts.
    Text,
    /// Bytes.
    Binary,
    /// What hosts can't hand over, unless the database makes text of it.
    Other,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// None.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number without a sign.
    Uint(u64),
    /// A fraction.
    Float(f64),
    /// A fraction of single precision.
    Single(f32),
    /// A text.
    Text(String),
    /// Texts.
    Texts(Vec<Option<String>>),
    /// Anything else.
    Other,
}

/// A value that a statement is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// A whole number.
    Int(i64),
    /// A whole number without a sign.
    Uint(u64),
    /// A text.
    Text(String),
}

/// What went wrong, as hosts say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostError {
    /// No connection came about.
    Connecting(String),
    /// The database refused a statement.
    Query {
        /// Its code, if the host knows it: an SQLSTATE.
        code: Option<String>,
        /// Its words.
        text: String,
    },
    /// Anything else, such as a connection that broke off.
    Other(String),
}
