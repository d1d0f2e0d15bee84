//! Writing profiles: a group of requests is looked up, decided and written
//! with two statements.
//!
//! Reading and deciding happen without a lock. The statement that writes
//! carries guards: the definitions, the profiles that were read and the holders
//! of the match keys that were asked for must still be what they were, or it
//! does nothing and the group starts again. So two instances never lose an
//! update or make one person twice, and neither holds the write lock while it
//! thinks. A group that was overtaken too often takes the lock first.

mod aside;
mod contacts;
mod known;
mod messages;
mod rows;
mod suppressed;

pub use aside::{move_members, preview};
pub use known::candidates;
pub use messages::{MAX_CONFIRMATIONS, recipient};

use roster_model::Code;
use std::collections::HashMap;
use std::sync::Arc;

use roster_model::write::{Command, Env, Outcome, Refusal, WorkingSet};
use roster_model::{DatabaseId, Origin, ProfileId, SegmentId, Timestamp, first_pk};
use serde_json::json;

use crate::catalogue::{self, Definitions};
use crate::deliveries::Delivery;
use crate::idempotency::{Answer, KeyedRequest, hex};
use crate::jobs::Step;
use crate::packed::corrupt;
use crate::search::pending;
use crate::transaction::{is_taken_back, whole};
use crate::{Cell, Error, Guard, Sql, json};

/// Makes the answer that is kept from a request's results; none where they shall
/// not be kept, because what failed may be tried again.
pub type MakeAnswer = fn(&[ItemResult]) -> Option<Answer>;

/// What happened to one item.
pub type ItemResult = Result<Outcome, Refusal>;

/// One request's items, prepared against definitions of one database.
#[derive(Debug)]
pub struct Batch {
    /// What the items were prepared against.
    pub definitions: Arc<Definitions>,
    /// The items, or why one was refused already.
    pub items: Vec<Result<Command, Refusal>>,
    /// Whether one refused item refuses all.
    pub atomic: bool,
    /// When it was asked for.
    pub now: Timestamp,
    /// The name of the token that asks.
    pub actor: String,
    /// The interface that it asks through.
    pub interface: &'static str,
    /// What kind of door that is.
    pub origin: Origin,
    /// Whether the one who asks speaks for every database.
    pub speaks_for_all: bool,
    /// How to answer, where the request came with an idempotency key.
    pub repeatable: Option<Repeatable>,
    /// The step of a job that the items are, written together with them.
    pub step: Option<MakeStep>,
    /// The delivery of a webhook that the items are, written together with them.
    pub delivery: Option<MakeDelivery>,
    /// Whether nothing shall be written but the step: what would happen?
    pub dry: bool,
}

/// Makes a job's step from the results of its items; called again when the
/// group starts over.
pub struct MakeStep(pub Box<StepMaker>);

/// What a [`MakeStep`] holds.
pub type StepMaker = dyn Fn(&[ItemResult]) -> Step + Send + Sync;

/// Makes a delivery's row from the results of its items.
pub struct MakeDelivery(pub Box<DeliveryMaker>);

/// What a [`MakeDelivery`] holds; none where nothing is to be kept.
pub type DeliveryMaker = dyn Fn(&[ItemResult]) -> Option<Delivery> + Send + Sync;

impl std::fmt::Debug for MakeDelivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MakeDelivery")
    }
}

impl std::fmt::Debug for MakeStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MakeStep")
    }
}

/// A request that came with an idempotency key: its answer is kept in the same
/// statement that does the work.
#[derive(Clone, Debug)]
pub struct Repeatable {
    /// The key and the request's digest.
    pub asked: KeyedRequest,
    /// Makes the answer from the results.
    pub answer: MakeAnswer,
}

/// What became of a batch.
#[derive(Debug)]
pub enum BatchOutcome {
    /// It was written; one result for each item, in order.
    Written(Vec<ItemResult>),
    /// It had been done before; this was the answer.
    Repeated(Answer),
    /// Its idempotency key belongs to another request.
    KeyTaken,
}

/// How often a group tries without the lock before it takes it.
const TRIES: usize = 3;

