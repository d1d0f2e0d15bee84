//! Problem documents (RFC 9457): the one shape of every error answer.

use crate::kinds::{self, Kind};
use crate::reply::Reply;
use http::header::{self, HeaderName, HeaderValue};
use roster_model::Invalid;
use roster_model::error::MAX_ERRORS;
use roster_store::Error as StoreError;
use serde::Serialize;
use serde_json::{Map, Value};
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

/// How much of an internal error's text is logged, in characters.
const LOGGED_CHARS: usize = 500;

/// An error answer. Reads like its [`Parts`], which are kept apart so that a
/// `Result` stays small.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem(Box<Parts>);

/// What an error answer says.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// What kind of problem it is.
    pub kind: Kind,
    /// A sentence about this occurrence, fit for the person who asked.
    pub detail: String,
    /// Each thing that is wrong, with its place in the body.
    pub errors: Vec<Invalid>,
    /// Further members, such as `candidates`.
    pub extra: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A problem as it is sent.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Document<'a> {
    /// A link to what the code means.
    #[serde(rename = "type")]
    link: String,
    /// What the code means, in words.
    title: &'a str,
    /// The HTTP status.
    status: u16,
    /// What is wrong this time.
    detail: &'a str,
    /// The stable name of the problem.
    code: &'a str,
    /// Each thing that is wrong, when the body was checked.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(value_type = Option<Vec<Invalid>>)]
    errors: &'a [Invalid],
    #[serde(flatten)]
    #[schema(ignore)]
    extra: &'a Map<String, Value>,
}

impl Problem {
    /// Whether it is of this kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.0.kind == kind
    }

    /// Whether the server failed, not the client.
    pub fn is_server_fault(&self) -> bool {
        self.0.kind.status >= 500
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.0.kind.status
    }

    /// A problem of this kind with a sentence about what happened.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Problem(Box::new(Parts {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            extra: Map::new(),
            headers: Vec::new(),
        }))
    }

    /// [`kinds::NOT_FOUND`]: "There is no such *thing*."
    pub fn not_found(thing: &str) -> Self {
        Self::new(kinds::NOT_FOUND, format!("There is no such {thing}."))
    }

    /// [`kinds::INVALID_PARAMETER`] for a query parameter.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self::new(kinds::INVALID_PARAMETER, detail).with("parameter", name)
    }

    /// Something that should not happen: logged with all there is to say, under
    /// a reference that the answer shows instead.
    pub fn internal(what: &dyn std::fmt::Display) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let reference = format!("{:x}-{count:x}", crate::now().ms());
        // One line of a bounded length, whatever is in the text.
        let line = what.to_string().replace(['\n', '\r'], " ");
        let line: String = line.chars().take(LOGGED_CHARS).collect();
        eprintln!("error {reference}: {line}");
        Self::new(
            kinds::INTERNAL,
            "The server's log has more under the reference.",
        )
        .with("reference", reference)
    }

    /// With a further member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.extra.insert(name.to_owned(), value.into());
        self
    }

    /// With a list of what is wrong.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<Invalid>) -> Self {
        self.0.errors = errors;
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The answer.
    pub fn into_reply(self) -> Reply {
        let document = Document {
            link: self.kind.link(),
            title: self.kind.title,
            status: self.kind.status,
            detail: &self.detail,
            code: self.kind.code,
            errors: &self.errors,
            extra: &self.extra,
        };
        let mut reply = Reply::ok(&document).with_status(self.kind.status).header(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        for (name, value) in self.0.headers {
            reply = reply.header(name, value);
        }
        reply
    }
}

impl Deref for Problem {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Problem::from(vec![invalid])
    }
}

