//! Sending what waits in the outbox, by the host's client.

use crate::client::{self, sentence};
use futures_util::future::{Either, select};
use http::Request;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http_body_util::{BodyExt, Full};
use roster_http::{Problem, now, variable};
use roster_jobs::holder;
use roster_model::{Invalid, Timestamp};
use roster_outbox::OutgoingRequest;
use roster_post::{Answer, Sender, Settings, Variables, World, deliver};
use roster_seal::VARIABLE;
use roster_store::spin::Pool;
use std::pin::pin;
use std::time::Duration;

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
    let [
        mail_from,
        mail_from_name,
        public_url,
        notify_hosts,
        secrets_key,
    ] = [
        variable("mail_from").await?,
        variable("mail_from_name").await?,
        variable("public_url").await?,
        variable("notify_hosts").await?,
        variable(VARIABLE).await?,
    ];
    Ok(Settings::read(&Variables {
        mail_url: &mail_url,
        mail_secret: &mail_secret,
        mail_format: &mail_format,
        mail_from: &mail_from,
        mail_from_name: &mail_from_name,
        public_url: &public_url,
        notify_hosts: &notify_hosts,
        secrets_key: &secrets_key,
    }))
}

/// The host's client.
struct Http;

impl Sender for Http {
    const PATIENCE_MS: i64 = 20_000;

    async fn send(&self, outgoing: OutgoingRequest) -> Result<Answer, String> {
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

async fn exchange(outgoing: OutgoingRequest) -> Result<Answer, String> {
    let request = Request::builder()
        .method(outgoing.method)
        .uri(outgoing.url.as_str());
    let length = HeaderValue::from(outgoing.body.len());
    let body = Full::new(bytes::Bytes::from(outgoing.body));
    let mut request = request
        .body(body)
        .map_err(|error| format!("The URL can't be sent to: {error}."))?;
    // Not every receiver takes a body in chunks.
    request.headers_mut().insert(CONTENT_LENGTH, length);
    client::complete(&mut request, &outgoing.headers)?;
    let response = client::send(request).await;
    let mut response = response.map_err(|error| sentence("receiver", &error))?;
    let status = response.status().as_u16();
    let headers = client::headers(&response);
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
