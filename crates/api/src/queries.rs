//! Query parameters that several nouns take.

#![allow(dead_code, reason = "describes what handlers ask a call for")]

use roster_http::query;

/// Confirms what can't be undone.
#[query]
pub(crate) struct ConfirmQuery {
    /// The name of what goes or is emptied, where that takes profiles, members,
    /// subscriptions or entries with it.
    confirm: Option<String>,
}

/// Whether to wait for the end.
#[query]
pub(crate) struct WaitQuery {
    /// Answer with lines of progress until the job ends.
    wait: Option<bool>,
}

/// How progress is shown.
#[query]
pub(crate) struct ProgressQuery {
    /// `events` (server-sent events) or `lines` (text for a terminal).
    #[param(schema_with = crate::words::progress)]
    form: Option<String>,
}

/// What of a job's report is sent.
#[query]
pub(crate) struct ReportQuery {
    /// `failed`, `skipped`, `warning` or `all`.
    #[param(example = "failed", schema_with = crate::words::reported)]
    outcome: Option<String>,
}
