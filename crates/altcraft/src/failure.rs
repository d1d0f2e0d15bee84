//! Why a call failed: Altcraft's number and one sentence that names the member.

use crate::api::Problem;
use roster_model::Invalid;
use serde_json::Value;

/// What is said of a member that isn't there.
const MISSING: &str = "this member is needed.";

/// Why a call, or one item of it, failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Altcraft's number: 400, 401, 403, 404, 409, 429, 500.
    pub error: u16,
    /// One sentence.
    pub text: String,
}

impl Failure {
    /// What was sent is wrong.
    pub fn wrong(text: impl Into<String>) -> Self {
        Failure {
            error: 400,
            text: text.into(),
        }
    }

    /// A member is wrong.
    pub(crate) fn member(name: &str, text: &str) -> Self {
        Self::wrong(format!("{name}: {text}"))
    }

    /// A member that must be there isn't.
    pub(crate) fn missing(name: &str) -> Self {
        Self::member(name, MISSING)
    }

    /// Whether a member isn't there that must be.
    pub(crate) fn is_missing(&self) -> bool {
        self.error == 400 && self.text.ends_with(MISSING)
    }

    /// The body has more than [`crate::MAX_BYTES`].
    #[must_use]
    pub fn too_large() -> Self {
        let most = crate::MAX_BYTES;
        Self::wrong(format!(
            "The body has more than {most} bytes: send fewer profiles at once."
        ))
    }

    /// The body is compressed.
    #[must_use]
    pub fn encoded() -> Self {
        Self::wrong("The body must be sent without a content encoding.")
    }

    /// What `/v1` refused with a problem document.
    #[must_use]
    pub fn of_problem(status: u16, body: Value) -> Self {
        Problem { status, body }.into()
    }

    /// The client gave up in the middle of the body.
    #[must_use]
    pub fn incomplete() -> Self {
        Self::wrong("The body ended before it was whole.")
    }

    /// No token was sent.
    #[must_use]
    pub fn no_token() -> Self {
        Failure {
            error: 401,
            text: "token: send an API token in the body or as Authorization: Bearer.".to_owned(),
        }
    }

    /// What is named isn't there.
    pub fn not_found(text: impl Into<String>) -> Self {
        Failure {
            error: 404,
            text: text.into(),
        }
    }

    /// What an item of a batch was refused with: `{status, code, pointer, detail}`.
    pub(crate) fn of_item(error: &Value) -> Self {
        let status = error["status"].as_u64().unwrap_or(500);
        let status = u16::try_from(status).unwrap_or(500);
        Failure {
            error: number(status, error["code"].as_str().unwrap_or_default()),
            text: sentence(error),
        }
    }
}

impl Failure {
    /// What a value was refused with before `/v1` saw it.
    pub(crate) fn of_value(invalid: &Invalid) -> Self {
        let shown = serde_json::to_value(invalid).unwrap_or_default();
        Self::wrong(sentence(&shown))
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let first = &problem.body["errors"][0];
        let code = first["code"].as_str().unwrap_or_else(|| problem.code());
        let error = number(problem.status, code);
        let text = match (error, first) {
            // What went wrong inside is nobody's business outside.
            (500, _) => "The service can't answer now: try again.".to_owned(),
            (_, Value::Null) => beside(&problem),
            (_, first) => sentence(first),
        };
        Failure { error, text }
    }
}

/// A problem that has no list of what is wrong.
fn beside(problem: &Problem) -> String {
    let detail = problem.body["detail"].as_str();
    let title = problem.body["title"].as_str();
    let text = detail.or(title).unwrap_or("The request was refused.");
    let pointer = problem.body["pointer"].as_str().map(place);
    let parameter = problem.body["parameter"].as_str().map(str::to_owned);
    match pointer.or(parameter).filter(|name| !name.is_empty()) {
        Some(name) => format!("{name}: {text}"),
        None => text.to_owned(),
    }
}

/// Altcraft's number for an HTTP status of `/v1`. A wrong token is 403 there: 401 says that
/// there is none.
fn number(status: u16, code: &str) -> u16 {
    let is_gone = matches!(
        code,
        "unknown_resource" | "unknown_segment" | "unknown_database" | "invalid_profile_id"
    );
    match status {
        _ if is_gone => 404,
        401 | 403 => 403,
        404 => 404,
        409 | 412 => 409,
        429 => 429,
        500.. => 500,
        _ => 400,
    }
}

/// What is wrong, with its place before it.
pub(crate) fn sentence(one: &Value) -> String {
    let detail = one["detail"].as_str().unwrap_or("This was refused.");
    match one["pointer"].as_str().map(place) {
        Some(place) if !place.is_empty() => format!("{place}: {detail}"),
        _ => detail.to_owned(),
    }
}

/// A JSON pointer as clients write places: `data.phones[0]`.
fn place(pointer: &str) -> String {
    let mut place = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            place.push('[');
            place.push_str(&part);
            place.push(']');
        } else {
            if !place.is_empty() {
                place.push('.');
            }
            place.push_str(&part);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_problem_is_a_number_and_a_sentence_with_the_member() {
        let of = |status, body| Failure::from(Problem { status, body });
        let errors =
            json!([{"pointer": "/data/phones/0", "code": "invalid_phone", "detail": "No."}]);
        let wrong = of(422, json!({"code": "validation_failed", "errors": errors}));
        assert_eq!((wrong.error, &*wrong.text), (400, "data.phones[0]: No."));
        let inside = of(500, json!({"detail": "a stack"}));
        assert_eq!(inside.error, 500);
        assert!(!inside.text.contains("stack"));
        for (status, error) in [
            (401, 403),
            (403, 403),
            (404, 404),
            (413, 400),
            (503, 500),
            (429, 429),
        ] {
            assert_eq!(of(status, Value::Null).error, error);
        }
    }
}
