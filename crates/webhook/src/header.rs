//! Headers of a request: how they are asked for, and what their names may be.

use roster_model::Code;
use roster_model::error::{Invalid, excerpt, excerpt_json};
use serde_json::Value;

/// How a request is asked for a header: by name, in lower case. Anyone who
/// answers pays no heed to the case of the names that were sent.
pub type Headers<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

/// The longest name of a header, in bytes.
const MAX_NAME: usize = 64;

/// Reads the name of a header, in lower case. Codes: `wrong_type`,
/// `invalid_header`.
pub(crate) fn name(value: &Value) -> Result<String, Invalid> {
    let text = value.as_str().ok_or_else(|| {
        let detail = format!(
            "A header's name is a string, this is {}.",
            excerpt_json(value)
        );
        Invalid::new(Code::WrongType, detail)
    })?;
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if text.is_empty() || text.len() > MAX_NAME || !text.bytes().all(token) {
        let detail = format!(
            "{} is no name of a header: it must be 1 to {MAX_NAME} letters, digits and hyphens.",
            excerpt(text)
        );
        return Err(Invalid::new(Code::InvalidHeader, detail));
    }
    Ok(text.to_ascii_lowercase())
}

/// The longest id of a message, in bytes.
pub(crate) const MAX_ID: usize = 255;

/// An id of a message that is fit to be kept: 1 to [`MAX_ID`] visible ASCII
/// characters.
pub(crate) fn id(text: &str) -> Option<&str> {
    let text = text.trim();
    let sound = (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    sound.then_some(text)
}
