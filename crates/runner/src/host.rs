//! What a component instance has on the host's side, and the linker that
//! offers it: WASI, HTTP, SQLite, PostgreSQL, MySQL and variables, and nothing else.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use wasmtime::{
    Engine, ResourceLimiter, Result,
    component::{HasSelf, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error as HttpError, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks,
    WasiHttpView,
};

use crate::{
    bindings, client, mysql, outbound::AllowedHosts, postgres, sqlite::Database,
    stdio::PrefixedOutput,
};

/// What every instance of one component may use.
#[derive(Debug, Default)]
pub struct ComponentConfig {
    /// Its id in the manifest.
    pub id: String,
    /// Labels of the databases that it may open.
    pub databases: BTreeSet<String>,
    /// The default database.
    pub database: Database,
    /// Its variables.
    pub variables: BTreeMap<String, String>,
    /// Its environment variables.
    pub environment: BTreeMap<String, String>,
    /// Where it may send requests, and which SQL servers it may connect to.
    pub outbound: AllowedHosts,
    /// Its connections to PostgreSQL.
    pub postgres: postgres::Pools,
    /// Its connections to MySQL.
    pub mysql: mysql::Pools,
    /// Whether its SQL statements are logged.
    pub log_statements: bool,
}

/// The data in an instance's store.
pub struct State {
    /// Handles given to the instance.
    pub table: ResourceTable,
    /// How many of them are connections to SQLite.
    pub connections: usize,
    /// How many are PostgreSQL's.
    pub postgres: postgres::Handles,
    /// How many are connections to MySQL.
    pub mysql_connections: usize,
    /// How large its memory is.
    pub memory: Memory,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    hooks: Hooks,
}

struct Hooks(Arc<ComponentConfig>);

/// Bytes of the largest memory that an instance has asked for.
#[derive(Debug, Default)]
pub struct Memory(pub usize);

impl ResourceLimiter for Memory {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool> {
        self.0 = self.0.max(desired);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool> {
        Ok(true)
    }
}

impl State {
    /// The state of a new instance.
    pub fn new(component: Arc<ComponentConfig>) -> Self {
        // No file is preopened, no address may be connected to, stdin is empty.
        let mut wasi = WasiCtxBuilder::new();
        wasi.stdout(PrefixedOutput::new(&component.id))
            .stderr(PrefixedOutput::new(&component.id));
        for (name, value) in &component.environment {
            wasi.env(name, value);
        }
        Self {
            table: ResourceTable::new(),
            connections: 0,
            postgres: postgres::Handles::default(),
            mysql_connections: 0,
            memory: Memory::default(),
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            hooks: Hooks(component),
        }
    }

    /// What this instance may use.
    pub fn component(&self) -> &ComponentConfig {
        &self.hooks.0
    }

    /// The same, for what goes on while the instance does other things.
    pub fn shared_component(&self) -> Arc<ComponentConfig> {
        self.hooks.0.clone()
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.hooks,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

/// What `send_request` gives back: the response, and the outcome of sending.
type Sent = (
    http::Response<WasiBody>,
    Box<dyn Future<Output = Result<(), HttpError>> + Send>,
);

impl WasiHttpHooks for Hooks {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        // How the component fared with the response is nothing to act on here.
        _outcome: Box<dyn Future<Output = Result<(), HttpError>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, HttpError>> + Send> {
        let allowed = self.0.outbound.allows(request.uri());
        if !allowed {
            eprintln!(
                "[{}] a request to {}://{} was refused: not in allowed_outbound_hosts",
                self.0.id,
                request.uri().scheme_str().unwrap_or_default(),
                request.uri().authority().map_or("", |a| a.as_str()),
            );
        }
        Box::new(async move {
            if !allowed {
                return Err(HttpError::HttpRequestDenied);
            }
            let response = client::send(request, options).await?;
            // The connection is the pool's affair.
            Ok((response, Box::new(std::future::ready(Ok(()))) as _))
        })
    }
}

/// A linker with everything a component may import.
pub fn linker(engine: &Engine) -> Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    bindings::mysql::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    bindings::postgres::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    bindings::sqlite::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    bindings::variables::add_to_linker::<_, HasSelf<State>>(&mut linker, |state| state)?;
    Ok(linker)
}
