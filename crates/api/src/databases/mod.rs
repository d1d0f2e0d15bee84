//! Databases and their fields; the history of definitions.

mod clone;
mod counters;
mod create;
mod create_field;
mod delete;
mod delete_field;
mod get;
mod get_field;
mod history;
mod list;
mod list_fields;
pub mod openapi;
mod preview_field;
mod shape;
mod update;
mod update_field;
mod wipe;

pub(crate) use counters::ProfileCounters;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "databases",
    about: "Databases and their fields",
    routes: &[
        history::list,
        list::list,
        create::create,
        get::get,
        update::update,
        delete::delete,
        clone::clone,
        wipe::wipe,
        counters::counters,
        list_fields::list,
        create_field::create,
        get_field::get,
        update_field::update,
        preview_field::preview,
        delete_field::delete,
    ],
};
