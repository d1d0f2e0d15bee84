//! Host bindings made from `wit/`: Spin's SQLite and variables interfaces.
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
        "spin:sqlite/sqlite.connection": crate::sqlite::Connection,
    },
});

pub use spin::{sqlite::sqlite, variables::variables};
