//! Host bindings made from `wit/`: Spin's interfaces for databases and variables.
//!
//! The text in `wit/` is ours; the shapes are Spin's, so that a component
//! built with `spin-sdk` links against either host.

// Generated code has no documentation.
#![allow(missing_docs)]

wasmtime::component::bindgen!({
    path: "wit",
    world: "host",
    imports: { default: async | trappable },
    with: {
        "spin:mysql/mysql.connection": crate::mysql::Connection,
        "spin:postgres/postgres.connection": crate::postgres::Connection,
        "spin:postgres/postgres.connection-builder": crate::postgres::ConnectionBuilder,
        "spin:sqlite/sqlite.connection": crate::sqlite::Connection,
    },
});

pub use spin::{mysql::mysql, postgres::postgres, sqlite::sqlite, variables::variables};
