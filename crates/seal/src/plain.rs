//! A secret that was opened.

use std::fmt;
use std::ops::Deref;
use zeroize::Zeroizing;

/// A secret as it is used. It is never shown, not in logs either, and its memory is
/// cleared when it goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Plain(Zeroizing<String>);

impl Plain {
    pub(crate) fn new(text: String) -> Self {
        Plain(Zeroizing::new(text))
    }

    /// The secret.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Deref for Plain {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain(…)")
    }
}
