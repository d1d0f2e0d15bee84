//! Quick search: `/v1/search`.

mod find;
pub mod openapi;
mod snapshot;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "search",
    about: "Quick search",
    routes: &[find::find],
};
