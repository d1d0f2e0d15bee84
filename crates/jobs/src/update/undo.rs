//! Undoing: takes back what another job did, from its last step to its first. It is a bulk
//! update like any other: paused, cancelled and killed it goes on where it was, and it can
//! itself be undone.

use super::report;
use crate::{JobError, LeasedJob, beside};
use roster_model::history::Kind;
use roster_model::segment::SegmentKind;
use roster_model::write::{
    Changes, Command, LaterAuthor, LaterChanges, OutcomeKind, Refusal, Schema, Undo, UndoOutcome,
    prepare_undo,
};
use roster_model::{Code, JobId, Origin, ProfileId, SegmentId};
use roster_store::catalogue::{self, Definitions};
use roster_store::jobs::{Counts, Job, Progress, ReportRow, State};
use roster_store::undo::{
    DoneEntry, DoneStep, EntryRanges, LaterEntry, entries, present, step_before, total,
};
use roster_store::write::{Batch, BatchOutcome, ItemResult, MakeStep, move_members, run as write};
use roster_store::{Error, Guard, Sql};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

/// How many entries are taken back together.
const ENTRIES: i64 = 500;

/// How often something may change under one step.
const TRIES: usize = 5;

/// The settings of a job that undoes another one.
#[must_use]
pub fn settings(of: JobId) -> Value {
    json!({ "undo": { "job": of } })
}

/// The job that another one undoes, if it does.
#[must_use]
pub fn source(settings: &Value) -> Option<JobId> {
    let job = settings.get("undo")?.get("job")?;
    JobId::from_json(job).ok()
}

/// Where an undoing is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Checkpoint {
    /// The step of the other job before which to go on.
    step: i64,
    /// Of the step that is being taken back, whose members are back: before which entry; none
    /// at its end.
    before: Option<i64>,
}

impl Checkpoint {
    fn read(job: &Job) -> Result<Self, JobError> {
        if job.progress.at.is_null() {
            return Ok(Checkpoint {
                step: i64::MAX,
                before: None,
            });
        }
        serde_json::from_value(job.progress.at.clone()).map_err(|error| {
            let detail = format!("The progress can't be read: {error}.");
            JobError::Failed(Code::Corrupt, detail)
        })
    }

