//! How long a request may go on with long work, and how often it begins again.

use crate::kinds;
use crate::problem::Problem;
use http::header::{self, HeaderValue};
use roster_store::pace::Budget;
use std::time::Duration;

/// How often definitions may change under one request.
pub const DEFINITION_TRIES: usize = 5;

/// How long a request may look for what it shows on a page; then it shows what it
/// has, and a cursor.
const PAGE: Duration = Duration::from_secs(2);

/// How long a request may work that has nothing to show before its end.
const WHOLE: Duration = Duration::from_secs(10);

/// The time of a request that answers with a page.
pub fn page_budget() -> Budget {
    Budget::new(PAGE)
}

/// The time of a request that answers with the whole or not at all.
pub fn whole_budget() -> Budget {
    Budget::new(WHOLE)
}

impl Problem {
    /// [`kinds::TOOK_TOO_LONG`], with a sentence about what to do instead.
    pub fn took_too_long(detail: &str) -> Self {
        Problem::new(kinds::TOOK_TOO_LONG, detail)
            .header(header::RETRY_AFTER, HeaderValue::from_static("10"))
    }
}
