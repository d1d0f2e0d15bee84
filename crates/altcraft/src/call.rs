//! A call as a client made it: which method, with which members, by which token.

use crate::answer::Format;
use crate::body::{self, Body};
use crate::failure::Failure;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The method that takes the token of a resource in place of another.
const MESSAGE_UNSUB: &str = "profiles/message_unsub";
/// What such a token begins with in a header.
const OF_RESOURCE: &str = "rtoken@";

/// The parts of an HTTP request that say something here.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpCall<'a> {
    /// `POST`, or whatever else it was.
    pub verb: &'a str,
    /// The path, without the query.
    pub path: &'a str,
    /// The query, without the question mark.
    pub query: &'a str,
    /// The header `Content-Type`.
    pub content_type: &'a str,
    /// The header `Authorization`.
    pub authorization: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// What shows who calls, and what for: nothing of a body is held that nobody may send.
#[derive(Debug)]
pub struct Envelope<'a> {
    method: String,
    path_id: Option<String>,
    query: Vec<(String, String)>,
    body: Body<'a>,
    token: Option<String>,
    format: Format,
}

/// A call: a method and its members.
#[derive(Debug)]
pub struct AltCall {
    /// Group and method with a slash between them: `profiles/import`.
    pub method: String,
    /// What stands in the path where the old API has an id there.
    pub path_id: Option<String>,
    /// The members of the body, and those of the query that the body doesn't have.
    pub members: Map<String, Value>,
    /// The items of a batch that came as JSON, each as text: the values of ten thousand
    /// profiles would take many times the memory.
    pub items: Option<Vec<Box<RawValue>>>,
    /// Whether the body was XML, where all is text and underscores get lost.
    pub is_xml: bool,
    /// How it is answered.
    pub format: Format,
}

impl<'a> Envelope<'a> {
    /// Looks at a call. The error goes to the client as [`crate::AltAnswer::refusal`] writes it.
    ///
    /// # Errors
    /// There is no such method, or the body is nothing that could be read.
    pub fn open(http: HttpCall<'a>) -> Result<Self, (Failure, Format)> {
        let query = body::pairs(http.query);
        let asked = query.iter().rev().find(|(name, _)| name == "format");
        let format = asked.map_or(Format::Json, |(_, text)| format(text));
        let fail = |failure| (failure, format);
        let query = body::read_pairs(http.query).map_err(fail)?;
        let (method, path_id) = method(http.path).ok_or_else(|| {
            let text = format!("There is no method {}.", excerpt(http.path));
            fail(Failure::not_found(text))
        })?;
        if http.verb != "POST" {
            return Err(fail(Failure::wrong("Methods are called by POST.")));
        }
        let body = Body::open(http.body, http.content_type).map_err(fail)?;
        let asked = body.text("format");
        let token = body.text("token").or_else(|| bearer(http.authorization));
        let of_query = || {
            let found = query.iter().find(|(name, _)| name == "token");
            found.and_then(|(_, text)| said(text))
        };
        let token = token.or_else(of_query);
        let token = token.or_else(|| resource_token(&method, &body, &query));
        Ok(Envelope {
            token,
            format: asked.map_or(format, |text| self::format(&text)),
            method,
            path_id,
            query,
            body,
        })
    }

    /// The token, wherever it stands.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The token of a resource, where it is all that a call shows and its method takes one:
    /// the call is about that resource alone.
    #[must_use]
    pub fn app_token(&self) -> Option<&str> {
        let token = self.token()?.strip_prefix(OF_RESOURCE)?;
        (self.method == MESSAGE_UNSUB).then_some(token)
    }

    /// How the call is answered.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Reads the call.
    ///
    /// # Errors
    /// The body is broken, or a member is too large.
    pub fn read(self) -> Result<AltCall, Failure> {
        let is_xml = self.body.is_xml();
        let is_batch = self.method.ends_with("_batch");
        let (mut members, items) = self.body.read(is_batch)?;
        for (name, text) in self.query {
            members.entry(name).or_insert_with(|| Value::from(text));
        }
        members.remove("token");
        members.remove("format");
        Ok(AltCall {
            method: self.method,
            path_id: self.path_id,
            members,
            items,
            is_xml,
            format: self.format,
        })
    }
}

