//! What becomes of values that can't be read: they refuse the profile that they
//! come with, or are left out and told.

use crate::contact::present;
use crate::error::Invalid;
use crate::field::{Context, Field, FieldType};
use crate::functional::{Op, is_functional};
use crate::readers::{choice, flag};
use crate::text::one_line;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// The most elements of one list that are told one by one; a list with more that
/// can't be read is left out whole.
const MAX_TOLD: usize = 100;

/// The words of `invalid`, and whether values that can't be read are left out.
pub const INVALID: [(&str, bool); 2] = [("refuse", false), ("skip", true)];

/// The words of `line_breaks`, and whether lines are joined.
pub const LINE_BREAKS: [(&str, bool); 2] = [("refuse", false), ("space", true)];

/// Which values are left out instead of refusing what they come with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Leniency {
    /// Optional values, of the profile and of its subscriptions.
    pub values: bool,
    /// Whole subscriptions.
    pub subscriptions: bool,
}

/// What was left out.
#[derive(Debug, Default)]
pub(crate) struct Omissions {
    /// A complaint for each value.
    pub told: Vec<Invalid>,
    /// Whether a whole subscription is among them.
    pub subscription: bool,
}

/// Reads `invalid` (`skip` or `refuse`), `skip_invalid_subscriptions` and
/// `line_breaks` (`space` or `refuse`), and tells whether lines are joined; `null`
/// counts as absent. Anyone who leaves out values leaves out subscriptions too, unless
/// told otherwise.
pub(crate) fn lenience(members: &Map<String, Value>) -> Result<(Leniency, bool), Vec<Invalid>> {
    let mut wrong = Vec::new();
    let mut read = |name: &str, read: &dyn Fn(&Value) -> Result<bool, Invalid>| {
        let given = present(members, name).map(read)?;
        given.map_err(|invalid| wrong.push(invalid.at(name))).ok()
    };
    let skips = read("invalid", &|v| choice(v, &INVALID));
    let values = skips.unwrap_or_default();
    let subscriptions = read("skip_invalid_subscriptions", &flag).unwrap_or(values);
    let lines = read("line_breaks", &|v| choice(v, &LINE_BREAKS));
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let leniency = Leniency {
        values,
        subscriptions,
    };
    Ok((leniency, lines.unwrap_or_default()))
}

/// A value with every run of line breaks and tabs as one space; lists and
/// functional updates too. A field of several lines keeps its lines.
pub(crate) fn joined<'v>(field: &Field, given: &'v Value) -> Cow<'v, Value> {
    if matches!(field.field_type, FieldType::Object | FieldType::Objects) {
        return Cow::Borrowed(given);
    }
    match given {
        Value::String(text) if field.multiline => match text.contains('\t') {
            true => Cow::Owned(text.replace('\t', " ").into()),
            false => Cow::Borrowed(given),
        },
        Value::String(text) => match one_line(text) {
            Cow::Borrowed(_) => Cow::Borrowed(given),
            Cow::Owned(joined) => Cow::Owned(joined.into()),
        },
        Value::Array(items) => {
            let all: Vec<Cow<Value>> = items.iter().map(|item| joined(field, item)).collect();
            if all.iter().all(|item| matches!(item, Cow::Borrowed(_))) {
                return Cow::Borrowed(given);
            }
            Cow::Owned(all.into_iter().map(Cow::into_owned).collect())
        }
        Value::Object(members) => match members.get("value").map(|value| joined(field, value)) {
            Some(Cow::Owned(value)) => Cow::Owned(with_value(members, value)),
            Some(Cow::Borrowed(_)) | None => Cow::Borrowed(given),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => Cow::Borrowed(given),
    }
}

/// What can be read of a value that can't be read as a whole for the reason
/// `wrong`, and what is told of the rest. Pointers are inside the value.
///
/// Of tags and phones each element stands for itself. A whole number is a text
/// that has its digits, since there is one way to write it; other numbers are
/// not, since nobody knows how they were written.
pub(crate) fn rest(
    field: &Field,
    given: &Value,
    merge: bool,
    ctx: &Context,
    wrong: Invalid,
) -> (Option<Op>, Vec<Invalid>) {
    let update = given
        .as_object()
        .filter(|members| is_functional(field.field_type, members));
    let inner = match update {
        Some(members) => members.get("value"),
        None => Some(given),
    };
    let Some((kept, mut told)) = inner.and_then(|inner| readable(field, inner, ctx)) else {
        return (None, vec![wrong]);
    };
    if update.is_some() {
        told = told.into_iter().map(|one| one.at("value")).collect();
    }
    let Some(kept) = kept else {
        return (None, told);
    };
    let whole = match update {
        Some(members) => with_value(members, kept),
        None => kept,
    };
    match Op::parse(field, &whole, merge, ctx) {
        Ok(op) => (Some(op), told),
        Err(_) => (None, vec![wrong]),
    }
}

/// What is left of a value, and complaints about the rest of it.
type PartialValue = (Option<Value>, Vec<Invalid>);

fn readable(field: &Field, value: &Value, ctx: &Context) -> Option<PartialValue> {
    match (field.field_type, value) {
        (FieldType::String, Value::Number(_)) => Some((Some(digits(value)?), Vec::new())),
        (FieldType::Tags | FieldType::Phones, Value::Array(items)) => {
            let mut kept = Vec::new();
            let mut told = Vec::new();
            for (index, item) in items.iter().enumerate() {
                let text = (field.field_type == FieldType::Tags)
                    .then(|| digits(item))
                    .flatten();
                let item = text.unwrap_or_else(|| item.clone());
                match field.normalise(&Value::Array(vec![item.clone()]), ctx) {
                    Ok(_) => kept.push(item),
                    Err(one) => told.push(Invalid::new(one.code, one.detail).at_index(index)),
                }
                if told.len() > MAX_TOLD {
                    return None;
                }
            }
            let kept = (!kept.is_empty()).then_some(Value::Array(kept));
            Some((kept, told))
        }
        _ => None,
    }
}

/// The text of a whole number.
fn digits(value: &Value) -> Option<Value> {
    let Value::Number(number) = value else {
        return None;
    };
    (number.is_i64() || number.is_u64()).then(|| Value::String(number.to_string()))
}

fn with_value(members: &Map<String, Value>, value: Value) -> Value {
    let mut members = members.clone();
    members.insert("value".to_owned(), value);
    Value::Object(members)
}
