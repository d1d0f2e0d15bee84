//! Consent over HTTP: events `/v1/events`, leaving `/v1/unsubscribe`, whether and
//! why somebody gets messages, the links of a subscription, forms `/v1/forms`.

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
