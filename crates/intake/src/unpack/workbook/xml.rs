//! XML that can't take more memory than is meant: short tokens, shallow nesting,
//! no declarations of entities.
//!
//! Elements are told by namespace and by their place in the tree, never by their
//! name alone: extension lists, drawings and the caches of other programs hold
//! elements of the same names, and those mean something else. A place is a text such
//! as `/x:workbook/x:sheets/x:sheet`, with our own prefix for each namespace that is
//! read, whichever prefix the file has chosen.

use super::parts::PartReader;
use crate::unpack::error::UnpackError;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{NamespaceResolver, QName, ResolveResult};
use quick_xml::reader::NsReader;
use roster_model::Code;
use std::borrow::Cow;

/// The longest tag, and the longest text of one piece.
const TOKEN_BYTES: usize = 1 << 20;
const DEPTH: usize = 256;
/// The longest place.
const PLACE_BYTES: usize = 16 << 10;
/// What stands for namespaces that are not read.
const OTHER: &str = "?";

/// Our prefix for a namespace. Office has two of each: the transitional one, which
/// nearly all files have, and the strict one.
fn prefix_of(namespace: &str) -> &'static str {
    match namespace {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        | "http://purl.oclc.org/ooxml/spreadsheetml/main" => "x",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        | "http://purl.oclc.org/ooxml/officeDocument/relationships" => "r",
        "http://schemas.openxmlformats.org/package/2006/relationships" => "rels",
        "urn:oasis:names:tc:opendocument:xmlns:office:1.0" => "office",
        "urn:oasis:names:tc:opendocument:xmlns:table:1.0" => "table",
        "urn:oasis:names:tc:opendocument:xmlns:text:1.0" => "text",
        "urn:oasis:names:tc:opendocument:xmlns:style:1.0" => "style",
        "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" => "number",
        "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" => "manifest",
        "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" => "calcext",
        _ => OTHER,
    }
}

fn prefix(resolved: &ResolveResult<'_>) -> &'static str {
    match resolved {
        ResolveResult::Bound(namespace) => prefix_of(namespace.0),
        ResolveResult::Unbound | ResolveResult::Unknown(_) => OTHER,
    }
}

pub(crate) struct Xml {
    reader: NsReader<PartReader>,
    buffer: Vec<u8>,
    /// The place of the innermost open element, and where its ancestors' end in it.
    place: String,
    ends: Vec<usize>,
    /// The element has ended, and stands in the place for one event more.
    ended: bool,
}

/// What comes next in a document.
pub(crate) enum Node<'a> {
    /// An element begins.
    Start(Element<'a>),
    /// The element at a place ends.
    End(&'a str),
    /// A piece of the text of the element at a place.
    Text(&'a str, Cow<'a, str>),
    Eof,
}

/// An element that begins.
pub(crate) struct Element<'a> {
    /// Its place.
    pub(crate) place: &'a str,
    start: BytesStart<'a>,
    names: &'a NamespaceResolver,
}

impl Xml {
    pub(crate) fn new(part: PartReader) -> Self {
        let mut reader = NsReader::from_reader(part);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_unmatched_ends = false;
        Xml {
            reader,
            buffer: Vec::new(),
            place: String::new(),
            ends: Vec::new(),
            ended: false,
        }
    }

    /// What comes next. An element without content comes as its start and its end;
    /// comments and instructions are an empty text.
    pub(crate) fn next(&mut self) -> Result<Node<'_>, UnpackError> {
        self.buffer.clear();
        if std::mem::take(&mut self.ended) {
            self.place.truncate(self.ends.pop().unwrap_or_default());
        }
        self.reader.get_mut().allow(TOKEN_BYTES);
        let event = self.reader.read_event_into(&mut self.buffer);
        let event = event.map_err(|error| broken(error.to_string()))?;
        Ok(match event {
            Event::Start(start) => {
                let names = self.reader.resolver();
                let (resolved, local) = names.resolve_element(start.name());
                self.ends.push(self.place.len());
                for part in ["/", prefix(&resolved), ":", local.into_inner()] {
                    self.place.push_str(part);
                }
                if self.ends.len() > DEPTH || self.place.len() > PLACE_BYTES {
                    return Err(broken("its XML is nested too deep"));
                }
                Node::Start(Element {
                    place: &self.place,
                    start,
                    names,
                })
            }
            Event::End(_) => {
                self.ended = true;
                Node::End(&self.place)
            }
            Event::Text(text) => Node::Text(&self.place, text.xml10_content()),
            Event::CData(text) => Node::Text(&self.place, text.xml10_content()),
            Event::GeneralRef(entity) => Node::Text(&self.place, reference(&entity)),
            Event::DocType(_) => return Err(broken("its XML declares a document type")),
            Event::Eof => Node::Eof,
            _ => Node::Text(&self.place, Cow::Borrowed("")),
        })
    }
}

impl Element<'_> {
    /// Attributes by their names, in one go. A name has our prefix if the attribute
    /// has a namespace: `r:id`, `name`.
    pub(crate) fn attributes<const N: usize>(&self, names: [&str; N]) -> [Option<Cow<'_, str>>; N] {
        let mut found = [const { None }; N];
        let mut all = self.start.attributes();
        for attribute in all.with_checks(false).flatten() {
            let is = |name: &&str| self.is_called(attribute.key, name);
            if let Some(place) = names.iter().position(is)
                && let Some(place) = found.get_mut(place)
            {
                *place = Some(value(attribute));
            }
        }
        found
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let [found] = self.attributes([name]);
        found.map(Cow::into_owned)
    }

    fn is_called(&self, key: QName<'_>, name: &str) -> bool {
        let Some((ours, local)) = name.split_once(':') else {
            return key.as_ref() == name;
        };
        if key.local_name().as_ref() != local {
            return false;
        }
        let (resolved, _) = self.names.resolve_attribute(key);
        prefix(&resolved) == ours
    }
}

pub(crate) fn broken(detail: impl Into<String>) -> UnpackError {
    let detail = format!("the workbook is damaged: {}", detail.into());
    UnpackError::new(Code::WorkbookBroken, detail)
}

fn value(attribute: Attribute<'_>) -> Cow<'_, str> {
    if !attribute.value.contains(['&', '\n', '\t', '\r']) {
        return attribute.value;
    }
    let value = attribute.normalized_value(XmlVersion::Implicit1_0);
    value.unwrap_or(attribute.value)
}

/// The character of `&amp;`, `&#10;` and their like; none for what isn't known.
fn reference(entity: &BytesRef<'_>) -> Cow<'static, str> {
    match entity.resolve_char_ref() {
        Ok(Some(c)) => Cow::Owned(c.to_string()),
        _ => Cow::Borrowed(resolve_predefined_entity(entity).unwrap_or_default()),
    }
}
