//! Applies the records of an import's sources to profiles, chunk by chunk.

use super::chunk::{Chunk, Row};
use super::{Checkpoint, Reader, Source, sentences, settings, source};
use crate::{JobError, LeasedJob};
use roster_intake::FileSettings;
use roster_model::Code;
use roster_model::Timestamp;
use roster_model::import::{self, Columns, ImportSettings, Plan, SegmentChoice};
use roster_model::write::{Command, Refusal};
use roster_store::catalogue::{self, Definitions};
use roster_store::jobs::{Progress, State, Step};
use roster_store::write::{Batch, BatchOutcome, ItemResult, MakeStep, run as write};
use roster_store::{Error, Guard, Sql};
use std::sync::Arc;

/// How many rows are written together: enough that a commit costs little, few
/// enough that single requests find their turn between two chunks.
const ROWS: usize = 500;

/// About how much of a source one chunk may be, in bytes.
const BYTES: u64 = 1 << 20;

/// How often definitions may change under one chunk.
const TRIES: usize = 5;

/// What an import needs of its settings, made for the definitions of a moment
/// and the columns of one source.
struct ImportContext {
    definitions: Arc<Definitions>,
    settings: ImportSettings,
    plan: Option<Plan>,
}

/// Applies rows until the sources end or the time is up.
pub(super) async fn run(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    mut at: Checkpoint,
) -> Result<(), JobError> {
    let (_, sources) = source::all(sql, held.job.id).await?;
    let total: i64 = sources.iter().map(|source| source.size).sum();
    let mut ready = ready(sql, held).await?;
    while let Some(source) = sources.get(at.source) {
        let mut reader = Reader::new(held.job.id, source, at.position.clone());
        ready.plan = None;
        loop {
            if !held.env.has_time() {
                return Ok(());
            }
            let began = (held.env.now)();
            let rows = collect(sql, &mut reader).await?;
            if rows.is_empty() {
                break;
            }
            if at.columns.is_empty() {
                at.columns = reader.columns().to_vec();
            }
            at.position = Some(reader.position().clone());
            let fatal = rows.iter().find_map(|row| match row {
                Err(error) if error.fatal => Some(error.detail.clone()),
                _ => None,
            });
            let chunk = Arc::new(Chunk {
                rows,
                file: source.name.clone(),
                columns: at.columns.clone(),
                rows_before: at.rows_before,
                mode: ready.settings.mode(),
                segment: goal(&ready.settings),
                dry: ready.settings.dry_run,
            });
            let mut progress = held.job.progress.clone();
            progress.phase = "applying".to_owned();
            progress.total = total;
            progress.done = at.bytes_before.saturating_add(reader.read());
            progress.at = at.write();
            progress.busy_ms += ((held.env.now)().ms() - began.ms()).max(0);
            let began = (held.env.now)();
            write_chunk(sql, held, &mut ready, source, &at.columns, chunk, progress).await?;
            held.job.progress.busy_ms += ((held.env.now)().ms() - began.ms()).max(0);
            if let Some(detail) = fatal {
                return Err(JobError::Failed(
                    Code::Unreadable,
                    format!("The rest of {} can't be read: {detail}", source.name),
                ));
            }
        }
        let rows = i64::try_from(reader.position().row).unwrap_or(i64::MAX);
        at = Checkpoint {
            source: at.source + 1,
            rows_before: at.rows_before.saturating_add(rows),
            bytes_before: at.bytes_before.saturating_add(source.size),
            // Kept for the report after the last one.
            columns: if at.source + 1 < sources.len() {
                Vec::new()
            } else {
                at.columns
            },
            ..Checkpoint::default()
        };
        held.job.progress.at = at.write();
    }
    let mut progress = held.job.progress.clone();
    progress.phase = "done".to_owned();
    progress.done = total;
    progress.total = total;
    let last = held.last_step(progress);
    held.write(sql, last, &[], None).await?;
    Ok(())
}

/// The next rows of a source, as many as one chunk holds.
async fn collect(sql: &impl Sql, reader: &mut Reader) -> Result<Vec<Row>, Error> {
    let begins = reader.position().offset;
    let mut rows = Vec::new();
    while rows.len() < ROWS && reader.position().offset.saturating_sub(begins) < BYTES {
        match reader.next(sql).await? {
            Some(row) => rows.push(row),
            None => break,
        }
    }
    Ok(rows)
}

