//! How every change of a profile reaches the store: prepared against the
//! definitions that this instance remembers, written together with others, and
//! prepared again when the definitions have changed meanwhile.

use roster_model::Code;
use std::cell::OnceCell;
use std::sync::Arc;

use roster_model::write::{Command, Outcome, OutcomeKind, Refusal, RefusalKind, Schema};
use roster_model::{DatabaseId, Origin, RelationTypeId};
use roster_store::catalogue::{Definitions, RelationDefinitions};
use roster_store::idempotency::Answer;
use roster_store::write::{
    Batch, BatchOutcome, ItemResult, MakeAnswer, MakeDelivery, Repeatable, run_locked,
};
use roster_store::writer::Writer;
use roster_store::{Error, Guard};
use serde::Serialize;

use crate::{Call, Kind, Meaning, Problem, Reply, kept, kinds, replayed};

thread_local! {
    /// The writes that wait in this instance.
    static WRITER: OnceCell<Writer> = const { OnceCell::new() };
}

fn writer() -> Writer {
    WRITER.with(|writer| writer.get_or_init(Writer::default).clone())
}

/// How often definitions may change under one request before it takes the lock.
const TRIES: usize = 3;

/// Whose act a write is, and what is written beside it.
#[derive(Clone, Debug)]
pub struct WriteContext<'a> {
    /// Where.
    pub database: DatabaseId,
    /// Who: the name of a token, or of whatever stands in its place.
    pub actor: &'a str,
    /// Through which interface.
    pub interface: &'static str,
    /// What kind of door that is.
    pub origin: Origin,
    /// Whether one refused item refuses all.
    pub atomic: bool,
    /// How to answer, where the request came with an idempotency key.
    pub repeatable: Option<Repeatable>,
}

/// What became of a request's items.
#[derive(Debug)]
pub enum WriteOutcome {
    /// One result for each, in order.
    Results(Vec<ItemResult>),
    /// The request had been answered before.
    Repeated(Answer),
}

impl WriteOutcome {
    /// The reply to a request for one item: what `answer` makes of its result, or the answer
    /// that it had before. `refuse` makes a problem of a refusal: [`refused`], say.
    ///
    /// # Errors
    /// The item's own.
    pub fn reply(
        self,
        answer: MakeAnswer,
        refuse: fn(Refusal) -> Problem,
    ) -> Result<Reply, Problem> {
        let results = match self {
            WriteOutcome::Repeated(answer) => return Ok(replayed(answer)),
            WriteOutcome::Results(results) => results,
        };
        if let Some(Err(refusal)) = results.first() {
            return Err(refuse(refusal.clone()));
        }
        let answer = answer(&results);
        let answer = answer.ok_or_else(|| Problem::internal(&"a write without a result"))?;
        Ok(Reply::kept(answer))
    }
}

/// The answer that is kept of one outcome: 201 if a profile or a relation came to be.
pub fn kept_outcome(outcome: &Outcome, body: &impl Serialize) -> Option<Answer> {
    let meaning = match outcome.kind {
        OutcomeKind::Created => Meaning::Created,
        _ => Meaning::Ok,
    };
    Some(kept(meaning, serde_json::to_string(body).ok()?))
}

/// The outcome of a request for one item; none if it was refused.
pub fn only_outcome(results: &[ItemResult]) -> Option<&Outcome> {
    results.first()?.as_ref().ok()
}

/// A batch, and the databases whose definitions it was made by, the act's own first.
type MadeBatch = (Batch, Vec<DatabaseId>);

