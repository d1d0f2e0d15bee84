//! How contacts stand, in every database.

use roster_http::Table;
pub(crate) mod export;
pub(crate) mod keys;
pub(crate) mod lift;
pub(crate) mod list;
pub(crate) mod shape;
pub(crate) mod take_over;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "standing",
    about: "How contacts stand, in every database",
    routes: &[list::list, keys::list, lift::lift],
};

/// What takes a whole list in or gives it out.
pub const FILES: Table = Table {
    tag: "standing",
    about: "How contacts stand, in every database",
    routes: &[export::export, take_over::import],
};