/// Reads the settings against the definitions of the moment.
async fn ready(sql: &impl Sql, held: &LeasedJob<'_>) -> Result<ImportContext, JobError> {
    let found = catalogue::load(sql, held.job.database).await?;
    let definitions = found
        .ok_or_else(|| JobError::Failed(Code::DatabaseGone, "The database is gone.".to_owned()))?;
    let read = settings(&held.job.settings, &definitions.schema());
    let (_, settings): (FileSettings, ImportSettings) = read.map_err(|wrong| {
        let why = sentences(&wrong);
        JobError::Failed(
            Code::SettingsInvalid,
            format!("The settings no longer fit the database. {why}"),
        )
    })?;
    Ok(ImportContext {
        definitions: Arc::new(definitions),
        settings,
        plan: None,
    })
}

/// The segment that profiles are put into. One that was to be made has been
/// made when the import was started.
fn goal(settings: &ImportSettings) -> Option<(roster_model::SegmentId, Vec<import::RowOutcome>)> {
    let goal = settings.segment.as_ref()?;
    match goal.segment {
        SegmentChoice::Existing(id) => Some((id, goal.outcomes.clone())),
        SegmentChoice::Create(_) => None,
    }
}

/// Writes a chunk together with the progress that it reaches.
async fn write_chunk(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    ready: &mut ImportContext,
    source: &Source,
    columns: &[String],
    chunk: Arc<Chunk>,
    progress: Progress,
) -> Result<(), JobError> {
    for _ in 0..TRIES {
        let items = prepare(ready, source, columns, &chunk, (held.env.now)())?;
        let step = held.step(progress.clone());
        let of = Arc::clone(&chunk);
        let make = move |results: &[ItemResult]| summed(&of, &step, results);
        let done = make_batch(held, ready, items, make);
        let batch = done;
        let mut done = write(sql, &[&batch]).await;
        match done.pop() {
            Some(Ok(BatchOutcome::Written(results))) => {
                let step = batch.step.as_ref().map(|make| (make.0)(&results));
                if let Some(step) = step {
                    held.written(State::Running, step.progress);
                }
                return Ok(());
            }
            Some(Err(Error::Stale(Guard::Catalogue))) => *ready = self::ready(sql, held).await?,
            Some(Err(error)) => return Err(error.into()),
            Some(Ok(BatchOutcome::Repeated(_) | BatchOutcome::KeyTaken)) | None => {
                return Err(Error::Corrupt("a chunk without results".to_owned()).into());
            }
        }
    }
    // Somebody is changing definitions all the time: later, then.
    Err(Error::Busy.into())
}

fn make_batch(
    held: &LeasedJob<'_>,
    ready: &ImportContext,
    items: Vec<Result<Command, Refusal>>,
    make: impl Fn(&[ItemResult]) -> Step + Send + Sync + 'static,
) -> Batch {
    Batch {
        definitions: Arc::clone(&ready.definitions),
        items,
        atomic: false,
        now: (held.env.now)(),
        actor: held.job.actor.clone(),
        interface: "import",
        origin: roster_model::Origin::Import,
        speaks_for_all: held.job.speaks_for_all,
        repeatable: None,
        step: Some(MakeStep(Box::new(make))),
        delivery: None,
        dry: ready.settings.dry_run,
    }
}

/// The step with what became of the chunk's rows.
fn summed(chunk: &Chunk, step: &Step, results: &[ItemResult]) -> Step {
    let sum = chunk.sum(results);
    let mut step = step.clone();
    step.progress.counts.add(&sum.counts);
    step.results = sum.results;
    step.failures = sum.failures;
    step.members = sum.members;
    step
}

/// The items of the rows that could be read.
fn prepare(
    ready: &mut ImportContext,
    source: &Source,
    columns: &[String],
    chunk: &Chunk,
    now: Timestamp,
) -> Result<Vec<Result<Command, Refusal>>, JobError> {
    let schema = ready.definitions.schema();
    let plan = match &ready.plan {
        Some(plan) => plan,
        None => {
            let columns = match () {
                () if columns.is_empty() => Columns::Records,
                () if source.about.sheet => Columns::Sheet(columns),
                () => Columns::Text(columns),
            };
            let plan = Plan::new(&ready.settings, columns, &schema).map_err(|wrong| {
                let why = sentences(&wrong);
                let left_out = wrong
                    .iter()
                    .any(|one| one.code == Code::ConsentColumnNotMapped);
                JobError::Failed(
                    match left_out {
                        true => Code::ConsentColumnNotMapped,
                        false => Code::SettingsInvalid,
                    },
                    format!("The settings don't fit the file {}. {why}", source.name),
                )
            })?;
            ready.plan.insert(plan.at_moment(now))
        }
    };
    Ok(chunk.prepare(plan, &schema))
}
