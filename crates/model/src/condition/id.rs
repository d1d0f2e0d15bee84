//! Being one of some profiles, or made after one and before another: tests of ids.

use super::MAX_VALUES;
use crate::Code;
use crate::error::{Invalid, excerpt, valid};
use crate::id::ProfileId;
use crate::readers::{each, text_of};
use serde_json::{Map, Value};

/// The tests of an order: ids are in the order in which profiles were made.
const ORDERS: [&str; 4] = ["gt", "ge", "lt", "le"];

/// A test of a profile's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdTest {
    /// One of these keys, in order, each once.
    OneOf(Vec<i64>),
    /// The key is at least the first and at most the last.
    Between(i64, i64),
}

impl IdTest {
    /// Reads an id, a list of at most [`MAX_VALUES`], or an object of `gt`, `ge`, `lt`, `le`.
    /// Codes: `wrong_type`, `invalid_profile_id`, `empty`, `too_many`, `unknown_operator`,
    /// `operator_missing`.
    pub(crate) fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        match value {
            Value::String(_) => Ok(IdTest::OneOf(vec![key(value)?])),
            Value::Array(items) if items.is_empty() => {
                let detail = "An empty list would hold for nobody.";
                Err(vec![Invalid::new(Code::Empty, detail)])
            }
            Value::Array(items) if items.len() > MAX_VALUES => {
                let detail = format!("A list has at most {MAX_VALUES} values.");
                Err(vec![Invalid::new(Code::TooMany, detail)])
            }
            Value::Array(items) => {
                let mut keys = each(items, key)?;
                keys.sort_unstable();
                keys.dedup();
                Ok(IdTest::OneOf(keys))
            }
            Value::Object(tests) => between(tests),
            other => {
                let wanted = "an id, a list of ids, or an object of gt, ge, lt, le";
                Err(vec![Invalid::wrong_type(other, wanted)])
            }
        }
    }

    /// Whether a profile is meant.
    pub fn accepts(&self, id: ProfileId) -> bool {
        match self {
            IdTest::OneOf(keys) => keys.binary_search(&id.pk()).is_ok(),
            IdTest::Between(first, last) => (*first..=*last).contains(&id.pk()),
        }
    }

    /// How many values its list has.
    pub(super) fn values(&self) -> usize {
        match self {
            IdTest::OneOf(keys) => keys.len(),
            IdTest::Between(..) => 0,
        }
    }
}

fn key(value: &Value) -> Result<i64, Invalid> {
    let id: ProfileId = text_of(value)?.parse()?;
    Ok(id.pk())
}

fn between(tests: &Map<String, Value>) -> Result<IdTest, Vec<Invalid>> {
    let (mut first, mut last) = (0, i64::MAX);
    let mut wrong = Vec::new();
    for (name, value) in tests {
        let read = match ORDERS.contains(&name.as_str()) {
            true => key(value),
            false => {
                let detail = format!(
                    "{} is no test of ids: there are {}.",
                    excerpt(name),
                    ORDERS.join(", ")
                );
                Err(Invalid::new(Code::UnknownOperator, detail))
            }
        };
        match (name.as_str(), read) {
            ("gt", Ok(key)) => first = first.max(key.saturating_add(1)),
            ("ge", Ok(key)) => first = first.max(key),
            ("lt", Ok(key)) => last = last.min(key.saturating_sub(1)),
            (_, Ok(key)) => last = last.min(key),
            (name, Err(invalid)) => wrong.push(invalid.at(name)),
        }
    }
    if tests.is_empty() {
        let detail = format!("Say what is asked: {}.", ORDERS.join(", "));
        wrong.push(Invalid::new(Code::OperatorMissing, detail));
    }
    valid(IdTest::Between(first, last), wrong)
}
