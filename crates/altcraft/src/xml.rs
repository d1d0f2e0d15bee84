//! A body of XML as the members it stands for: elements are members, repeated ones arrays,
//! text is text. No entities but the five that XML has, no document types, bounded in depth
//! and number, and each byte is looked at once.

use crate::failure::Failure;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

/// How deep elements stand in each other at most.
const MAX_DEPTH: usize = 64;
/// How many elements there are at most: 10,000 profiles of a hundred.
const MAX_ELEMENTS: usize = 1_000_000;

/// An element that is being read.
#[derive(Default)]
struct Element {
    name: String,
    /// Whether it says that it is one of a list.
    is_array: bool,
    text: String,
    members: Map<String, Value>,
}

impl Element {
    fn put(&mut self, name: String, value: Value, is_array: bool) {
        // Nothing but a list becomes an array, so an array is a list that goes on.
        match (self.members.get_mut(&name), value) {
            (None, Value::Array(items)) => {
                self.members.insert(name, Value::Array(items));
            }
            (None, one) => {
                let value = if is_array {
                    Value::Array(vec![one])
                } else {
                    one
                };
                self.members.insert(name, value);
            }
            (Some(Value::Array(items)), Value::Array(more)) => items.extend(more),
            (Some(Value::Array(items)), one) => items.push(one),
            (Some(first), value) => {
                let mut items = vec![first.take()];
                match value {
                    Value::Array(more) => items.extend(more),
                    one => items.push(one),
                }
                *first = Value::Array(items);
            }
        }
    }

    /// What it stands for: its members, or its text.
    fn into_value(self) -> Value {
        if self.members.is_empty() {
            return match self.text.trim() {
                text if self.is_array && text.is_empty() => Value::Array(Vec::new()),
                text => Value::from(text),
            };
        }
        // `<data array='true'><item>…</item><item>…</item></data>`: a list in a wrapper.
        let is_wrapper = self.is_array && self.members.len() == 1;
        let mut members = self.members;
        if is_wrapper && let Some(items) = members.remove("item") {
            return match items {
                Value::Array(items) => Value::Array(items),
                one => Value::Array(vec![one]),
            };
        }
        Value::Object(members)
    }
}

/// Reads a document; its root may have any name.
pub(crate) fn read(text: &str) -> Result<Map<String, Value>, Failure> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_unmatched_ends = false;
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut elements = 0;
    loop {
        let event = reader.read_event();
        match event.map_err(|error| broken(&error.to_string()))? {
            Event::Start(start) => {
                elements += 1;
                if root.is_some() {
                    return Err(broken("there is more than one root"));
                }
                if open.len() >= MAX_DEPTH {
                    return Err(broken("elements stand in each other too deep"));
                }
                if elements > MAX_ELEMENTS {
                    return Err(broken("it has too many elements"));
                }
                open.push(element(&start)?);
            }
            Event::End(_) => {
                let Some(done) = open.pop() else {
                    return Err(broken("an element ends that never began"));
                };
                let Some(parent) = open.last_mut() else {
                    root = Some(done.members);
                    continue;
                };
                let (name, is_array) = (done.name.clone(), done.is_array);
                parent.put(name, done.into_value(), is_array);
            }
            Event::Text(text) => add(&mut open, &text.xml10_content())?,
            // No CDATA and no reference stands outside of the root, not even of blanks.
            Event::CData(_) | Event::GeneralRef(_) if open.is_empty() => return Err(outside()),
            Event::CData(text) => add(&mut open, &text.xml10_content())?,
            Event::GeneralRef(entity) => {
                let character = reference(&entity)?;
                add(&mut open, &character)?;
            }
            Event::DocType(_) => return Err(broken("document types are refused")),
            Event::Eof => break,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::Empty(_) => {}
        }
    }
    match root {
        Some(members) if open.is_empty() => Ok(members),
        _ => Err(broken("it ends before its root does")),
    }
}

