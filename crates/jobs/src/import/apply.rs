//! Applies the records of an import's sources to profiles, chunk by chunk: while SQLite
//! writes one, the next is read and decided on.

use super::chunk::{Chunk, Row};
use super::pace::WritePace;
use super::source::growth;
use super::{Checkpoint, Reader, Source, sentences, settings, source};
use crate::{JobError, LeasedJob, beside};
use futures_util::future::join;
use roster_intake::FileSettings;
use roster_model::Code;
use roster_model::Timestamp;
use roster_model::import::{self, Columns, ImportSettings, Plan, SegmentChoice};
use roster_model::write::{Command, Refusal};
use roster_store::catalogue::{self, Definitions};
use roster_store::jobs::{Progress, State, Step};
use roster_store::search::pending;
use roster_store::write::{Batch, BatchOutcome, Decision, ItemResult, MakeStep, run as write};
use roster_store::{Error, Guard, Lend, Sql};
use std::sync::Arc;

/// About how much of a source one chunk may be, in bytes.
const BYTES: u64 = 1 << 20;

/// How often definitions may change under one chunk.
const TRIES: usize = 5;

/// What an import needs of its settings, made for the definitions of a moment
/// and the columns of one source.
struct ImportContext {
    definitions: Arc<Definitions>,
    /// Those of the databases across relations that rows make.
    beside: Vec<Arc<Definitions>>,
    settings: ImportSettings,
    plan: Option<Plan>,
}

/// Rows that were read, to be written together.
struct Piece {
    chunk: Arc<Chunk>,
    /// Where the import is when they are written.
    at: Checkpoint,
    /// How many bytes of all sources are done then.
    done: i64,
    /// Why the rest of the source can't be read.
    fatal: Option<String>,
}

/// What a piece comes to, as long as nothing changes that it was decided on.
struct Draft {
    decision: Decision,
    /// The progress that is written with it.
    progress: Progress,
}

/// A source that is being applied.
struct Input<'a> {
    source: &'a Source,
    reader: Reader,
    at: Checkpoint,
    pace: WritePace,
    /// How many bytes all sources have.
    total: i64,
    /// When this work began, and how long was worked on the job before, in milliseconds.
    began: Timestamp,
    busy_before: i64,
}

