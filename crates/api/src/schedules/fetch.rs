//! Requests of schedules, sent by the host.

use crate::client;
use http::Request;
use http::header::{HeaderName, HeaderValue};
use http_body_util::BodyExt;
use roster_jobs::schedule::{Answer, Ask, Body, Fetch};
use spin_sdk::http::{EmptyBody, Response};
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;

/// How long connecting may take, in nanoseconds: 10 s.
const CONNECT_NS: u64 = 10_000_000_000;

/// The host's client.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Http;

impl Fetch for Http {
    type Body = Incoming;

    async fn fetch(&self, ask: &Ask) -> Result<Answer<Incoming>, String> {
        let mut request = Request::get(ask.url.as_str())
            .body(EmptyBody::new())
            .map_err(|error| format!("The URL can't be asked for: {error}."))?;
        let headers = request.headers_mut();
        headers.insert(
            http::header::USER_AGENT,
            HeaderValue::from_static(concat!("roster/", env!("CARGO_PKG_VERSION"))),
        );
        for (name, value) in &ask.headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_str(value);
            // What was kept was checked; the value may be a secret.
            let (Ok(name), Ok(value)) = (name, value) else {
                return Err("A header can't be sent.".to_owned());
            };
            headers.insert(name, value);
        }
        let options = RequestOptions::new();
        // A host that knows no such limit has its own.
        let _ = options.set_connect_timeout(Some(CONNECT_NS));
        request
            .extensions_mut()
            .insert(RequestOptionsExtension(options));
        let response = client::send(request).await;
        let response = response.map_err(|error| sentence(&error))?;
        let headers = response.headers().iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        Ok(Answer {
            status: response.status().as_u16(),
            headers: headers.collect(),
            body: Incoming(response),
        })
    }

    async fn pause(&self, ms: u64) {
        spin_sdk::time::sleep(std::time::Duration::from_millis(ms)).await;
    }
}

/// A body on its way.
pub(crate) struct Incoming(Response);

impl Body for Incoming {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        while let Some(frame) = self.0.body_mut().frame().await {
            let frame = frame.map_err(|error| sentence(&error))?;
            // Trailers are not data.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data.to_vec()));
            }
        }
        Ok(None)
    }
}

/// What the host met, for people.
fn sentence(error: &ErrorCode) -> String {
    let what = match error {
        ErrorCode::DnsTimeout | ErrorCode::DnsError(_) => "The source's name is not known.",
        ErrorCode::ConnectionRefused => "The source refuses the connection.",
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::HttpResponseTimeout => "The source does not answer in time.",
        ErrorCode::ConnectionTerminated | ErrorCode::HttpResponseIncomplete => {
            "The source broke the connection off."
        }
        ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_) => "The source can't prove who it is (TLS).",
        ErrorCode::HttpRequestDenied => {
            "The host does not let the application send this (allowed_outbound_hosts)."
        }
        _ => "The source can't be reached.",
    };
    format!("{what} ({error:?})")
}
