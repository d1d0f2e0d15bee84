//! XML that can't take more memory than is meant: short tokens, shallow nesting,
//! no declarations of entities.

use super::parts::PartReader;
use crate::unpack::error::UnpackError;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;

/// The longest tag, and the longest text of one piece.
const TOKEN_BYTES: usize = 1 << 20;
const DEPTH: usize = 256;

pub(crate) struct Xml {
    reader: Reader<PartReader>,
    buffer: Vec<u8>,
    depth: usize,
}

impl Xml {
    pub(crate) fn new(part: PartReader) -> Self {
        let mut reader = Reader::from_reader(part);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_unmatched_ends = false;
        Xml {
            reader,
            buffer: Vec::new(),
            depth: 0,
        }
    }

    /// The next event. An element without content comes as its start and its end.
    pub(crate) fn next(&mut self) -> Result<Event<'_>, UnpackError> {
        self.buffer.clear();
        self.reader.get_mut().allow(TOKEN_BYTES);
        let event = self.reader.read_event_into(&mut self.buffer);
        let event = event.map_err(|error| broken(error.to_string()))?;
        match &event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => return Err(broken("its XML declares a document type")),
            _ => {}
        }
        if self.depth > DEPTH {
            return Err(broken("its XML is nested too deep"));
        }
        Ok(event)
    }
}

pub(crate) fn broken(detail: impl Into<String>) -> UnpackError {
    let detail = format!("the workbook is damaged: {}", detail.into());
    UnpackError::new("workbook_broken", detail)
}

/// Attributes by their names as they are written, in one go.
pub(crate) fn attributes<'a, const N: usize>(
    start: &'a BytesStart<'_>,
    names: [&str; N],
) -> [Option<Cow<'a, str>>; N] {
    let mut found = [const { None }; N];
    let mut all = start.attributes();
    for attribute in all.with_checks(false).flatten() {
        let key = attribute.key.as_ref();
        if let Some(place) = names.iter().position(|name| *name == key)
            && let Some(place) = found.get_mut(place)
        {
            *place = Some(value(attribute));
        }
    }
    found
}

/// An attribute by its name as it is written.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let [found] = attributes(start, [name]);
    found.map(Cow::into_owned)
}

/// An attribute by its name without a prefix.
pub(crate) fn local_attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = start.attributes();
    let mut all = all.with_checks(false).flatten();
    let found = all.find(|a| a.key.local_name().as_ref() == name);
    found.map(|attribute| value(attribute).into_owned())
}

fn value(attribute: Attribute<'_>) -> Cow<'_, str> {
    if !attribute.value.contains(['&', '\n', '\t', '\r']) {
        return attribute.value;
    }
    let value = attribute.normalized_value(XmlVersion::Implicit1_0);
    value.unwrap_or(attribute.value)
}

/// The character of `&amp;`, `&#10;` and their like; none for what isn't known.
pub(crate) fn reference(entity: &BytesRef<'_>, into: &mut String) {
    match entity.resolve_char_ref() {
        Ok(Some(c)) => into.push(c),
        _ => into.push_str(resolve_predefined_entity(entity).unwrap_or_default()),
    }
}
