//! The refresh of an updatable segment: those who meet its condition are its members afterwards,
//! and nobody else.
//!
//! It walks through the database in order of the profiles' keys. Each step finds who meets the
//! condition up to some key and who is a member up to there, and writes the difference together
//! with the key that it reached: people enter and leave once, no matter which instance does
//! the work and how often it stops. Where nothing changes nothing is written but the progress, now and then.
//! Profiles that are made after the first step are left alone, so it comes to an end. Days and
//! spans count from the moment at which the refresh was asked for.

use crate::{JobError, LeasedJob};
use roster_model::condition::Moment;
use roster_model::{Code, Condition, Range, SegmentId, SegmentKind, Timestamp};
use roster_store::catalogue::{self, Definitions};
use roster_store::conditions::{Limits, Selection};
use roster_store::jobs::{Job, Progress, State, Step};
use roster_store::pace::Pace;
use roster_store::segments::{self, Moved};
use roster_store::{Error, Guard, Sql, profiles};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many profiles the first step looks at, and any at most.
const FIRST: i64 = 2_000;
const MOST: i64 = 100_000;

/// How many move in one step where a watcher asks for them: each is a message.
const MOST_TOLD: i64 = 2_000;

/// After how long the progress is written though nobody moved, in milliseconds.
const QUIET_MS: i64 = 1_000;

/// How often something may change under one step.
const TRIES: usize = 5;

/// What a refresh was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RefreshSettings {
    /// The segment.
    pub segment: SegmentId,
}

/// Where a refresh is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Checkpoint {
    /// After which key to go on; none when the last profile was met.
    after: Option<i64>,
    /// The newest profile at the start.
    until: i64,
    /// How many met the condition so far.
    met: i64,
    /// The segment's revision: with another condition everybody is looked at again.
    revision: i64,
}

/// What a refresh needs, made for the definitions of a moment.
struct Context {
    definitions: Definitions,
    segment: SegmentId,
    revision: i64,
    selection: Selection,
    limit: Option<i64>,
    is_watched: bool,
}

/// What one step came to.
struct Difference {
    /// Up to which key.
    end: i64,
    /// How many were looked at, as far as that is known.
    looked: i64,
    met: i64,
    entered: Vec<i64>,
    gone: Vec<i64>,
}

async fn ready(sql: &impl Sql, job: &Job) -> Result<Context, JobError> {
    let settings: RefreshSettings = serde_json::from_value(job.settings.clone())
        .map_err(|error| JobError::Failed(Code::SettingsInvalid, format!("{error}.")))?;
    let found = catalogue::load(sql, job.database).await?;
    let definitions = found
        .ok_or_else(|| JobError::Failed(Code::DatabaseGone, "The database is gone.".to_owned()))?;
    let id = settings.segment;
    let found = segments::get(sql, job.database, id).await?;
    let found = found.filter(|found| found.segment.kind == SegmentKind::Updatable);
    let found = found.ok_or_else(|| {
        let detail = format!("There is no updatable segment {id} any more.");
        JobError::Failed(Code::SegmentGone, detail)
    })?;
    let segment = found.segment;
    let condition = Condition::of_segment(&segment.condition, Some(id), &definitions.schema());
    let condition = condition.map_err(|wrong| {
        let reasons: Vec<String> = wrong.iter().take(10).map(ToString::to_string).collect();
        let detail = format!(
            "The condition no longer fits the database. {}",
            reasons.join(" ")
        );
        JobError::Failed(Code::SegmentUnfit, detail)
    })?;
    let moment = Moment {
        now: job.created_at,
        zone: definitions.database.time_zone.clone(),
    };
    let range = segment.rule().map_or(Range::ALL, |rule| rule.range);
    Ok(Context {
        selection: Selection::new(job.database, &condition, range, &moment),
        segment: id,
        revision: found.revision,
        limit: segment.limit,
        is_watched: !definitions.watchers.is_empty(),
        definitions,
    })
}

