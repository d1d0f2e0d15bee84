//! The body of a call: JSON, XML or a form, which its first character shows. Clients send one with the
//! content type of another.

use crate::call::{excerpt, said};
use crate::failure::Failure;
use crate::{MAX_BYTES, MAX_ITEMS, xml};
use roster_model::{Code, json};
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The most bytes of one member, but for a batch's items: as many as one profile has in `/v1`.
const MAX_MEMBER: usize = 1 << 20;
/// The most bytes of a list of values for a suppression list.
const MAX_LIST: usize = 8 << 20;
/// The most members of a call.
const MAX_MEMBERS: usize = 10_000;

/// A body that was looked at: its members as text.
#[derive(Debug)]
pub(crate) enum Body<'a> {
    Json(Vec<(String, &'a RawValue)>),
    Xml(&'a str),
    Form(Vec<(String, String)>),
}

impl<'a> Body<'a> {
    /// Looks at a body of at most [`MAX_BYTES`]; an empty one has no members.
    pub fn open(bytes: &'a [u8], content_type: &str) -> Result<Self, Failure> {
        if bytes.len() > MAX_BYTES {
            return Err(Failure::too_large());
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text =
            std::str::from_utf8(bytes).map_err(|_| Failure::wrong("The body is not UTF-8."))?;
        let start = text.trim_start();
        match start.bytes().next() {
            None => Ok(Body::Json(Vec::new())),
            Some(b'{' | b'[') => open_json(text),
            Some(b'<') => Ok(Body::Xml(start)),
            Some(_) if is_form(content_type, start) => open_form(text),
            Some(_) => open_json(text),
        }
    }

    /// Whether it is XML.
    pub fn is_xml(&self) -> bool {
        matches!(self, Body::Xml(_))
    }

    /// A member that is a text and says something.
    pub fn text(&self, name: &str) -> Option<String> {
        match self {
            Body::Json(members) => {
                let (_, raw) = members.iter().rev().find(|(own, _)| own == name)?;
                let text = Some(raw.get()).filter(|text| text.starts_with('"'))?;
                said(&serde_json::from_str::<String>(text).ok()?)
            }
            Body::Xml(text) => said(&xml::first(text, name)?),
            Body::Form(pairs) => {
                let (_, text) = pairs.iter().rev().find(|(own, _)| own == name)?;
                said(text)
            }
        }
    }

    /// Reads the members, and the items of a batch that came as JSON.
    pub fn read(self, is_batch: bool) -> Result<(Map<String, Value>, Option<Items>), Failure> {
        match self {
            Body::Json(members) => read_json(members, is_batch),
            Body::Xml(text) => Ok((xml::read(text)?, None)),
            Body::Form(pairs) => Ok((form(pairs)?, None)),
        }
    }
}

/// Items of a batch, each as text.
type Items = Vec<Box<RawValue>>;

fn broken(error: &serde_json::Error) -> Failure {
    let (line, column) = (error.line(), error.column());
    Failure::wrong(format!(
        "The body is not valid JSON from line {line}, column {column} on."
    ))
}

fn open_json(text: &str) -> Result<Body<'_>, Failure> {
    if text.trim_start().starts_with('{') {
        let members: TopMembers<'_> =
            serde_json::from_str(text).map_err(|error| match error.is_data() {
                true => Failure::wrong(format!("A call has at most {MAX_MEMBERS} members.")),
                false => broken(&error),
            })?;
        return Ok(Body::Json(members.0));
    }
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| broken(&error))?;
    Err(Failure::wrong("The body must be a JSON object."))
}

/// The members of an object, each as it stands there.
struct TopMembers<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for TopMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(TopVisitor)
    }
}

struct TopVisitor;

impl<'de> Visitor<'de> for TopVisitor {
    type Value = TopMembers<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            if members.len() == MAX_MEMBERS {
                return Err(A::Error::custom("too many members"));
            }
            members.push(member);
        }
        Ok(TopMembers(members))
    }
}

fn read_json(
    all: Vec<(String, &RawValue)>,
    is_batch: bool,
) -> Result<(Map<String, Value>, Option<Items>), Failure> {
    let (mut members, mut items) = (Map::new(), None);
    for (name, raw) in all {
        let text = raw.get();
        if is_batch && name == "data" && text.starts_with('[') {
            let parts: Vec<&RawValue> = serde_json::from_str(text).map_err(|e| broken(&e))?;
            check_count(parts.len())?;
            items = Some(parts.into_iter().map(ToOwned::to_owned).collect());
            continue;
        }
        let most = match &*name {
            "emails" | "domains" | "values" | "phones" => MAX_LIST,
            _ => MAX_MEMBER,
        };
        if text.len() > most {
            let count = text.len();
            return Err(Failure::member(
                &excerpt(&name),
                &format!("{count} bytes: it has at most {most}."),
            ));
        }
        let value = json::read(text.as_bytes());
        let value = value.map_err(|invalid| Failure::of_value(&invalid.at(&name)))?;
        members.insert(name, value);
    }
    Ok((members, items))
}

