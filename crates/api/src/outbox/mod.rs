//! The outbox: messages that wait, and what became of others.

mod act;
mod counters;
mod get;
pub(crate) mod keys;
pub(crate) mod list;
pub mod openapi;
pub(crate) mod shape;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "outbox",
    about: "Messages that wait, and what became of others",
    routes: &[
        list::list,
        counters::counters,
        keys::rotate,
        get::get,
        act::retry,
        act::cancel,
    ],
};
