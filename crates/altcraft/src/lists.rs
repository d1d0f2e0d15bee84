//! Lists of definitions: from an id on, so many, and how many there are.

use crate::answer::Payload;
use crate::failure::Failure;
use crate::members::{limit, number, optional_text, present, whole};
use serde_json::{Map, Value, json};

/// A page of all items, which come in the order of their ids.
pub(crate) fn page(
    members: &Map<String, Value>,
    mut all: Vec<Value>,
    show: impl Fn(&Value) -> Value,
) -> Result<Payload, Failure> {
    let limit = limit(members)?;
    let from = match optional_text(members, "from_id")? {
        None => 1,
        Some(text) => {
            let wrong = || Failure::member("from_id", "it must be a whole number.");
            text.parse::<i64>().map_err(|_| wrong())?
        }
    };
    let of = |one: &Value| whole(&one["id"]).unwrap_or_default();
    if let Some(asked) = present(members, "ui_tags") {
        let asked: Vec<Value> = asked
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![asked.clone()]);
        let has = |one: &Value| {
            let tags = one["tags"].as_array().into_iter().flatten();
            asked.is_empty() || tags.into_iter().any(|tag| asked.contains(tag))
        };
        all.retain(has);
    }
    all.sort_by_key(of);
    let total = all.len();
    let shown: Vec<&Value> = all
        .iter()
        .filter(|one| of(one) >= from)
        .take(limit)
        .collect();
    let next = shown.last().map_or(from, |last| of(last) + 1);
    let mut page = Payload::new();
    page.insert("data".to_owned(), shown.into_iter().map(show).collect());
    page.insert("next_from_id".to_owned(), next.into());
    page.insert("total_count".to_owned(), total.into());
    Ok(page)
}

/// Id, name and tags, and the groups that Roster doesn't have, under the name that is given.
pub(crate) fn entry(one: &Value, groups: &str) -> Value {
    let tags = match &one["tags"] {
        Value::Array(tags) => tags.clone(),
        _ => Vec::new(),
    };
    json!({"id": number(&one["id"]), "name": one["name"], "ui_tags": tags, groups: []})
}

/// Counters of a resource by channel, as `databases/get_counters` shows them.
pub(crate) fn counters(counted: &Value) -> Value {
    let channels = counted["channels"].as_object();
    let shown = channels.into_iter().flatten().map(|(channel, counts)| {
        let mut status = match &counts["statuses"] {
            Value::Object(statuses) => statuses.clone(),
            _ => Map::new(),
        };
        status.insert("all".to_owned(), counts["total"].clone());
        for name in ["subscribed_sendable", "unconfirmed_sendable"] {
            let count = counts[name].as_i64().unwrap_or_default();
            status.insert(name.to_owned(), count.into());
        }
        json!({"channel": channel, "status": status})
    });
    shown.collect()
}
