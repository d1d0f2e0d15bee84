//! One statement on one connection of SQLite: its values in, its rows out.

use rusqlite::{
    ToSql,
    types::{ToSqlOutput, ValueRef},
};
use tokio::sync::{mpsc, oneshot};

use crate::bindings::sqlite::{Error, QueryResult, RowResult, Value};

/// Bytes of one row, or of one whole result of the blocking `execute`.
pub const MAX_RESULT_BYTES: usize = 128 << 20;

/// Sends rows as they come, until all are read or nobody wants more.
pub fn stream(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: &[Value],
    columns_to: oneshot::Sender<Vec<String>>,
    rows_to: &mpsc::Sender<RowResult>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(sql).map_err(io_error)?;
    let columns = column_names(&statement);
    let width = columns.len();
    columns_to
        .send(columns)
        .map_err(|_| Error::Io("the component is gone".to_owned()))?;
    let mut rows = statement.query(bound(parameters)).map_err(io_error)?;
    while let Some(row) = rows.next().map_err(io_error)? {
        let (row, size) = read_row(row, width)?;
        check_size(size)?;
        rows_to
            .blocking_send(row)
            .map_err(|_| Error::Io("the rows were not read to the end".to_owned()))?;
    }
    Ok(())
}

/// All rows of a statement, and how it ended: rows may come before an error.
pub struct Answer {
    /// Column names; empty if the statement could not be prepared.
    pub columns: Vec<String>,
    /// The rows, in order.
    pub rows: Vec<RowResult>,
    /// Whether all went well.
    pub outcome: Result<(), Failure>,
}

impl Answer {
    /// The rows, if all went well.
    pub fn result(self) -> Result<QueryResult, Error> {
        self.outcome.map_err(Error::from)?;
        Ok(QueryResult {
            columns: self.columns,
            rows: self.rows,
        })
    }
}

/// Reads all rows, of so many bytes at the most.
pub fn collect(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: &[Value],
    most: usize,
) -> Answer {
    let mut done = Answer {
        columns: Vec::new(),
        rows: Vec::new(),
        outcome: Ok(()),
    };
    done.outcome = read(connection, sql, parameters, most, &mut done);
    done
}

fn read(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: &[Value],
    most: usize,
    done: &mut Answer,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    done.columns = column_names(&statement);
    let mut rows = statement.query(bound(parameters))?;
    let mut total = 0usize;
    while let Some(row) = rows.next()? {
        let (row, size) = read_row(row, done.columns.len())?;
        total = total.saturating_add(size);
        if total > most {
            return Err(Failure::Large);
        }
        done.rows.push(row);
    }
    Ok(())
}

/// Why a statement's rows could not be read.
pub enum Failure {
    /// SQLite's error.
    Sqlite(rusqlite::Error),
    /// A row that can't be handed on.
    Row(Error),
    /// The rows have more bytes than were asked for.
    Large,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Row(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Sqlite(error) => io_error(error),
            Failure::Row(error) => error,
            Failure::Large => too_large(),
        }
    }
}

/// SQLite's error as components get it from Spin.
pub fn io_error(error: rusqlite::Error) -> Error {
    Error::Io(error.to_string())
}

fn column_names(statement: &rusqlite::Statement<'_>) -> Vec<String> {
    let names = statement.column_names();
    names.into_iter().map(str::to_owned).collect()
}

fn check_size(bytes: usize) -> Result<(), Error> {
    if bytes <= MAX_RESULT_BYTES {
        return Ok(());
    }
    Err(too_large())
}

fn too_large() -> Error {
    Error::Io(format!(
        "query result exceeds limit of {MAX_RESULT_BYTES} bytes"
    ))
}

/// Reads one row, and its size in bytes.
fn read_row(row: &rusqlite::Row<'_>, width: usize) -> Result<(RowResult, usize), Error> {
    let mut values = Vec::with_capacity(width);
    let mut size = 0usize;
    for column in 0..width {
        let value = match row.get_ref(column).map_err(io_error)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(i) => Value::Integer(i),
            ValueRef::Real(f) => Value::Real(f),
            // Text that isn't UTF-8 makes Spin panic; here it is the statement's error.
            ValueRef::Text(bytes) => Value::Text(
                str::from_utf8(bytes)
                    .map_err(|e| Error::Io(format!("column {column}: {e}")))?
                    .to_owned(),
            ),
            ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        };
        size = size
            .saturating_add(size_of::<Value>())
            .saturating_add(value_size(&value));
        values.push(value);
    }
    Ok((RowResult { values }, size))
}

/// Bytes of a value beside its place in a row.
pub fn value_size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
        Value::Integer(_) | Value::Real(_) | Value::Null => 0,
    }
}

/// A parameter, which SQLite copies.
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(i) => ValueRef::Integer(*i),
            Value::Real(f) => ValueRef::Real(*f),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn bound(parameters: &[Value]) -> impl rusqlite::Params {
    rusqlite::params_from_iter(parameters.iter().map(Bound))
}
