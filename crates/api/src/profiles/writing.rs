//! Changes of profiles by the holder of a token.

use crate::profiles::shape::WriteResult;
use roster_http::writing::WriteContext;
use roster_http::{Call, Meaning, Problem, Reply, as_replayed};
use roster_model::Origin;
use roster_model::write::{Command, Outcome, Refusal, Schema};
use roster_store::idempotency::Answer;
use roster_store::write::{ItemResult, MakeAnswer, Repeatable};
use serde_json::{Map, Value};

pub(crate) use roster_http::writing::{WriteOutcome, refused};

/// Writes the items that `prepare` makes. With an `Idempotency-Key`, the answer
/// that `answer` makes of the results is kept with them.
pub(crate) async fn write(
    call: &Call,
    atomic: bool,
    prepare: impl Fn(&Schema<'_>) -> Vec<Result<Command, Refusal>>,
    answer: Option<MakeAnswer>,
) -> Result<WriteOutcome, Problem> {
    let mut act = act(call)?;
    act.atomic = atomic;
    if let Some(answer) = answer {
        let asked = call.idempotency()?;
        act.repeatable = asked.map(|asked| Repeatable { asked, answer });
    }
    call.write_items(&act, prepare, || None).await
}

/// What a change of one profile did.
pub(crate) enum ChangeOutcome {
    /// It was done.
    Done(Box<Outcome>),
    /// It had been done before; this was the answer, a [`WriteResult`].
    Before(Map<String, Value>),
}

impl ChangeOutcome {
    /// The answer as JSON, and whether it had been given before.
    pub(crate) fn into_members(self) -> (Map<String, Value>, bool) {
        match self {
            ChangeOutcome::Done(outcome) => (members(&outcome), false),
            ChangeOutcome::Before(told) => (told, true),
        }
    }
}

/// Writes one item, once for an `Idempotency-Key`.
pub(crate) async fn write_one(
    call: &Call,
    prepare: impl Fn(&Schema<'_>) -> Result<Command, Refusal>,
) -> Result<ChangeOutcome, Problem> {
    let prepare = |schema: &Schema<'_>| vec![prepare(schema)];
    let lost = || Problem::internal(&"a write without a result");
    match write(call, false, prepare, Some(kept)).await? {
        WriteOutcome::Repeated(answer) => {
            let told = serde_json::from_str(&answer.body);
            Ok(ChangeOutcome::Before(
                told.map_err(|error| Problem::internal(&error))?,
            ))
        }
        WriteOutcome::Results(results) => match results.into_iter().next().ok_or_else(lost)? {
            Ok(outcome) => Ok(ChangeOutcome::Done(Box::new(outcome))),
            Err(error) => Err(refused(error)),
        },
    }
}

/// What is kept of one change: the profile itself is shown as it is.
fn kept(results: &[ItemResult]) -> Option<Answer> {
    let outcome = results.first()?.as_ref().ok()?;
    let told = Value::Object(members(outcome));
    Some(roster_http::kept(Meaning::Ok, told.to_string()))
}

fn members(outcome: &Outcome) -> Map<String, Value> {
    match serde_json::to_value(WriteResult::of(outcome)) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// An answer that says so if it is given again.
pub(crate) fn mark_replayed(reply: Reply, again: bool) -> Reply {
    match again {
        true => as_replayed(reply),
        false => reply,
    }
}

fn act(call: &Call) -> Result<WriteContext<'_>, Problem> {
    Ok(WriteContext {
        database: call.database()?,
        actor: &call.caller.actor,
        interface: call.caller.interface(),
        origin: Origin::Api,
        atomic: false,
        repeatable: None,
    })
}
