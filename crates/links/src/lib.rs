//! Links that let somebody without an account do one thing: confirm, change or
//! end a subscription, be counted as a reader, send a form in.
//!
//! A link carries a token that says whom it concerns and what it is for, and
//! that only we can have made. Nothing is kept for it, so making millions of
//! them costs no row, and a link works for as long as its key is known.
//!
//! A token is not secret to the one who holds it: anyone who reads the mail can
//! read the ids. Nothing but ids, a digest, a time and what the sender put into
//! [`Extra`] stands in it; no address does.

mod extra;
mod fill;
mod keys;
mod purpose;
mod subject;
mod token;

pub use extra::{Click, Context, Extra, MAX_EXTRA_BYTES, MAX_MESSAGE_BYTES, MAX_URL_BYTES};
pub use fill::FormDisplay;
pub use keys::{Key, Keys};
pub use purpose::Purpose;
pub use subject::{Digest, Subject};
pub use token::{LinkClaims, LinkError, MAX_TOKEN_CHARS, MIN_TOKEN_CHARS};
