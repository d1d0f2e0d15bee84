//! A bulk update: changes the profiles that meet a condition.
//!
//! It walks through the database in order of the profiles' keys, so nobody is
//! met twice, whatever the changes do to the condition. Each step selects some
//! profiles with their revisions, and writes their changes together with the
//! key that it reached. Who was changed by somebody else between the two is
//! selected once more, and changed only if the condition still holds. Profiles
//! that were made after the first step are left alone, so it comes to an end.

mod report;
mod slice;
pub mod undo;

pub use report::{ProfileReport, Reason};

use crate::{JobError, LeasedJob};
use roster_model::Code;
use roster_model::condition::Moment;
use roster_model::{BulkUpdate, Invalid};
use roster_store::catalogue::{self, Definitions};
use roster_store::conditions::Selection;
use roster_store::jobs::Job;
use roster_store::pace::Pace;
use roster_store::{Error, Sql, profiles};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// Where a bulk update is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Checkpoint {
    /// After which key to go on counting; none when all are counted.
    counting: Option<i64>,
    /// After which key to go on; none when the last profile was met.
    after: Option<i64>,
    /// The newest profile at the start.
    until: i64,
    /// Keys of profiles that were changed by somebody else just before they
    /// were to be written, to be met once more.
    again: Vec<i64>,
}

impl Checkpoint {
    async fn read(sql: &impl Sql, job: &Job) -> Result<Self, JobError> {
        let stored = &job.progress.at;
        if stored.is_null() {
            return Ok(Checkpoint {
                counting: Some(0),
                after: Some(0),
                until: profiles::newest(sql, job.database).await?,
                again: Vec::new(),
            });
        }
        serde_json::from_value(stored.clone()).map_err(|error| {
            JobError::Failed(
                Code::Corrupt,
                format!("The progress can't be read: {error}."),
            )
        })
    }

    fn write(&self) -> Value {
        // Numbers can't fail to serialise.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// What a bulk update needs, made for the definitions of a moment.
struct UpdateContext {
    definitions: Arc<Definitions>,
    update: BulkUpdate,
    selection: Selection,
}

/// Which profiles a bulk update selects: `at` is the moment that dates count
/// from.
#[must_use]
pub fn selection(
    definitions: &Definitions,
    update: &BulkUpdate,
    at: roster_model::Timestamp,
) -> Selection {
    let moment = Moment {
        now: at,
        zone: definitions.database.time_zone.clone(),
    };
    let database = definitions.database.id;
    Selection::new(
        database,
        &update.query.condition,
        update.query.range,
        &moment,
    )
}

async fn ready(sql: &impl Sql, job: &Job) -> Result<UpdateContext, JobError> {
    let found = catalogue::load(sql, job.database).await?;
    let definitions = found
        .ok_or_else(|| JobError::Failed(Code::DatabaseGone, "The database is gone.".to_owned()))?;
    let update = BulkUpdate::parse(&job.settings, &definitions.schema());
    let update = update.map_err(|wrong| {
        let told: Vec<String> = wrong.iter().take(10).map(Invalid::to_string).collect();
        let why = told.join(" ");
        JobError::Failed(
            Code::SettingsInvalid,
            format!("What was asked for no longer fits the database. {why}"),
        )
    })?;
    // Dates count from the moment of the question, however long the answer takes.
    let selection = selection(&definitions, &update, job.created_at);
    Ok(UpdateContext {
        definitions: Arc::new(definitions),
        update,
        selection,
    })
}

/// Does steps until the job ends or the time is up.
///
/// # Errors
/// [`JobError`] the work stopped.
pub async fn run(sql: &impl Sql, held: &mut LeasedJob<'_>) -> Result<(), JobError> {
    if let Some(of) = undo::source(&held.job.settings) {
        return undo::run(sql, held, of).await;
    }
    let mut at = Checkpoint::read(sql, &held.job).await?;
    let mut ready = ready(sql, &held.job).await?;
    let mut pace = Selection::counting();
    while let Some(after) = at.counting {
        if !held.env.has_time() {
            return Ok(());
        }
        count(sql, held, &mut ready, &mut at, after, &mut pace).await?;
    }
    while at.after.is_some() || !at.again.is_empty() {
        if !held.env.has_time() {
            return Ok(());
        }
        slice::run(sql, held, &mut ready, &mut at).await?;
    }
    let mut progress = held.job.progress.clone();
    progress.phase = "done".to_owned();
    progress.total = progress.counts.read;
    progress.done = progress.total;
    let last = held.last_step(progress);
    held.write(sql, last, &[], None).await?;
    Ok(())
}

/// Counts some of those who are meant, so that progress can be told.
async fn count(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    ready: &mut UpdateContext,
    at: &mut Checkpoint,
    after: i64,
    pace: &mut Pace,
) -> Result<(), Error> {
    let began = (held.env.now)();
    let counted = {
        let look = pace.rows();
        pace.slice(ready.selection.count(sql, after, look)).await?
    };
    let mut progress = held.job.progress.clone();
    progress.phase = "counting".to_owned();
    progress.total = progress.total.saturating_add(counted.found);
    at.counting = counted.next;
    if let Some(limit) = ready.update.query.limit
        && progress.total >= limit
    {
        progress.total = limit;
        at.counting = None;
    }
    progress.at = at.write();
    progress.busy_ms += ((held.env.now)().ms() - began.ms()).max(0);
    let step = held.step(progress);
    held.write(sql, step, &[], None).await
}
