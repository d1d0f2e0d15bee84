//! What people without an account may do: confirm a subscription, manage and end
//! it (`/s/…`), be counted as readers (`/e/…`), send forms in (`/f/…`).
//!
//! The component that serves it has no admin token and takes none: a link's signature, or a
//! form's own rules, is all that opens anything here.

pub(crate) mod client;
mod confirm;
mod form;
mod form_data;
mod leave;
mod manage;
pub mod openapi;
mod shown;
mod stray;
mod track;
mod unsubscribe;
mod visit;

use roster_http::Table;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "pages",
    about: "What people open: links in messages, and forms",
    routes: &[
        confirm::show,
        confirm::confirm,
        confirm::again,
        unsubscribe::show,
        unsubscribe::unsubscribe,
        manage::show,
        manage::change,
        leave::show,
        leave::leave,
        track::track,
        form::show,
        form::take,
        form::ask,
    ],
};

/// The largest body of a button, in bytes.
const SMALL: usize = 4 * 1024;

/// The largest body of a form, in bytes.
const FORM: usize = 256 * 1024;
