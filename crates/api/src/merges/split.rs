//! `POST /v1/databases/{db}/profiles/split`

use crate::merges::shape::{SplitResult, if_revision, is_dry, write};
use roster_http::writing::{kept_outcome, only_outcome};
use roster_http::{Call, Problem, Reply, route};
use roster_model::write::{Refusal, Schema, prepare_split};
use roster_model::{Code, write::Command};
use roster_store::idempotency::Answer;
use roster_store::write::ItemResult;
use serde_json::Value;

/// Splits a profile: others take subscriptions of it, and the rest stays.
#[route(
    post, "/v1/databases/{db}/profiles/split", ProfilesWrite, id = "splitProfile",
    if_match,
    once,
    body = crate::merges::openapi::ProfileSplit,
    answer = SplitResult,
)]
pub(crate) async fn split(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let body: Value = call.json()?;
    let revision = if_revision(&call)?;
    let prepare = |schemas: &[Schema<'_>]| -> Result<Command, Refusal> {
        let none = || Refusal::invalid(Code::UnknownDatabase, "There is no such database.");
        prepare_split(&body, revision, schemas.first().ok_or_else(none)?)
    };
    write(&call, database, &[], is_dry(&body), prepare, answer).await
}

fn answer(results: &[ItemResult]) -> Option<Answer> {
    let outcome = only_outcome(results)?;
    kept_outcome(outcome, &SplitResult::of(outcome)?)
}
