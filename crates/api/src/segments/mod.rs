//! Segments: profiles that somebody put together, or that meet a condition.

mod change_members;
mod counters;
mod create;
mod delete;
mod get;
mod list;
mod members;
pub mod openapi;
pub(crate) mod refresh;
pub(crate) mod shape;
mod update;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "segments",
    about: "Segments: profiles that somebody put together, or that meet a condition",
    routes: &[
        list::list,
        create::create,
        get::get,
        update::update,
        delete::delete,
        members::list,
        change_members::change,
        counters::counters,
    ],
};

/// The routes of refreshes, which take long.
pub const REFRESHES: Table = Table {
    tag: "segments",
    about: "Segments: profiles that somebody put together, or that meet a condition",
    routes: &[
        refresh::start,
        refresh::get,
        refresh::pause,
        refresh::resume,
        refresh::cancel,
    ],
};
