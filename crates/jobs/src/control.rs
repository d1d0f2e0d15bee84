//! A draw: who of those who are there is in the next set of a control group.
//!
//! It walks through the database in order of the profiles' keys. Profiles that were made
//! after it began were drawn for that set when they were made, so it ends with the newest
//! that there was at the start. The last step puts the set in force; until then the one
//! before counts, whole as it is.

use crate::{JobError, LeasedJob};
use roster_model::Code;
use roster_model::condition::Moment;
use roster_model::control::Draw;
use roster_store::catalogue;
use roster_store::control::{self, DrawStep, Drawer};
use roster_store::jobs::Job;
use roster_store::pace::Pace;
use roster_store::{Error, Guard, Sql, databases, profiles};
use serde::{Deserialize, Serialize};

/// How many people the first slice looks at, and any of them at most.
const FIRST: i64 = 1_000;
const MOST: i64 = 20_000;

/// How many stays in sets that were given up are forgotten at once.
const CLEARED: i64 = 5_000;

/// How often definitions may change under one slice.
const TRIES: usize = 5;

/// Where a draw is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Checkpoint {
    /// Whether something is still to be forgotten.
    clearing: bool,
    /// After which key to go on; none when the last profile was met.
    after: Option<i64>,
    /// The newest profile at the start.
    until: i64,
}

impl Checkpoint {
    fn read(job: &Job) -> Result<Option<Self>, JobError> {
        let stored = &job.progress.at;
        if stored.is_null() {
            return Ok(None);
        }
        serde_json::from_value(stored.clone()).map_err(|error| {
            let detail = format!("The progress can't be read: {error}.");
            JobError::Failed(Code::Corrupt, detail)
        })
    }
}

/// What draws, made for the definitions of a moment.
struct DrawContext {
    drawer: Drawer,
    version: i64,
}

async fn ready(sql: &impl Sql, job: &Job, draw: Draw) -> Result<DrawContext, JobError> {
    let found = catalogue::load(sql, job.database).await?;
    let gone = |what: &str| JobError::Failed(Code::DatabaseGone, format!("{what} is gone."));
    let definitions = found.ok_or_else(|| gone("The database"))?;
    let group = definitions.control.as_ref();
    let group = group.ok_or_else(|| gone("The control group"))?;
    let mut sets = group.sets.iter();
    let set = sets.find(|set| set.id == draw.set);
    let set = set.ok_or_else(|| gone("The set that was to be drawn"))?;
    let rule = set.rule.as_ref().ok_or_else(|| {
        let detail = "What exclude asks for no longer fits the database: change it, and all are drawn again.";
        JobError::Failed(Code::SettingsInvalid, detail.to_owned())
    })?;
    // Dates count from the moment of the question, however long the answer takes.
    let moment = Moment {
        now: job.created_at,
        zone: definitions.database.time_zone.clone(),
    };
    let secret = &group.secret;
    Ok(DrawContext {
        drawer: Drawer::new(job.database, draw, secret, set, rule, &moment),
        version: definitions.version,
    })
}

/// Does steps until the draw ends or the time is up.
///
/// # Errors
/// [`JobError`] the work stopped.
pub async fn run(sql: &impl Sql, held: &mut LeasedJob<'_>) -> Result<(), JobError> {
    let draw: Draw = serde_json::from_value(held.job.settings.clone()).map_err(|error| {
        let detail = format!("What is to be drawn can't be read: {error}.");
        JobError::Failed(Code::Corrupt, detail)
    })?;
    let mut context = ready(sql, &held.job, draw).await?;
    let mut at = match Checkpoint::read(&held.job)? {
        Some(at) => at,
        None => {
            let counted = databases::counters(sql, held.job.database).await?;
            held.job.progress.total = counted.iter().map(|(_, count)| count).sum();
            Checkpoint {
                clearing: true,
                after: Some(0),
                until: profiles::newest(sql, held.job.database).await?,
            }
        }
    };
    let mut pace = Pace::new(FIRST, MOST);
    let mut tries = 0;
    loop {
        if !held.env.has_time() {
            return Ok(());
        }
        match step(sql, held, draw, &context, &mut at, &mut pace).await {
            Ok(true) => return Ok(()),
            Ok(false) => tries = 0,
            // Definitions changed; perhaps the draw was given up.
            Err(Error::Stale(Guard::Catalogue)) if tries < TRIES => {
                tries += 1;
                context = ready(sql, &held.job, draw).await?;
            }
            Err(Error::Stale(Guard::Catalogue)) => return Err(Error::Busy.into()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Does one step; true after the last.
async fn step(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    draw: Draw,
    context: &DrawContext,
    at: &mut Checkpoint,
    pace: &mut Pace,
) -> Result<bool, Error> {
    let began = (held.env.now)();
    let mut progress = held.job.progress.clone();
    let mut reached = *at;
    let mut done = DrawStep::default();
    if at.clearing {
        done.cleared = control::given_up(sql, held.job.database, CLEARED).await?;
        reached.clearing = !done.cleared.is_empty();
        "clearing".clone_into(&mut progress.phase);
    } else if let Some(after) = at.after {
        let look = pace.rows();
        let slice = context.drawer.slice(sql, (after, at.until), look);
        let slice = pace.slice(slice).await?;
        if slice.version != context.version {
            return Err(Error::Stale(Guard::Catalogue));
        }
        done.entered = slice.entered;
        reached.after = slice.next;
        "drawing".clone_into(&mut progress.phase);
        progress.done += slice.looked;
        progress.counts.read += slice.looked;
        progress.counts.unchanged += slice.looked;
    }
    let is_last = !reached.clearing && reached.after.is_none();
    if is_last {
        "done".clone_into(&mut progress.phase);
        progress.total = progress.done;
    }
    // Numbers can't fail to serialise.
    progress.at = serde_json::to_value(reached).unwrap_or_default();
    progress.busy_ms += ((held.env.now)().ms() - began.ms()).max(0);
    let step = match is_last {
        true => held.last_step(progress),
        false => held.step(progress),
    };
    control::step(sql, draw, &done, &step, (held.env.now)()).await?;
    held.written(step.state, step.progress);
    *at = reached;
    Ok(is_last)
}