/// Runs a group of batches; one result for each, in order.
///
/// [`Error::Stale`] with [`Guard::Catalogue`] means that nothing of the batch was
/// written and it must be prepared again against newer definitions.
pub async fn run(sql: &impl Sql, batches: &[&Batch]) -> Vec<Result<BatchOutcome, Error>> {
    let done = run_each(sql, batches).await;
    let items: usize = batches.iter().map(|batch| batch.items.len()).sum();
    if items >= pending::LOOK {
        // Whatever stood in the way, the next one or the tick does it.
        let _ = pending::fold_if_enough(sql).await;
    }
    done
}

async fn run_each(sql: &impl Sql, batches: &[&Batch]) -> Vec<Result<BatchOutcome, Error>> {
    match run_together(sql, batches).await {
        Ok(done) => done,
        // Whatever it was, one batch's trouble is not the others'.
        Err(error) if batches.len() == 1 => vec![Err(error)],
        // It would be no better for each, and what may have been done is not done again.
        Err(error @ (Error::Busy | Error::Closed(_) | Error::Lost(_))) => {
            batches.iter().map(|_| Err(error.clone())).collect()
        }
        Err(_) => {
            let mut done = Vec::with_capacity(batches.len());
            for &batch in batches {
                let alone = run_together(sql, &[batch]).await;
                done.push(match alone {
                    Ok(mut done) => done.pop().unwrap_or_else(|| Err(corrupt("no result"))),
                    Err(error) => Err(error),
                });
            }
            done
        }
    }
}

async fn run_together(
    sql: &impl Sql,
    batches: &[&Batch],
) -> Result<Vec<Result<BatchOutcome, Error>>, Error> {
    // One time for the group: that of its last request.
    let now = batches
        .iter()
        .map(|batch| batch.now)
        .max()
        .unwrap_or(Timestamp::from_ms(0));
    for _ in 0..TRIES {
        match attempt(sql, batches, now, false).await {
            Err(Error::Stale(Guard::Profiles) | Error::Conflict(_)) => {}
            // The definitions changed between the two statements: the next
            // attempt sees which batches that concerns.
            Err(Error::Stale(Guard::Catalogue)) => {}
            other => return other,
        }
    }
    whole(
        sql,
        async || attempt(sql, batches, now, true).await,
        is_taken_back,
    )
    .await
}

/// Runs one batch with the write lock held from the start, prepared against the
/// definitions that it finds then: for a request whose definitions changed each
/// time it was about to be written. None if the database is gone.
///
/// # Errors
/// As [`Sql::query`].
pub async fn run_locked(
    sql: &impl Sql,
    database: DatabaseId,
    prepare: impl Fn(Arc<Definitions>) -> Batch,
) -> Result<Option<BatchOutcome>, Error> {
    let work = async || {
        let Some(definitions) = catalogue::load(sql, database).await? else {
            return Ok(None);
        };
        let batch = prepare(Arc::new(definitions));
        let mut done = attempt(sql, &[&batch], batch.now, true).await?;
        done.pop().transpose()
    };
    whole(sql, work, is_taken_back).await
}

