//! Functional updates: changes of a value that depend on the value, such as
//! adding to a number, as Altcraft defines them.

use crate::Code;
use crate::error::{Invalid, excerpt, excerpt_json};
use crate::field::{Context, Field, FieldType, MAX_PHONES};
use crate::text::same;
use crate::value;
use serde_json::{Map, Number, Value};

/// The deepest path of an `upsert`.
const MAX_PATH: usize = value::MAX_OBJECT_DEPTH;
const ACTIONS: [&str; 6] = ["set", "unset", "incr", "add", "delete", "upsert"];

/// What happens to the value of one field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Op {
    /// Becomes this canonical value.
    Set(Value),
    /// Goes away.
    Clear,
    /// Grows by this canonical number; starts from 0.
    Incr(Value),
    /// Gets these elements; a list of texts keeps its elements distinct.
    Add(Vec<Value>),
    /// Loses these elements.
    Delete(Vec<Value>),
    /// Gets this value at a path inside it: an object makes the way there, a
    /// list changes those elements that have the property.
    Upsert(Vec<String>, Value),
    /// Is merged with this object (RFC 7396).
    Merge(Value),
}

impl Op {
    /// Reads what a client sent for a field: a value, `null`, or a functional
    /// update. `merge` says that an object is a merge patch of the old one.
    pub fn parse(field: &Field, given: &Value, merge: bool, ctx: &Context) -> Result<Op, Invalid> {
        match given {
            Value::Null => Ok(Op::Clear),
            Value::Object(members) if is_functional(field.field_type, members) => {
                functional(field, members, ctx)
            }
            Value::Object(_) if merge && field.field_type == FieldType::Object => {
                Ok(Op::Merge(given.clone()))
            }
            _ => set(field, given, ctx),
        }
    }

    /// The new value. `Err` leaves the old one.
    pub fn apply(
        &self,
        field: &Field,
        old: Option<&Value>,
        ctx: &Context,
    ) -> Result<Option<Value>, Invalid> {
        match self {
            Op::Set(value) => Ok(Some(value.clone())),
            Op::Clear => Ok(None),
            Op::Incr(by) => incr(old, by).map(Some),
            Op::Add(items) => add(field, old, items, ctx).map(not_empty),
            Op::Delete(items) => {
                let goes = |v: &Value| items.iter().any(|item| alike(v, item));
                let kept = elements(old).iter().filter(|v| !goes(v));
                Ok(not_empty(kept.cloned().collect()))
            }
            Op::Upsert(path, value) => upsert(field, old, path, value, ctx),
            Op::Merge(patch) => {
                let mut merged = old.cloned().unwrap_or_default();
                merge_patch(&mut merged, patch);
                field.normalise(&merged, ctx).map(Some)
            }
        }
    }
}

fn set(field: &Field, given: &Value, ctx: &Context) -> Result<Op, Invalid> {
    let canonical = field.normalise(given, ctx)?;
    let empty = canonical.as_array().is_some_and(Vec::is_empty);
    // An empty list says no more than no value.
    Ok(if empty { Op::Clear } else { Op::Set(canonical) })
}

fn not_empty(items: Vec<Value>) -> Option<Value> {
    (!items.is_empty()).then_some(Value::Array(items))
}

/// Whether two elements of a list are one: texts however they are spelled.
fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => same(a, b),
        _ => a == b,
    }
}

