//! `/v1`, wherever it is: what is asked of it, and what it answers.

use crate::failure::Failure;
use crate::fields::Fields;
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Makes, or asks with a body.
    Post,
    /// Puts in place.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Verb {
    /// As HTTP spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post => "POST",
            Verb::Put => "PUT",
            Verb::Patch => "PATCH",
            Verb::Delete => "DELETE",
        }
    }
}

/// What `/v1` is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiRequest {
    /// The method.
    pub verb: Verb,
    /// The path, with nothing in it that would need encoding.
    pub path: String,
    /// The parameters of the query, not encoded.
    pub query: Vec<(&'static str, String)>,
    /// The headers beside those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// The body, as JSON.
    pub body: Option<Value>,
    /// The member `data` of the body as text, where its values would take too much memory.
    pub data: Option<String>,
}

impl ApiRequest {
    fn new(verb: Verb, path: String, body: Option<Value>) -> Self {
        ApiRequest {
            verb,
            path,
            query: Vec::new(),
            headers: Vec::new(),
            body,
            data: None,
        }
    }

    /// A `GET`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Verb::Get, path.into(), None)
    }

    /// A `POST`; with `null` as body it has none.
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self::new(
            Verb::Post,
            path.into(),
            Some(body).filter(|body| !body.is_null()),
        )
    }

    /// A `PUT`.
    pub fn put(path: impl Into<String>, body: Value) -> Self {
        Self::new(Verb::Put, path.into(), Some(body))
    }

    /// A `PATCH`.
    pub fn patch(path: impl Into<String>, body: Value) -> Self {
        Self::new(Verb::Patch, path.into(), Some(body))
    }

    /// A `DELETE`.
    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Verb::Delete, path.into(), None)
    }

    /// With the member `data` as text.
    #[must_use]
    pub fn with_data(mut self, data: String) -> Self {
        self.data = Some(data);
        self
    }

    /// The body as it is sent; empty where there is none.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self
            .body
            .as_ref()
            .map_or_else(String::new, Value::to_string);
        if let Some(data) = &self.data {
            let is_empty = text.pop() == Some('{') || text == "{";
            text.reserve(data.len() + 16);
            if text.is_empty() {
                text.push('{');
            }
            text.push_str(if is_empty { "\"data\":" } else { ",\"data\":" });
            text.push_str(data);
            text.push('}');
        }
        text
    }

    /// With a parameter of the query.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Only to a row that is at this revision.
    #[must_use]
    pub fn if_match(self, revision: &Value) -> Self {
        self.header("if-match", format!("\"{revision}\""))
    }
}

/// What `/v1` answered: a problem document where the status isn't one of success.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body; `null` where there is none.
    pub body: Value,
    /// Whether it is the kept answer to a request with the same idempotency key: nothing was
    /// done for this one.
    pub replayed: bool,
}

/// `/v1`, wherever it is, with the token of the one who calls.
pub trait Api {
    /// Asks.
    fn ask(&self, request: ApiRequest) -> impl Future<Output = ApiAnswer>;

    /// The fields of a database, which say how values are spelled: as they are `remembered`,
    /// which may be a moment old, or else as they are now. Anybody may spell: what they may
    /// know of, the request itself says.
    ///
    /// # Errors
    /// The answer of `/v1`: 404 where there is no such database.
    fn fields(
        &self,
        database: i64,
        remembered: bool,
    ) -> impl Future<Output = Result<Arc<Fields>, ApiAnswer>>;

    /// Whether databases may be wiped: what the variable `allow_data_wipe` says.
    fn allows_wipe(&self) -> impl Future<Output = bool>;
}

/// A problem that `/v1` answered with.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub status: u16,
    pub body: Value,
}

impl Problem {
    /// The stable name of it.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// Whether the profile that is named isn't there, or its id can't be one of ours.
    pub fn is_no_profile(&self) -> bool {
        let is_about = |one: &Value| one["code"] == "invalid_profile_id";
        let mut errors = self.body["errors"].as_array().into_iter().flatten();
        self.status == 404 || is_about(&self.body) || errors.any(is_about)
    }
}

/// Asks; a problem is for the caller to look at.
pub(crate) async fn attempt(api: &impl Api, request: ApiRequest) -> Result<Value, Problem> {
    good(api.ask(request).await)
}

/// The same where any problem ends the call.
pub(crate) async fn ask(api: &impl Api, request: ApiRequest) -> Result<Value, Failure> {
    attempt(api, request).await.map_err(Failure::from)
}

/// What a good answer holds.
pub(crate) fn good(answer: ApiAnswer) -> Result<Value, Problem> {
    match answer.status {
        200..=299 => Ok(answer.body),
        status => Err(Problem {
            status,
            body: answer.body,
        }),
    }
}

/// How many pages of a list of definitions are read at most: 100,000 of them.
const MAX_PAGES: usize = 100;

/// All items of a list that goes on by `next`: lists of definitions, which are few.
pub(crate) async fn ask_all(api: &impl Api, path: &str) -> Result<Vec<Value>, Failure> {
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let mut request = ApiRequest::get(path).with("limit", "1000");
        if let Some(cursor) = cursor.take() {
            request = request.with("cursor", cursor);
        }
        let mut page = ask(api, request).await?;
        if let Value::Array(more) = page["items"].take() {
            items.extend(more);
        }
        match page["next"].take() {
            Value::String(next) => cursor = Some(next),
            _ => break,
        }
    }
    Ok(items)
}

/// An object of the members that are there.
pub(crate) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let mut object = json!({});
    for (name, value) in members {
        if let Some(value) = value {
            object[name] = value;
        }
    }
    object
}
