//! Relations between profiles: `/v1/relation-types`.

mod batch;
mod change;
mod define;
mod get;
mod list;
mod of_profile;
pub mod openapi;
mod shape;
mod sight;

pub(crate) use sight::HistorySight;

use roster_http::Table;

/// The routes of relation types.
pub const TYPES: Table = Table {
    tag: "relations",
    about: "Who is related to whom, and how much",
    routes: &[
        define::list,
        define::create,
        define::get,
        define::update,
        define::delete,
    ],
};

/// The routes of relations themselves.
pub const ROUTES: Table = Table {
    tag: "relations",
    about: "Who is related to whom, and how much",
    routes: &[
        list::list,
        change::change,
        batch::batch,
        get::get,
        of_profile::list,
    ],
};
