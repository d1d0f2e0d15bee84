//! A request as an app sends it, and its answer.

use super::error::Refusal;
use crate::answer::SUCCESS;
use crate::body;
use crate::digest::md5;
use roster_model::json::as_text;
use serde_json::{Map, Value, json};

/// The parts of an app's HTTP request that say something here.
#[derive(Clone, Copy, Debug, Default)]
pub struct MobileCall<'a> {
    /// `GET` or `POST`, or whatever else it was.
    pub verb: &'a str,
    /// The path, without the query.
    pub path: &'a str,
    /// The query, without the question mark.
    pub query: &'a str,
    /// The header `Content-Type`.
    pub content_type: &'a str,
    /// The header `Request-ID`: the same when a request is tried again.
    pub request_id: &'a str,
    /// When it arrived, in milliseconds since 1970.
    pub now_ms: i64,
    /// The body.
    pub body: &'a [u8],
}

/// An app that was let in, as its token says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AppContext {
    /// Where its people are, the first first.
    pub databases: Vec<i64>,
    /// What it subscribes them to.
    pub resource: i64,
    /// Whom its JWT is about: `matching` and its values. None for the token of a resource,
    /// whose requests name a device.
    pub person: Option<Map<String, Value>>,
}

/// What an app gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The media type.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// After how many seconds to try again.
    pub retry_after: Option<u32>,
}

/// A request whose query was read.
pub(super) struct Request<'a> {
    pub call: MobileCall<'a>,
    query: Vec<(String, String)>,
}

impl<'a> Request<'a> {
    pub fn read(call: MobileCall<'a>) -> Self {
        Request {
            call,
            query: body::pairs(call.query),
        }
    }

    /// A parameter of the query that says something.
    pub fn query(&self, name: &str) -> Option<&str> {
        let mut found = self.query.iter().filter(|(own, _)| own == name);
        let text = found.next().map(|(_, text)| text.trim())?;
        (!text.is_empty()).then_some(text)
    }

    /// A key for one step of it: the same where the request is sent again with its id, so that the
    /// step counts once. What says something else is another step, whatever the request is called.
    pub fn key(&self, step: &str) -> Option<String> {
        let id = self.call.request_id;
        (!id.is_empty()).then(|| format!("app-{}", md5(&format!("{id} {step}"))))
    }

    /// The body, which must be a JSON object.
    pub fn json(&self) -> Result<Map<String, Value>, Refusal> {
        let wrong = |text: &str| Refusal::new(400, text);
        let bytes = self.call.body;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("The body is not UTF-8."))?;
        match exact(text) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Err(wrong("The body must be a JSON object.")),
            Err(error) => Err(wrong(&format!(
                "The body is not valid JSON from line {}, column {} on.",
                error.line(),
                error.column()
            ))),
        }
    }

    /// When something happened: seconds since 1970, as SDKs send them, or milliseconds. Nothing
    /// where a device's clock is wrong by so much that it can't be meant.
    pub fn moment(&self, given: &Value) -> Option<i64> {
        const SECONDS_BELOW: i64 = 100_000_000_000;
        const LATE_MS: i64 = 60_000;
        let given = crate::members::whole(given).filter(|at| *at > 0)?;
        let ms = match given {
            ..SECONDS_BELOW => given.saturating_mul(1000),
            _ => given,
        };
        (ms <= self.call.now_ms.saturating_add(LATE_MS)).then_some(ms)
    }
}

/// Reads JSON. A number of more digits than 64 bits hold becomes the text of its digits: a field
/// of text takes it as it is, and another leaves it out and says so.
pub(super) fn exact(text: &str) -> Result<Value, serde_json::Error> {
    // Before its numbers are looked at it must be JSON.
    let value = serde_json::from_str(text)?;
    match as_text(text) {
        Some((changed, _)) => serde_json::from_str(&changed),
        None => Ok(value),
    }
}

/// What went well.
#[derive(Debug)]
pub(super) struct Reply {
    text: String,
    profile: Option<Value>,
}

impl Reply {
    /// It is done.
    pub fn done() -> Self {
        Reply {
            text: SUCCESS.to_owned(),
            profile: None,
        }
    }

    /// It is done, and this is to be known of it.
    pub fn noting(text: impl Into<String>) -> Self {
        Reply {
            text: text.into(),
            profile: None,
        }
    }

    /// With the profile that it is about.
    pub fn with(mut self, profile: Value) -> Self {
        self.profile = Some(profile);
        self
    }

    pub fn into_answer(self) -> HttpAnswer {
        let mut body = json!({"error": 0, "error_text": self.text});
        if let Some(profile) = self.profile {
            body["profile"] = profile;
        }
        HttpAnswer::json(200, &body)
    }
}

impl HttpAnswer {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        HttpAnswer {
            status,
            content_type: "application/json; charset=utf-8",
            body: body.to_string().into_bytes(),
            retry_after: None,
        }
    }
}
