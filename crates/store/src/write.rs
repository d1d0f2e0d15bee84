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
mod blocked;
mod contacts;
mod decision;
mod known;
mod messages;
mod moving;
mod rows;
mod suppressed;

pub use aside::{move_members, preview};
pub use decision::Decision;
pub use known::matching;
pub(crate) use messages::change_messages;
pub use messages::{MAX_CONFIRMATIONS, recipient};

use std::sync::Arc;

use roster_model::write::{Command, Outcome, Refusal};
use roster_model::{DatabaseId, Origin, Timestamp};

use crate::catalogue::{self, Definitions};
use crate::deliveries::Delivery;
use crate::idempotency::{Answer, KeyedRequest};
use crate::jobs::Step;
use crate::packed::corrupt;
use crate::search::pending;
use crate::transaction::{is_taken_back, whole};
use crate::{Cell, Error, Guard, Sql};

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
    /// What they were prepared against beside it: the other database of relations, those of
    /// profiles that are merged.
    pub beside: Vec<Arc<Definitions>>,
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

impl Batch {
    /// All definitions that it was prepared against.
    pub(crate) fn all_definitions(&self) -> impl Iterator<Item = &Definitions> {
        let beside = self.beside.iter().map(|one| &**one);
        std::iter::once(&*self.definitions).chain(beside)
    }
}

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
        let _ = pending::fold_if_enough(sql, items).await;
    }
    done
}

/// How many parameters the statement that writes has.
const PARAMETERS: usize = 25;

/// Runs the statement that writes. Lists that are not given, at the end, are empty.
async fn apply(sql: &impl Sql, mut parameters: Vec<Cell>) -> Result<(), Error> {
    parameters.resize(PARAMETERS, Cell::from("[]"));
    sql.query(include_str!("sql/write/apply.sql"), parameters)
        .await?;
    Ok(())
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
    let now = decision::time_of(batches);
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
/// time it was about to be written. None if a database is gone, or `prepare` gives none.
///
/// # Errors
/// As [`Sql::query`].
pub async fn run_locked(
    sql: &impl Sql,
    database: DatabaseId,
    beside: &[DatabaseId],
    prepare: impl Fn(Arc<Definitions>, Vec<Arc<Definitions>>) -> Option<Batch>,
) -> Result<Option<BatchOutcome>, Error> {
    let work = async || {
        let Some(definitions) = catalogue::load(sql, database).await? else {
            return Ok(None);
        };
        let mut others = Vec::with_capacity(beside.len());
        for id in beside {
            match catalogue::load(sql, *id).await? {
                Some(definitions) => others.push(Arc::new(definitions)),
                None => return Ok(None),
            }
        }
        let Some(batch) = prepare(Arc::new(definitions), others) else {
            return Ok(None);
        };
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
    Decision::of_group(sql, batches, now, locked)
        .await?
        .write(sql)
        .await
}
