//! Statements on a connection, and what a component reads of how they went.

use std::pin::pin;

use futures_util::StreamExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::{Row, RowStream, error::DbError};

use super::{Connection, parameter::parameters, value};
use crate::bindings::postgres::{
    Column, DbError as WitDbError, DbValue, Error, ParameterValue, QueryError, RowSet,
};

/// Bytes of one row, or of one whole result of the blocking `query`: Spin's limit for what
/// a host keeps for a component.
const MAX_RESULT_BYTES: usize = 128 << 20;

/// Rows that may wait between the driver and the component.
const ROWS_IN_FLIGHT: usize = 4;

/// A query at work.
pub struct RunningQuery {
    /// The columns; none if there is no row.
    pub columns: Vec<Column>,
    /// The rows, in order.
    pub rows: mpsc::Receiver<Vec<DbValue>>,
    /// Comes after the last row: whether all went well.
    pub outcome: oneshot::Receiver<Result<(), Error>>,
}

impl Connection {
    /// Runs a statement and returns how many rows it touched.
    ///
    /// # Errors
    /// `value-conversion-failed` for a parameter that can't be sent; `query-failed`.
    pub async fn execute(&self, statement: &str, values: &[ParameterValue]) -> Result<u64, Error> {
        let unfit = |error| Error::ValueConversionFailed(format!("{error:?}"));
        let parameters = parameters(values).map_err(unfit)?;
        let done = self.client().execute_raw(statement, parameters).await;
        done.map_err(|error| query_failed(&error))
    }

    /// Runs a statement and returns every row.
    ///
    /// # Errors
    /// As for [`start`](Self::start). What fails after the first row, and a result over the
    /// limit, is `query-failed` with a text.
    pub async fn query(&self, statement: &str, values: &[ParameterValue]) -> Result<RowSet, Error> {
        self.collect(statement, values, MAX_RESULT_BYTES).await
    }

    pub(super) async fn collect(
        &self,
        statement: &str,
        values: &[ParameterValue],
        limit: usize,
    ) -> Result<RowSet, Error> {
        let mut result = RowSet {
            columns: Vec::new(),
            rows: Vec::new(),
        };
        let mut size = size_of::<RowSet>();
        let mut stream = pin!(self.stream(statement, values).await?);
        while let Some(row) = stream.next().await {
            let row = row.map_err(|error| query_failed(&error));
            let row = row.and_then(|row| {
                if result.rows.is_empty() {
                    result.columns = value::columns(&row);
                }
                read(&row)
            });
            // The error of a row is known as text here, also where the server said it.
            let row = row.map_err(|error| text(format!("{error}")))?;
            size += value::size(&row);
            if size > limit {
                return Err(over(limit));
            }
            result.rows.push(row);
        }
        Ok(result)
    }

    /// Starts a query and returns when its first row is there, or its end.
    ///
    /// # Errors
    /// `bad-parameter` for a parameter that can't be sent; `query-failed` for what the server
    /// says before it runs the statement. What it says later is the outcome.
    pub async fn start(
        &self,
        statement: &str,
        values: &[ParameterValue],
    ) -> Result<RunningQuery, Error> {
        self.start_within(statement, values, MAX_RESULT_BYTES).await
    }

    pub(super) async fn start_within(
        &self,
        statement: &str,
        values: &[ParameterValue],
        limit: usize,
    ) -> Result<RunningQuery, Error> {
        let stream = self.stream(statement, values).await?;
        let (columns_to, columns) = oneshot::channel();
        let (rows_to, rows) = mpsc::channel(ROWS_IN_FLIGHT);
        let (outcome_to, outcome) = oneshot::channel();
        // Kept until the rows are read: the next one to have the connection would wait for them.
        let connection = self.clone();
        tokio::spawn(async move {
            let done = send_rows(stream, limit, columns_to, rows_to).await;
            drop(connection);
            // The component may have dropped what would have read it.
            drop(outcome_to.send(done));
        });
        Ok(RunningQuery {
            // Without a row the sender is dropped.
            columns: columns.await.unwrap_or_default(),
            rows,
            outcome,
        })
    }

    async fn stream(&self, statement: &str, values: &[ParameterValue]) -> Result<RowStream, Error> {
        let unfit = |error| Error::BadParameter(format!("{error:?}"));
        let parameters = parameters(values).map_err(unfit)?;
        let started = self.client().query_raw(statement, parameters).await;
        started.map_err(|error| query_failed(&error))
    }
}

/// Sends rows as they come, until all are sent or the component wants no more.
async fn send_rows(
    stream: RowStream,
    limit: usize,
    columns_to: oneshot::Sender<Vec<Column>>,
    rows_to: mpsc::Sender<Vec<DbValue>>,
) -> Result<(), Error> {
    let mut stream = pin!(stream);
    let mut columns_to = Some(columns_to);
    loop {
        let row = tokio::select! {
            biased;
            // A component that reads no further ends the query, and that is no error.
            () = rows_to.closed() => return Ok(()),
            row = stream.next() => row,
        };
        let Some(row) = row else { return Ok(()) };
        let row = row.map_err(|error| query_failed(&error))?;
        if let Some(columns_to) = columns_to.take() {
            // As above.
            drop(columns_to.send(value::columns(&row)));
        }
        let row = read(&row)?;
        if value::size(&row) > limit {
            return Err(over(limit));
        }
        let sent = rows_to.send(row).await;
        sent.map_err(|error| text(format!("async error: {error}")))?;
    }
}

fn read(row: &Row) -> Result<Vec<DbValue>, Error> {
    value::values(row).map_err(|error| text(format!("{error:?}")))
}

fn over(limit: usize) -> Error {
    text(format!("query result exceeds limit of {limit} bytes"))
}

fn text(text: String) -> Error {
    Error::QueryFailed(QueryError::Text(text))
}

fn query_failed(error: &tokio_postgres::Error) -> Error {
    let all = format!("{error:?}");
    Error::QueryFailed(match error.as_db_error() {
        None => QueryError::Text(all),
        Some(said) => QueryError::DbError(WitDbError {
            as_text: all,
            severity: said.severity().to_owned(),
            code: said.code().code().to_owned(),
            message: said.message().to_owned(),
            detail: said.detail().map(str::to_owned),
            extras: extras(said),
        }),
    })
}

/// What else the server said, by the names that Spin gives it.
fn extras(said: &DbError) -> Vec<(String, String)> {
    let line = said.line().map(|line| line.to_string());
    let parts = [
        ("column", said.column()),
        ("constraint", said.constraint()),
        ("routine", said.routine()),
        ("hint", said.hint()),
        ("table", said.table()),
        ("datatype", said.datatype()),
        ("schema", said.schema()),
        ("file", said.file()),
        ("line", line.as_deref()),
        ("where_", said.where_()),
    ];
    let given = parts
        .into_iter()
        .filter_map(|(name, part)| Some((name, part?)));
    given
        .map(|(name, part)| (name.to_owned(), part.to_owned()))
        .collect()
}
