//! Passkeys: one's own, and signing in by one. They have a component of their own, so that
//! what reads the answers of authenticators runs beside nothing else.

mod add;
mod begin;
mod begin_sign_in;
mod list;
mod remove;
mod rename;
mod shape;
mod sign_in;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "passkeys",
    about: "Passkeys of people, and signing in to the console by one",
    routes: &[
        list::list,
        begin::begin,
        add::add,
        rename::rename,
        remove::remove,
        begin_sign_in::begin_sign_in,
        sign_in::sign_in,
    ],
};