    fn write(&self) -> Value {
        // Numbers can't fail to serialise.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// The command that takes an entry back; none where there is nothing to take back.
fn command(
    entry: &DoneEntry,
    job: JobId,
    ranges: &EntryRanges,
    schema: &Schema,
) -> Option<Command> {
    let mut later = LaterChanges::new(entry.is_merged);
    // Two of one database may be related both ways, under the same name.
    let other_way = |one: &&LaterEntry| {
        let both = [entry.kind, Some(one.kind)];
        both == [Some(Kind::Relation); 2] && one.side != entry.side
    };
    for one in entry.later.iter().filter(|one| !other_way(one)) {
        let author = match (one.is_undoing, ranges.has(one.id)) {
            (_, true) => LaterAuthor::Own,
            (true, false) => LaterAuthor::Undoing,
            (false, false) => LaterAuthor::Other,
        };
        later.add(one.kind, &one.changes, author);
    }
    let undo = Undo {
        job,
        profile: entry.profile,
        kind: entry.kind?,
        changes: entry.changes.clone(),
        removed: entry.removed.clone().map(Box::new),
        side: entry.side,
        later,
    };
    Some(prepare_undo(undo, schema))
}

/// Does steps until the job ends or the time is up.
///
/// # Errors
/// [`JobError`] the work stopped.
pub async fn run(sql: &impl Sql, held: &mut LeasedJob<'_>, of: JobId) -> Result<(), JobError> {
    let mut at = Checkpoint::read(&held.job)?;
    let mut known = definitions(sql, &held.job).await?;
    let ranges = EntryRanges::of(sql, of).await?;
    if held.job.progress.total == 0 {
        held.job.progress.total = total(sql, of).await?.0;
    }
    loop {
        if !held.env.has_time() {
            return Ok(());
        }
        // The step in hand is looked up again: it may be a new worker's first.
        let bound = match at.before {
            Some(_) => at.step.saturating_add(1),
            None => at.step,
        };
        let Some(step) = step_before(sql, of, bound).await? else {
            break;
        };
        // Members first: who is removed then is in no segment by this job any more, and
        // undoing the undoing finds them there before it brings them back.
        at = match at.before {
            None => move_back(sql, held, &mut known, &step).await?,
            Some(before) if before > step.entries.0 => {
                let job = (of, &step, &ranges);
                take_back(sql, held, &mut known, job, before).await?
            }
            Some(_) => Checkpoint {
                step: step.step,
                before: None,
            },
        };
    }
    let mut progress = held.job.progress.clone();
    progress.phase = "done".to_owned();
    progress.total = progress.counts.read;
    progress.done = progress.total;
    let last = held.last_step(progress);
    held.write(sql, last, &[], None).await?;
    Ok(())
}

async fn definitions(sql: &impl Sql, job: &Job) -> Result<Arc<Definitions>, JobError> {
    let found = catalogue::load(sql, job.database).await?;
    let found = found
        .ok_or_else(|| JobError::Failed(Code::DatabaseGone, "The database is gone.".to_owned()))?;
    Ok(Arc::new(found))
}

/// Takes some entries of a step back, and gives the place that this reaches.
async fn take_back(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    known: &mut Arc<Definitions>,
    (of, step, ranges): (JobId, &DoneStep, &EntryRanges),
    before: i64,
) -> Result<Checkpoint, JobError> {
    for _ in 0..TRIES {
        let began = (held.env.now)();
        let some = entries(sql, (step.entries.0, before), ENTRIES, of).await?;
        let last = some.last().map_or(step.entries.0, |entry| entry.id);
        let reached = Checkpoint {
            step: step.step,
            before: Some(last),
        };
        let schema = known.schema();
        let (ids, items) = items(&some, held.job.id, ranges, &schema);
        let mut progress = held.job.progress.clone();
        progress.phase = "undoing".to_owned();
        progress.at = reached.write();
        progress.busy_ms += ((held.env.now)().ms() - began.ms()).max(0);
        if items.is_empty() {
            let step = held.step(progress);
            held.write(sql, step, &[], None).await?;
            return Ok(reached);
        }
        let pairs = items.iter().flatten().flat_map(Command::pairs);
        let across = pairs.flat_map(|pair| [pair.sides.a.id, pair.sides.b.id]);
        let beside = beside::definitions(sql, held.job.database, across).await?;
        match write_back(sql, held, (known, beside), (ids, items), progress).await {
            Ok(()) => return Ok(reached),
            Err(Error::Stale(Guard::Catalogue)) => *known = definitions(sql, &held.job).await?,
            Err(Error::Stale(Guard::Profiles)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Somebody is changing the same all the time: later, then.
    Err(Error::Busy.into())
}

async fn write_back(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    (known, beside): (&Arc<Definitions>, Vec<Arc<Definitions>>),
    (ids, items): (Vec<ProfileId>, Vec<Result<Command, Refusal>>),
    progress: Progress,
) -> Result<(), Error> {
    let began = (held.env.now)();
    let step = held.step(progress);
    let make = move |results: &[ItemResult]| {
        let mut step = step.clone();
        let row = step.progress.counts.read;
        let (counts, failures) = sum(&ids, results, row);
        step.progress.counts.add(&counts);
        step.progress.done = step.progress.counts.read;
        step.failures = failures;
        step
    };
    let batch = Batch {
        beside,
        definitions: Arc::clone(known),
        items,
        atomic: false,
        now: (held.env.now)(),
        actor: held.job.actor.clone(),
        interface: "undo",
        origin: Origin::Import,
        speaks_for_all: held.job.speaks_for_all,
        repeatable: None,
        step: Some(MakeStep(Box::new(make))),
        delivery: None,
        dry: false,
    };
    match write(sql, &[&batch]).await.pop() {
        Some(Ok(BatchOutcome::Written(results))) => {
            if let Some(make) = &batch.step {
                let mut progress = (make.0)(&results).progress;
                progress.busy_ms += ((held.env.now)().ms() - began.ms()).max(0);
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

/// The commands that take entries back, each with whose profile it is about.
#[must_use]
pub fn items(
    entries: &[DoneEntry],
    job: JobId,
    ranges: &EntryRanges,
    schema: &Schema,
) -> (Vec<ProfileId>, Vec<Result<Command, Refusal>>) {
    let prepared = entries
        .iter()
        .filter_map(|entry| Some((entry.profile, Ok(command(entry, job, ranges, schema)?))));
    prepared.unzip()
}

/// What the results of entries come to; `row` is the number of the last one before them.
#[must_use]
pub fn sum(ids: &[ProfileId], results: &[ItemResult], mut row: i64) -> (Counts, Vec<ReportRow>) {
    let mut counts = Counts::default();
    let mut failures = Vec::new();
    let nothing = UndoOutcome::default();
    for (id, result) in ids.iter().zip(results) {
        row += 1;
        counts.read += 1;
        match result {
            Ok(outcome) => {
                let kept = &outcome.undo.as_deref().unwrap_or(&nothing).kept;
                let changed = outcome.kind != OutcomeKind::Unchanged;
                match outcome.kind {
                    OutcomeKind::Created => counts.created += 1,
                    OutcomeKind::Updated => counts.updated += 1,
                    OutcomeKind::Deleted => counts.deleted += 1,
                    OutcomeKind::Unchanged if kept.is_empty() => counts.unchanged += 1,
                    OutcomeKind::Unchanged => counts.skipped += 1,
                }
                if !kept.is_empty() {
                    counts.warnings += i64::from(changed);
                    counts.skipped_values += i64::try_from(kept.len()).unwrap_or(i64::MAX);
                    failures.push(report::kept(row, changed, outcome, kept));
                }
            }
            Err(error) => {
                counts.failed += 1;
                failures.push(report::failed(row, *id, error));
            }
        }
    }
    (counts, failures)
}

/// Puts members back where they were before a step, as far as they and the segments are
/// still there.
async fn move_back(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    known: &mut Arc<Definitions>,
    step: &DoneStep,
) -> Result<Checkpoint, JobError> {
    let reached = Checkpoint {
        step: step.step,
        before: Some(step.entries.1),
    };
    if step.entered.is_empty() && step.went.is_empty() {
        return Ok(reached);
    }
    for _ in 0..TRIES {
        let mut progress = held.job.progress.clone();
        progress.phase = "undoing".to_owned();
        progress.at = reached.write();
        let all = step.entered.iter().chain(&step.went);
        let mut pks: Vec<i64> = all.map(|(_, profile)| profile.pk()).collect();
        pks.sort_unstable();
        pks.dedup();
        let seen = match pks.is_empty() {
            true => Vec::new(),
            false => present(sql, held.job.database, &pks).await?,
        };
        let written = if seen.is_empty() {
            let step = held.step(progress);
            held.write(sql, step, &[], None).await
        } else {
            let is_there = |id: ProfileId| seen.binary_search_by_key(&id.pk(), |one| one.0).is_ok();
            let is_static = |id: SegmentId| {
                let mut all = known.segments.iter();
                all.any(|one| one.id == id && one.kind == SegmentKind::Static)
            };
            let moved = |list: &[(SegmentId, ProfileId)]| {
                let list = list.iter().copied();
                let kept = list.filter(|(segment, id)| is_static(*segment) && is_there(*id));
                kept.collect::<Vec<_>>()
            };
            let changes = Changes {
                members_gone: moved(&step.entered),
                members_put: moved(&step.went),
                ..Changes::default()
            };
            let (version, now) = (known.version, (held.env.now)());
            let next = held.step(progress);
            let done = move_members(sql, version, &seen, &changes, &next, now).await;
            if done.is_ok() {
                held.written(State::Running, next.progress);
            }
            done
        };
        match written {
            Ok(()) => return Ok(reached),
            Err(Error::Stale(Guard::Catalogue)) => *known = definitions(sql, &held.job).await?,
            Err(Error::Stale(Guard::Profiles)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Busy.into())
}
