//! A call as a client made it: which method, with which members, by which token.

use crate::answer::Format;
use crate::body;
use crate::failure::Failure;
use serde_json::{Map, Value};

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

/// A call: a method and its members.
#[derive(Clone, Debug, PartialEq)]
pub struct AltCall {
    /// Group and method with a slash between them: `profiles/import`.
    pub method: String,
    /// What stands in the path where the old API has an id there.
    pub path_id: Option<String>,
    /// The members of the body, and those of the query that the body doesn't have.
    pub members: Map<String, Value>,
    /// The token, wherever it stood; that of a resource as `rtoken@<token>`, as apps write it.
    pub token: Option<String>,
    /// How it is answered.
    pub format: Format,
    /// Whether the body was XML, where all is text and underscores get lost.
    pub is_xml: bool,
}

impl AltCall {
    /// Reads a call. The error goes to the client as [`AltCall::refuse`] writes it.
    ///
    /// # Errors
    /// The method or the body can't be read.
    pub fn read(http: HttpCall<'_>) -> Result<Self, (Failure, Format)> {
        let query = body::pairs(http.query);
        let asked = query.iter().rev().find(|(name, _)| name == "format");
        let format = asked.map_or(Format::Json, |(_, text)| format(text));
        let fail = |failure| (failure, format);
        let (method, path_id) = method(http.path).ok_or_else(|| {
            let text = format!("There is no method {}.", excerpt(http.path));
            fail(Failure::not_found(text))
        })?;
        if http.verb != "POST" {
            return Err(fail(Failure::wrong("Methods are called by POST.")));
        }
        let body = body::read(http.body, http.content_type).map_err(fail)?;
        let mut members = body.members;
        for (name, text) in query {
            members.entry(name).or_insert_with(|| Value::from(text));
        }
        let token = take_text(&mut members, "token").or_else(|| bearer(http.authorization));
        let token = token.or_else(|| resource_token(&method, &mut members));
        let asked = take_text(&mut members, "format");
        Ok(AltCall {
            method,
            path_id,
            members,
            token,
            format: asked.map_or(Format::Json, |text| self::format(&text)),
            is_xml: body.is_xml,
        })
    }

    /// How a call that can't be read is answered.
    #[must_use]
    pub fn refuse(failure: Failure, format: Format) -> crate::AltAnswer {
        crate::AltAnswer::of(Err(failure), format)
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

/// The token of a resource, which one method has in its body instead of another.
fn resource_token(method: &str, members: &mut Map<String, Value>) -> Option<String> {
    let token = take_text(members, "rtoken").filter(|_| method == "profiles/message_unsub")?;
    Some(format!("rtoken@{token}"))
}

fn format(text: &str) -> Format {
    match text.trim() {
        text if text.eq_ignore_ascii_case("xml") => Format::Xml,
        text if text.eq_ignore_ascii_case("csv") => Format::Csv,
        _ => Format::Json,
    }
}

pub(crate) fn bearer(header: &str) -> Option<String> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim();
    let is_bearer = scheme.eq_ignore_ascii_case("bearer") && !token.is_empty();
    is_bearer.then(|| token.to_owned())
}

pub(crate) fn take_text(members: &mut Map<String, Value>, name: &str) -> Option<String> {
    match members.remove(name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    }
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
            AltCall::read(http)
                .map(|call| (call.token, call.format))
                .ok()
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
        assert_eq!(token("", "Basic abc", "{}"), Some((None, Format::Json)));
    }
}
