//! `POST /v1/relation-types/{id}/relations`

use crate::relations::shape::{RelationResult, relation_type_id};
use roster_http::writing::{WriteContext, WriteOutcome, kept_outcome, only_outcome, refused_at};
use roster_http::{Call, Problem, Reply, route};
use roster_model::write::{Command, Refusal, prepare_relation};
use roster_model::{Origin, RelationTypeId};
use roster_store::catalogue::RelationDefinitions;
use roster_store::idempotency::Answer;
use roster_store::write::{ItemResult, MakeAnswer, Repeatable};
use serde_json::Value;

/// Relates two profiles, ends their relation, or changes its weights.
#[route(
    post, "/v1/relation-types/{id}/relations", RelationsWrite, id = "changeRelation",
    once,
    body = crate::relations::openapi::RelationChange,
    responses((status = 200, body = RelationResult), (status = 201, body = RelationResult)),
)]
pub(crate) async fn change(call: Call) -> Result<Reply, Problem> {
    let id = relation_type_id(&call)?;
    let body: Value = call.json()?;
    let prepare = |known: &RelationDefinitions| vec![prepare(&body, known)];
    let written = write(&call, id, prepare, false, Some(answer)).await?;
    written.reply(answer, refused_at)
}

/// The answer to the one pair of such a request; errors are not kept.
fn answer(results: &[ItemResult]) -> Option<Answer> {
    let outcome = only_outcome(results)?;
    kept_outcome(outcome, &RelationResult::of(outcome)?)
}

/// Writes the pairs that `prepare` makes. With an `Idempotency-Key`, the answer that `answer`
/// makes of the results is kept with them.
pub(super) async fn write(
    call: &Call,
    id: RelationTypeId,
    prepare: impl Fn(&RelationDefinitions) -> Vec<Result<Command, Refusal>>,
    atomic: bool,
    answer: Option<MakeAnswer>,
) -> Result<WriteOutcome, Problem> {
    let repeatable = match answer {
        Some(answer) => {
            let asked = call.idempotency()?;
            asked.map(|asked| Repeatable { asked, answer })
        }
        None => None,
    };
    let act = WriteContext {
        database: call.relation(id).await?.a.database.id,
        actor: &call.caller.actor,
        interface: call.caller.interface(),
        origin: Origin::Api,
        atomic,
        repeatable,
    };
    call.write_relations(&act, id, prepare).await
}

/// One pair, read against both databases.
pub(super) fn prepare(item: &Value, known: &RelationDefinitions) -> Result<Command, Refusal> {
    let (a, b) = (known.a.schema(), known.b.schema());
    prepare_relation(item, &known.sides, &a, &b)
}
