//! One step of a bulk update: some profiles are selected, changed, and counted.

use super::{Checkpoint, UpdateContext, ready, report};
use crate::{JobError, LeasedJob};
use roster_model::Code;
use roster_model::ProfileId;
use roster_model::write::{Changes, Memberships, OutcomeKind};
use roster_store::conditions::Limits;
use roster_store::jobs::{Counts, Progress, ReportRow, State, Step};
use roster_store::segments::of_profiles;
use roster_store::write::{Batch, BatchOutcome, ItemResult, MakeStep, move_members, run as write};
use roster_store::{Error, Guard, Sql};
use std::collections::HashSet;
use std::sync::Arc;

/// How many profiles are written together: enough that a commit costs little,
/// few enough that single requests find their turn between two steps.
const PROFILES: i64 = 500;

/// How many change their memberships together, where nothing else changes.
const MEMBERS: i64 = 5_000;

/// How many candidates one statement looks at.
const LOOK: i64 = 20_000;

/// How many profiles are met once more in one step, since each takes a
/// statement.
const AGAIN: usize = 50;

/// How often something may change under one step.
const TRIES: usize = 5;

/// Profiles that were selected, with their revisions.
type ProfileRevisions = Vec<(i64, i64)>;

/// Does one step.
pub(super) async fn run(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    ready: &mut UpdateContext,
    at: &mut Checkpoint,
) -> Result<(), JobError> {
    for _ in 0..TRIES {
        let began = (held.env.now)();
        let mut reached = at.clone();
        let Some(selected) = select(sql, held, ready, &mut reached).await? else {
            *ready = self::ready(sql, &held.job).await?;
            continue;
        };
        let mut progress = held.job.progress.clone();
        progress.phase = "updating".to_owned();
        progress.busy_ms += ((held.env.now)().ms() - began.ms()).max(0);
        let began = (held.env.now)();
        let written = if selected.is_empty() {
            progress.at = reached.write();
            let step = held.step(progress);
            held.write(sql, step, &[], None).await
        } else if ready.update.bulk.is_memberships_only() {
            move_slice(sql, held, ready, selected, &reached, progress).await
        } else {
            change(sql, held, ready, selected, &mut reached, progress).await
        };
        match written {
            Ok(()) => {
                held.job.progress.busy_ms += ((held.env.now)().ms() - began.ms()).max(0);
                *at = reached;
                return Ok(());
            }
            Err(Error::Stale(Guard::Catalogue)) => *ready = self::ready(sql, &held.job).await?,
            // A profile has changed: select again.
            Err(Error::Stale(Guard::Profiles)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Somebody is changing the same all the time: later, then.
    Err(Error::Busy.into())
}

/// The next profiles, and how far that reaches; none when the definitions have
/// changed.
async fn select(
    sql: &impl Sql,
    held: &LeasedJob<'_>,
    ready: &UpdateContext,
    reached: &mut Checkpoint,
) -> Result<Option<ProfileRevisions>, Error> {
    let bytes = i64::MAX;
    if !reached.again.is_empty() {
        let rest = reached.again.split_off(reached.again.len().min(AGAIN));
        let mut selected = Vec::new();
        for pk in std::mem::replace(&mut reached.again, rest) {
            let one = Limits {
                take: 1,
                look: 1,
                bytes,
            };
            let after = pk.saturating_sub(1);
            let found = ready.selection.revisions(sql, after, one).await?;
            if found.version != ready.definitions.version {
                return Ok(None);
            }
            selected.extend(found.found.into_iter().filter(|(found, _)| *found == pk));
        }
        return Ok(Some(selected));
    }
    let Some(after) = reached.after else {
        return Ok(Some(Vec::new()));
    };
    let most = if ready.update.bulk.is_memberships_only() {
        MEMBERS
    } else {
        PROFILES
    };
    let read = held.job.progress.counts.read;
    let left = ready
        .update
        .query
        .limit
        .map_or(most, |limit| (limit - read).max(0));
    if left == 0 {
        reached.after = None;
        return Ok(Some(Vec::new()));
    }
    let limits = Limits {
        take: most.min(left),
        look: LOOK,
        bytes,
    };
    let found = ready.selection.revisions(sql, after, limits).await?;
    if found.version != ready.definitions.version {
        return Ok(None);
    }
    let mut selected = found.found;
    let all = selected.len();
    selected.retain(|(pk, _)| *pk <= reached.until);
    reached.after = if selected.len() < all {
        None
    } else {
        found.next.filter(|next| *next < reached.until)
    };
    Ok(Some(selected))
}

/// What a step came to.
#[derive(Clone, Debug, Default)]
struct Sum {
    counts: Counts,
    failures: Vec<ReportRow>,
    again: Vec<i64>,
}

impl Sum {
    /// Counts the results of profiles; `moved` are those whose memberships
    /// change, `row` is the number of the last one before them.
    fn of(
        selected: &[(i64, i64)],
        results: &[ItemResult],
        moved: &HashSet<i64>,
        mut row: i64,
    ) -> Self {
        let mut sum = Sum::default();
        for ((pk, _), result) in selected.iter().zip(results) {
            // It was changed, or deleted, since it was selected.
            if let Err(error) = result
                && matches!(error.code, Code::RevisionMismatch | Code::NotFound)
            {
                sum.again.push(*pk);
                continue;
            }
            row += 1;
            sum.counts.read += 1;
            match result {
                Ok(outcome) => {
                    let changed = match outcome.kind {
                        OutcomeKind::Unchanged => moved.contains(pk),
                        OutcomeKind::Created | OutcomeKind::Updated | OutcomeKind::Deleted => true,
                    };
                    match outcome.kind {
                        OutcomeKind::Deleted => sum.counts.deleted += 1,
                        _ if changed => sum.counts.updated += 1,
                        _ if outcome.skipped.is_empty() => sum.counts.unchanged += 1,
                        _ => sum.counts.skipped += 1,
                    }
                    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
                    sum.counts.asked += count(outcome.asked);
                    sum.counts.skipped_values += count(outcome.skipped.len());
                    if !outcome.skipped.is_empty() {
                        sum.counts.warnings += i64::from(changed);
                        sum.failures.push(report::left_out(row, changed, outcome));
                    }
                }
                Err(error) => {
                    sum.counts.failed += 1;
                    if let Some(id) = ProfileId::from_pk(*pk) {
                        sum.failures.push(report::failed(row, id, error));
                    }
                }
            }
        }
        sum
    }

    fn add_to(&self, counts: &mut Counts) {
        counts.read += self.counts.read;
        counts.updated += self.counts.updated;
        counts.unchanged += self.counts.unchanged;
        counts.deleted += self.counts.deleted;
        counts.skipped += self.counts.skipped;
        counts.failed += self.counts.failed;
        counts.warnings += self.counts.warnings;
        counts.skipped_values += self.counts.skipped_values;
        counts.asked += self.counts.asked;
    }
}

/// Changes profiles, and writes that with the progress.
async fn change(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    ready: &UpdateContext,
    selected: ProfileRevisions,
    reached: &mut Checkpoint,
    progress: Progress,
) -> Result<(), Error> {
    let schema = ready.definitions.schema();
    let bulk = &ready.update.bulk;
    let items = selected
        .iter()
        .filter_map(|(pk, revision)| Some((ProfileId::from_pk(*pk)?, *revision)))
        .map(|(id, revision)| Ok(bulk.prepare(id, revision, &schema)))
        .collect();
    let moved = match bulk.memberships() {
        Some(memberships) => moves(sql, &selected, memberships).await?.1,
        None => HashSet::new(),
    };
    let step = held.step(progress);
    let at = reached.clone();
    let make = move |results: &[ItemResult]| {
        let row = step.progress.counts.read;
        finished(&step, &at, Sum::of(&selected, results, &moved, row))
    };
    let batch = Batch {
        beside: Vec::new(),
        definitions: Arc::clone(&ready.definitions),
        items,
        atomic: false,
        now: (held.env.now)(),
        actor: held.job.actor.clone(),
        interface: "update",
        origin: roster_model::Origin::Import,
        speaks_for_all: held.job.speaks_for_all,
        repeatable: None,
        step: Some(MakeStep(Box::new(make))),
        delivery: None,
        dry: false,
    };
    match write(sql, &[&batch]).await.pop() {
        Some(Ok(BatchOutcome::Written(results))) => {
            if let Some(make) = &batch.step {
                let progress = (make.0)(&results).progress;
                // What is to be met again is known from the results alone.
                *reached = serde_json::from_value(progress.at.clone())
                    .map_err(|error| Error::Corrupt(error.to_string()))?;
                held.written(State::Running, progress);
            }
            Ok(())
        }
        Some(Err(error)) => Err(error),
        Some(Ok(BatchOutcome::Repeated(_) | BatchOutcome::KeyTaken)) | None => {
            Err(Error::Corrupt("a step without results".to_owned()))
        }
    }
}

/// The step with what it came to.
fn finished(step: &Step, at: &Checkpoint, sum: Sum) -> Step {
    let mut step = step.clone();
    sum.add_to(&mut step.progress.counts);
    step.progress.done = step.progress.counts.read;
    let mut at = at.clone();
    at.again.extend(sum.again);
    step.progress.at = at.write();
    step.failures = sum.failures;
    step
}

/// The moves that memberships come to, and the keys of the profiles that move.
async fn moves(
    sql: &impl Sql,
    selected: &[(i64, i64)],
    memberships: &Memberships,
) -> Result<(Changes, HashSet<i64>), Error> {
    let pks: Vec<i64> = selected.iter().map(|(pk, _)| *pk).collect();
    let standing = of_profiles(sql, &pks).await?;
    let mut changes = Changes::default();
    let mut moved = HashSet::new();
    for pk in pks {
        let Some(id) = ProfileId::from_pk(pk) else {
            continue;
        };
        let is_in = |segment| standing.get(&pk).is_some_and(|all| all.contains(segment));
        let before = changes.members_put.len() + changes.members_gone.len();
        let put = memberships.put.iter().filter(|one| !is_in(one));
        changes.members_put.extend(put.map(|one| (*one, id)));
        let gone = memberships.gone.iter().filter(|one| is_in(one));
        changes.members_gone.extend(gone.map(|one| (*one, id)));
        if changes.members_put.len() + changes.members_gone.len() > before {
            moved.insert(pk);
        }
    }
    Ok((changes, moved))
}

/// Changes memberships alone: nothing of the profiles need be read.
async fn move_slice(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    ready: &UpdateContext,
    selected: ProfileRevisions,
    reached: &Checkpoint,
    progress: Progress,
) -> Result<(), Error> {
    let Some(memberships) = ready.update.bulk.memberships() else {
        return Ok(());
    };
    let (changes, moved) = moves(sql, &selected, memberships).await?;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let sum = Sum {
        counts: Counts {
            read: count(selected.len()),
            updated: count(moved.len()),
            unchanged: count(selected.len() - moved.len()),
            ..Counts::default()
        },
        ..Sum::default()
    };
    let step = finished(&held.step(progress), reached, sum);
    let version = ready.definitions.version;
    move_members(sql, version, &selected, &changes, &step, (held.env.now)()).await?;
    held.written(State::Running, step.progress);
    Ok(())
}
