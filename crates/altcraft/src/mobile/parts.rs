//! The parts of an event of an app, as `multipart/form-data`.

use super::error::Refusal;
use super::http::{Request, exact};
use bytes::Bytes;
use futures_util::stream;
use multer::Multipart;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::convert::Infallible;

/// The most parts: SDKs send sixteen.
const MAX_PARTS: usize = 64;

/// Parts by name, the first of each.
pub(super) struct Parts(BTreeMap<String, String>);

impl Parts {
    /// Reads the parts of a body.
    pub async fn read(request: &Request<'_>) -> Result<Self, Refusal> {
        let wrong = |_| Refusal::new(400, "The body must be multipart/form-data.");
        let boundary = multer::parse_boundary(request.call.content_type).map_err(wrong)?;
        let body = Bytes::copy_from_slice(request.call.body);
        let whole = stream::iter([Ok::<_, Infallible>(body)]);
        let mut multipart = Multipart::new(whole, boundary);
        let mut parts = BTreeMap::new();
        while let Some(field) = multipart.next_field().await.map_err(wrong)? {
            if parts.len() >= MAX_PARTS {
                return Err(Refusal::new(400, "The body has too many parts."));
            }
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(wrong)?;
            let text = String::from_utf8(bytes.to_vec());
            let text = text.map_err(|_| Refusal::member(&name, "it must be UTF-8."))?;
            parts.entry(name).or_insert(text);
        }
        Ok(Parts(parts))
    }

    /// A part that says something.
    pub fn text(&self, name: &str) -> Option<&str> {
        let text = self.0.get(name)?.trim();
        (!text.is_empty() && text != "null").then_some(text)
    }

    /// A part that is text, or JSON of a text: SDKs differ.
    pub fn unquoted(&self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        match serde_json::from_str(text) {
            Ok(Value::String(inner)) => Some(inner),
            _ => Some(text.to_owned()),
        }
    }

    /// A part that is JSON of an object.
    pub fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, Refusal> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match exact(text) {
            Ok(Value::Object(members)) => Ok(Some(members)),
            _ => Err(Refusal::member(name, "it must be JSON of an object.")),
        }
    }

    /// All of them as one text: the same for the same event.
    pub fn to_text(&self) -> String {
        format!("{:?}", self.0)
    }
}
