//! Statuses as words and as numbers: profiles have the number, subscriptions the word.

use serde_json::Value;

/// The words in the order of their numbers.
pub(crate) const WORDS: [&str; 7] = [
    "subscribed",
    "unsubscribed",
    "complained",
    "hardbounced",
    "unconfirmed",
    "suspended",
    "invalid",
];

/// The number of a word.
pub(crate) fn number(word: &Value) -> Value {
    let place = WORDS.iter().position(|one| *word == **one);
    place.map_or(Value::Null, Value::from)
}
