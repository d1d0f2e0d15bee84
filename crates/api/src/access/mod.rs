//! Access: API tokens, health, and the API's description of itself; and whatever no
//! other component answers, which is not there.

mod codes;
mod create;
mod docs;
mod health;
mod home;
mod list;
mod revoke;
pub(crate) mod shape;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "access",
    about: "Tokens, health, and this description",
    routes: &[
        home::home,
        health::health,
        docs::openapi,
        docs::docs,
        docs::script,
        codes::codes,
        list::list,
        create::create,
        revoke::revoke,
    ],
};
