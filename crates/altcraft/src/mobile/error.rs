//! Why a request of an app was refused, and by which status it hears so.

use super::http::HttpAnswer;
use crate::api::Problem;
use crate::failure::Failure;
use serde_json::json;

/// After how many seconds a request is worth another try.
const RETRY_S: u32 = 5;

/// A refusal: 503 where the same request may go well later, else what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: u16,
    pub text: String,
}

impl Refusal {
    pub fn new(status: u16, text: impl Into<String>) -> Self {
        Refusal {
            status,
            text: text.into(),
        }
    }

    /// What was sent is wrong.
    pub fn member(name: &str, text: &str) -> Self {
        Self::new(400, format!("{name}: {text}"))
    }

    /// Not now.
    pub fn later() -> Self {
        Self::new(503, "The service can't answer now: try again.")
    }

    pub fn into_answer(self) -> HttpAnswer {
        let body = json!({"error": self.status, "error_text": self.text});
        let answer = HttpAnswer::json(self.status, &body);
        HttpAnswer {
            retry_after: (self.status == 503).then_some(RETRY_S),
            ..answer
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        // What another request got in the way of, goes well when it is tried again.
        match (problem.status, problem.code()) {
            (429 | 412 | 500.., _) | (_, "conflict") => Refusal::later(),
            _ => Failure::from(problem).into(),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure.error {
            429 | 500.. => Refusal::later(),
            error => Refusal::new(error, failure.text),
        }
    }
}

/// The answer to a request that `/v1` refused before it was looked at: whose token is wrong, or
/// while the store is away. `detail` is the problem's own sentence.
#[must_use]
pub fn refusal(status: u16, detail: &str) -> HttpAnswer {
    match status {
        429 | 500.. => Refusal::later(),
        _ => Refusal::new(status, detail),
    }
    .into_answer()
}