impl Checkpoint {
    /// The beginning.
    async fn first(sql: &impl Sql, job: &Job, context: &Context) -> Result<Self, Error> {
        Ok(Checkpoint {
            after: Some(0),
            until: profiles::newest(sql, job.database).await?,
            met: 0,
            revision: context.revision,
        })
    }

    fn read(stored: &Value) -> Result<Self, JobError> {
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

/// Does steps until the job ends or the time is up.
///
/// # Errors
/// [`JobError`] the work stopped.
pub async fn run(sql: &impl Sql, held: &mut LeasedJob<'_>) -> Result<(), JobError> {
    let mut context = ready(sql, &held.job).await?;
    let mut progress = held.job.progress.clone();
    if progress.at.is_null() {
        let at = Checkpoint::first(sql, &held.job, &context).await?;
        progress.phase = "refreshing".to_owned();
        progress.total = profiles::count(sql, held.job.database).await?;
        progress.at = at.write();
    }
    let mut at = Checkpoint::read(&progress.at)?;
    let mut pace = Pace::new(FIRST, if context.is_watched { MOST_TOLD } else { MOST });
    let mut written = (held.env.now)();
    let mut tries = 0;
    while let Some(after) = at.after {
        if !held.env.has_time() {
            if progress == held.job.progress {
                return Ok(());
            }
            return match write(sql, held, &context, progress, &[], &[]).await {
                // Nobody moved since the progress that is kept.
                Ok(()) | Err(Error::Stale(Guard::Catalogue)) => Ok(()),
                Err(error) => Err(error.into()),
            };
        }
        if at.revision != context.revision {
            at = Checkpoint::first(sql, &held.job, &context).await?;
            progress.done = 0;
            continue;
        }
        let began = (held.env.now)();
        let rows = pace.rows();
        let done = pace.slice(step(sql, &context, &at, after, rows)).await?;
        let Some(done) = done else {
            context = ready(sql, &held.job).await?;
            continue;
        };
        let mut next = progress.clone();
        let moved = done.entered.len() + done.gone.len();
        let moved = i64::try_from(moved).unwrap_or(i64::MAX);
        let stayed = done.met - i64::try_from(done.entered.len()).unwrap_or(i64::MAX);
        next.counts.read += moved + stayed;
        next.counts.updated += moved;
        next.counts.unchanged += stayed;
        next.counts.entered += i64::try_from(done.entered.len()).unwrap_or(i64::MAX);
        next.counts.left += i64::try_from(done.gone.len()).unwrap_or(i64::MAX);
        next.done = next.done.saturating_add(done.looked).min(next.total);
        let reached = Checkpoint {
            after: Some(done.end).filter(|end| *end < at.until),
            met: at.met + done.met,
            ..at.clone()
        };
        next.at = reached.write();
        let now = (held.env.now)();
        next.busy_ms += (now.ms() - began.ms()).max(0);
        if moved == 0 && now.ms() - written.ms() < QUIET_MS {
            (at, progress) = (reached, next);
            continue;
        }
        let step = write(sql, held, &context, next.clone(), &done.entered, &done.gone);
        match step.await {
            Ok(()) => {
                written = (held.env.now)();
                next.busy_ms += (written.ms() - now.ms()).max(0);
                (at, progress) = (reached, next);
                tries = 0;
            }
            Err(Error::Stale(guard @ (Guard::Catalogue | Guard::Profiles))) if tries < TRIES => {
                tries += 1;
                if guard == Guard::Catalogue {
                    context = ready(sql, &held.job).await?;
                }
            }
            Err(Error::Stale(Guard::Catalogue | Guard::Profiles)) => {
                return Err(Error::Busy.into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    finish(sql, held, progress).await
}

/// Writes the last step, whatever changes under it.
async fn finish(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    mut progress: Progress,
) -> Result<(), JobError> {
    progress.phase = "done".to_owned();
    progress.done = progress.total;
    for _ in 0..TRIES {
        let context = ready(sql, &held.job).await?;
        let step = held.last_step(progress.clone());
        let now = (held.env.now)();
        match move_members(sql, held, &context, step, (&[], &[]), Some(now)).await {
            Err(Error::Stale(Guard::Catalogue)) => {}
            other => return Ok(other?),
        }
    }
    Err(Error::Busy.into())
}

/// Who enters and who leaves up to some key; none when the definitions are of another
/// version.
async fn step(
    sql: &impl Sql,
    context: &Context,
    at: &Checkpoint,
    after: i64,
    rows: i64,
) -> Result<Option<Difference>, Error> {
    let left = context.limit.map(|limit| (limit - at.met).max(0));
    let (mut met, mut end, mut looked) = (Vec::new(), at.until, 0);
    if left != Some(0) {
        let limits = Limits {
            take: left.map_or(rows, |left| left.min(rows)),
            look: rows,
            bytes: i64::MAX,
        };
        let found = context.selection.pks(sql, after, limits).await?;
        if found.version != context.definitions.version {
            return Ok(None);
        }
        met = found.found;
        let next = found.next.filter(|next| *next < at.until);
        end = next.unwrap_or(at.until);
        looked = if next.is_some() { rows } else { i64::MAX };
    }
    let most = rows.max(FIRST);
    let members = segments::between(sql, context.segment, after, end, most).await?;
    if i64::try_from(members.len()).unwrap_or(i64::MAX) >= most
        && let Some(last) = members.last()
    {
        end = *last;
    }
    met.retain(|pk| *pk <= end);
    let met_count = i64::try_from(met.len()).unwrap_or(i64::MAX);
    let (entered, gone) = difference(met, members);
    Ok(Some(Difference {
        end,
        looked,
        met: met_count,
        entered,
        gone,
    }))
}

/// Who is in one of two ascending lists alone: who meets the condition and is no member, and
/// the other way round.
fn difference(met: Vec<i64>, members: Vec<i64>) -> (Vec<i64>, Vec<i64>) {
    let (mut entered, mut gone) = (Vec::new(), Vec::new());
    let mut members = members.into_iter().peekable();
    for pk in met {
        while let Some(member) = members.next_if(|member| *member < pk) {
            gone.push(member);
        }
        if members.next_if_eq(&pk).is_none() {
            entered.push(pk);
        }
    }
    gone.extend(members);
    (entered, gone)
}

async fn write(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    context: &Context,
    progress: Progress,
    entered: &[i64],
    gone: &[i64],
) -> Result<(), Error> {
    let step = held.step(progress);
    move_members(sql, held, context, step, (entered, gone), None).await
}

async fn move_members(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    context: &Context,
    step: Step,
    (entered, gone): (&[i64], &[i64]),
    refreshed: Option<Timestamp>,
) -> Result<(), Error> {
    let moved = Moved {
        segment: context.segment,
        database: held.job.database,
        entered,
        gone,
        watchers: &context.definitions.watchers,
        at: (held.env.now)(),
        actor: &held.job.actor,
        interface: "refresh",
        refreshed,
    };
    segments::refresh_step(sql, context.definitions.version, &moved, &step).await?;
    let state: State = step.state;
    held.written(state, step.progress);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_in_one_list_alone_enter_or_leave() {
        let of = |met: &[i64], members: &[i64]| difference(met.to_vec(), members.to_vec());
        assert_eq!(of(&[], &[]), (vec![], vec![]));
        assert_eq!(of(&[1, 2], &[]), (vec![1, 2], vec![]));
        assert_eq!(of(&[], &[1, 2]), (vec![], vec![1, 2]));
        assert_eq!(of(&[1, 3, 5], &[2, 3, 6, 7]), (vec![1, 5], vec![2, 6, 7]));
    }
}
