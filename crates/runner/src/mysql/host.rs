//! The `spin:mysql` interface: handles of connections, and who may open how many.

use std::sync::Arc;

use tokio::sync::Mutex;
use wasmtime::component::{Accessor, FutureReader, HasSelf, Resource, StreamReader};

use super::{Connection, address};
use crate::{
    bindings::mysql::{
        Column, Error, Host, HostConnection, HostConnectionWithStore, ParameterValue, Row,
    },
    host::{ComponentConfig, State},
    stream::RowProducer,
};

/// Connections that one instance may have at a time, as in Spin.
const MAX_HANDLES: usize = 1024;

type Started = (
    Vec<Column>,
    StreamReader<Row>,
    FutureReader<Result<(), Error>>,
);

impl Host for State {}

/// Connects to an address that the component may reach.
pub(super) async fn connect(
    component: &ComponentConfig,
    address: &str,
) -> Result<Connection, Error> {
    let options = address::parse(address, component)?;
    let connected = component.mysql.connect(address, options).await;
    let connection = connected.map_err(|error| Error::ConnectionFailed(format!("{error:?}")))?;
    Ok(Connection(Arc::new(Mutex::new(connection))))
}

impl State {
    fn hand_out_mysql(
        &mut self,
        connected: Result<Connection, Error>,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let connection = match connected {
            Ok(connection) => connection,
            Err(error) => return Ok(Err(error)),
        };
        if self.mysql_connections >= MAX_HANDLES {
            return Ok(Err(Error::ConnectionFailed(
                "too many connections".to_owned(),
            )));
        }
        let handle = self.table.push(connection)?;
        self.mysql_connections += 1;
        Ok(Ok(handle))
    }

    fn mysql_connection(&self, handle: &Resource<Connection>) -> Result<Connection, Error> {
        let gone = |_| Error::ConnectionFailed("no connection found".to_owned());
        self.table.get(handle).cloned().map_err(gone)
    }
}

impl HostConnection for State {
    async fn drop(&mut self, handle: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        self.mysql_connections = self.mysql_connections.saturating_sub(1);
        Ok(())
    }
}

impl<T: Send> HostConnectionWithStore<T> for HasSelf<State> {
    async fn open(
        accessor: &Accessor<T, Self>,
        address: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let component = accessor.with(|mut access| access.get().shared_component());
        let connected = connect(&component, &address).await;
        accessor.with(|mut access| access.get().hand_out_mysql(connected))
    }

    async fn query(
        accessor: &Accessor<T, Self>,
        handle: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<Started, Error>> {
        let connection = accessor.with(|mut access| access.get().mysql_connection(&handle));
        let running = match connection {
            Ok(connection) => connection.start(statement, parameters).await,
            Err(error) => Err(error),
        };
        let running = match running {
            Ok(running) => running,
            Err(error) => return Ok(Err(error)),
        };
        accessor.with(|mut access| {
            let rows = StreamReader::new(&mut access, RowProducer(running.rows))?;
            // The sender is dropped without a word only where the server ends.
            let outcome = FutureReader::new(&mut access, running.outcome)?;
            Ok(Ok((running.columns, rows, outcome)))
        })
    }

    async fn execute(
        accessor: &Accessor<T, Self>,
        handle: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let connection = accessor.with(|mut access| access.get().mysql_connection(&handle));
        Ok(match connection {
            Ok(connection) => connection.execute(&statement, parameters).await,
            Err(error) => Err(error),
        })
    }
}
