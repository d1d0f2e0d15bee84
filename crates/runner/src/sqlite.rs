//! SQLite as Spin gives it: one file, a connection of its own for each `open`.
//!
//! What a component can observe is Spin's: the file opens at the first
//! statement; statements run on blocking threads, at most one at a time per
//! connection; rows go through a channel of four, so an undrained result keeps
//! its connection busy; ATTACH (and with it VACUUM INTO) of files is denied.
//! rusqlite's defaults are Spin's too: 5 s busy timeout, foreign keys on, 16
//! cached statements, SQLite's own journal mode and `synchronous`.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use rusqlite::{
    hooks::{AuthAction, AuthContext, Authorization},
    types::{Value as SqlValue, ValueRef},
};
use tokio::sync::{mpsc, oneshot};

use crate::bindings::sqlite::{Error, QueryResult, RowResult, Value};

/// The only label that needs no configuration in Spin.
pub const DEFAULT_LABEL: &str = "default";

/// Spin's name for the file in the state directory.
pub const FILE_NAME: &str = "sqlite_db.db";

/// Bytes of one row, or of one whole result of the blocking `execute`.
const MAX_RESULT_BYTES: usize = 128 << 20;

/// Rows that may wait between SQLite and the component.
const ROWS_IN_FLIGHT: usize = 4;

/// A connection handed to a component. Clones share it.
#[derive(Clone)]
pub struct Connection {
    path: Arc<Path>,
    opened: Arc<OnceLock<Arc<Mutex<rusqlite::Connection>>>>,
}

/// A statement at work: its columns are known, its rows are on their way.
pub struct RunningStatement {
    /// Column names; empty if the statement could not be prepared.
    pub columns: Vec<String>,
    /// The rows, in order.
    pub rows: mpsc::Receiver<RowResult>,
    /// Comes after the last row: whether all went well.
    pub outcome: oneshot::Receiver<Result<(), Error>>,
}

impl Connection {
    /// A connection to the file at `path`, which opens at the first statement.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path: path.into(),
            opened: Arc::default(),
        }
    }

    /// Starts a statement and returns once its columns are known.
    pub async fn start(
        &self,
        sql: String,
        parameters: Vec<Value>,
    ) -> Result<RunningStatement, Error> {
        let connection = self.open()?;
        let (columns_to, columns) = oneshot::channel();
        let (rows_to, rows) = mpsc::channel(ROWS_IN_FLIGHT);
        let (outcome_to, outcome) = oneshot::channel();
        tokio::task::spawn_blocking(move || {
            let connection = lock(&connection);
            // Nobody waits any more if the receivers are gone: that is no error here.
            let _ = outcome_to.send(stream(&connection, &sql, parameters, columns_to, &rows_to));
        });
        // Dropped without a send means that the statement was never prepared;
        // then the outcome says why.
        let columns = columns.await.unwrap_or_default();
        Ok(RunningStatement {
            columns,
            rows,
            outcome,
        })
    }

    /// Runs a statement to its end and returns every row.
    pub async fn execute(&self, sql: String, parameters: Vec<Value>) -> Result<QueryResult, Error> {
        let connection = self.open()?;
        blocking(move || collect(&lock(&connection), &sql, parameters)).await?
    }

    /// Rows changed by the last INSERT, UPDATE or DELETE.
    pub async fn changes(&self) -> Result<u64, Error> {
        let connection = self.open()?;
        blocking(move || lock(&connection).changes()).await
    }

    /// Row id of the last insert.
    pub async fn last_insert_rowid(&self) -> Result<i64, Error> {
        let connection = self.open()?;
        blocking(move || lock(&connection).last_insert_rowid()).await
    }

    fn open(&self) -> Result<Arc<Mutex<rusqlite::Connection>>, Error> {
        if let Some(connection) = self.opened.get() {
            return Ok(connection.clone());
        }
        let connection = open_file(&self.path).map_err(io_error)?;
        // Two statements may race to open; the loser's connection is dropped.
        Ok(self
            .opened
            .get_or_init(|| Arc::new(Mutex::new(connection)))
            .clone())
    }
}

