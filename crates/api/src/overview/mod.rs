//! What there is and what goes on, at a glance: `/v1/overview`.

mod read;
mod shape;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "overview",
    about: "What there is and what goes on, at a glance",
    routes: &[read::read],
};
