//! `POST /v1/relation-types/{id}/relations/batch`

use crate::profiles::ShownError;
use crate::relations::change::{prepare, write};
use crate::relations::shape::{RelationResult, relation_type_id};
use roster_http::writing::WriteOutcome;
use roster_http::{Call, Meaning, Problem, Reply, kinds, replayed, route};
use roster_model::error::excerpt;
use roster_model::write::{Command, OutcomeKind, Refusal, Room};
use roster_model::{Code, Invalid, json};
use roster_store::catalogue::RelationDefinitions;
use roster_store::idempotency::Answer;
use roster_store::write::ItemResult;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashMap;

/// The most pairs in one batch.
const MOST: usize = 10_000;

/// How many pairs are written together when each stands for itself: see the batch of
/// profiles.
const TOGETHER: usize = 1_000;

/// The largest batch, in bytes.
const BATCH_BODY: usize = 10 * 1024 * 1024;

/// What a batch did.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct RelationBatchResult {
    /// Pairs that were related.
    created: usize,
    /// Pairs whose weights changed.
    updated: usize,
    /// Pairs that stayed as they were.
    unchanged: usize,
    /// Pairs that are related no more.
    deleted: usize,
    /// Pairs that were refused.
    failed: usize,
    /// One result for each pair, in order.
    results: Vec<RelationItem>,
    /// For what else they tell.
    #[serde(skip)]
    room: Room,
}

/// What became of one pair of a batch.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RelationItem {
    /// Its place in `data`, from 0.
    index: usize,
    /// What became of it; none where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<RelationResult>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ShownError>,
}

/// Relates many pairs, ends their relations, or changes their weights: one after the other.
#[route(
    post, "/v1/relation-types/{id}/relations/batch", RelationsWrite, id = "changeRelations",
    once,
    body = crate::relations::openapi::RelationBatch,
    max_bytes = BATCH_BODY,
    answer = RelationBatchResult,
)]
pub(crate) async fn batch(call: Call) -> Result<Reply, Problem> {
    let id = relation_type_id(&call)?;
    let (data, atomic) = read(&call)?;
    let whole = atomic || call.idempotency()?.is_some();
    let together = if whole { MOST } else { TOGETHER };
    let mut done = RelationBatchResult::default();
    for items in data.chunks(together) {
        let prepare = |known: &RelationDefinitions| prepare_all(items, known);
        match write(&call, id, prepare, atomic, whole.then_some(answer as _)).await? {
            WriteOutcome::Repeated(answer) => return Ok(replayed(answer)),
            WriteOutcome::Results(results) => done.add(results),
        }
    }
    Ok(Reply::ok(&done))
}

fn answer(results: &[ItemResult]) -> Option<Answer> {
    let mut done = RelationBatchResult::default();
    done.add(results.to_vec());
    let body = serde_json::to_string(&done).ok()?;
    Some(roster_http::kept(Meaning::Ok, body))
}

fn prepare_all(items: &[&RawValue], known: &RelationDefinitions) -> Vec<Result<Command, Refusal>> {
    let mut room = Room::default();
    let prepared = items.iter().map(|item| {
        let item: Result<Value, Invalid> = json::read(item.get().as_bytes());
        let item = item.map_err(Refusal::from);
        room.fit(item.and_then(|item| prepare(&item, known)))
    });
    prepared.collect()
}

/// The pairs as text, and whether one that is refused refuses all.
fn read(call: &Call) -> Result<(Vec<&RawValue>, bool), Problem> {
    let mut parts: HashMap<String, &RawValue> = call.json_parts()?;
    let data = parts.remove("data").unwrap_or(RawValue::NULL);
    let atomic = match parts.remove("atomic").map(RawValue::get) {
        None | Some("null" | "false") => false,
        Some("true") => true,
        Some(_) => {
            let detail = "This must be true or false.";
            return Err(Invalid::new(Code::WrongType, detail).at("atomic").into());
        }
    };
    let unknown: Vec<Invalid> = parts
        .keys()
        .map(|name| {
            let name_of = excerpt(name);
            let detail = format!("There is no member {name_of} here; there are atomic, data.");
            Invalid::new(Code::UnknownField, detail).at(name)
        })
        .collect();
    if !unknown.is_empty() {
        return Err(unknown.into());
    }
    let data: Vec<&RawValue> = serde_json::from_str(data.get()).map_err(|_| {
        let detail = "This must be an array of pairs.";
        Problem::from(Invalid::new(Code::WrongType, detail).at("data"))
    })?;
    if data.len() > MOST {
        let detail = format!("{} pairs: a batch has at most {MOST}.", data.len());
        return Err(Problem::new(kinds::BATCH_TOO_LARGE, detail).with("limit", MOST));
    }
    Ok((data, atomic))
}

impl RelationBatchResult {
    /// Adds the results of the next pairs.
    fn add(&mut self, results: Vec<ItemResult>) {
        for result in results {
            let index = self.results.len();
            let (result, error) = match result {
                Ok(outcome) => {
                    *self.counter(outcome.kind) += 1;
                    (RelationResult::of(&outcome), None)
                }
                Err(error) => {
                    self.failed += 1;
                    (None, Some(ShownError::from(self.room.fit_error(error))))
                }
            };
            self.results.push(RelationItem {
                index,
                result,
                error,
            });
        }
    }

    fn counter(&mut self, kind: OutcomeKind) -> &mut usize {
        match kind {
            OutcomeKind::Created => &mut self.created,
            OutcomeKind::Updated => &mut self.updated,
            OutcomeKind::Unchanged => &mut self.unchanged,
            OutcomeKind::Deleted => &mut self.deleted,
        }
    }
}
