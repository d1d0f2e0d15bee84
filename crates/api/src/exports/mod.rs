//! Profiles, histories and one person's data as files; erasure.

mod control;
mod create;
mod erase;
mod file;
mod history;
pub(crate) mod name;
pub mod openapi;
mod person;
mod query;
mod range;
mod stream;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "exports",
    about: "Profiles, histories and one person's data as files",
    routes: &[
        stream::by_query,
        stream::by_body,
        control::list,
        create::create,
        control::get,
        control::delete,
        file::file,
        control::events,
        control::pause,
        control::resume,
        control::cancel,
        history::history,
        person::person,
        erase::erase,
    ],
};
