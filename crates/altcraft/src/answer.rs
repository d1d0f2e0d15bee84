//! What a client gets: HTTP 200 and an envelope, as JSON or XML.

use crate::failure::Failure;
use crate::xml_text;
use serde_json::{Map, Value};

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JSON, unless `format` says otherwise.
    #[default]
    Json,
    /// XML with the root `xml`.
    Xml,
    /// CSV, which histories have.
    Csv,
}

/// What a client gets, always with HTTP 200: `error` says how it went.
#[derive(Clone, Debug, PartialEq)]
pub struct AltAnswer {
    /// The media type.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
}

/// What went well has beside `error` and `error_text`.
pub(crate) type Payload = Map<String, Value>;

/// What a method gives.
pub(crate) type Outcome = Result<Payload, Failure>;

/// The text of what went well.
pub(crate) const SUCCESS: &str = "Successful operation";

/// A payload of one member.
pub(crate) fn payload(name: &str, value: impl Into<Value>) -> Payload {
    Map::from_iter([(name.to_owned(), value.into())])
}

/// A payload that is `data`.
pub(crate) fn data(value: impl Into<Value>) -> Payload {
    payload("data", value)
}

/// A payload with the empty text that some methods are documented with.
pub(crate) fn in_silence(mut members: Payload) -> Payload {
    members.insert("error_text".to_owned(), "".into());
    members
}

/// The envelope: what went well may bring a text of its own.
pub(crate) fn envelope(outcome: Outcome) -> Payload {
    let (error, text, mut members) = match outcome {
        Ok(members) => (0, SUCCESS.to_owned(), members),
        Err(failure) => (failure.error, failure.text, Payload::new()),
    };
    members.insert("error".to_owned(), error.into());
    members.entry("error_text").or_insert_with(|| text.into());
    members
}

impl AltAnswer {
    /// How a call that failed before it was one is answered.
    #[must_use]
    pub fn refusal(failure: Failure, format: Format) -> Self {
        Self::of(Err(failure), format)
    }

    /// Writes the envelope.
    pub(crate) fn of(outcome: Outcome, format: Format) -> Self {
        let envelope = envelope(outcome);
        match format {
            Format::Xml => AltAnswer {
                content_type: "application/xml; charset=utf-8",
                body: xml_text::document(&envelope).into_bytes(),
            },
            Format::Json | Format::Csv => AltAnswer {
                content_type: "application/json; charset=utf-8",
                // Maps with text keys can't fail to serialise.
                body: serde_json::to_vec(&envelope).unwrap_or_default(),
            },
        }
    }
}