/// The text of the first member of this name, as far as the document can be read: nothing
/// else of it is held.
pub(crate) fn first(text: &str, name: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    let mut found: Option<String> = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                depth += 1;
                if depth == 2 && start.local_name().into_inner() == name {
                    found = Some(String::new());
                }
            }
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                if depth < 2 && found.is_some() {
                    return found;
                }
            }
            Event::Text(text) => found
                .iter_mut()
                .for_each(|found| found.push_str(&text.xml10_content())),
            Event::CData(text) => found
                .iter_mut()
                .for_each(|found| found.push_str(&text.xml10_content())),
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, Failure> {
    let mut is_array = false;
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| broken(&error.to_string()))?;
        let is_set = matches!(attribute.value.as_ref(), "true" | "1");
        is_array |= attribute.key.local_name().into_inner() == "array" && is_set;
    }
    Ok(Element {
        name: start.local_name().into_inner().to_owned(),
        is_array,
        ..Element::default()
    })
}

fn add(open: &mut [Element], text: &str) -> Result<(), Failure> {
    let is_blank = text.trim().is_empty();
    match open.last_mut() {
        Some(element) if !(element.text.is_empty() && is_blank) => element.text.push_str(text),
        None if !is_blank => return Err(outside()),
        _ => {}
    }
    Ok(())
}

fn outside() -> Failure {
    broken("there is text outside of its root")
}

/// The character that a reference stands for.
fn reference(entity: &BytesRef<'_>) -> Result<String, Failure> {
    if let Some(text) = resolve_predefined_entity(entity) {
        return Ok(text.to_owned());
    }
    match entity.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.to_string()),
        _ => Err(broken("it names an entity that XML doesn't have")),
    }
}

fn broken(why: &str) -> Failure {
    Failure::wrong(format!("The body is not valid XML: {why}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Result<Value, u16> {
        read(text)
            .map(Value::Object)
            .map_err(|failure| failure.error)
    }

    #[test]
    fn repeated_elements_are_lists_and_so_is_what_says_so() {
        let given = "<?xml version='1.0'?><request><db_id> 7 </db_id><!-- c --><data array='true'>\
            <email>a@x.org</email><phones>1</phones><phones>2</phones>\
            <subscriptions array='true'><channel>email</channel></subscriptions></data>\
            <name><![CDATA[a<b]]> &amp; &#99;</name><none/></request>";
        let data = json!([{"email": "a@x.org", "phones": ["1", "2"],
            "subscriptions": [{"channel": "email"}]}]);
        let read = json!({"db_id": "7", "data": data, "name": "a<b & c", "none": ""});
        assert_eq!(value(given), Ok(read));
        let wrapped = "<xml><data array='true'><item>1</item><item>2</item></data></xml>";
        assert_eq!(value(wrapped), Ok(json!({"data": ["1", "2"]})));
    }

    #[test]
    fn bombs_and_what_is_broken_is_refused() {
        let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><x><y>&b;</y></x>";
        let file = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>";
        let deep = "<a>".repeat(100_000);
        for wrong in [
            bomb,
            file,
            &deep,
            "<a><b></a>",
            "<a>",
            "<a/><b/>",
            "<a>&x;</a>",
            "<",
            "<a b>",
            "<a></a>junk",
            "<!-- c -->junk<a/>",
            "<a/>&#32;",
            "<a/><![CDATA[ ]]>",
        ] {
            assert_eq!(value(wrong), Err(400));
        }
    }

    #[test]
    fn blanks_and_comments_may_stand_around_the_root() {
        let given = "<?xml version='1.0'?>\n<!-- a -->\n<x><a>1</a></x>\n<!-- b -->\n";
        assert_eq!(value(given), Ok(json!({"a": "1"})));
    }

    #[test]
    fn a_million_elements_are_read_at_once() {
        let long = format!("<x>{}</x>", "<a>1</a>".repeat(400_000));
        assert_eq!(
            value(&long).map(|v| v["a"].as_array().map(Vec::len)),
            Ok(Some(400_000))
        );
        let attributes: String = (0..100_000).map(|i| format!(" a{i}='1'")).collect();
        assert!(value(&format!("<x{attributes}/>")).is_ok());
        let names: String = (0..100_000)
            .map(|i| format!("<n{i}>1</n{i}><n{i}>2</n{i}>"))
            .collect();
        assert!(value(&format!("<x>{names}</x>")).is_ok());
    }
}
