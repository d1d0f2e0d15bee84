//! What a group of requests comes to: decided on what was looked up, to be written with one
//! statement.

use std::collections::HashMap;

use roster_model::Code;
use roster_model::write::{Command, Env, Refusal, RelationKey, WorkingSet};
use roster_model::{DatabaseId, ProfileId, SegmentId, Timestamp, first_pk};
use serde_json::json;

use super::{Batch, BatchOutcome, ItemResult, apply, contacts, known, messages, rows};
use crate::catalogue::Definitions;
use crate::idempotency::hex;
use crate::merges;
use crate::packed::corrupt;
use crate::{Cell, Error, Guard, Sql, json};

/// What a group of requests comes to. Nothing of it is written yet, and nothing will be if
/// what was looked up has changed until then.
#[derive(Debug)]
pub struct Decision {
    outcomes: Vec<Result<BatchOutcome, Error>>,
    /// What is to be written; none where nothing is.
    parameters: Option<Vec<Cell>>,
    /// Whether the answers are kept with what is written, so that it may be tried again.
    repeatable: bool,
}

/// What one round of deciding comes to.
enum Round {
    Decided(Box<Decision>),
    /// Pairs of which is not known whether they are related.
    Lacking(Vec<RelationKey>),
}

/// How often pairs may turn out to be needed that weren't asked for: who is meant may depend
/// on items before.
const ROUNDS: usize = 5;

/// The time of a group: that of its last request.
pub(super) fn time_of(batches: &[&Batch]) -> Timestamp {
    let times = batches.iter().map(|batch| batch.now);
    times.max().unwrap_or(Timestamp::from_ms(0))
}

impl Decision {
    /// Looks up and decides, without a lock.
    ///
    /// # Errors
    /// [`Error::Stale`] where only a lock can watch over what was found; as [`Sql::query`].
    pub async fn of(sql: &impl Sql, batches: &[&Batch]) -> Result<Self, Error> {
        Self::of_group(sql, batches, time_of(batches), false).await
    }

    /// What becomes of each batch if it is written.
    pub fn outcomes(&self) -> &[Result<BatchOutcome, Error>] {
        &self.outcomes
    }

    /// Writes it; gives what became of each batch.
    ///
    /// # Errors
    /// [`Error::Stale`] and [`Error::Conflict`] when something that it was decided on has
    /// changed, and nothing is written; as [`Sql::query`].
    pub async fn write(self, sql: &impl Sql) -> Result<Vec<Result<BatchOutcome, Error>>, Error> {
        if let Some(parameters) = self.parameters {
            apply(sql, parameters).await.map_err(|error| match error {
                // Whether it was done is told by the answers that are kept with it: the next
                // attempt finds them, or everything as it was.
                Error::Lost(_) if self.repeatable => Error::Stale(Guard::Profiles),
                other => other,
            })?;
        }
        Ok(self.outcomes)
    }

    pub(super) async fn of_group(
        sql: &impl Sql,
        batches: &[&Batch],
        now: Timestamp,
        locked: bool,
    ) -> Result<Self, Error> {
        let mut more = Vec::new();
        for _ in 0..ROUNDS {
            match Self::with_pairs(sql, batches, now, locked, &more).await? {
                Round::Decided(decision) => return Ok(*decision),
                Round::Lacking(pairs) => more.extend(pairs),
            }
        }
        Err(Error::Stale(Guard::Profiles))
    }

    /// Decides, if it is known of all pairs that items mean whether they are related; `more`
    /// are those that an earlier round lacked.
    async fn with_pairs(
        sql: &impl Sql,
        batches: &[&Batch],
        now: Timestamp,
        locked: bool,
        more: &[RelationKey],
    ) -> Result<Round, Error> {
        let mut known = known::look_up(sql, batches, now).await?;
        known.find_pairs(sql, more).await?;
        if !known.crowded.is_empty() {
            let items = batches
                .iter()
                .flat_map(|batch| batch.items.iter().flatten());
            let narrow = known.narrow(items.flat_map(Command::selectors));
            // No guard watches over these: only the lock does.
            if !narrow.is_empty() && !locked {
                return Err(Error::Stale(Guard::Profiles));
            }
            for (database, selector) in narrow {
                known.find_among_crowd(sql, database, selector).await?;
            }
            known.find_relations(sql, batches).await?;
        }
        let seen: Vec<(i64, i64)> = known
            .profiles
            .iter()
            .map(|profile| (profile.id.pk(), profile.revision))
            .collect();
        let mut working = known.image();
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
            if batch
                .all_definitions()
                .any(|one| one.version != known.version)
            {
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
        let unknown = working.unknown_pairs();
        if !unknown.is_empty() {
            return Ok(Round::Lacking(unknown.to_vec()));
        }
        let (mut changes, endings) = working.finish_with_endings();
        changes.members_put.extend(members);
        let idle = answers.is_empty() && steps.is_empty() && deliveries.is_empty();
        let parameters = if idle && changes.is_empty() {
            None
        } else {
            let definitions: HashMap<DatabaseId, &Definitions> = batches
                .iter()
                .flat_map(|batch| batch.all_definitions())
                .map(|one| (one.database.id, one))
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
                vec![
                    rows::relations(&changes.relations, &known.weights)?,
                    Cell::Text(
                        merges::moves(&changes, &known.chains).unwrap_or_else(|| "[]".to_owned()),
                    ),
                ],
                vec![rows::control(&changes)?],
            ];
            Some(parameters.concat())
        };
        Ok(Round::Decided(Box::new(Decision {
            outcomes: done,
            parameters,
            repeatable: kept && !locked,
        })))
    }
}

pub(super) fn apply_batch(
    working: &mut WorkingSet,
    batch: &Batch,
    env: &mut Env<'_>,
) -> Vec<ItemResult> {
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
