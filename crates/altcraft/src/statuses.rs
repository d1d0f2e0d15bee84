//! Statuses as words and as numbers: profiles have the number, subscriptions the word.

use roster_model::Status;
use serde_json::Value;

/// The word of a number.
pub(crate) fn word(number: i64) -> Option<&'static str> {
    Status::from_number(number).map(Status::as_str)
}

/// The number of a word.
pub(crate) fn number(word: &Value) -> Value {
    let mut all = Status::ALL.into_iter();
    let status = all.find(|one| *word == *one.as_str());
    status.map_or(Value::Null, |status| status.number().into())
}