/// Refuses more profiles than a batch has.
pub(crate) fn check_count(count: usize) -> Result<(), Failure> {
    if count <= MAX_ITEMS {
        return Ok(());
    }
    let text = format!("{count} profiles are too many: send {MAX_ITEMS} at once at most.");
    Err(Failure::member("data", &text))
}

fn is_form(content_type: &str, text: &str) -> bool {
    let kind = content_type.trim().to_ascii_lowercase();
    kind.starts_with("application/x-www-form-urlencoded")
        || (!kind.contains("json") && text.contains('=') && !text.contains(['\n', '"', ' ']))
}

fn open_form<'a>(text: &str) -> Result<Body<'a>, Failure> {
    if text.len() > MAX_MEMBER || text.matches('&').count() >= MAX_MEMBERS {
        return Err(Failure::wrong(format!(
            "A form has at most {MAX_MEMBERS} members and {MAX_MEMBER} bytes: send JSON."
        )));
    }
    Ok(Body::Form(read_pairs(text)?))
}

/// The members of a form. Where a value is JSON of an object or a list, it is meant so, and its
/// numbers must be exact as in any JSON.
fn form(pairs: Vec<(String, String)>) -> Result<Map<String, Value>, Failure> {
    let read = |name: &str, text: String| {
        if !text.trim_start().starts_with(['{', '[']) {
            return Ok(Value::String(text));
        }
        match json::read(text.as_bytes()) {
            Err(invalid) if invalid.code == Code::NumberNotExact => {
                Err(Failure::of_value(&invalid.at(name)))
            }
            read => Ok(read.unwrap_or(Value::String(text))),
        }
    };
    let each = |(name, value): (String, Value)| {
        let value = match value {
            Value::String(text) => read(&name, text)?,
            several => several,
        };
        Ok((name, value))
    };
    collected(pairs).into_iter().map(each).collect()
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

/// The pairs of a query or a form, decoded: what can't be is refused.
pub(crate) fn read_pairs(text: &str) -> Result<Vec<(String, String)>, Failure> {
    let read = |(name, value): (&str, &str)| {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).ok();
        let pair = text(decoded(name)).zip(text(decoded(value)));
        pair.ok_or_else(|| Failure::member(&excerpt(name), "it is not UTF-8."))
    };
    parts(text).map(read).collect()
}

/// The same with a replacement in the place of bytes that are no text.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    let text_of = |text: &str| String::from_utf8_lossy(&decoded(text)).into_owned();
    let read = |(name, value): (&str, &str)| (text_of(name), text_of(value));
    parts(text).map(read).collect()
}

/// Names and values as they stand there.
fn parts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = text.trim().split('&').filter(|part| !part.is_empty());
    let split = |part| str::split_once(part, '=').unwrap_or((part, ""));
    parts.take(MAX_MEMBERS).map(split)
}

fn decoded(text: &str) -> Vec<u8> {
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
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_is_told_by_how_it_begins() {
        let members = |text: &str, kind: &str| {
            let read = Body::open(text.as_bytes(), kind).and_then(|body| body.read(false));
            read.map(|(members, _)| Value::Object(members))
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
        // Numbers are exact, wherever the JSON stands.
        for number in ["12345678901234567890123", "123456789012345678.12"] {
            let form = format!("data=%7B%22visits%22%3A{number}%7D");
            assert_eq!(members(&form, ""), Err(400), "{number}");
        }
        for wrong in ["data=%ff", "%ff=1"] {
            assert_eq!(
                members(wrong, "application/x-www-form-urlencoded"),
                Err(400)
            );
        }
        for wrong in ["[1]", "{", "nonsense", "<a", "\u{1}"] {
            assert_eq!(members(wrong, "application/json"), Err(400), "{wrong}");
        }
    }

    #[test]
    fn a_body_has_ten_megabytes_at_most() {
        let mut body = b"{}".to_vec();
        body.resize(MAX_BYTES, b' ');
        assert!(Body::open(&body, "").is_ok());
        body.push(b' ');
        assert!(Body::open(&body, "").is_err());
    }
}
