//! Forms as JSON: `a=1&b[]=2&c[d]=3`.

use percent_encoding::percent_decode;
use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::excerpt;
use serde_json::{Map, Value};

/// The most fields of a form.
const MAX_FIELDS: usize = 1000;
/// The most names that one name can have in brackets.
const MAX_DEPTH: usize = 8;

/// Reads a form. Code: `invalid_form`.
pub(crate) fn read(body: &[u8]) -> Result<Value, Invalid> {
    let mut form = Map::new();
    let fields = body.split(|b| *b == b'&').filter(|field| !field.is_empty());
    for (index, field) in fields.enumerate() {
        if index == MAX_FIELDS {
            let detail = format!("The form has more than {MAX_FIELDS} fields.");
            return Err(Invalid::new(Code::InvalidForm, detail));
        }
        let mut halves = field.splitn(2, |b| *b == b'=');
        let name = decoded(halves.next().unwrap_or_default())?;
        let value = decoded(halves.next().unwrap_or_default())?;
        let (first, path) = path(&name)?;
        let place = form.entry(first).or_insert(Value::Null);
        if !put(place, &path, value) {
            let detail = format!(
                "{} gives members to a field that is a text, or the other way round.",
                excerpt(&name)
            );
            return Err(Invalid::new(Code::InvalidForm, detail));
        }
    }
    for value in form.values_mut() {
        lists(value);
    }
    Ok(Value::Object(form))
}

fn decoded(bytes: &[u8]) -> Result<String, Invalid> {
    let spaced: Vec<u8> = bytes
        .iter()
        .map(|b| if *b == b'+' { b' ' } else { *b })
        .collect();
    match percent_decode(&spaced).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => {
            let text = String::from_utf8_lossy(bytes);
            let detail = format!("{} is not UTF-8.", excerpt(&text));
            Err(Invalid::new(Code::InvalidForm, detail))
        }
    }
}

/// The first name of `a[b][]`, and what stands in the brackets. Brackets that
/// don't fit are part of the name.
fn path(name: &str) -> Result<(&str, Vec<&str>), Invalid> {
    let plain = Ok((name, Vec::new()));
    let Some((first, rest)) = name.split_once('[') else {
        return plain;
    };
    let Some(rest) = rest.strip_suffix(']') else {
        return plain;
    };
    let path: Vec<&str> = rest.split("][").collect();
    if first.is_empty() || path.iter().any(|part| part.contains(['[', ']'])) {
        return plain;
    }
    if path.len() > MAX_DEPTH {
        let detail = format!(
            "{} is nested deeper than {MAX_DEPTH} levels.",
            excerpt(name)
        );
        return Err(Invalid::new(Code::InvalidForm, detail));
    }
    Ok((first, path))
}

/// Puts a text where the path leads; false if something else is in the way.
fn put(place: &mut Value, path: &[&str], text: String) -> bool {
    match (path.split_first(), place) {
        (None, place @ Value::Null) => *place = Value::String(text),
        (None, Value::Array(items)) => items.push(Value::String(text)),
        (None, place @ Value::String(_)) => {
            let first = place.take();
            *place = Value::Array(vec![first, Value::String(text)]);
        }
        (Some((&"", rest)), place @ (Value::Null | Value::String(_))) => {
            let first = place.take();
            let mut items = Vec::from_iter((!first.is_null()).then_some(first));
            let mut last = Value::Null;
            let fits = put(&mut last, rest, text);
            items.push(last);
            *place = Value::Array(items);
            return fits;
        }
        (Some((&"", rest)), Value::Array(items)) => {
            let mut last = Value::Null;
            let fits = put(&mut last, rest, text);
            items.push(last);
            return fits;
        }
        (Some((name, rest)), place @ Value::Null) => {
            let mut last = Value::Null;
            let fits = put(&mut last, rest, text);
            *place = Value::Object(Map::from_iter([((*name).to_owned(), last)]));
            return fits;
        }
        (Some((name, rest)), Value::Object(members)) => {
            let next = members.entry(*name).or_insert(Value::Null);
            return put(next, rest, text);
        }
        _ => return false,
    }
    true
}

/// Makes arrays of objects whose members are `0`, `1`, …
fn lists(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(lists),
        Value::Object(members) => {
            members.values_mut().for_each(lists);
            let count = members.len();
            if (0..count).all(|index| members.contains_key(&index.to_string())) {
                let items = (0..count).filter_map(|index| members.remove(&index.to_string()));
                *value = items.collect();
            }
        }
        _ => {}
    }
}
