//! Sessions: signing in to the console, what belongs to oneself there, and invitations.

mod accept;
pub(crate) mod attempts;
mod change;
mod end;
mod get;
mod invitation;
mod list;
pub(crate) mod own_password;
mod password;
pub(crate) mod secret;
mod set_password;
pub(crate) mod shape;
pub(crate) mod sign_in;
mod sign_out;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "session",
    about: "Signing in to the console, and what is one's own there",
    routes: &[
        sign_in::sign_in,
        get::get,
        change::change,
        sign_out::sign_out,
        set_password::set_password,
        list::list,
        end::end,
        invitation::look,
        accept::accept,
    ],
};
