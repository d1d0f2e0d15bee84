//! Suppression lists: who gets no messages.

mod add;
mod check;
mod clear;
mod counters;
mod create;
mod delete;
mod entries;
mod export;
mod get;
mod history;
mod import;
mod list;
pub mod openapi;
mod remove;
mod shape;
mod update;
pub(crate) mod values;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "suppressions",
    about: "Suppression lists: who gets no messages",
    routes: &[
        list::list,
        create::create,
        get::get,
        update::update,
        delete::delete,
        entries::list,
        add::add,
        remove::remove,
        check::check,
        counters::counters,
        clear::clear,
        history::list,
    ],
};

/// What takes a whole list in or gives it out.
pub const FILES: Table = Table {
    tag: "suppressions",
    about: "Suppression lists: who gets no messages",
    routes: &[export::export, import::import],
};

/// The largest body with many values, in bytes: 100,000 of the longest usual
/// ones fit.
pub(crate) const VALUES_BODY: usize = 16 << 20;
