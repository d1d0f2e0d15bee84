//! An answer: whole in memory, so that its length is known, or a stream for
//! what is too long or takes too long for that.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use spin_sdk::http::IntoResponse as _;
use spin_sdk::wasip3::http::types::{ErrorCode, Response};

use crate::Problem;
use crate::stream::{Begun, Source, Stream};
use crate::turn::after_spawned;

/// A status, headers and a body; `content-length` is added when it is sent,
/// where it is known.
#[derive(Debug)]
pub struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
    stream: Option<Stream>,
}

impl Reply {
    /// An answer without a content type.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Reply {
            status,
            headers: HeaderMap::new(),
            body: body.into(),
            stream: None,
        }
    }

    /// An answer whose body is made while it is sent. Set `content-length`
    /// where the length is known all the same.
    pub fn stream(status: u16, content_type: &'static str, source: impl Source + 'static) -> Self {
        Reply {
            stream: Some(Stream::new(source)),
            ..Self::new(status, Bytes::new())
        }
        .header(header::CONTENT_TYPE, HeaderValue::from_static(content_type))
    }

    /// An answer in JSON.
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        // Our own types only fail to serialise with keys that are not text.
        match serde_json::to_vec(value) {
            Ok(body) => Self::json_text(status, body),
            Err(error) => Problem::internal(&error).into_reply(),
        }
    }

    /// An answer whose body is JSON already.
    pub fn json_text(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, body).header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )
    }

    /// 200 with JSON.
    pub fn ok(value: &impl Serialize) -> Self {
        Self::json(200, value)
    }

    /// With a header; one of the same name is replaced.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// With the `ETag` of a row's revision.
    #[must_use]
    pub fn etag(self, revision: i64) -> Self {
        match HeaderValue::try_from(format!("\"{revision}\"")) {
            Ok(value) => self.header(header::ETAG, value),
            Err(_) => self,
        }
    }

    /// With the path of what was created.
    #[must_use]
    pub fn location(self, path: &str) -> Self {
        match HeaderValue::try_from(path) {
            Ok(value) => self.header(header::LOCATION, value),
            Err(_) => self,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers, without `content-length`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The same answer with its body begun: a short one is whole.
    pub(crate) async fn begin(mut self) -> Result<Self, Problem> {
        if let Some(stream) = self.stream.take() {
            match stream.begin().await? {
                Begun::Whole(body) => self.body = body,
                Begun::Long(stream) => self.stream = Some(stream),
            }
        }
        Ok(self)
    }

    /// The body; empty for a stream.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

/// What a component hands to its host.
pub type Sent = Result<Response, ErrorCode>;

impl Reply {
    /// Hands the answer over once its body is about to be written.
    ///
    /// The body is written by a task of its own after the headers are returned.
    /// Where another request's work comes between the two, they leave as two
    /// packets, and a kept-alive client waits 40 ms for the second (Nagle's
    /// algorithm and delayed acknowledgement). So that task has its turn first.
    ///
    /// # Errors
    /// The host's, where it takes no answer.
    pub async fn send(self) -> Sent {
        let response = self.into_response()?;
        after_spawned().await;
        Ok(response)
    }

    fn into_response(mut self) -> Sent {
        // Statuses are our own constants, or were sent before and kept.
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if let Some(stream) = self.stream {
            let mut response = http::Response::new(stream);
            *response.status_mut() = status;
            *response.headers_mut() = self.headers;
            return response.into_response();
        }
        let length = HeaderValue::from(self.body.len());
        self.headers.insert(header::CONTENT_LENGTH, length);
        let mut response = http::Response::new(spin_sdk::http::FullBody::new(self.body));
        *response.status_mut() = status;
        *response.headers_mut() = self.headers;
        response.into_response()
    }
}