async fn attempt(
    sql: &impl Sql,
    batches: &[&Batch],
    now: Timestamp,
    locked: bool,
) -> Result<Vec<Result<BatchOutcome, Error>>, Error> {
    let mut known = known::look_up(sql, batches, now).await?;
    if !known.crowded.is_empty() {
        let items = batches
            .iter()
            .flat_map(|batch| batch.items.iter().flatten());
        let selectors = items.filter_map(|item| Some((item.database(), item.selector()?)));
        let narrow = known.narrow(selectors);
        // No guard watches over these: only the lock does.
        if !narrow.is_empty() && !locked {
            return Err(Error::Stale(Guard::Profiles));
        }
        for (database, selector) in narrow {
            known.find_among_crowd(sql, database, selector).await?;
        }
    }
    let seen: Vec<(i64, i64)> = known
        .profiles
        .iter()
        .map(|profile| (profile.id.pk(), profile.revision))
        .collect();
    let mut working = WorkingSet::new(known.profiles, known.holders)
        .with_marks(known.marks)
        .with_endings(known.endings);
    let mut next =
        ProfileId::from_pk(first_pk(now.ms(), random())).ok_or_else(|| corrupt("no id"))?;
    let mut done = Vec::with_capacity(batches.len());
    let mut answers = Vec::new();
    // Whether each batch that is written keeps its answer.
    let mut kept = true;
    let mut steps = Vec::new();
    let mut deliveries = Vec::new();
    let mut members: Vec<(SegmentId, ProfileId)> = Vec::new();
    for batch in batches {
        if batch.definitions.version != known.version {
            done.push(Err(Error::Stale(Guard::Catalogue)));
            continue;
        }
        if let Some(repeatable) = &batch.repeatable
            && let Some((request, answer)) = known.answers.get(&repeatable.asked.key)
        {
            done.push(Ok(if *request == repeatable.asked.request {
                BatchOutcome::Repeated(answer.clone())
            } else {
                BatchOutcome::KeyTaken
            }));
            continue;
        }
        let mut env = Env {
            now,
            next_id: &mut || {
                let id = next;
                next = ProfileId::from_pk(id.pk().saturating_add(1)).unwrap_or(id);
                id
            },
            actor: &batch.actor,
            interface: batch.interface,
            origin: batch.origin,
            speaks_for_all: batch.speaks_for_all,
        };
        let before = working.savepoint();
        let mut results = apply_batch(&mut working, batch, &mut env);
        known.suppressed.note(batch, &mut results);
        let answer = batch.repeatable.as_ref();
        let answer = answer.and_then(|kept| Some((kept, (kept.answer)(&results)?)));
        kept &= answer.is_some();
        if let Some((repeatable, answer)) = answer {
            answers.push(json!([
                repeatable.asked.key,
                hex(&repeatable.asked.request),
                answer.status,
                answer.body,
                now.ms()
            ]));
        }
        if let Some(step) = &batch.step {
            let step = (step.0)(&results);
            members.extend(&step.members);
            steps.push(step.to_row());
        }
        if let Some(delivery) = &batch.delivery {
            deliveries.extend((delivery.0)(&results).map(|delivery| delivery.to_row()));
        }
        if batch.dry {
            working.rollback_to(before);
        }
        done.push(Ok(BatchOutcome::Written(results)));
    }
    let (mut changes, endings) = working.finish_with_endings();
    changes.members_put.extend(members);
    let idle = answers.is_empty() && steps.is_empty() && deliveries.is_empty();
    if !idle || !changes.is_empty() {
        let definitions: HashMap<DatabaseId, &Definitions> = batches
            .iter()
            .map(|batch| (batch.definitions.database.id, &*batch.definitions))
            .collect();
        let parameters = [
            vec![
                Cell::Integer(known.version),
                Cell::Integer(now.ms()),
                Cell::Text(json(&seen)?),
                Cell::Text(known.asked),
            ],
            rows::of(&changes, &definitions)?,
            vec![Cell::Text(json(&answers)?), Cell::Text(json(&steps)?)],
            messages::of(&changes, &definitions, &known.suppressed, now)?,
            vec![Cell::Text(json(&deliveries)?)],
            contacts::of(&changes, &definitions, &endings)?,
        ]
        .concat();
        let written = sql.query(include_str!("sql/write/apply.sql"), parameters);
        written.await.map_err(|error| match error {
            // Whether it was done is told by the answers that are kept with it: the next
            // attempt finds them, or everything as it was.
            Error::Lost(_) if kept && !locked => Error::Stale(Guard::Profiles),
            other => other,
        })?;
    }
    Ok(done)
}

fn apply_batch(working: &mut WorkingSet, batch: &Batch, env: &mut Env<'_>) -> Vec<ItemResult> {
    let schema = batch.definitions.schema();
    let savepoint = batch.atomic.then(|| working.savepoint());
    let results: Vec<ItemResult> = batch
        .items
        .iter()
        .map(|item| match item {
            Ok(prepared) => working.apply(&schema, prepared, env),
            Err(error) => Err(error.clone()),
        })
        .collect();
    match savepoint {
        Some(savepoint) if results.iter().any(Result::is_err) => {
            working.rollback_to(savepoint);
            results
                .into_iter()
                .map(|result| {
                    result.and_then(|_| {
                        Err(Refusal::invalid(
Code::NotWritten,
                            "Nothing was written, since the batch is atomic and another item was refused.",
                        ))
                    })
                })
                .collect()
        }
        _ => results,
    }
}

/// A number that two instances hardly share: the standard library's hasher
/// keys, which come from the host's random source.
fn random() -> u32 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let bits = RandomState::new().build_hasher().finish();
    (bits >> 32) as u32
}
