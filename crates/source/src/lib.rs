//! Reads rows of other databases, as lines of JSON that an import takes.
//!
//! A [`Table`] knows what to ask of one database for one source: it describes the columns,
//! refuses what can't be read, and reads pages in the order of the key. What carries the
//! statements there is a [`Connection`], which the host has; nothing here opens a connection. Every
//! statement is one SELECT around the source, in a transaction that reads only and ends by
//! itself after a minute.

#![forbid(unsafe_code)]

mod address;
mod connecting;
mod connection;
mod error;
mod mysql;
mod page;
mod postgres;
mod shape;
mod table;
mod token;

pub use address::address;
pub use connection::{Column, ColumnKind, Connect, Connection, HostError, Parameter, Rows, Value};
pub use error::SourceError;
pub use page::{Bounds, PAGE_BYTES, Page, SourceRow};
pub use shape::Shape;
pub use table::{STATEMENT_SECONDS, Table, version};
