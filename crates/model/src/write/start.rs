//! What watchers are asked to start for a profile that is written: a trigger mailing, a
//! scenario, whatever goes by these ids where they live.

use crate::Code;
use crate::contact::present;
use crate::error::{Invalid, excerpt, valid};
use crate::text::clean;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The member that says it.
pub(crate) const START: &str = "start";
/// What may be started, by its id.
const STARTED: [&str; 2] = ["trigger_id", "workflow_id"];
/// The longest id, in characters.
const MAX_ID_CHARS: usize = 100;

/// Reads `start: {trigger_id, workflow_id}`: texts or whole numbers, of which one at least is
/// there; `null` counts as absent. The result has their texts.
///
/// # Errors
/// `wrong_type`, `unknown_member`, `required`, `too_long` and `control_character`, with
/// pointers inside the request.
pub(crate) fn start(members: &Map<String, Value>) -> Result<Option<Arc<Value>>, Vec<Invalid>> {
    let Some(given) = present(members, START) else {
        return Ok(None);
    };
    let read = match given.as_object() {
        Some(members) => ids(members),
        None => Err(vec![Invalid::wrong_type(
            given,
            "an object of trigger_id and workflow_id",
        )]),
    };
    let at_start = |all: Vec<Invalid>| all.into_iter().map(|one| one.at(START)).collect::<Vec<_>>();
    let ids = read.map_err(at_start)?;
    Ok(Some(Arc::new(Value::Object(ids))))
}

fn ids(members: &Map<String, Value>) -> Result<Map<String, Value>, Vec<Invalid>> {
    let mut ids = Map::new();
    let mut wrong = Vec::new();
    for (name, given) in members.iter().filter(|(_, given)| !given.is_null()) {
        let read = match STARTED.contains(&name.as_str()) {
            true => id(given),
            false => {
                let detail = format!("What is started has no {}.", excerpt(name));
                Err(Invalid::new(Code::UnknownMember, detail))
            }
        };
        match read {
            Ok(id) => {
                ids.insert(name.clone(), id.into());
            }
            Err(invalid) => wrong.push(invalid.at(name)),
        }
    }
    if ids.is_empty() && wrong.is_empty() {
        let detail = "Say what is started: trigger_id, workflow_id, or both.";
        wrong.push(Invalid::new(Code::Required, detail));
    }
    valid(ids, wrong)
}

fn id(given: &Value) -> Result<String, Invalid> {
    let text = match given {
        Value::Number(number) if !number.is_f64() => number.to_string(),
        Value::String(text) => clean(text.trim(), MAX_ID_CHARS)?,
        other => return Err(Invalid::wrong_type(other, "a text or a whole number")),
    };
    match text.is_empty() {
        true => Err(Invalid::new(Code::Required, "An id is not empty.")),
        false => Ok(text),
    }
}
