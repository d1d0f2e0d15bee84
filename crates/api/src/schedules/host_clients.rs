//! What schedules reach outside, by the host: files over HTTP, and databases.

use crate::client::{self, sentence};
use crate::host_connection::HostConnection;
use http::Request;
use http_body_util::BodyExt;
use roster_jobs::schedule::{Answer, Body, Fetch, FetchRequest};
use roster_source::{Connect, HostError};
use spin_sdk::http::{EmptyBody, Response};
use std::time::Duration;

/// The host's clients.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostClients;

impl Connect for HostClients {
    type Connection = HostConnection;

    async fn connect(
        &self,
        address: &str,
        ca: Option<&str>,
        limit: Duration,
    ) -> Result<HostConnection, HostError> {
        HostConnection::open(address, ca, limit).await
    }
}

impl Fetch for HostClients {
    type Body = Incoming;

    async fn fetch(&self, ask: &FetchRequest) -> Result<Answer<Incoming>, String> {
        let mut request = Request::get(ask.url.as_str())
            .body(EmptyBody::new())
            .map_err(|error| format!("The URL can't be asked for: {error}."))?;
        client::complete(&mut request, &ask.headers)?;
        let response = client::send(request).await;
        let response = response.map_err(|error| sentence("source", &error))?;
        let headers = client::headers(&response);
        Ok(Answer {
            status: response.status().as_u16(),
            headers,
            body: Incoming(response),
        })
    }

    async fn pause(&self, ms: u64) {
        spin_sdk::time::sleep(Duration::from_millis(ms)).await;
    }
}

/// A body on its way.
pub(crate) struct Incoming(Response);

impl Body for Incoming {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        while let Some(frame) = self.0.body_mut().frame().await {
            let frame = frame.map_err(|error| sentence("source", &error))?;
            // Trailers are not data.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data.to_vec()));
            }
        }
        Ok(None)
    }
}
