//! Sending what waits in the outbox, by the host's client.

use crate::client;
use futures_util::future::{Either, select};
use http::Request;
use http::header::{HeaderName, HeaderValue};
use http_body_util::{BodyExt, Full};
use roster_http::{Problem, now, variable};
use roster_jobs::holder;
use roster_model::{Invalid, Timestamp};
use roster_outbox::Outgoing;
use roster_post::{Answer, Sender, Settings, Variables, World, deliver};
use roster_store::spin::Pool;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::RequestOptionsExtension;
use std::pin::pin;
use std::time::Duration;

/// How long connecting may take, in nanoseconds: 10 s.
const CONNECT_NS: u64 = 10_000_000_000;

/// How much of an answer is read, in bytes: what says why it is one.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Sends what is due; gives how many messages were sent, and what is wrong with
/// the variables.
pub(crate) async fn due(
    pool: &'static Pool,
    until: Timestamp,
) -> Result<(i64, Vec<Invalid>), Problem> {
    let (settings, wrong) = settings().await?;
    let world = World {
        sender: &Http,
        settings: &settings,
        now: &now,
        until,
        holder: holder(),
    };
    Ok((deliver(pool, &world).await?.sent, wrong))
}

async fn settings() -> Result<(Settings, Vec<Invalid>), Problem> {
    let [mail_url, mail_secret, mail_format] = [
        variable("mail_url").await?,
        variable("mail_secret").await?,
        variable("mail_format").await?,
    ];
    let [mail_from, mail_from_name, public_url, notify_hosts] = [
        variable("mail_from").await?,
        variable("mail_from_name").await?,
        variable("public_url").await?,
        variable("notify_hosts").await?,
    ];
    Ok(Settings::read(&Variables {
        mail_url: &mail_url,
        mail_secret: &mail_secret,
        mail_format: &mail_format,
        mail_from: &mail_from,
        mail_from_name: &mail_from_name,
        public_url: &public_url,
        notify_hosts: &notify_hosts,
    }))
}

/// The host's client.
struct Http;

impl Sender for Http {
    const PATIENCE_MS: i64 = 20_000;

    async fn send(&self, outgoing: Outgoing) -> Result<Answer, String> {
        let patience = Duration::from_millis(Self::PATIENCE_MS.unsigned_abs());
        let sending = pin!(exchange(outgoing));
        let waiting = pin!(spin_sdk::time::sleep(patience));
        match select(sending, waiting).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) => Err("No answer came in time.".to_owned()),
        }
    }

    async fn pause(&self, ms: u64) {
        spin_sdk::time::sleep(Duration::from_millis(ms)).await;
    }
}

async fn exchange(outgoing: Outgoing) -> Result<Answer, String> {
    let request = Request::builder()
        .method(outgoing.method)
        .uri(outgoing.url.as_str());
    let length = HeaderValue::from(outgoing.body.len());
    let body = Full::new(bytes::Bytes::from(outgoing.body));
    let mut request = request
        .body(body)
        .map_err(|error| format!("The URL can't be sent to: {error}."))?;
    let headers = request.headers_mut();
    headers.insert(
        http::header::USER_AGENT,
        HeaderValue::from_static(concat!("roster/", env!("CARGO_PKG_VERSION"))),
    );
    // Not every receiver takes a body in chunks.
    headers.insert(http::header::CONTENT_LENGTH, length);
    for (name, value) in &outgoing.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_str(value);
        // The value may be a secret.
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
    let mut response = response.map_err(|error| sentence(&error))?;
    let status = response.status().as_u16();
    let headers = response.headers().iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    let headers = headers.collect();
    let mut body = Vec::new();
    while body.len() < MAX_ANSWER_BYTES
        && let Some(frame) = response.body_mut().frame().await
    {
        // The status says what became of the message, whole or not.
        let Ok(frame) = frame else { break };
        if let Ok(data) = frame.into_data() {
            body.extend_from_slice(&data);
        }
    }
    Ok(Answer {
        status,
        headers,
        body,
    })
}

/// What the host met, for people.
fn sentence(error: &ErrorCode) -> String {
    let what = match error {
        ErrorCode::DnsTimeout | ErrorCode::DnsError(_) => "The receiver's name is not known.",
        ErrorCode::ConnectionRefused => "The receiver refuses the connection.",
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::HttpResponseTimeout => "The receiver does not answer in time.",
        ErrorCode::ConnectionTerminated | ErrorCode::HttpResponseIncomplete => {
            "The receiver broke the connection off."
        }
        ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_) => "The receiver can't prove who it is (TLS).",
        ErrorCode::HttpRequestDenied => {
            "The host does not let the application send this (allowed_outbound_hosts)."
        }
        _ => "The receiver can't be reached.",
    };
    format!("{what} ({error:?})")
}
