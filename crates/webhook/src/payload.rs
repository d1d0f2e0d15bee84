//! What a delivery's body says, as JSON, whatever form it came in.

use roster_model::Code;
use roster_model::error::excerpt;
use roster_model::{Invalid, json};
use serde_json::Value;

use crate::form;

/// Reads a body: JSON (`application/json`, `text/json`, `text/plain` and
/// `…+json`, also if no type is named) or a form
/// (`application/x-www-form-urlencoded`). Both are UTF-8.
///
/// In a form a name that comes again makes an array, and so does `name[]`;
/// `a[b]` is a member of an object, and members `0`, `1`, … are an array. All
/// values are texts. A number that 64 bits can't hold is the text of its digits.
///
/// Codes: `invalid_json`, `invalid_form`, `unsupported_media_type`.
pub fn read(body: &[u8], content_type: Option<&str>) -> Result<Value, Invalid> {
    let given = content_type
        .map(str::trim)
        .filter(|given| !given.is_empty());
    let given = given.unwrap_or("application/json");
    let mut parts = given.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
    for parameter in parts {
        if let Some((name, charset)) = parameter.split_once('=')
            && name.trim().eq_ignore_ascii_case("charset")
        {
            let charset = charset.trim().trim_matches('"');
            if !["utf-8", "utf8", "us-ascii"].contains(&&*charset.to_ascii_lowercase()) {
                return Err(unsupported(given));
            }
        }
    }
    match &*media_type {
        "application/json" | "text/json" | "text/plain" => document(body),
        "application/x-www-form-urlencoded" => form::read(body),
        other if other.ends_with("+json") => document(body),
        _ => Err(unsupported(given)),
    }
}

fn unsupported(given: &str) -> Invalid {
    let detail = format!(
        "{} can't be read: the body must be application/json or application/x-www-form-urlencoded, in UTF-8.",
        excerpt(given)
    );
    Invalid::new(Code::UnsupportedMediaType, detail)
}

fn document(body: &[u8]) -> Result<Value, Invalid> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    // A sender can't be asked to spell its numbers otherwise.
    let changed = str::from_utf8(body).ok().and_then(json::as_text);
    let body = changed.as_ref().map_or(body, |(text, _)| text.as_bytes());
    serde_json::from_slice(body)
        .map_err(|error| Invalid::new(Code::InvalidJson, format!("The body is no JSON: {error}.")))
}
