//! Static segments: profiles that somebody put together.

mod change_members;
mod create;
mod delete;
mod get;
mod list;
mod members;
pub mod openapi;
mod shape;
mod update;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "segments",
    about: "Static segments: profiles that somebody put together",
    routes: &[
        list::list,
        create::create,
        get::get,
        update::update,
        delete::delete,
        members::list,
        change_members::change,
    ],
};
