//! Why a file can't be unpacked.

use roster_model::Code;
use std::fmt;

/// Why a file can't be unpacked. Nothing more comes of the file after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnpackError {
    /// Stable name; see the crate's documentation.
    pub code: Code,
    /// A sentence for people: what is wrong, and what would be right.
    pub detail: String,
    /// The file of an archive that it is about.
    pub file: Option<String>,
}

impl UnpackError {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        UnpackError {
            code,
            detail: detail.into(),
            file: None,
        }
    }

    /// An archive that doesn't follow its format.
    pub(crate) fn broken(detail: impl Into<String>) -> Self {
        UnpackError::new(Code::ArchiveBroken, detail)
    }

    /// An archive that ends too early.
    pub(crate) fn cut_off() -> Self {
        UnpackError::broken("the file is cut off")
    }

    pub(crate) fn encrypted() -> Self {
        let detail = "it is protected by a password; upload it without one";
        UnpackError::new(Code::Encrypted, detail)
    }

    pub(crate) fn nested() -> Self {
        let detail = "there is an archive inside the archive; upload its files themselves";
        UnpackError::new(Code::NestedArchive, detail)
    }

    pub(crate) fn unsupported(what: &str) -> Self {
        let detail = format!(
            "{what} can't be read; CSV, TXT, TSV, JSON, JSON Lines, XLSX, XLS and ODS can, \
             also with gzip or in a zip or tar archive"
        );
        UnpackError::new(Code::UnsupportedFormat, detail)
    }
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{file}: {}", self.detail),
            None => f.write_str(&self.detail),
        }
    }
}

impl std::error::Error for UnpackError {}
