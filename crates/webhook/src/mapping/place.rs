//! Where a value stands in a delivery: at a JSON pointer (RFC 6901), in an
//! element of an array that is found by its members, or in a header.

use super::MAX_POINTER;
use crate::header::{self, Headers};
use roster_model::Code;
use roster_model::error::{excerpt, excerpt_json, valid};
use roster_model::import::Century;
use roster_model::read::Members;
use roster_model::readers::each;
use roster_model::{Invalid, Timestamp};
use serde_json::Value;
use std::borrow::Cow;

/// The most steps of a pointer.
const MAX_STEPS: usize = 32;
/// The most alternatives that can be named where one is enough.
pub(super) const MAX_ALTERNATIVES: usize = 10;

/// What is looked at: payload and headers.
#[derive(Clone, Copy)]
pub(super) struct Delivery<'a, 'h> {
    pub payload: &'a Value,
    pub headers: &'a Headers<'h>,
    /// When it came.
    pub now: Timestamp,
}

impl Delivery<'_, '_> {
    /// Which century a year of two digits lies in, for a value whose dates lie in the
    /// past or may not.
    pub fn century(self, past: bool) -> Century {
        Century::new(self.now, past)
    }
}

/// A JSON pointer that is sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pointer(String);

impl Pointer {
    /// Codes: `wrong_type`, `invalid_pointer`.
    pub fn parse(value: &Value) -> Result<Self, Invalid> {
        let Value::String(text) = value else {
            let detail = format!(
                "A JSON pointer is a string like /data/email, not {}.",
                excerpt_json(value)
            );
            return Err(Invalid::new(Code::WrongType, detail));
        };
        let begins = text.is_empty() || text.starts_with('/');
        let escaped = text
            .split('~')
            .skip(1)
            .all(|rest| rest.starts_with(['0', '1']));
        if !begins || !escaped {
            let detail = format!(
                "{} is no JSON pointer: one is like /data/email, with ~0 for ~ and ~1 for / in names. A constant is written {{\"value\": …}}.",
                excerpt(text)
            );
            return Err(Invalid::new(Code::InvalidPointer, detail));
        }
        if text.len() > MAX_POINTER || text.matches('/').count() > MAX_STEPS {
            let detail =
                format!("A JSON pointer has at most {MAX_POINTER} bytes and {MAX_STEPS} steps.");
            return Err(Invalid::new(Code::InvalidPointer, detail));
        }
        Ok(Pointer(text.clone()))
    }

    /// The whole payload.
    pub fn root() -> Self {
        Pointer(String::new())
    }

    /// What it points at.
    pub fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        value.pointer(&self.0)
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    At(Pointer),
    Header(String),
    /// In the first element of an array that has, at each of some pointers, one
    /// of some values.
    Within {
        array: Pointer,
        having: Vec<(Pointer, Vec<Value>)>,
        then: Vec<Pointer>,
    },
}

