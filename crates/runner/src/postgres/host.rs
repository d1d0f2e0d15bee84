//! The `spin:postgres` interface: handles of connections, and who may open how many.

use std::sync::Arc;

use wasmtime::{
    bail,
    component::{Accessor, FutureReader, HasSelf, Resource, StreamReader},
};

use super::{Connection, ConnectionBuilder, address};
use crate::{
    bindings::postgres::{
        Column, Error, Host, HostConnection, HostConnectionBuilder, HostConnectionBuilderWithStore,
        HostConnectionWithStore, ParameterValue, Row, RowSet,
    },
    host::{ComponentConfig, State},
    stream::RowProducer,
    tls::Root,
};

/// Connections that one instance may have at a time, and builders too, as in Spin.
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
    root: Option<Root>,
) -> Result<Connection, Error> {
    let config = address::parse(address, component)?;
    let connected = component.postgres.connect(address, config, root).await;
    let connection = connected.map_err(|error| Error::ConnectionFailed(format!("{error:?}")))?;
    Ok(Connection(Arc::new(connection)))
}

impl State {
    fn hand_out_postgres(
        &mut self,
        connected: Result<Connection, Error>,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let connection = match connected {
            Ok(connection) => connection,
            Err(error) => return Ok(Err(error)),
        };
        if self.postgres.connections >= MAX_HANDLES {
            return Ok(Err(Error::ConnectionFailed(
                "too many connections".to_owned(),
            )));
        }
        let handle = self.table.push(connection)?;
        self.postgres.connections += 1;
        Ok(Ok(handle))
    }

    fn postgres_connection(&self, handle: &Resource<Connection>) -> Result<Connection, Error> {
        let gone = |_| Error::ConnectionFailed("no connection found".to_owned());
        self.table.get(handle).cloned().map_err(gone)
    }

    /// What a builder was given.
    fn wanted(
        &self,
        handle: &Resource<ConnectionBuilder>,
    ) -> Result<(String, Option<Root>), Error> {
        let gone = |_| Error::ConnectionFailed("no builder found".to_owned());
        let builder = self.table.get(handle).map_err(gone)?;
        Ok((builder.address.clone(), builder.root.clone()))
    }
}

impl HostConnectionBuilder for State {
    async fn new(&mut self, address: String) -> wasmtime::Result<Resource<ConnectionBuilder>> {
        if self.postgres.builders >= MAX_HANDLES {
            bail!("out of builder table space");
        }
        let builder = ConnectionBuilder {
            address,
            root: None,
        };
        let handle = self.table.push(builder)?;
        self.postgres.builders += 1;
        Ok(handle)
    }

    async fn set_ca_root(
        &mut self,
        handle: Resource<ConnectionBuilder>,
        certificate: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let root = match Root::parse(&certificate) {
            Ok(root) => root,
            Err(error) => {
                let text = format!("invalid root certificate: {error}");
                return Ok(Err(Error::Other(text)));
            }
        };
        Ok(match self.table.get_mut(&handle) {
            Ok(builder) => {
                builder.root = Some(root);
                Ok(())
            }
            Err(_) => Err(Error::ConnectionFailed("no builder found".to_owned())),
        })
    }

    async fn build(
        &mut self,
        handle: Resource<ConnectionBuilder>,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let connected = match self.wanted(&handle) {
            Ok((address, root)) => connect(self.component(), &address, root).await,
            Err(error) => Err(error),
        };
        self.hand_out_postgres(connected)
    }

    async fn drop(&mut self, handle: Resource<ConnectionBuilder>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        self.postgres.builders = self.postgres.builders.saturating_sub(1);
        Ok(())
    }
}

impl<T: Send> HostConnectionBuilderWithStore<T> for HasSelf<State> {
    async fn build_async(
        accessor: &Accessor<T, Self>,
        handle: Resource<ConnectionBuilder>,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let wanted = accessor.with(|mut access| {
            let state = access.get();
            let wanted = state.wanted(&handle);
            wanted.map(|(address, root)| (state.shared_component(), address, root))
        });
        let connected = match wanted {
            Ok((component, address, root)) => connect(&component, &address, root).await,
            Err(error) => Err(error),
        };
        accessor.with(|mut access| access.get().hand_out_postgres(connected))
    }
}

impl HostConnection for State {
    async fn open(
        &mut self,
        address: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let connected = connect(self.component(), &address, None).await;
        self.hand_out_postgres(connected)
    }

    async fn query(
        &mut self,
        handle: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<RowSet, Error>> {
        Ok(match self.postgres_connection(&handle) {
            Ok(connection) => connection.query(&statement, &parameters).await,
            Err(error) => Err(error),
        })
    }

    async fn execute(
        &mut self,
        handle: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<u64, Error>> {
        Ok(match self.postgres_connection(&handle) {
            Ok(connection) => connection.execute(&statement, &parameters).await,
            Err(error) => Err(error),
        })
    }

    async fn drop(&mut self, handle: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(handle)?;
        self.postgres.connections = self.postgres.connections.saturating_sub(1);
        Ok(())
    }
}

impl<T: Send> HostConnectionWithStore<T> for HasSelf<State> {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        address: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        let component = accessor.with(|mut access| access.get().shared_component());
        let connected = connect(&component, &address, None).await;
        accessor.with(|mut access| access.get().hand_out_postgres(connected))
    }

    async fn query_async(
        accessor: &Accessor<T, Self>,
        handle: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<Started, Error>> {
        let connection = accessor.with(|mut access| access.get().postgres_connection(&handle));
        let running = match connection {
            Ok(connection) => connection.start(&statement, &parameters).await,
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

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        handle: Resource<Connection>,
        statement: String,
        parameters: Vec<ParameterValue>,
    ) -> wasmtime::Result<Result<u64, Error>> {
        let connection = accessor.with(|mut access| access.get().postgres_connection(&handle));
        Ok(match connection {
            Ok(connection) => connection.execute(&statement, &parameters).await,
            Err(error) => Err(error),
        })
    }
}
