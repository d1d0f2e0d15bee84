//! Subscription resources: `/v1/resources`.

mod clone;
mod counters;
mod create;
mod delete;
mod get;
mod list;
pub mod openapi;
pub(crate) mod shape;
mod update;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "resources",
    about: "What people subscribe to",
    routes: &[
        list::list,
        create::create,
        get::get,
        update::update,
        delete::delete,
        clone::clone,
        counters::counters,
    ],
};
