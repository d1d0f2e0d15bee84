//! Why a write of one profile was refused.

use crate::Code;
use crate::error::{Invalid, MAX_ERRORS};
use crate::id::ProfileId;
use std::fmt;

/// Why one item of a write was refused; nothing of it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemError {
    /// The HTTP status that says it: 404 `not_found`, 409 `ambiguous_match`
    /// and `duplicate`, 412 `revision_mismatch`, else 422.
    pub status: u16,
    /// Stable name of the reason; that of the first complaint if there are
    /// several.
    pub code: Code,
    /// JSON pointer to what is wrong (see [`crate::write::Prepared`] for where
    /// it starts); `""` if it is no single place.
    pub pointer: String,
    /// A sentence for people.
    pub detail: String,
    /// The field that is a `duplicate`, or lacks a value.
    pub field: Option<Box<str>>,
    /// All profiles that match (`ambiguous_match`), or that have the value
    /// (`duplicate`).
    pub candidates: Box<[ProfileId]>,
    /// Everything that is wrong, the first included, at most [`MAX_ERRORS`].
    pub errors: Box<[Invalid]>,
}

impl ItemError {
    /// A refusal for one reason.
    pub fn new(status: u16, code: Code, detail: impl Into<String>) -> Self {
        Self::from(Invalid::new(code, detail)).status(status)
    }

    /// The same with another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// A refusal for several reasons; `None` if there are none.
    pub fn all(mut errors: Vec<Invalid>) -> Option<Self> {
        errors.truncate(MAX_ERRORS);
        let first = errors.first()?.clone();
        Some(ItemError {
            status: 422,
            code: first.code,
            pointer: first.pointer,
            detail: first.detail,
            field: None,
            candidates: Box::default(),
            errors: errors.into(),
        })
    }

    /// The profile or subscription that was named does not exist.
    pub fn not_found(detail: &str) -> Self {
        Self::new(404, Code::NotFound, detail)
    }

    /// The same refusal seen from further out: `base`, a JSON pointer, is put
    /// before every pointer.
    #[must_use]
    pub fn under(mut self, base: &str) -> Self {
        if !base.is_empty() {
            self.pointer.insert_str(0, base);
            for invalid in &mut self.errors {
                invalid.pointer.insert_str(0, base);
            }
        }
        self
    }
}

impl From<Invalid> for ItemError {
    fn from(invalid: Invalid) -> Self {
        ItemError {
            status: 422,
            code: invalid.code,
            pointer: invalid.pointer.clone(),
            detail: invalid.detail.clone(),
            field: None,
            candidates: Box::default(),
            errors: Box::new([invalid]),
        }
    }
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for ItemError {}