/// Applies rows until the sources end or the time is up.
pub(super) async fn run(
    sql: &impl Sql,
    lend: &impl Lend,
    held: &mut LeasedJob<'_>,
    mut at: Checkpoint,
) -> Result<(), JobError> {
    let (uploads, sources) = source::all(sql, held.job.id).await?;
    let total: i64 = sources.iter().map(|source| source.size).sum();
    let began = (held.env.now)();
    let busy_before = held.job.progress.busy_ms;
    let mut ready = ready(sql, held).await?;
    let mut pace = WritePace::new();
    while let Some(source) = sources.get(at.source) {
        ready.plan = None;
        let mut input = Input {
            source,
            reader: Reader::new(held.job.id, source, at.position.clone()),
            at,
            pace,
            total,
            began,
            busy_before,
        };
        if !input.apply(sql, lend, held, &mut ready).await? {
            return Ok(());
        }
        // More rows may come: the one who finds them there goes on.
        let (open, failed) = uploads.first().map(growth).unwrap_or_default();
        if let Some((code, detail)) = failed {
            return Err(JobError::Failed(code, detail));
        }
        if open {
            return Ok(());
        }
        pace = input.pace;
        at = input.after(sources.len());
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

impl Input<'_> {
    /// Applies the rows of the source; false if the time was up first.
    async fn apply(
        &mut self,
        sql: &impl Sql,
        lend: &impl Lend,
        held: &mut LeasedJob<'_>,
        ready: &mut ImportContext,
    ) -> Result<bool, JobError> {
        let mut next = self.read(sql, ready).await?.map(|piece| (piece, None));
        while let Some((piece, draft)) = next {
            if !held.env.has_time() {
                return Ok(false);
            }
            let draft = match draft {
                Some(draft) => Some(draft),
                None => self.draft(sql, held, ready, &piece, Base::of(held)).await?,
            };
            let mut written = None;
            let mut ahead = None;
            if let Some(Draft { decision, progress }) = draft {
                let mut pace = self.pace;
                let base = Base {
                    step: held.job.step + 1,
                    progress: progress.clone(),
                };
                let looks = piece.fatal.is_none() && !pace.is_crowded();
                let rows = piece.chunk.rows.len();
                let writing = write_decision(sql, &mut pace, rows, decision);
                let done = if looks {
                    let looking = self.look_ahead(lend, held, ready, base);
                    let (done, looked) = join(writing, looking).await;
                    ahead = Some(looked);
                    done
                } else {
                    writing.await
                };
                self.pace = pace;
                match done {
                    Ok(()) => written = Some(progress),
                    Err(Error::Stale(Guard::Profiles | Guard::Catalogue) | Error::Conflict(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            let as_decided = written.is_some();
            match written {
                Some(progress) => held.written(State::Running, progress),
                None => {
                    let progress = self.progress(held, &held.job.progress, &piece);
                    let columns = &piece.at.columns;
                    let chunk = Arc::clone(&piece.chunk);
                    write_chunk(sql, held, ready, self.source, columns, chunk, progress).await?;
                }
            }
            if let Some(detail) = piece.fatal {
                return Err(JobError::Failed(
                    Code::Unreadable,
                    format!("The rest of {} can't be read: {detail}", self.source.name),
                ));
            }
            next = match ahead {
                Some(looked) => looked?.map(|(piece, draft)| (piece, draft.filter(|_| as_decided))),
                None => self.read(sql, ready).await?.map(|piece| (piece, None)),
            };
        }
        Ok(true)
    }

    /// The next piece, and what it comes to if the one before is written as it was decided.
    async fn look_ahead(
        &mut self,
        lend: &impl Lend,
        held: &LeasedJob<'_>,
        ready: &mut ImportContext,
        base: Base,
    ) -> Result<Option<(Piece, Option<Draft>)>, JobError> {
        let sql = lend.lend().await?;
        let Some(piece) = self.read(&sql, ready).await? else {
            return Ok(None);
        };
        let draft = self.draft(&sql, held, ready, &piece, base).await?;
        Ok(Some((piece, draft)))
    }

    /// Reads the next rows; none at the end.
    async fn read(
        &mut self,
        sql: &impl Sql,
        ready: &ImportContext,
    ) -> Result<Option<Piece>, JobError> {
        let rows = collect(sql, &mut self.reader, self.pace.rows()).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        if self.at.columns.is_empty() {
            self.at.columns = self.reader.columns().to_vec();
        }
        self.at.position = Some(self.reader.position().clone());
        let fatal = rows.iter().find_map(|row| match row {
            Err(error) if error.fatal => Some(error.detail.clone()),
            _ => None,
        });
        let chunk = Chunk {
            rows,
            file: self.source.name.clone(),
            columns: self.at.columns.clone(),
            rows_before: self.at.rows_before,
            mode: ready.settings.mode(),
            segment: goal(&ready.settings),
            dry: ready.settings.dry_run,
        };
        Ok(Some(Piece {
            chunk: Arc::new(chunk),
            at: self.at.clone(),
            done: self.at.bytes_before.saturating_add(self.reader.read()),
            fatal,
        }))
    }

    /// Decides what becomes of a piece; none where only a lock or newer definitions can say.
    async fn draft(
        &self,
        sql: &impl Sql,
        held: &LeasedJob<'_>,
        ready: &mut ImportContext,
        piece: &Piece,
        base: Base,
    ) -> Result<Option<Draft>, JobError> {
        let now = (held.env.now)();
        let items = prepare(ready, self.source, &piece.at.columns, &piece.chunk, now)?;
        let step = Step {
            step: base.step,
            ..held.step(self.progress(held, &base.progress, piece))
        };
        let of = Arc::clone(&piece.chunk);
        let make = move |results: &[ItemResult]| summed(&of, &step, results);
        let batch = make_batch(held, ready, items, make);
        let decision = match Decision::of(sql, &[&batch]).await {
            Ok(decision) => decision,
            Err(Error::Stale(_) | Error::Conflict(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let progress = match (decision.outcomes(), &batch.step) {
            ([Ok(BatchOutcome::Written(results))], Some(make)) => (make.0)(results).progress,
            _ => return Ok(None),
        };
        Ok(Some(Draft { decision, progress }))
    }

    /// The progress that a piece reaches, but for what becomes of its rows.
    fn progress(&self, held: &LeasedJob<'_>, base: &Progress, piece: &Piece) -> Progress {
        let took = (held.env.now)().ms() - self.began.ms();
        Progress {
            phase: "applying".to_owned(),
            total: self.total,
            done: piece.done,
            at: piece.at.write(),
            busy_ms: self.busy_before + took.max(0),
            ..base.clone()
        }
    }

    /// Where an import of so many sources is after this one.
    fn after(self, sources: usize) -> Checkpoint {
        let rows = i64::try_from(self.reader.position().row).unwrap_or(i64::MAX);
        Checkpoint {
            source: self.at.source + 1,
            rows_before: self.at.rows_before.saturating_add(rows),
            bytes_before: self.at.bytes_before.saturating_add(self.source.size),
            // Kept for the report after the last one.
            columns: if self.at.source + 1 < sources {
                Vec::new()
            } else {
                self.at.columns
            },
            ..Checkpoint::default()
        }
    }
}

/// What a step goes on from.
struct Base {
    /// Its number.
    step: i64,
    progress: Progress,
}

impl Base {
    /// Where the job is.
    fn of(held: &LeasedJob<'_>) -> Self {
        Base {
            step: held.job.step,
            progress: held.job.progress.clone(),
        }
    }
}

/// The next rows of a source, as many as one chunk holds.
async fn collect(sql: &impl Sql, reader: &mut Reader, most: usize) -> Result<Vec<Row>, Error> {
    let begins = reader.position().offset;
    let mut rows = Vec::new();
    while rows.len() < most && reader.position().offset.saturating_sub(begins) < BYTES {
        match reader.next(sql).await? {
            Some(row) => rows.push(row),
            None => break,
        }
    }
    Ok(rows)
}

/// Writes what a chunk comes to; its search text then has a turn of its own.
async fn write_decision(
    sql: &impl Sql,
    pace: &mut WritePace,
    rows: usize,
    decision: Decision,
) -> Result<(), Error> {
    pace.write(rows, decision.write(sql)).await?;
    // Whatever stood in the way, the next one or the tick does it.
    let _ = pending::fold_if_enough(sql, rows).await;
    Ok(())
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
    let across = settings.related(&definitions.schema()).into_iter();
    let across = across.map(|(_, database)| database);
    let beside = beside::definitions(sql, held.job.database, across).await?;
    Ok(ImportContext {
        definitions: Arc::new(definitions),
        beside,
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
        let batch = make_batch(held, ready, items, make);
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
        beside: ready.beside.clone(),
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
