//! The body of a call: JSON, XML or a form, which its first character shows. Clients send one with the
//! content type of another.

use crate::MAX_BYTES;
use crate::failure::Failure;
use crate::xml;
use serde_json::{Map, Value};

/// What a body says.
pub(crate) struct Body {
    pub members: Map<String, Value>,
    pub is_xml: bool,
}

/// Reads a body of at most [`MAX_BYTES`]; an empty one has no members.
pub(crate) fn read(bytes: &[u8], content_type: &str) -> Result<Body, Failure> {
    if bytes.len() > MAX_BYTES {
        let text =
            format!("The body has more than {MAX_BYTES} bytes: send fewer profiles at once.");
        return Err(Failure::wrong(text));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| Failure::wrong("The body is not UTF-8."))?;
    let start = text.trim_start();
    let json = |members| Body {
        members,
        is_xml: false,
    };
    match start.bytes().next() {
        None => Ok(json(Map::new())),
        Some(b'{' | b'[') => of_json(text).map(json),
        Some(b'<') => Ok(Body {
            members: xml::read(start)?,
            is_xml: true,
        }),
        Some(_) if is_form(content_type, start) => Ok(json(form(text))),
        Some(_) => of_json(text).map(json),
    }
}

fn of_json(text: &str) -> Result<Map<String, Value>, Failure> {
    let value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure::wrong(format!(
            "The body is not valid JSON from line {line}, column {column} on."
        ))
    })?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(Failure::wrong("The body must be a JSON object.")),
    }
}

fn is_form(content_type: &str, text: &str) -> bool {
    let kind = content_type.trim().to_ascii_lowercase();
    kind.starts_with("application/x-www-form-urlencoded")
        || (!kind.contains("json") && text.contains('=') && !text.contains(['\n', '"', ' ']))
}

/// The members of a form. Where a value is JSON of an object or a list, it is meant so.
fn form(text: &str) -> Map<String, Value> {
    let read = |text: String| match text.trim_start().as_bytes().first() {
        Some(b'{' | b'[') => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        _ => Value::String(text),
    };
    let pairs = collected(pairs(text)).into_iter();
    let each = |value: Value| match value {
        Value::String(text) => read(text),
        several => several,
    };
    pairs.map(|(name, value)| (name, each(value))).collect()
}

/// Pairs as members. A name that ends in `[]`, as forms with several boxes have it, is a list
/// of all its values; of any other name that comes again the last value counts.
pub(crate) fn collected(pairs: Vec<(String, String)>) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, text) in pairs {
        match name.strip_suffix("[]").filter(|name| !name.is_empty()) {
            Some(name) => match members
                .entry(name)
                .or_insert_with(|| Value::Array(Vec::new()))
            {
                Value::Array(all) => all.push(text.into()),
                one => *one = text.into(),
            },
            None => {
                members.insert(name, text.into());
            }
        }
    }
    members
}

/// The pairs of a query or a form, decoded.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let parts = text.trim().split('&').filter(|part| !part.is_empty());
    let read = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    };
    parts.map(read).collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16));
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (byte, width) = match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => (u8::try_from(high * 16 + low).unwrap_or(b'?'), 3),
            (b'+', ..) => (b' ', 1),
            _ => (byte, 1),
        };
        plain.push(byte);
        at += width;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_is_told_by_how_it_begins() {
        let members = |text: &str, kind: &str| {
            let body = read(text.as_bytes(), kind);
            body.map(|body| Value::Object(body.members))
                .map_err(|failure| failure.error)
        };
        let json = json!({"db_id": "1"});
        assert_eq!(
            members(r#" {"db_id": "1"}"#, "text/plain"),
            Ok(json.clone())
        );
        assert_eq!(
            members("<xml><db_id>1</db_id></xml>", "application/json"),
            Ok(json.clone())
        );
        assert_eq!(
            members("db_id=1", "application/x-www-form-urlencoded"),
            Ok(json)
        );
        let data = "data=%7B%22email%22%3A%22a%2Bb%40x.org%22%7D";
        assert_eq!(
            members(data, ""),
            Ok(json!({"data": {"email": "a+b@x.org"}}))
        );
        assert_eq!(members("", ""), Ok(json!({})));
        for wrong in ["[1]", "{", "nonsense", "<a", "\u{1}"] {
            assert_eq!(members(wrong, "application/json"), Err(400), "{wrong}");
        }
    }

    #[test]
    fn a_body_has_ten_megabytes_at_most() {
        let mut body = b"{}".to_vec();
        body.resize(MAX_BYTES, b' ');
        assert!(read(&body, "").is_ok());
        body.push(b' ');
        assert!(read(&body, "").is_err());
    }
}
