//! The host's HTTP client.

use spin_sdk::http::{FromResponse as _, IntoRequest, Response};
use spin_sdk::wasip3::http::client;
use spin_sdk::wasip3::http::types::ErrorCode;

/// Sends a request; the answer's body is still to come.
///
/// # Errors
/// The host's.
pub(crate) async fn send(request: impl IntoRequest) -> Result<Response, ErrorCode> {
    let request = request.into_request()?;
    // The body is written by a task of its own. It has its turn first, or head and
    // body leave as two packets, and on a kept connection the second waits until
    // the receiver acknowledges the first after 40 ms (Nagle's algorithm and
    // delayed acknowledgement).
    roster_http::after_spawned().await;
    Response::from_response(client::send(request).await?)
}
