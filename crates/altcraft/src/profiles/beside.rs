//! What stands beside the data of a write, and the text of its outcome.

use super::Mode;
use crate::answer::{SUCCESS, payload};
use crate::failure::{Failure, sentence};
use crate::fields::{Fields, LEGACY_ID};
use crate::members::{flag, ids, present, whole};
use crate::profile::known_id;
use serde_json::{Map, Value, json};

/// How many notes about one profile the text has.
const NOTES: usize = 3;

/// The members beside the data that don't say who is meant. Those that Roster has no use for
/// (`skip_triggers`, `detect_geo`, anything else) are not looked at.
pub(super) fn beside(
    members: &Map<String, Value>,
    fields: &Fields,
) -> Result<Map<String, Value>, Failure> {
    let mut beside = start(members)?;
    if fields.has_legacy_ids() {
        beside.insert("show".to_owned(), json!([LEGACY_ID]));
    }
    for name in ["add_to_segments", "remove_from_segments"] {
        let all = ids(members, name)?;
        if !all.is_empty() {
            beside.insert(name.to_owned(), all.into());
        }
    }
    if flag(members, "skip_invalid_subscriptions")? == Some(true) {
        beside.insert("skip_invalid_subscriptions".to_owned(), true.into());
    }
    Ok(beside)
}

/// What watchers are asked to start, as `start`; 0 names nothing.
pub(crate) fn start(members: &Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let mut ids = Map::new();
    for name in ["trigger_id", "workflow_id"] {
        let given = present(members, name).filter(|given| whole(given) != Some(0));
        let Some(given) = given else {
            continue;
        };
        // `/v1` takes texts too: there are no such ids of these here.
        let id = whole(given).filter(|id| *id > 0);
        let id = id.ok_or_else(|| Failure::member(name, "an id is a whole number."))?;
        ids.insert(name.to_owned(), id.to_string().into());
    }
    let said = (!ids.is_empty()).then(|| ("start".to_owned(), Value::Object(ids)));
    Ok(said.into_iter().collect())
}

/// With the mode, and who is meant where profiles are looked for.
pub(super) fn with_mode(
    beside: &Map<String, Value>,
    mode: Mode,
    matching: Option<&Map<String, Value>>,
) -> Map<String, Value> {
    let mut body = beside.clone();
    body.insert("mode".to_owned(), mode.as_str().into());
    if let Some(matching) = matching {
        body.extend(matching.clone());
    }
    body
}

/// The text of a write that went well. What was left out of it is said there: a client that
/// looks at `error` alone goes on, and its developer reads it in the log.
pub(super) fn text(result: &Value) -> String {
    let notes = notes(result);
    match notes.is_empty() {
        true => SUCCESS.to_owned(),
        false => format!("{SUCCESS}, but not all of it: {}", notes.join(" ")),
    }
}

/// What was left out of a write, a sentence each.
pub(crate) fn notes(result: &Value) -> Vec<String> {
    let skipped = result["skipped"].as_array().into_iter().flatten();
    skipped.take(NOTES).map(sentence).collect()
}

/// One item's result: `{error, error_text, profile_id}`.
pub(super) fn result(item: Value) -> Map<String, Value> {
    if item["error"].is_object() {
        return failed(&Failure::of_item(&item["error"]));
    }
    let mut result = payload("error", 0);
    result.insert("error_text".to_owned(), text(&item).into());
    result.insert("profile_id".to_owned(), known_id(&item));
    result
}

/// The result of an item that was refused.
pub(super) fn failed(failure: &Failure) -> Map<String, Value> {
    let mut result = payload("error", failure.error);
    result.insert("error_text".to_owned(), failure.text.clone().into());
    result.insert("profile_id".to_owned(), "".into());
    result
}