/// Group and method of a path: whatever slashes are too many.
fn method(path: &str) -> Option<(String, Option<String>)> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    if parts.next() != Some("api") {
        return None;
    }
    let parts: Vec<&str> = parts.take(6).collect();
    match parts.as_slice() {
        [
            "v1.0",
            "lists",
            id,
            name @ ("suspend_all" | "unsuspend_all"),
        ] => Some((format!("lists/{name}"), Some((*id).to_owned()))),
        ["v1.1", group, name] => Some((format!("{group}/{name}"), None)),
        ["v1.1", group, part, name] => Some((format!("{group}/{part}/{name}"), None)),
        _ => None,
    }
}

/// The token of a resource, which one method has in place of another: as apps write it,
/// `rtoken@<token>`.
fn resource_token(method: &str, body: &Body<'_>, query: &[(String, String)]) -> Option<String> {
    let of_query = || {
        let found = query.iter().find(|(name, _)| name == "rtoken");
        found.and_then(|(_, text)| said(text))
    };
    let token = body.text("rtoken").or_else(of_query);
    let token = token.filter(|_| method == MESSAGE_UNSUB);
    token.map(|token| format!("{OF_RESOURCE}{token}"))
}

fn format(text: &str) -> Format {
    match text.trim() {
        text if text.eq_ignore_ascii_case("xml") => Format::Xml,
        text if text.eq_ignore_ascii_case("csv") => Format::Csv,
        _ => Format::Json,
    }
}

/// The token in `Bearer <token>`.
#[must_use]
pub fn bearer(header: &str) -> Option<String> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim();
    let is_bearer = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty();
    is_bearer.then(|| token.to_owned())
}

/// A text, if it says something.
pub(crate) fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The beginning of a text that a client sent, for a sentence.
pub(crate) fn excerpt(text: &str) -> String {
    let plain = text.chars().filter(|c| !c.is_control());
    let mut short: String = plain.take(60).collect();
    if short.chars().count() < text.chars().count() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_with_any_number_of_slashes() {
        let method = |path| method(path).map(|(method, _)| method);
        let read = "profiles/get".to_owned();
        for path in [
            "/api/v1.1/profiles/get",
            "/api/v1.1/profiles/get/",
            "/api/v1.1//profiles/get",
        ] {
            assert_eq!(method(path), Some(read.clone()));
        }
        assert_eq!(
            method("/api/v1.1/profiles/segstatic/add"),
            Some("profiles/segstatic/add".into())
        );
        assert_eq!(
            method("/api/v1.0/lists/7/suspend_all"),
            Some("lists/suspend_all".into())
        );
        assert_eq!(method("/api/v1.0/profiles/get"), None);
        assert_eq!(method("/v1/databases"), None);
    }

    #[test]
    fn a_token_stands_in_one_of_three_places() {
        let token = |query, authorization, body: &str| {
            let http = HttpCall {
                verb: "POST",
                path: "/api/v1.1/databases/list/",
                query,
                content_type: "application/json",
                authorization,
                body: body.as_bytes(),
            };
            let envelope = Envelope::open(http);
            envelope.map(|one| (one.token, one.format)).ok()
        };
        let some = |text: &str, format| Some((Some(text.to_owned()), format));
        assert_eq!(
            token("", "Bearer b", r#"{"token": "a"}"#),
            some("a", Format::Json)
        );
        assert_eq!(token("format=xml", "bearer  b", ""), some("b", Format::Xml));
        assert_eq!(
            token("token=c&format=xml", "", r#"{"format": "json"}"#),
            some("c", Format::Json)
        );
        assert_eq!(
            token("", "", "<x><a><token>no</token></a><token>d</token></x>"),
            some("d", Format::Json)
        );
        assert_eq!(token("", "Basic abc", "{}"), Some((None, Format::Json)));
    }
}
