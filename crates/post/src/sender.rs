//! Sending a request, by whatever the host has for it.

use roster_outbox::OutgoingRequest;
use std::future::Future;

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Headers, with names in lower case; what is no text may be left out.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub body: Vec<u8>,
}

/// What sends requests. It follows no redirects, and gives up after
/// [`Sender::PATIENCE_MS`].
pub trait Sender {
    /// How long sending a request takes at most, in milliseconds; so much less
    /// than a lease that several fit.
    const PATIENCE_MS: i64;

    /// Sends a request; an error is a sentence for people, and the request may
    /// have arrived all the same.
    fn send(&self, request: OutgoingRequest) -> impl Future<Output = Result<Answer, String>>;

    /// Waits so many milliseconds.
    fn pause(&self, ms: u64) -> impl Future<Output = ()>;
}
