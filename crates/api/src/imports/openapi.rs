//! What the OpenAPI document says of parameters that the handlers read as text.

use roster_http::query;

pub(crate) mod preview;
pub(crate) mod settings;

pub(crate) use settings::StartImport;

/// What happens after the upload.
#[query]
pub(crate) struct UploadQuery {
    /// The file's name, for people and as a hint at what it is.
    name: Option<String>,
    /// The name of saved settings: the import starts at once.
    settings: Option<String>,
    /// Answer with lines of progress until the import ends.
    wait: Option<bool>,
}

/// Whether to wait for the end.
#[query]
pub(crate) struct WaitQuery {
    /// Answer with lines of progress until the import ends.
    wait: Option<bool>,
}

/// How progress is told.
#[query]
pub(crate) struct WorkQuery {
    /// `events` (server-sent events) or `lines` (text for a terminal).
    #[param(schema_with = crate::words::progress)]
    form: Option<String>,
}

/// Which rows.
#[query]
pub(crate) struct ReportQuery {
    /// `failed`, `skipped`, `warning` or `all`.
    #[param(example = "failed", schema_with = crate::words::reported)]
    outcome: Option<String>,
}
