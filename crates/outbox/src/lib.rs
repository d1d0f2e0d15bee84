//! How a message becomes an HTTP request to a provider, what the provider's
//! answer means, and when to try again. No I/O: somebody else sends requests.
//!
//! A message is written down before it is sent and sent until a provider took
//! it, so it can be sent twice: when an answer was lost, nobody knows. Each
//! request therefore carries the message's own id, the same one each time.

mod backoff;
mod endpoint;
mod format;
mod mail;
mod note;
mod outgoing;
mod providers;
mod text;
mod verdict;

pub use backoff::{MAX_TRIES, PAUSES_MS, backoff};
pub use endpoint::Endpoint;
pub use format::Format;
pub use mail::{MAX_BODY_BYTES, Mail};
pub use note::Note;
pub use outgoing::OutgoingRequest;
pub use text::{MAX_METADATA, MESSAGE_ID};
pub use verdict::{MAX_AFTER_MS, MAX_DETAIL_CHARS, Verdict};
