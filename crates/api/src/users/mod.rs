//! Users: the people who sign in to the console, as admins see them.

mod create;
mod delete;
mod end_sessions;
mod get;
mod invite;
mod list;
mod remove_passkeys;
pub(crate) mod shape;
mod update;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "users",
    about: "People who sign in to the console, and what they may do",
    routes: &[
        list::list,
        create::create,
        get::get,
        update::update,
        delete::delete,
        invite::invite,
        end_sessions::end_sessions,
        remove_passkeys::remove_passkeys,
    ],
};
