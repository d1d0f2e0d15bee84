//! Files into profiles, and saved settings for them.

mod control;
pub mod openapi;
mod preview;
mod report;
mod segment;
pub(crate) mod settings;
mod shape;
pub(crate) mod start;
mod upload;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "imports",
    about: "Files into profiles",
    routes: &[
        control::list,
        upload::post,
        control::get,
        upload::put,
        control::delete,
        preview::preview,
        start::start,
        control::pause,
        control::resume,
        control::cancel,
        control::events,
        report::failed,
        segment::segment,
        settings::list,
        settings::get,
        settings::put,
        settings::delete,
    ],
};
