//! Which deliveries are written at all, and which subscriptions come with one.

use super::place::{Delivery, Place, Pointer, same, scalars, text_of};
use crate::header;
use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::{excerpt, excerpt_json};
use roster_model::read::{Members, any};
use roster_model::readers::{each, flag};
use serde_json::Value;

/// How deep conditions can stand in each other.
const MAX_DEPTH: usize = 8;
/// The most conditions in a list.
const MAX_LIST: usize = 20;

/// What must be so.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    One(Place, Test),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

/// What is asked of one value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// It is one of these.
    Is(Vec<Value>),
    /// It is there and not `null`; or it isn't.
    Exists(bool),
    /// Its text begins with one of these.
    StartsWith(Vec<String>),
}

impl Condition {
    /// Reads `{"pointer" or "header": …, "is" or "exists" or "starts_with": …}`,
    /// `{"all": […]}`, `{"any": […]}` or `{"not": …}`.
    pub fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        parse(value, MAX_DEPTH)
    }

    /// Whether it holds; if not, why.
    pub fn check(&self, delivery: Delivery) -> Result<(), String> {
        match self {
            Condition::One(place, test) => test.check(place, delivery),
            Condition::All(all) => all.iter().try_for_each(|one| one.check(delivery)),
            Condition::Any(any) => {
                let mut why = None;
                for one in any {
                    match one.check(delivery) {
                        Ok(()) => return Ok(()),
                        Err(because) => why = why.or(Some(because)),
                    }
                }
                Err(why.unwrap_or_else(|| "nothing is asked for".to_owned()))
            }
            Condition::Not(one) => match one.check(delivery) {
                Ok(()) => Err(one.describe()),
                Err(_) => Ok(()),
            },
        }
    }

    /// What is so if it holds, in a few words.
    fn describe(&self) -> String {
        match self {
            Condition::One(place, Test::Is(values)) => match values.first() {
                Some(value) if values.len() == 1 => {
                    format!("{place} is {}", excerpt_json(value))
                }
                _ => format!("{place} is one of what is left out"),
            },
            Condition::One(place, Test::Exists(true)) => format!("{place} is there"),
            Condition::One(place, Test::Exists(false)) => format!("{place} is not there"),
            Condition::One(place, Test::StartsWith(_)) => {
                format!("{place} begins with what is left out")
            }
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => {
                "what is left out holds".to_owned()
            }
        }
    }
}

impl Test {
    fn check(&self, place: &Place, delivery: Delivery) -> Result<(), String> {
        let found = place.look(delivery);
        let holds = match self {
            Test::Is(values) => match &found {
                Some(found) => values.iter().any(|value| same(found, value)),
                None => false,
            },
            Test::Exists(there) => *there == found.as_deref().is_some_and(|v| !v.is_null()),
            Test::StartsWith(begins) => found
                .as_deref()
                .and_then(text_of)
                .is_some_and(|text| begins.iter().any(|begin| text.starts_with(&**begin))),
        };
        match found.as_deref() {
            _ if holds => Ok(()),
            None | Some(Value::Null) => Err(format!("{place} is not there")),
            Some(found) => Err(format!("{place} is {}", excerpt_json(found))),
        }
    }
}

fn parse(value: &Value, depth: usize) -> Result<Condition, Vec<Invalid>> {
    let Some(depth) = depth.checked_sub(1) else {
        let detail = format!("Conditions stand in each other at most {MAX_DEPTH} deep.");
        return Err(vec![Invalid::new(Code::TooDeep, detail)]);
    };
    let mut members = Members::of(value)?;
    let pointer = members.optional("pointer", Pointer::parse);
    let header = members.optional("header", header::name);
    let is = match value.get("is") {
        // A member that is null would count as absent.
        Some(Value::Null) => {
            members.take("is", any);
            Some(vec![Value::Null])
        }
        _ => members.optional("is", scalars),
    };
    let exists = members.optional("exists", flag);
    let begins = members.optional("starts_with", texts);
    let all = members.optional("all", |v| list(v, depth));
    let any = members.optional("any", |v| list(v, depth));
    let not = members.optional("not", |v| parse(v, depth));
    let sound = members.is_sound();
    let place = match (pointer, header) {
        (Some(pointer), None) => Some(Place::At(pointer)),
        (None, Some(header)) => Some(Place::Header(header)),
        _ => None,
    };
    let test = match (is, exists, begins) {
        (Some(is), None, None) => Some(Test::Is(is)),
        (None, Some(exists), None) => Some(Test::Exists(exists)),
        (None, None, Some(begins)) => Some(Test::StartsWith(begins)),
        _ => None,
    };
    let count = value.as_object().map_or(0, serde_json::Map::len);
    let read = match (place, test, all, any, not) {
        (Some(place), Some(test), None, None, None) => Some(Condition::One(place, test)),
        (None, None, Some(all), None, None) if count == 1 => Some(Condition::All(all)),
        (None, None, None, Some(any), None) if count == 1 => Some(Condition::Any(any)),
        (None, None, None, None, Some(not)) if count == 1 => Some(Condition::Not(Box::new(not))),
        _ => None,
    };
    if sound && read.is_none() {
        members.refuse_all(vec![invalid()]);
    }
    members.finish()?;
    read.ok_or_else(|| vec![invalid()])
}

fn invalid() -> Invalid {
    Invalid::new(
        Code::InvalidCondition,
        "A condition has pointer or header and one of is, exists and starts_with; or one of all, any and not alone.",
    )
}

fn list(value: &Value, depth: usize) -> Result<Vec<Condition>, Vec<Invalid>> {
    let items = value
        .as_array()
        .filter(|items| (1..=MAX_LIST).contains(&items.len()));
    let Some(items) = items else {
        let detail = format!("This must be an array of 1 to {MAX_LIST} conditions.");
        return Err(vec![Invalid::new(Code::InvalidCondition, detail)]);
    };
    each(items, |item| parse(item, depth))
}

fn texts(value: &Value) -> Result<Vec<String>, Vec<Invalid>> {
    super::place::one_or_more(value, |value| match value {
        Value::String(text) if !text.is_empty() => Ok(text.clone()),
        Value::String(text) => {
            let detail = format!("Every text begins with {}.", excerpt(text));
            Err(vec![Invalid::new(Code::Empty, detail)])
        }
        _ => Err(vec![Invalid::wrong_type(value, "a string")]),
    })
}