impl From<Vec<Invalid>> for Problem {
    fn from(mut errors: Vec<Invalid>) -> Self {
        let detail = match errors.as_slice() {
            [one] => one.to_string(),
            several => format!("{} values are wrong; see errors.", several.len()),
        };
        errors.truncate(MAX_ERRORS);
        Problem::new(kinds::VALIDATION_FAILED, detail).with_errors(errors)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Stale(_) => Problem::new(
                kinds::STORE_BUSY,
                "Too many changes at the same time. Nothing was written; try again.",
            )
            .header(header::RETRY_AFTER, HeaderValue::from_static("1")),
            StoreError::Closed(_) | StoreError::Lost(_) => unreachable_store(&error),
            StoreError::Newer { file, known } => Problem::new(
                kinds::SCHEMA_TOO_NEW,
                format!("The store has schema version {file}, this server knows {known} at most."),
            ),
            StoreError::Full(_) => {
                eprintln!("error: {error}");
                Problem::new(
                    kinds::STORE_FULL,
                    "The disk is full or read-only. Nothing was written.",
                )
            }
            StoreError::Conflict(_) | StoreError::Corrupt(_) | StoreError::Database(_) => {
                Problem::internal(&error)
            }
        }
    }
}

/// The store is somewhere else and can't be reached, or broke off. Its texts name
/// addresses and are for the log.
fn unreachable_store(error: &StoreError) -> Problem {
    eprintln!("error: {error}");
    let (done, detail) = if matches!(error, StoreError::Closed(_)) {
        ("no", "Nothing was written; try again.")
    } else {
        (
            "unknown",
            "The connection to the store broke off. A change that was asked for was made or \
             not: look before you try again, or use an Idempotency-Key.",
        )
    };
    Problem::new(kinds::STORE_UNREACHABLE, detail)
        .with("done", done)
        .header(header::RETRY_AFTER, HeaderValue::from_static("5"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_model::Code;
    use roster_store::Guard;
    use serde_json::json;

    fn body(problem: Problem) -> Value {
        serde_json::from_slice(problem.into_reply().body()).unwrap()
    }

    #[test]
    fn a_problem_has_the_members_of_rfc_9457_and_its_own() {
        let problem =
            Problem::new(kinds::AMBIGUOUS_MATCH, "Two match.").with("candidates", json!(["a"]));
        let reply = problem.clone().into_reply();
        assert_eq!(reply.status(), 409);
        let kind = reply.headers().get(header::CONTENT_TYPE).unwrap();
        assert_eq!(kind, "application/problem+json");
        assert_eq!(
            body(problem),
            json!({
                "type": "/v1/codes#ambiguous_match",
                "title": "Several profiles match",
                "status": 409,
                "detail": "Two match.",
                "code": "ambiguous_match",
                "candidates": ["a"],
            })
        );
    }

    #[test]
    fn wrong_values_are_listed_with_their_places() {
        let one = Invalid::new(Code::Empty, "A name must not be empty.").at("name");
        assert_eq!(
            body(one.into()),
            json!({
                "type": "/v1/codes#validation_failed",
                "title": "The body is not as it should be",
                "status": 422,
                "detail": "/name: A name must not be empty.",
                "code": "validation_failed",
                "errors": [{"pointer": "/name", "code": "empty", "detail": "A name must not be empty."}],
            })
        );
    }

    #[test]
    fn no_error_of_the_store_shows_its_text() {
        let secret = || "UNIQUE constraint failed: /var/db SELECT".to_owned();
        for (error, code, status) in [
            (StoreError::Busy, "store_busy", 503),
            (StoreError::Stale(Guard::Profiles), "store_busy", 503),
            (
                StoreError::Newer { file: 9, known: 2 },
                "schema_too_new",
                503,
            ),
            (StoreError::Full(secret()), "store_full", 507),
            (StoreError::Closed(secret()), "store_unreachable", 503),
            (StoreError::Lost(secret()), "store_unreachable", 503),
            (StoreError::Conflict(secret()), "internal", 500),
            (StoreError::Corrupt(secret()), "internal", 500),
            (StoreError::Database(secret()), "internal", 500),
        ] {
            let reply = Problem::from(error).into_reply();
            let text = String::from_utf8(reply.body().to_vec()).unwrap();
            assert_eq!(reply.status(), status);
            assert!(text.contains(&format!("\"code\":\"{code}\"")), "{text}");
            assert!(
                !text.contains("constraint") && !text.contains("/var"),
                "{text}"
            );
            assert_eq!(
                reply.headers().contains_key("retry-after"),
                matches!(code, "store_busy" | "store_unreachable")
            );
        }
    }
}
