//! How every change of a profile reaches the store: prepared against the
//! definitions that this instance remembers, written together with others, and
//! prepared anew when the definitions have changed meanwhile.

use std::cell::OnceCell;
use std::sync::Arc;

use roster_http::{Call, INTERFACE, Kind, Problem, kinds};
use roster_model::DatabaseId;
use roster_model::write::{ItemError, Prepared, Schema};
use roster_store::catalogue::Definitions;
use roster_store::idempotency::Answer;
use roster_store::write::{Batch, Done, ItemResult, MakeAnswer, Repeatable, run_locked};
use roster_store::writer::Writer;
use roster_store::{Error, Guard};

thread_local! {
    /// The writes that wait in this instance.
    static WRITER: OnceCell<Writer> = const { OnceCell::new() };
}

/// How often definitions may change under one request before it takes the lock.
const TRIES: usize = 3;

/// What became of a request's items.
pub(crate) enum Written {
    /// One result for each, in order.
    Results(Vec<ItemResult>),
    /// The request had been answered before.
    Repeated(Answer),
}

/// Definitions as this instance remembers them.
pub(crate) async fn definitions(call: &Call, id: DatabaseId) -> Result<Arc<Definitions>, Problem> {
    call.definitions(id).await
}

/// Writes the items that `prepare` makes. With an `Idempotency-Key`, the answer
/// that `answer` makes of the results is kept with them.
pub(crate) async fn write(
    call: &Call,
    atomic: bool,
    prepare: impl Fn(&Schema<'_>) -> Vec<Result<Prepared, ItemError>>,
    answer: Option<MakeAnswer>,
) -> Result<Written, Problem> {
    let id = call.database()?;
    let repeatable = match answer {
        Some(answer) => call
            .idempotency()?
            .map(|asked| Repeatable { asked, answer }),
        None => None,
    };
    let writer = WRITER.with(|writer| writer.get_or_init(Writer::default).clone());
    let job = |definitions: Arc<Definitions>| Batch {
        items: prepare(&definitions.schema()),
        definitions,
        atomic,
        now: call.now,
        actor: call.caller.actor.clone(),
        interface: INTERFACE,
        origin: roster_model::Origin::Api,
        repeatable: repeatable.clone(),
        step: None,
        delivery: None,
        dry: false,
    };
    for _ in 0..TRIES {
        let definitions = definitions(call, id).await?;
        match writer.write(call.pool, job(definitions)).await {
            Ok(done) => return written(done),
            Err(Error::Stale(Guard::Catalogue)) => call.catalogue.forget(id),
            Err(error) => return Err(error.into()),
        }
    }
    // Somebody is changing definitions all the time: they must wait for once.
    let sql = call.pool.lend().await?;
    let done = run_locked(&sql, id, job).await;
    if done.is_err() {
        sql.discard();
    }
    written(done?.ok_or_else(|| Problem::not_found("database"))?)
}

fn written(done: Done) -> Result<Written, Problem> {
    match done {
        Done::Written(results) => Ok(Written::Results(results)),
        Done::Repeated(answer) => Ok(Written::Repeated(answer)),
        Done::KeyTaken => Err(Problem::new(
            kinds::IDEMPOTENCY_MISMATCH,
            "This Idempotency-Key came with another request within the last 24 hours.",
        )),
    }
}

/// Writes one item.
pub(crate) async fn write_one(
    call: &Call,
    prepare: impl Fn(&Schema<'_>) -> Result<Prepared, ItemError>,
) -> Result<roster_model::write::Outcome, Problem> {
    match write(call, false, |schema| vec![prepare(schema)], None).await? {
        Written::Results(results) => match results.into_iter().next() {
            Some(result) => result.map_err(refused),
            None => Err(Problem::internal(&"a write without a result")),
        },
        Written::Repeated(_) => Err(Problem::internal(&"an answer nobody asked for")),
    }
}

/// A refused item as the answer of a request for it alone.
pub(crate) fn refused(error: ItemError) -> Problem {
    let kind = match (error.status, error.code) {
        (404, _) => kinds::NOT_FOUND,
        (409, "ambiguous_match") => kinds::AMBIGUOUS_MATCH,
        (409, "duplicate") => kinds::DUPLICATE,
        (412, _) => kinds::PRECONDITION_FAILED,
        // A refusal of the whole, not of a value in it, has a code of its own.
        (_, code) if error.pointer.is_empty() => Kind {
            code,
            ..kinds::VALIDATION_FAILED
        },
        _ => kinds::VALIDATION_FAILED,
    };
    let mut problem = Problem::new(kind, error.detail);
    if kind.status == kinds::VALIDATION_FAILED.status {
        problem = problem.with_errors(error.errors.into_vec());
    }
    if let Some(field) = error.field {
        problem = problem.with("field", field.as_ref());
    }
    let ids: Vec<String> = error.candidates.iter().map(ToString::to_string).collect();
    if kind == kinds::DUPLICATE
        && let [profile] = ids.as_slice()
    {
        problem = problem.with("profile", profile.as_str());
    }
    if !ids.is_empty() {
        problem = problem.with("candidates", ids);
    }
    problem
}