impl Call {
    /// Writes the items that `prepare` makes, with the delivery that `delivery`
    /// makes of the results, if any.
    ///
    /// # Errors
    /// [`kinds::NOT_FOUND`] if there is no such database,
    /// [`kinds::IDEMPOTENCY_MISMATCH`], and what the store meets. What is wrong
    /// with an item stands in its result.
    pub async fn write_items(
        &self,
        act: &WriteContext<'_>,
        prepare: impl Fn(&Schema<'_>) -> Vec<Result<Command, Refusal>>,
        delivery: impl Fn() -> Option<MakeDelivery>,
    ) -> Result<WriteOutcome, Problem> {
        let job = |known: Arc<Definitions>| {
            let items = prepare(&known.schema());
            self.batch(act, known, Vec::new(), items, delivery())
        };
        let make = async || {
            let known = self.all_definitions(act.database).await?;
            Ok((job(known), vec![act.database]))
        };
        self.write_guarded("database", make, |known, _| Some(job(known)))
            .await
    }

    /// Writes the relations of a type that `prepare` makes; the act is in the database of
    /// side A.
    ///
    /// # Errors
    /// As [`Call::write_items`]; [`kinds::NOT_FOUND`] if there is no such type, or the
    /// caller may not know of it.
    pub async fn write_relations(
        &self,
        act: &WriteContext<'_>,
        id: RelationTypeId,
        prepare: impl Fn(&RelationDefinitions) -> Vec<Result<Command, Refusal>>,
    ) -> Result<WriteOutcome, Problem> {
        let job = |known: RelationDefinitions| {
            let items = prepare(&known);
            self.batch(act, known.a, vec![known.b], items, None)
        };
        let make = async || {
            let known = self.relation(id).await?;
            let databases = vec![known.a.database.id, known.b.database.id];
            Ok((job(known), databases))
        };
        let locked = |a, mut others: Vec<_>| RelationDefinitions::of(id, a, others.pop()?).map(job);
        self.write_guarded("relation type", make, locked).await
    }

    /// Writes the items that `prepare` makes of the schemas of the act's database and of
    /// those `beside` it; nothing if it is `dry`. Databases that aren't there, or that the
    /// caller may not see, have no schema.
    ///
    /// # Errors
    /// As [`Call::write_items`].
    pub async fn write_across(
        &self,
        act: &WriteContext<'_>,
        beside: &[DatabaseId],
        dry: bool,
        prepare: impl Fn(&[Schema<'_>]) -> Vec<Result<Command, Refusal>>,
    ) -> Result<WriteOutcome, Problem> {
        let job = |known: Arc<Definitions>, others: Vec<Arc<Definitions>>| {
            let all = std::iter::once(&known).chain(&others);
            let schemas: Vec<Schema<'_>> = all.map(|one| one.schema()).collect();
            let items = prepare(&schemas);
            let mut batch = self.batch(act, known, others, items, None);
            batch.dry = dry;
            batch
        };
        let make = async || {
            let own = self.all_definitions(act.database).await?;
            let mut databases = vec![act.database];
            let mut others = Vec::new();
            for id in beside.iter().filter(|id| self.caller.may_see(**id)) {
                match self.all_definitions(*id).await {
                    Ok(known) => {
                        databases.push(*id);
                        others.push(known);
                    }
                    Err(problem) if problem.kind == kinds::NOT_FOUND => {}
                    Err(problem) => return Err(problem),
                }
            }
            Ok((job(own, others), databases))
        };
        self.write_guarded("database", make, |own, others| Some(job(own, others)))
            .await
    }

    /// Writes the batch that `make` makes by what is known, made again when definitions have
    /// changed meanwhile; in the end the one that `locked` makes with the write lock held.
    /// `noun` is what isn't there where that makes none.
    async fn write_guarded(
        &self,
        noun: &'static str,
        make: impl AsyncFn() -> Result<MadeBatch, Problem>,
        locked: impl Fn(Arc<Definitions>, Vec<Arc<Definitions>>) -> Option<Batch>,
    ) -> Result<WriteOutcome, Problem> {
        let mut databases = Vec::new();
        for _ in 0..TRIES {
            let (batch, made_by) = make().await?;
            databases = made_by;
            match writer().write(self.pool, batch).await {
                Ok(done) => return written(done),
                Err(Error::Stale(Guard::Catalogue)) => {
                    databases.iter().for_each(|id| self.catalogue.forget(*id));
                }
                Err(error) => return Err(error.into()),
            }
        }
        let not_found = || Problem::not_found(noun);
        let (own, beside) = databases.split_first().ok_or_else(not_found)?;
        // Somebody is changing definitions all the time: they must wait for once.
        let sql = self.pool.lend().await?;
        let done = run_locked(&sql, *own, beside, locked).await;
        if done.is_err() {
            sql.discard();
        }
        written(done?.ok_or_else(not_found)?)
    }

    fn batch(
        &self,
        act: &WriteContext<'_>,
        definitions: Arc<Definitions>,
        beside: Vec<Arc<Definitions>>,
        items: Vec<Result<Command, Refusal>>,
        delivery: Option<MakeDelivery>,
    ) -> Batch {
        Batch {
            items,
            definitions,
            beside,
            atomic: act.atomic,
            now: self.now,
            actor: act.actor.to_owned(),
            interface: act.interface,
            origin: act.origin,
            // A webhook's sender has no token: it speaks for the database that it writes to.
            speaks_for_all: act.origin != Origin::Webhook && self.caller.speaks_for_all(),
            repeatable: act.repeatable.clone(),
            step: None,
            delivery,
            dry: false,
        }
    }

    /// [`Call::write_items`] for one item.
    ///
    /// # Errors
    /// As there, and the item's own as [`refused`] puts it.
    pub async fn write_item(
        &self,
        act: &WriteContext<'_>,
        prepare: impl Fn(&Schema<'_>) -> Result<Command, Refusal>,
    ) -> Result<Outcome, Problem> {
        let prepare = |schema: &Schema<'_>| vec![prepare(schema)];
        match self.write_items(act, prepare, || None).await? {
            WriteOutcome::Results(results) => match results.into_iter().next() {
                Some(result) => result.map_err(refused),
                None => Err(Problem::internal(&"a write without a result")),
            },
            WriteOutcome::Repeated(_) => Err(Problem::internal(&"an answer nobody asked for")),
        }
    }
}

fn written(done: BatchOutcome) -> Result<WriteOutcome, Problem> {
    match done {
        BatchOutcome::Written(results) => Ok(WriteOutcome::Results(results)),
        BatchOutcome::Repeated(answer) => Ok(WriteOutcome::Repeated(answer)),
        BatchOutcome::KeyTaken => Err(Problem::new(
            kinds::IDEMPOTENCY_MISMATCH,
            "This Idempotency-Key came with another request within the last 24 hours.",
        )),
    }
}

/// [`refused`] with the place of what was refused, where the answer has no list of errors.
pub fn refused_at(refusal: Refusal) -> Problem {
    let place = refusal.pointer.clone();
    let has_place = refusal.kind != RefusalKind::Invalid && !place.is_empty();
    let problem = refused(refusal);
    match has_place {
        true => problem.with("pointer", place),
        false => problem,
    }
}

/// A refused item as the answer of a request for it alone.
pub fn refused(error: Refusal) -> Problem {
    let kind = match (error.kind, error.code) {
        (RefusalKind::NotFound, Code::Merged) => kinds::MERGED,
        (RefusalKind::NotFound, _) => kinds::NOT_FOUND,
        (RefusalKind::Conflict, Code::AlreadyUndone) => kinds::ALREADY_UNDONE,
        (RefusalKind::Conflict, Code::AmbiguousMatch) => kinds::AMBIGUOUS_MATCH,
        (RefusalKind::Conflict, Code::Duplicate) => kinds::DUPLICATE,
        (RefusalKind::Stale, _) => kinds::PRECONDITION_FAILED,
        (RefusalKind::Internal, _) => kinds::INTERNAL,
        // A refusal of the whole, not of a value in it, has a code of its own.
        (_, code) if error.pointer.is_empty() => Kind::refusal(code),
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
    if kind == kinds::MERGED
        && let [into] = ids.as_slice()
    {
        return problem.with("into", into.as_str());
    }
    if !ids.is_empty() {
        problem = problem.with("candidates", ids);
    }
    problem
}