fn elements(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// An object is a valid value of an object field, so there only what can't
/// well be meant otherwise is a functional update.
pub(crate) fn is_functional(field_type: FieldType, members: &Map<String, Value>) -> bool {
    let Some(action) = members.get("action") else {
        return false;
    };
    field_type != FieldType::Object
        || (action.as_str().is_some_and(|a| ACTIONS.contains(&a))
            && members.keys().all(|name| is_member(name)))
}

fn is_member(name: &str) -> bool {
    matches!(name, "action" | "value" | "submatch")
}

fn functional(field: &Field, members: &Map<String, Value>, ctx: &Context) -> Result<Op, Invalid> {
    let action = members.get("action").unwrap_or(&Value::Null);
    let Some(action) = action.as_str().filter(|a| ACTIONS.contains(a)) else {
        return Err(Invalid::new(
            Code::InvalidAction,
            format!(
                "{} is no action: it must be one of {}.",
                excerpt_json(action),
                ACTIONS.join(", ")
            ),
        )
        .at("action"));
    };
    if let Some(other) = members.keys().find(|name| !is_member(name)) {
        return Err(Invalid::new(
            Code::UnknownMember,
            "A functional update has action, value and submatch only.",
        )
        .at(other));
    }
    if action != "upsert" && members.get("submatch").is_some_and(|v| !v.is_null()) {
        let detail = format!("{action} takes no submatch, only upsert does.");
        return Err(Invalid::new(Code::NotSupported, detail).at("submatch"));
    }
    check_action(field, action).map_err(|invalid| invalid.at("action"))?;
    let value = || {
        members.get("value").ok_or_else(|| {
            let detail = format!("{action} needs a value.");
            Invalid::new(Code::Required, detail).at("value")
        })
    };
    let in_value = |invalid: Invalid| invalid.at("value");
    match action {
        "unset" => match members.get("value") {
            None | Some(Value::Null) => Ok(Op::Clear),
            Some(_) => {
                let invalid = Invalid::new(Code::NotSupported, "unset takes no value.");
                Err(invalid.at("value"))
            }
        },
        "incr" => field
            .normalise(value()?, ctx)
            .map(Op::Incr)
            .map_err(in_value),
        "add" | "delete" => {
            let given = value()?;
            let list = match given {
                Value::Array(_) => field.normalise(given, ctx),
                one => field.normalise(&Value::Array(vec![one.clone()]), ctx),
            };
            let Value::Array(items) = list.map_err(in_value)? else {
                return Err(in_value(Invalid::new(
                    Code::WrongType,
                    "This must be an array.",
                )));
            };
            Ok(if action == "add" {
                Op::Add(items)
            } else {
                Op::Delete(items)
            })
        }
        "upsert" => {
            let value = value()?.clone();
            let path = path(members.get("submatch")).map_err(|invalid| invalid.at("submatch"))?;
            Ok(Op::Upsert(path, value))
        }
        _ => match value()? {
            Value::Null => Ok(Op::Clear),
            given => set(field, given, ctx).map_err(in_value),
        },
    }
}

/// Whether a field can be changed by one of [`ACTIONS`]; code `not_supported`.
pub(crate) fn check_action(field: &Field, action: &str) -> Result<(), Invalid> {
    let kind = field.field_type;
    let supported = match action {
        "set" => true,
        "unset" => kind != FieldType::Email,
        "incr" => matches!(kind, FieldType::Integer | FieldType::Float),
        "add" | "delete" => matches!(
            kind,
            FieldType::Tags | FieldType::Objects | FieldType::Phones
        ),
        _ => matches!(kind, FieldType::Object | FieldType::Objects),
    };
    if !supported {
        let detail = format!("A field of type {kind} can't be changed by {action}.");
        return Err(Invalid::new(Code::NotSupported, detail));
    }
    if action == "incr" && field.unique {
        let detail = "A unique field can't be counted up: set its value.";
        return Err(Invalid::new(Code::NotSupported, detail));
    }
    Ok(())
}

/// Reads the path of an `upsert`.
pub(crate) fn path(submatch: Option<&Value>) -> Result<Vec<String>, Invalid> {
    let text = match submatch {
        None | Some(Value::Null) => {
            let detail = "upsert needs a submatch: the path of what it sets, such as a.b.";
            return Err(Invalid::new(Code::Required, detail));
        }
        Some(Value::String(text)) => text,
        Some(other) => {
            return Err(Invalid::wrong_type(other, "a string"));
        }
    };
    let path: Vec<String> = text.split('.').map(str::to_owned).collect();
    if path.len() > MAX_PATH || path.iter().any(String::is_empty) {
        let detail = format!(
            "{} is no path: it must be 1 to {MAX_PATH} names with dots between them.",
            excerpt(text)
        );
        return Err(Invalid::new(Code::InvalidPath, detail));
    }
    Ok(path)
}

fn incr(old: Option<&Value>, by: &Value) -> Result<Value, Invalid> {
    let sum = match by.as_i64() {
        Some(by) => {
            let old = old.and_then(Value::as_i64).unwrap_or_default();
            old.checked_add(by).map(Value::from)
        }
        None => {
            let old = old.and_then(Value::as_f64).unwrap_or_default();
            let sum = old + by.as_f64().unwrap_or_default();
            // Adding 0 turns -0 into 0, the one canonical zero.
            Number::from_f64(sum + 0.0).map(Value::Number)
        }
    };
    sum.ok_or_else(|| {
        Invalid::new(
            Code::OutOfRange,
            format!(
                "{} and {} together are too large for the field.",
                old.unwrap_or(&Value::Null),
                by
            ),
        )
    })
}

fn add(
    field: &Field,
    old: Option<&Value>,
    items: &[Value],
    ctx: &Context,
) -> Result<Vec<Value>, Invalid> {
    let mut list = elements(old).to_vec();
    if field.field_type == FieldType::Objects {
        list.extend_from_slice(items);
        let list = Value::Array(list);
        return match field.normalise(&list, ctx)? {
            Value::Array(list) => Ok(list),
            _ => Ok(Vec::new()),
        };
    }
    for item in items {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
    let most = match field.field_type {
        FieldType::Phones => MAX_PHONES,
        _ => value::MAX_TAGS,
    };
    if list.len() > most {
        let detail = format!("{} elements: at most {most} fit.", list.len());
        return Err(Invalid::new(Code::TooMany, detail));
    }
    Ok(list)
}

fn upsert(
    field: &Field,
    old: Option<&Value>,
    path: &[String],
    value: &Value,
    ctx: &Context,
) -> Result<Option<Value>, Invalid> {
    if field.field_type == FieldType::Objects {
        let Some(mut list) = old.cloned() else {
            return Ok(None);
        };
        for element in list.as_array_mut().into_iter().flatten() {
            if let Some(place) = at_path(element, path) {
                *place = value.clone();
            }
        }
        return field.normalise(&list, ctx).map(Some);
    }
    let mut object = old.cloned().unwrap_or_else(|| Value::Object(Map::new()));
    let mut place = &mut object;
    for name in path {
        let Value::Object(members) = place else {
            let detail = format!(
                "{} stands where the path needs an object.",
                excerpt_json(place)
            );
            return Err(Invalid::new(Code::InvalidPath, detail));
        };
        place = members
            .entry(name.as_str())
            .or_insert_with(|| Value::Object(Map::new()));
    }
    *place = value.clone();
    field.normalise(&object, ctx).map(Some)
}

/// The value at a path, if every step of it is there.
fn at_path<'a>(value: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter()
        .try_fold(value, |place, name| place.as_object_mut()?.get_mut(name))
}

/// Changes a value as a JSON merge patch says (RFC 7396, section 2).
pub fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(members) = target.as_object_mut() else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge_patch(members.entry(name.as_str()).or_insert(Value::Null), value);
        }
    }
}