impl Place {
    /// Reads a pointer, `{"header": NAME}`, or `{"from": POINTER, "find":
    /// {POINTER: VALUE or VALUES}, "then": POINTER or POINTERS}`.
    pub fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        if !value.is_object() {
            return Ok(Place::At(Pointer::parse(value)?));
        }
        let mut members = Members::of(value)?;
        let header = members.optional("header", header::name);
        let from = members.optional("from", Pointer::parse);
        let having = members.optional("find", having);
        let then = members.optional("then", pointers);
        if members.is_sound() {
            match (&header, &from, &having, &then) {
                (Some(_), None, None, None) | (None, Some(_), Some(_), _) => {}
                _ => members.refuse_all(vec![Invalid::new(
                    Code::InvalidPlace,
                    "A place is a JSON pointer, {\"header\": …}, or {\"from\": …, \"find\": …, \"then\": …}.",
                )]),
            }
        }
        members.finish()?;
        Ok(match header {
            Some(header) => Place::Header(header),
            None => Place::Within {
                array: from.unwrap_or_else(Pointer::root),
                having: having.unwrap_or_default(),
                then: then.unwrap_or_else(|| vec![Pointer::root()]),
            },
        })
    }

    /// What stands there; `null` too.
    pub fn look<'a>(&self, delivery: Delivery<'a, '_>) -> Option<Cow<'a, Value>> {
        match self {
            Place::At(pointer) => pointer.find(delivery.payload).map(Cow::Borrowed),
            Place::Header(name) => {
                let given = (delivery.headers)(name)?;
                Some(Cow::Owned(Value::from(given.trim())))
            }
            Place::Within {
                array,
                having,
                then,
            } => {
                let mut items = array.find(delivery.payload)?.as_array()?.iter();
                let has = |item: &&Value| {
                    having.iter().all(|(pointer, values)| {
                        let found = pointer.find(item);
                        found.is_some_and(|found| values.iter().any(|value| same(found, value)))
                    })
                };
                let item = items.find(has)?;
                let found = then.iter().filter_map(|pointer| pointer.find(item));
                let says = found.clone().find(|value| !value.is_null());
                says.or(found.clone().next()).map(Cow::Borrowed)
            }
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::At(pointer) if pointer.as_str().is_empty() => f.write_str("the payload"),
            Place::At(pointer) => f.write_str(pointer.as_str()),
            Place::Header(name) => write!(f, "header {name}"),
            Place::Within { array, .. } => write!(f, "what is found in {}", array.as_str()),
        }
    }
}

/// Reads one, or an array of 1 to [`MAX_ALTERNATIVES`].
pub(super) fn one_or_more<T>(
    value: &Value,
    read: impl Fn(&Value) -> Result<T, Vec<Invalid>>,
) -> Result<Vec<T>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return Ok(vec![read(value)?]);
    };
    if items.is_empty() || items.len() > MAX_ALTERNATIVES {
        let detail = format!("This must have 1 to {MAX_ALTERNATIVES} elements.");
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    each(items, read)
}

fn pointers(value: &Value) -> Result<Vec<Pointer>, Vec<Invalid>> {
    one_or_more(value, |v| Pointer::parse(v).map_err(|wrong| vec![wrong]))
}

fn having(value: &Value) -> Result<Vec<(Pointer, Vec<Value>)>, Vec<Invalid>> {
    let Value::Object(members) = value else {
        return Err(vec![Invalid::wrong_type(
            value,
            "an object of pointers and values",
        )]);
    };
    if members.is_empty() || members.len() > MAX_ALTERNATIVES {
        let detail = format!("This must have 1 to {MAX_ALTERNATIVES} members.");
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    let mut all = Vec::new();
    let mut wrong = Vec::new();
    for (pointer, value) in members {
        let read = Pointer::parse(&Value::from(pointer.as_str())).map_err(|wrong| vec![wrong]);
        match read.and_then(|read| Ok((read, scalars(value)?))) {
            Ok(one) => all.push(one),
            Err(more) => wrong.extend(more.into_iter().map(|w| w.at(pointer))),
        }
    }
    valid(all, wrong)
}

/// Reads a text, number, boolean or `null` to compare with, or several.
pub(super) fn scalars(value: &Value) -> Result<Vec<Value>, Vec<Invalid>> {
    one_or_more(value, |value| match value {
        Value::Array(_) | Value::Object(_) => Err(vec![Invalid::wrong_type(
            value,
            "a text, a number, true, false or null",
        )]),
        scalar => Ok(scalar.clone()),
    })
}

/// Whether two values are the same, a number or boolean also if one of them is
/// its text: forms and headers know texts only.
pub(super) fn same(found: &Value, value: &Value) -> bool {
    found == value
        || match (text_of(found), text_of(value)) {
            (Some(found), Some(value)) => found == value,
            _ => false,
        }
}

/// The text of a text, number or boolean.
pub(super) fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
