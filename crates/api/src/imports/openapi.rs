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
