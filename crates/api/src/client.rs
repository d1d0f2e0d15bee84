//! The host's HTTP client.

use http::Request;
use http::header::{HeaderName, HeaderValue, USER_AGENT};
use spin_sdk::http::{FromResponse as _, IntoRequest, Response};
use spin_sdk::wasip3::http::client;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

/// How long connecting may take, in nanoseconds: 10 s.
const CONNECT_NS: u64 = 10_000_000_000;

/// Gives a request what all of ours have: who sends it, its own headers, and how long
/// connecting may take.
///
/// # Errors
/// A sentence without the header, whose value may be a secret.
pub(crate) fn complete<B>(
    request: &mut Request<B>,
    own: &[(String, String)],
) -> Result<(), String> {
    let headers = request.headers_mut();
    let agent = HeaderValue::from_static(concat!("roster/", env!("CARGO_PKG_VERSION")));
    headers.insert(USER_AGENT, agent);
    for (name, value) in own {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(value);
        let (Ok(name), Ok(value)) = (name, value) else {
            return Err("A header can't be sent.".to_owned());
        };
        headers.insert(name, value);
    }
    let options = RequestOptions::new();
    // A host that knows no such limit has its own.
    let _ = options.set_connect_timeout(Some(CONNECT_NS));
    let extensions = request.extensions_mut();
    extensions.insert(RequestOptionsExtension(options));
    Ok(())
}

/// The headers of an answer that are text.
pub(crate) fn headers(response: &Response) -> Vec<(String, String)> {
    let text = response.headers().iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    text.collect()
}

/// What the host met on the way to `peer`, such as `source`, for people.
pub(crate) fn sentence(peer: &str, error: &ErrorCode) -> String {
    let what = match error {
        ErrorCode::DnsTimeout | ErrorCode::DnsError(_) => "'s name is not known.",
        ErrorCode::ConnectionRefused => " refuses the connection.",
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::HttpResponseTimeout => " does not answer in time.",
        ErrorCode::ConnectionTerminated | ErrorCode::HttpResponseIncomplete => {
            " broke the connection off."
        }
        ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_) => " can't prove who it is (TLS).",
        ErrorCode::HttpRequestDenied => {
            let what = "The host does not let the application send this (allowed_outbound_hosts).";
            return format!("{what} ({error:?})");
        }
        _ => " can't be reached.",
    };
    format!("The {peer}{what} ({error:?})")
}

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
