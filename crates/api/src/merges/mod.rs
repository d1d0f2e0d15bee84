//! Merging profiles, splitting one, and finding those that are one person twice:
//! `/v1/databases/{db}/profiles/merge` and beside it.

mod duplicates;
mod list;
mod merge;
pub mod openapi;
pub(crate) mod shape;
mod split;
mod undo;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "merges",
    about: "Profiles that are one person, and one that is several",
    routes: &[
        duplicates::find,
        duplicates::dismiss,
        merge::merge,
        split::split,
        list::list,
        undo::undo,
    ],
};