/// Opens the file with what Spin forbids forbidden.
fn open_file(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(path)?;
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        // The empty name and :memory: reach no file; VACUUM itself uses the former.
        AuthAction::Attach { filename } if !matches!(filename, "" | ":memory:") => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }));
    Ok(connection)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::Io(e.to_string()))
}

/// A connection stays usable after a panic elsewhere: SQLite keeps its own state whole.
fn lock(connection: &Mutex<rusqlite::Connection>) -> MutexGuard<'_, rusqlite::Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn stream(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: Vec<Value>,
    columns_to: oneshot::Sender<Vec<String>>,
    rows_to: &mpsc::Sender<RowResult>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(sql).map_err(io_error)?;
    let columns = column_names(&statement);
    let width = columns.len();
    columns_to
        .send(columns)
        .map_err(|_| Error::Io("the component is gone".to_owned()))?;
    let mut rows = statement
        .query(rusqlite::params_from_iter(bind(parameters)))
        .map_err(io_error)?;
    while let Some(row) = rows.next().map_err(io_error)? {
        let (row, size) = read_row(row, width)?;
        check_size(size)?;
        rows_to
            .blocking_send(row)
            .map_err(|_| Error::Io("the rows were not read to the end".to_owned()))?;
    }
    Ok(())
}

fn collect(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: Vec<Value>,
) -> Result<QueryResult, Error> {
    let mut statement = connection.prepare_cached(sql).map_err(io_error)?;
    let columns = column_names(&statement);
    let mut rows = statement
        .query(rusqlite::params_from_iter(bind(parameters)))
        .map_err(io_error)?;
    let mut result = Vec::new();
    let mut total = 0usize;
    while let Some(row) = rows.next().map_err(io_error)? {
        let (row, size) = read_row(row, columns.len())?;
        total = total.saturating_add(size);
        check_size(total)?;
        result.push(row);
    }
    Ok(QueryResult {
        columns,
        rows: result,
    })
}

fn column_names(statement: &rusqlite::Statement<'_>) -> Vec<String> {
    let names = statement.column_names();
    names.into_iter().map(str::to_owned).collect()
}

fn check_size(bytes: usize) -> Result<(), Error> {
    if bytes <= MAX_RESULT_BYTES {
        return Ok(());
    }
    Err(Error::Io(format!(
        "query result exceeds limit of {MAX_RESULT_BYTES} bytes"
    )))
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
            .saturating_add(match &value {
                Value::Text(text) => text.len(),
                Value::Blob(bytes) => bytes.len(),
                Value::Integer(_) | Value::Real(_) | Value::Null => 0,
            });
        values.push(value);
    }
    Ok((RowResult { values }, size))
}

fn bind(parameters: Vec<Value>) -> impl Iterator<Item = SqlValue> {
    parameters.into_iter().map(|value| match value {
        Value::Null => SqlValue::Null,
        Value::Integer(i) => SqlValue::Integer(i),
        Value::Real(f) => SqlValue::Real(f),
        Value::Text(text) => SqlValue::Text(text),
        Value::Blob(bytes) => SqlValue::Blob(bytes),
    })
}

