//! The control group of a database: `/v1/databases/{db}/control-group`.

mod define;
mod members;
pub mod openapi;
mod report;
mod shape;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "control groups",
    about: "A share of a database that gets no messages, to compare the rest with",
    routes: &[
        define::get,
        define::put,
        define::delete,
        members::change,
        report::get,
    ],
};
