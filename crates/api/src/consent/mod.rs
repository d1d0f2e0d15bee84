//! What becomes of messages and of consent: events, unsubscribing, the links of a
//! subscription.

pub(crate) mod events;
pub(crate) mod links;
pub mod openapi;
mod unsubscribe;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "events",
    about: "What became of messages; links; unsubscribing",
    routes: &[
        events::tell,
        unsubscribe::unsubscribe,
        links::get,
        links::make,
    ],
};
