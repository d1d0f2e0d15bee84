//! What is wrong with one value, and where in the input it stands.

use crate::code::Code;
use serde::Serialize;
use std::fmt;

/// One thing that is wrong with an input.
///
/// An HTTP answer shows it in `errors[]` of a problem document (RFC 9457), a
/// batch shows it beside the item, so it carries its own place and says what
/// would have been right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = WrongValue)]
pub struct Invalid {
    /// JSON pointer (RFC 6901) inside the thing that was checked; `""` is the
    /// thing itself.
    pub pointer: String,
    /// Stable name of the rule that was broken, such as `invalid_email`.
    #[schema(value_type = String, example = "invalid_email")]
    pub code: Code,
    /// A sentence for people: what was wrong and what would be right. Quotes
    /// at most [`EXCERPT_CHARS`] characters of the input.
    pub detail: String,
}

/// The most complaints about one request, or one item of it, that are told: anyone who
/// sends more mistakes than that looks at the first of them.
pub const MAX_ERRORS: usize = 100;

/// How many characters of an input a message may quote.
pub const EXCERPT_CHARS: usize = 80;

impl Invalid {
    /// A complaint about the checked thing itself (pointer `""`).
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Invalid {
            pointer: String::new(),
            code,
            detail: detail.into(),
        }
    }

    /// Something else than `want` stands here; code `wrong_type`.
    pub fn wrong_type(value: &serde_json::Value, want: &str) -> Self {
        let detail = format!("This must be {want}, not {}.", excerpt_json(value));
        Invalid::new(Code::WrongType, detail)
    }

    /// The same complaint seen from one level further out: puts `/prefix`
    /// before the pointer, escaped as RFC 6901 asks (`~` → `~0`, `/` → `~1`).
    #[must_use]
    pub fn at(mut self, prefix: &str) -> Self {
        let escaped = prefix.replace('~', "~0").replace('/', "~1");
        self.pointer = format!("/{escaped}{}", self.pointer);
        self
    }

    /// [`Invalid::at`] for the place in an array.
    #[must_use]
    pub fn at_index(self, index: usize) -> Self {
        self.at(&index.to_string())
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            f.write_str(&self.detail)
        } else {
            write!(f, "{}: {}", self.pointer, self.detail)
        }
    }
}

impl std::error::Error for Invalid {}

/// One thing is wrong where several could be.
impl From<Invalid> for Vec<Invalid> {
    fn from(invalid: Invalid) -> Self {
        vec![invalid]
    }
}

/// A value, unless something is wrong with it.
///
/// # Errors
/// What is wrong.
pub fn valid<T>(value: T, wrong: Vec<Invalid>) -> Result<T, Vec<Invalid>> {
    if wrong.is_empty() {
        return Ok(value);
    }
    Err(wrong)
}

/// `text` in quotation marks, fit for a message: control characters escaped,
/// cut after [`EXCERPT_CHARS`] characters.
pub fn excerpt(text: &str) -> String {
    let mut shown = String::from("\"");
    for (count, c) in text.chars().enumerate() {
        if count == EXCERPT_CHARS {
            shown.push('…');
            break;
        }
        if c.is_control() {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown.push('"');
    shown
}

/// A JSON value as it is shown in a message: like [`excerpt`], but containers
/// are only named.
pub fn excerpt_json(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => excerpt(text),
        serde_json::Value::Array(_) => "an array".to_owned(),
        serde_json::Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[test]
    fn pointers_are_built_from_the_inside_out_and_escaped() {
        let invalid = Invalid::new(Code::WrongType, "no").at_index(3).at("a/b~c");
        assert_eq!(invalid.pointer, "/a~1b~0c/3");
        assert_eq!(invalid.to_string(), "/a~1b~0c/3: no");
    }

    #[test]
    fn excerpts_are_short_and_printable() {
        assert_eq!(excerpt("a\u{0}b"), "\"a\\u{0}b\"");
        let long = excerpt(&"ж".repeat(500));
        assert_eq!(long.chars().count(), EXCERPT_CHARS + 3);
    }
}
