//! `POST /v1/databases/{db}/profiles/batch`

use roster_model::Code;
use std::collections::HashMap;

use roster_http::{Call, DEFAULT_BODY, Meaning, Problem, Reply, kinds, replayed, route};
use roster_model::write::{Command, Refusal, Request, Room, Schema, check_act};
use roster_model::{Invalid, json};
use roster_store::idempotency::Answer;
use roster_store::write::ItemResult;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::profiles::shape::BatchResult;
use crate::profiles::write::known;
use crate::profiles::writing::{WriteOutcome, write};

/// The most profiles in one batch.
const MOST: usize = 10_000;

/// How many items are written together when each stands for itself: enough
/// that a commit costs nothing, few enough that others get their turn.
const TOGETHER: usize = 1000;

/// The most bytes of one profile of a batch: as many as one has that comes alone.
const MOST_BYTES: usize = DEFAULT_BODY;

/// Imports, adds or updates many profiles.
#[route(
    post, "/v1/databases/{db}/profiles/batch", ProfilesWrite, id = "writeProfiles",
    once,
    body = crate::profiles::openapi::WriteBatch,
    max_bytes = super::BATCH_BODY,
    answer = BatchResult,
)]
pub(crate) async fn batch(call: Call) -> Result<Reply, Problem> {
    let body = Body::read(&call)?;
    let whole = body.atomic || call.idempotency()?.is_some();
    let together = if whole { MOST } else { TOGETHER };
    let mut done = BatchResult::default();
    for items in body.data.chunks(together) {
        let prepare = |schema: &Schema<'_>| prepare(&body.members, items, schema);
        match write(&call, body.atomic, prepare, whole.then_some(answer as _)).await? {
            WriteOutcome::Repeated(answer) => return Ok(replayed(answer)),
            WriteOutcome::Results(results) => done.add(results),
        }
    }
    Ok(Reply::ok(&done))
}

fn answer(results: &[ItemResult]) -> Option<Answer> {
    let mut done = BatchResult::default();
    done.add(results.to_vec());
    let body = serde_json::to_string(&done).ok()?;
    Some(roster_http::kept(Meaning::Ok, body))
}

fn prepare(
    members: &Map<String, Value>,
    items: &[&RawValue],
    schema: &Schema<'_>,
) -> Vec<Result<Command, Refusal>> {
    match Request::parse(members, schema, true) {
        // What is wrong with all of them is wrong with each: the definitions
        // may be old, and then all are prepared again.
        Err(error) => items.iter().map(|_| Err(error.clone())).collect(),
        Ok(request) => {
            let mut room = Room::default();
            let commands = items
                .iter()
                .map(|item| room.fit(prepare_item(&request, item, schema)));
            commands.collect()
        }
    }
}

/// Parsed one by one: the values of ten thousand profiles would take many times the
/// memory of their text.
fn prepare_item(
    request: &Request,
    item: &RawValue,
    schema: &Schema<'_>,
) -> Result<Command, Refusal> {
    let text = item.get();
    if text.len() > MOST_BYTES {
        let detail = format!(
            "{} bytes: one profile has at most {MOST_BYTES} as JSON.",
            text.len()
        );
        return Err(Refusal::invalid(Code::TooLarge, detail));
    }
    let item = json::read(text.as_bytes()).map_err(Refusal::from)?;
    request.prepare(&item, schema)
}

/// A batch with its items still as text.
struct Body<'a> {
    members: Map<String, Value>,
    data: Vec<&'a RawValue>,
    atomic: bool,
}

impl<'a> Body<'a> {
    fn read(call: &'a Call) -> Result<Self, Problem> {
        let parts: HashMap<String, &'a RawValue> = call.json_parts()?;
        let mut members = Map::new();
        let mut data: &RawValue = RawValue::NULL;
        for (name, part) in parts {
            if name == "data" {
                data = part;
            } else {
                let value = json::read(part.get().as_bytes());
                let value = value.map_err(|invalid| Problem::from(invalid.at(&name)))?;
                members.insert(name, value);
            }
        }
        let atomic = match members.remove("atomic") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(atomic)) => atomic,
            Some(other) => {
                return Err(Invalid::wrong_type(&other, "true or false")
                    .at("atomic")
                    .into());
            }
        };
        known(&members, &["atomic"])?;
        check_act(&members)?;
        let data: Vec<&RawValue> = serde_json::from_str(data.get()).map_err(|_| {
            let detail = "This must be an array of profiles.";
            Problem::from(Invalid::new(Code::WrongType, detail).at("data"))
        })?;
        if data.len() > MOST {
            return Err(Problem::new(
                kinds::BATCH_TOO_LARGE,
                format!("{} profiles: a batch has at most {MOST}.", data.len()),
            )
            .with("limit", MOST));
        }
        Ok(Self {
            members,
            data,
            atomic,
        })
    }
}