fn io_error(error: rusqlite::Error) -> Error {
    Error::Io(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> (Connection, PathBuf) {
        let dir = crate::scratch::dir("sqlite");
        (Connection::new(dir.join(FILE_NAME)), dir)
    }

    async fn run(connection: &Connection, sql: &str) -> Result<Vec<Vec<Value>>, Error> {
        let mut running = connection.start(sql.to_owned(), Vec::new()).await?;
        let mut rows = Vec::new();
        while let Some(row) = running.rows.recv().await {
            rows.push(row.values);
        }
        running.outcome.await.expect("the outcome always comes")?;
        Ok(rows)
    }

    fn only_integer(rows: Vec<Vec<Value>>) -> i64 {
        match rows.as_slice() {
            [row] => match row.as_slice() {
                [Value::Integer(i)] => *i,
                _ => panic!("not one integer"),
            },
            _ => panic!("not one row"),
        }
    }

    #[tokio::test]
    async fn has_spins_defaults() {
        let (connection, _dir) = connection();
        for (pragma, value) in [
            ("foreign_keys", 1),
            ("busy_timeout", 5000),
            ("synchronous", 2),
            ("cache_size", -2000),
        ] {
            let rows = run(&connection, &format!("PRAGMA {pragma}")).await.unwrap();
            assert_eq!(only_integer(rows), value, "{pragma}");
        }
        let rows = run(&connection, "PRAGMA journal_mode").await.unwrap();
        assert!(matches!(&rows[0][0], Value::Text(mode) if mode == "delete"));
    }

    #[tokio::test]
    async fn files_can_be_neither_attached_nor_written() {
        let (connection, dir) = connection();
        let other = dir.join("other.db");
        for sql in [
            format!("ATTACH '{}' AS o", other.display()),
            format!("ATTACH 'file:{}?mode=rwc' AS o", other.display()),
            format!("VACUUM INTO '{}'", other.display()),
        ] {
            let error = run(&connection, &sql).await.unwrap_err();
            assert!(
                matches!(&error, Error::Io(text) if text.contains("authoriz")),
                "{sql}: {error:?}"
            );
        }
        assert!(!other.exists());
        run(&connection, "ATTACH ':memory:' AS m").await.unwrap();
        run(&connection, "VACUUM").await.unwrap();
        assert!(
            run(&connection, "SELECT load_extension('x')")
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn values_come_back_as_they_went() {
        let (connection, _dir) = connection();
        let sent = vec![
            Value::Null,
            Value::Integer(i64::MIN),
            Value::Real(0.1),
            Value::Text("é".to_owned()),
            Value::Blob(vec![0, 255]),
        ];
        let result = connection
            .execute("SELECT ? a, ?, ?, ?, ?".to_owned(), sent)
            .await
            .unwrap();
        assert_eq!(result.columns[0], "a");
        assert!(matches!(
            result.rows[0].values.as_slice(),
            [Value::Null, Value::Integer(i64::MIN), Value::Real(r), Value::Text(t), Value::Blob(b)]
                if *r == 0.1 && t == "é" && b == &[0, 255]
        ));
        let error = run(&connection, "SELECT CAST(x'ff' AS TEXT)").await;
        assert!(matches!(error, Err(Error::Io(_))));
    }

    #[tokio::test]
    async fn an_error_in_mid_result_comes_after_the_rows() {
        let (connection, _dir) = connection();
        let mut running = connection
            .start(
                "SELECT abs(column1) FROM (VALUES (1), (-9223372036854775808))".to_owned(),
                Vec::new(),
            )
            .await
            .unwrap();
        assert!(running.rows.recv().await.is_some());
        assert!(running.rows.recv().await.is_none());
        assert!(running.outcome.await.unwrap().is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_undrained_result_keeps_the_connection_until_it_is_dropped() {
        let (connection, _dir) = connection();
        let running = connection
            .start(
                "SELECT * FROM (VALUES (1),(2),(3),(4),(5),(6),(7))".to_owned(),
                Vec::new(),
            )
            .await
            .unwrap();
        let waited = tokio::time::timeout(
            std::time::Duration::from_millis(100),
            run(&connection, "SELECT 1"),
        );
        assert!(waited.await.is_err());
        drop(running);
        assert_eq!(only_integer(run(&connection, "SELECT 1").await.unwrap()), 1);
    }

    #[tokio::test]
    async fn dropping_a_connection_rolls_back() {
        let (first, dir) = connection();
        run(&first, "CREATE TABLE t (x)").await.unwrap();
        run(&first, "BEGIN IMMEDIATE").await.unwrap();
        run(&first, "INSERT INTO t VALUES (1)").await.unwrap();
        drop(first);
        let second = Connection::new(dir.join(FILE_NAME));
        let rows = run(&second, "SELECT count(*) FROM t").await.unwrap();
        assert_eq!(only_integer(rows), 0);
    }
}
