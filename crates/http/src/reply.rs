//! An answer: whole in memory, so that its length is known, or a stream for
//! what is too long or takes too long for that.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use spin_sdk::http::IntoResponse as _;
use spin_sdk::wasip3::http::types::{ErrorCode, Response};

use roster_store::idempotency::Answer;

use crate::Problem;
use crate::stream::{ReplyBody, Source, Stream};
use crate::turn::after_spawned;

/// What an answer that is no problem document says by its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It was done.
    Ok,
    /// Something was made.
    Created,
    /// It goes on behind the answer.
    Accepted,
    /// It was done, and there is nothing to say.
    NoContent,
    /// A part of a file.
    Partial,
    /// On to another place, which may change.
    Found,
    /// On to another place, with GET.
    SeeOther,
    /// What the client has is current.
    NotModified,
    /// It can't be understood.
    BadRequest,
    /// It comes from where it may not.
    Forbidden,
    /// It was never there.
    NotFound,
    /// It is there no more.
    Gone,
    /// What was filled in is wrong.
    Unprocessable,
    /// It came too often.
    TooManyRequests,
    /// It can't be answered now.
    Unavailable,
}

impl Meaning {
    /// The HTTP status (RFC 9110).
    pub const fn status(self) -> u16 {
        match self {
            Meaning::Ok => 200,
            Meaning::Created => 201,
            Meaning::Accepted => 202,
            Meaning::NoContent => 204,
            Meaning::Partial => 206,
            Meaning::Found => 302,
            Meaning::SeeOther => 303,
            Meaning::NotModified => 304,
            Meaning::BadRequest => 400,
            Meaning::Forbidden => 403,
            Meaning::NotFound => 404,
            Meaning::Gone => 410,
            Meaning::Unprocessable => 422,
            Meaning::TooManyRequests => 429,
            Meaning::Unavailable => 503,
        }
    }
}

/// What is kept of an answer in JSON for an idempotency key.
pub fn kept(meaning: Meaning, body: String) -> Answer {
    Answer {
        status: meaning.status(),
        body,
    }
}

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
    /// 200 without a content type.
    pub fn new(body: impl Into<Bytes>) -> Self {
        Reply {
            status: Meaning::Ok.status(),
            headers: HeaderMap::new(),
            body: body.into(),
            stream: None,
        }
    }

    /// 200 with a body that is made while it is sent. Set `content-length`
    /// where the length is known all the same.
    pub fn stream(content_type: &'static str, source: impl Source + 'static) -> Self {
        Reply {
            stream: Some(Stream::new(source)),
            ..Self::new(Bytes::new())
        }
        .header(header::CONTENT_TYPE, HeaderValue::from_static(content_type))
    }

    /// [`Reply::stream`] of news, each of which is sent when it is there: nobody keeps it.
    pub fn news(content_type: &'static str, source: impl Source + 'static) -> Self {
        Self::stream(content_type, source)
            .header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
    }

    /// 200 with a body that is JSON already.
    pub fn json_text(body: impl Into<Bytes>) -> Self {
        Self::new(body).header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )
    }

    /// 200 with JSON.
    pub fn ok(value: &impl Serialize) -> Self {
        // Our own types only fail to serialise with keys that are not text.
        match serde_json::to_vec(value) {
            Ok(body) => Self::json_text(body),
            Err(error) => Problem::internal(&error).into_reply(),
        }
    }

    /// 201 with JSON of what was made.
    pub fn created(value: &impl Serialize) -> Self {
        Self::ok(value).meaning(Meaning::Created)
    }

    /// 204: done.
    pub fn done() -> Self {
        Self::new(Bytes::new()).meaning(Meaning::NoContent)
    }

    /// 202 with JSON of what goes on behind the answer.
    pub fn accepted(value: &impl Serialize) -> Self {
        Self::ok(value).meaning(Meaning::Accepted)
    }

    /// The answer that is kept for an idempotency key, given for the first time.
    pub fn kept(answer: Answer) -> Self {
        Self::json_text(answer.body).with_status(answer.status)
    }

    /// With another status. An answer that became a problem keeps its own.
    #[must_use]
    pub fn meaning(self, meaning: Meaning) -> Self {
        self.with_status(meaning.status())
    }

    /// With the status of a problem: a page that says the same to people.
    #[must_use]
    pub fn meaning_of(self, problem: &Problem) -> Self {
        self.with_status(problem.status())
    }

    /// With a status that another one stands for. An answer that became a problem keeps its own.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        if self.status < Meaning::BadRequest.status() {
            self.status = status;
        }
        self
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
                ReplyBody::Whole(body) => self.body = body,
                ReplyBody::Long(stream) => self.stream = Some(stream),
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
        // An answer that never has a body has no length either (RFC 9110, 8.6).
        if status != StatusCode::NO_CONTENT {
            let length = HeaderValue::from(self.body.len());
            self.headers.insert(header::CONTENT_LENGTH, length);
        }
        let mut response = http::Response::new(spin_sdk::http::FullBody::new(self.body));
        *response.status_mut() = status;
        *response.headers_mut() = self.headers;
        response.into_response()
    }
}
