//! Statements on a connection, and what a component reads of how they went.

use futures_util::TryStreamExt as _;
use mysql_async::{Conn, Params, prelude::Queryable as _};
use tokio::sync::{mpsc, oneshot};

use super::{Connection, value};
use crate::bindings::mysql::{Column, DbValue, Error, ParameterValue};

/// Bytes of all rows of a result: Spin's limit for what a host keeps for a component, which
/// counts here what was read already.
const MAX_RESULT_BYTES: usize = 128 << 20;

/// Rows that may wait between the driver and the component.
const ROWS_IN_FLIGHT: usize = 4;

/// A query at work.
pub struct RunningQuery {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, in order.
    pub rows: mpsc::Receiver<Vec<DbValue>>,
    /// Comes after the last row: whether all went well.
    pub outcome: oneshot::Receiver<Result<(), Error>>,
}

impl Connection {
    /// Runs a statement whose result isn't wanted.
    ///
    /// # Errors
    /// `query-failed`.
    pub async fn execute(
        &self,
        statement: &str,
        parameters: Vec<ParameterValue>,
    ) -> Result<(), Error> {
        let mut connection = self.0.lock().await;
        let done = connection.exec_drop(statement, bound(parameters)).await;
        done.map_err(|error| query_failed(&error))
    }

    /// Starts a query and returns when its columns are known.
    ///
    /// # Errors
    /// `other`, without the reason, if the server fails the statement: as on Spin.
    pub async fn start(
        &self,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> Result<RunningQuery, Error> {
        self.start_within(statement, parameters, MAX_RESULT_BYTES)
            .await
    }

    pub(super) async fn start_within(
        &self,
        statement: String,
        parameters: Vec<ParameterValue>,
        limit: usize,
    ) -> Result<RunningQuery, Error> {
        let (columns_to, columns) = oneshot::channel();
        let (rows_to, rows) = mpsc::channel(ROWS_IN_FLIGHT);
        let (outcome_to, outcome) = oneshot::channel();
        let connection = self.0.clone();
        let parameters = bound(parameters);
        tokio::spawn(async move {
            let mut connection = connection.lock().await;
            let done = send_rows(
                &mut connection,
                &statement,
                parameters,
                limit,
                columns_to,
                &rows_to,
            )
            .await;
            // The component may have dropped what would have read it.
            drop(outcome_to.send(done));
        });
        let columns = columns
            .await
            .map_err(|error| Error::Other(format!("async error: {error}")))?;
        Ok(RunningQuery {
            columns,
            rows,
            outcome,
        })
    }
}

fn bound(parameters: Vec<ParameterValue>) -> Params {
    Params::Positional(parameters.into_iter().map(value::parameter).collect())
}

/// Sends rows as they come, until all are sent.
async fn send_rows(
    connection: &mut Conn,
    statement: &str,
    parameters: Params,
    limit: usize,
    columns_to: oneshot::Sender<Vec<Column>>,
    rows_to: &mpsc::Sender<Vec<DbValue>>,
) -> Result<(), Error> {
    let started = connection.exec_iter(statement, parameters).await;
    let mut result = started.map_err(|error| query_failed(&error))?;
    let columns: Vec<Column> = result.columns_ref().iter().map(value::column).collect();
    // Nobody may wait for them any more.
    drop(columns_to.send(columns.clone()));
    let rows = result
        .stream::<mysql_async::Row>()
        .await
        .map_err(|error| other(&error))?;
    let mut rows = rows.ok_or_else(|| Error::Other("unable to stream query result".to_owned()))?;
    let mut size = 0;
    while let Some(row) = rows.try_next().await.map_err(|error| other(&error))? {
        let row = value::values(row, &columns)?;
        size += value::size(&row);
        if size > limit {
            let text = format!("query result exceeds limit of {limit} bytes");
            return Err(Error::Other(text));
        }
        let sent = rows_to.send(row).await;
        sent.map_err(|error| Error::Other(format!("async error: {error}")))?;
    }
    Ok(())
}

fn query_failed(error: &mysql_async::Error) -> Error {
    Error::QueryFailed(format!("{error:?}"))
}

fn other(error: &mysql_async::Error) -> Error {
    Error::Other(error.to_string())
}
