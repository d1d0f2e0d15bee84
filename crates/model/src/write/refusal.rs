//! Why a write of one profile was refused.

use crate::Code;
use crate::error::{Invalid, MAX_ERRORS};
use crate::id::ProfileId;
use std::fmt;

/// What kind of refusal it is. The edge gives each its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// What was sent is wrong by itself.
    Invalid,
    /// What it names is not there: `not_found`.
    NotFound,
    /// What is stored stands against it, such as `ambiguous_match` and `duplicate`.
    Conflict,
    /// The profile has another revision than it names: `revision_mismatch`.
    Stale,
    /// The server failed: `internal`.
    Internal,
}

/// Why one item of a write was refused; nothing of it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What kind of refusal it is.
    pub kind: RefusalKind,
    /// Stable name of the reason; that of the first complaint if there are
    /// several.
    pub code: Code,
    /// JSON pointer to what is wrong (see [`crate::write::Command`] for where
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

impl Refusal {
    /// A refusal for one reason.
    pub fn new(kind: RefusalKind, code: Code, detail: impl Into<String>) -> Self {
        Self::from(Invalid::new(code, detail)).as_kind(kind)
    }

    /// What was sent is wrong by itself.
    pub fn invalid(code: Code, detail: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, code, detail)
    }

    /// What is stored stands against it.
    pub fn conflict(code: Code, detail: impl Into<String>) -> Self {
        Self::new(RefusalKind::Conflict, code, detail)
    }

    /// The same as another kind.
    #[must_use]
    pub fn as_kind(mut self, kind: RefusalKind) -> Self {
        self.kind = kind;
        self
    }

    /// A refusal for several reasons; `None` if there are none.
    pub fn all(mut errors: Vec<Invalid>) -> Option<Self> {
        errors.truncate(MAX_ERRORS);
        let first = errors.first()?.clone();
        Some(Refusal {
            kind: RefusalKind::Invalid,
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
        Self::new(RefusalKind::NotFound, Code::NotFound, detail)
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

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Refusal {
            kind: RefusalKind::Invalid,
            code: invalid.code,
            pointer: invalid.pointer.clone(),
            detail: invalid.detail.clone(),
            field: None,
            candidates: Box::default(),
            errors: Box::new([invalid]),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)
    }
}

impl std::error::Error for Refusal {}
