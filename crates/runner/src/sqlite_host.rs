//! The `spin:sqlite` interface: which component may open what.

use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use crate::{
    bindings::sqlite::{
        Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult, Value,
    },
    host::State,
    sqlite::{Connection, DEFAULT_LABEL, Rows},
    stream::RowProducer,
};

/// Connections one instance may have open at a time, as in Spin.
const MAX_CONNECTIONS: usize = 256;

type Started = (
    Vec<String>,
    StreamReader<RowResult>,
    FutureReader<Result<(), Error>>,
);

impl Host for State {}

impl State {
    fn open_database(
        &mut self,
        label: &str,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        if !self.component().databases.contains(label) {
            return Ok(Err(Error::AccessDenied));
        }
        if label != DEFAULT_LABEL {
            return Ok(Err(Error::NoSuchDatabase));
        }
        if self.connections >= MAX_CONNECTIONS {
            return Ok(Err(Error::Io("too many connections opened".to_owned())));
        }
        let connection = Connection::new(self.component().database.clone());
        let handle = self.table.push(connection)?;
        self.connections += 1;
        Ok(Ok(handle))
    }

    /// Writes a statement down, on a line, where that is asked for.
    fn log(&self, sql: &str) {
        let component = self.component();
        if component.log_statements {
            let words: Vec<&str> = sql.split_whitespace().collect();
            eprintln!("[{}] sql: {}", component.id, words.join(" "));
        }
    }

    fn connection(&self, handle: &Resource<Connection>) -> Result<Connection, Error> {
        self.table
            .get(handle)
            .cloned()
            .map_err(|_| Error::InvalidConnection)
    }
}

impl HostConnection for State {
    async fn open(
        &mut self,
        label: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        self.open_database(&label)
    }

    async fn execute(
        &mut self,
        handle: Resource<Connection>,
        sql: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        self.log(&sql);
        Ok(match self.connection(&handle) {
            Ok(connection) => connection.execute(sql, parameters).await,
            Err(error) => Err(error),
        })
    }

    async fn changes(&mut self, handle: Resource<Connection>) -> wasmtime::Result<u64> {
        Ok(self.connection(&handle)?.changes().await?)
    }

    async fn last_insert_rowid(&mut self, handle: Resource<Connection>) -> wasmtime::Result<i64> {
        Ok(self.connection(&handle)?.last_insert_rowid().await?)
    }

    async fn drop(&mut self, handle: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        self.connections = self.connections.saturating_sub(1);
        Ok(())
    }
}

impl<T: Send> HostConnectionWithStore<T> for HasSelf<State> {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        label: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        accessor.with(|mut access| access.get().open_database(&label))
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        handle: Resource<Connection>,
        sql: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<Started, Error>> {
        let connection = accessor.with(|mut access| {
            let state = access.get();
            state.log(&sql);
            state.connection(&handle)
        });
        let running = match connection {
            Ok(connection) => connection.start(sql, parameters).await,
            Err(error) => Err(error),
        };
        let running = match running {
            Ok(running) => running,
            Err(error) => return Ok(Err(error)),
        };
        accessor.with(|mut access| {
            let (rows, outcome) = match running.rows {
                Rows::Here { rows, outcome } => {
                    let rows = StreamReader::new(&mut access, rows)?;
                    let outcome = std::future::ready(wasmtime::error::Ok(outcome));
                    (rows, FutureReader::new(&mut access, outcome)?)
                }
                Rows::Coming { rows, outcome } => {
                    let rows = StreamReader::new(&mut access, RowProducer(rows))?;
                    let outcome = FutureReader::new(&mut access, async {
                        // Only a panic in SQLite's thread can take the sender away.
                        let lost = |_| Err(Error::Io("the statement was lost".to_owned()));
                        wasmtime::error::Ok(outcome.await.unwrap_or_else(lost))
                    })?;
                    (rows, outcome)
                }
            };
            Ok(Ok((running.columns, rows, outcome)))
        })
    }

    async fn changes_async(
        accessor: &Accessor<T, Self>,
        handle: Resource<Connection>,
    ) -> wasmtime::Result<u64> {
        let connection = accessor.with(|mut access| access.get().connection(&handle))?;
        Ok(connection.changes().await?)
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        handle: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        let connection = accessor.with(|mut access| access.get().connection(&handle))?;
        Ok(connection.last_insert_rowid().await?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{host::ComponentConfig, sqlite::Database};

    fn state(databases: &[&str]) -> State {
        State::new(Arc::new(ComponentConfig {
            databases: databases.iter().map(|label| (*label).to_owned()).collect(),
            database: Database::fast(crate::scratch::dir("host").join(crate::sqlite::FILE_NAME)),
            ..Default::default()
        }))
    }

    #[test]
    fn only_listed_databases_open() {
        assert!(matches!(
            state(&[]).open_database("default").unwrap(),
            Err(Error::AccessDenied)
        ));
        let mut state = state(&["default"]);
        assert!(state.open_database("default").unwrap().is_ok());
        assert!(matches!(
            state.open_database("other").unwrap(),
            Err(Error::AccessDenied)
        ));
    }

    #[tokio::test]
    async fn an_instance_has_256_connections_at_most() {
        let mut state = state(&["default"]);
        let mut open = || state.open_database("default").unwrap();
        let first = open().unwrap();
        for _ in 1..MAX_CONNECTIONS {
            assert!(open().is_ok());
        }
        assert!(matches!(open(), Err(Error::Io(text)) if text.contains("too many")));
        HostConnection::drop(&mut state, first).await.unwrap();
        assert!(state.open_database("default").unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_dropped_handle_is_no_connection() {
        let mut state = state(&["default"]);
        let handle = state.open_database("default").unwrap().unwrap();
        let same = Resource::new_own(handle.rep());
        HostConnection::drop(&mut state, handle).await.unwrap();
        let result = HostConnection::execute(&mut state, same, "SELECT 1".into(), Vec::new());
        assert!(matches!(
            result.await.unwrap(),
            Err(Error::InvalidConnection)
        ));
    }
}
