//! What there is and what goes on, at a glance, from counters that are kept as rows: one
//! statement, and no big table is read.

use roster_model::channel::Channel;
use roster_model::{DatabaseId, JobId, ResourceId, Status, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::databases::Counts;
use crate::jobs::{Kind, State};
use crate::packed::{corrupt, database_id, status_of};
use crate::{Cell, Error, Row, Sql};

/// A day, in milliseconds.
pub(crate) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How long the counts of a day are kept, in days: a year, and the month that it is compared with.
pub const DAYS_KEPT: i64 = 400;

/// The day of a moment, counted from 1970-01-01, in UTC.
#[must_use]
pub fn day_of(at: Timestamp) -> i64 {
    at.ms().div_euclid(DAY_MS)
}

/// The moment at which a day begins.
#[must_use]
pub fn beginning_of(day: i64) -> Timestamp {
    Timestamp::from_ms(day.saturating_mul(DAY_MS))
}

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Sight<'a> {
    /// The databases; all, if nothing is said.
    pub databases: Option<&'a [DatabaseId]>,
    /// The one whose days are counted; those of all, if nothing is said.
    pub days_of: Option<DatabaseId>,
    /// The first day.
    pub from_day: i64,
    /// Which kinds of jobs.
    pub jobs: &'a [Kind],
    /// Since when what failed is of interest.
    pub failed_since: Timestamp,
    /// Whether messages that died are counted.
    pub messages: bool,
    /// Whether deliveries of webhooks that failed are counted.
    pub deliveries: bool,
}

/// A database and the people in it.
#[derive(Debug)]
pub struct DatabaseCounts {
    /// Its id.
    pub id: DatabaseId,
    /// Its name.
    pub name: String,
    /// How many profiles it has.
    pub profiles: Counts,
}

/// How many subscriptions of a resource stand so.
#[derive(Debug)]
pub struct ResourceCount {
    /// The resource.
    pub id: ResourceId,
    /// Its name.
    pub name: String,
    /// The channel.
    pub channel: Channel,
    /// The status.
    pub status: Status,
    /// How many.
    pub count: i64,
}

/// A job that goes on, waits, or failed.
#[derive(Debug)]
pub struct JobGlance {
    /// Its id.
    pub id: JobId,
    /// What it does.
    pub kind: Kind,
    /// The database.
    pub database: DatabaseId,
    /// What people call it.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// Who started it.
    pub actor: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What it does at the moment.
    pub phase: String,
    /// How much of it is done.
    pub done: i64,
    /// How much there is in all; 0 while that is not known.
    pub total: i64,
    /// How many rows or profiles were refused.
    pub failed: i64,
}

/// A webhook whose deliveries could not be applied.
#[derive(Debug)]
pub struct FailedDeliveries {
    /// The webhook.
    pub hook: String,
    /// Its database.
    pub database: DatabaseId,
    /// Its name.
    pub name: String,
    /// How many.
    pub count: i64,
    /// When the last came.
    pub last: Timestamp,
}

/// What there is and what goes on.
#[derive(Debug)]
pub struct Overview {
    /// The databases, in order of creation.
    pub databases: Vec<DatabaseCounts>,
    /// What was counted: the day, `created`, `deleted`, `left` or an event's type, and how often.
    pub days: Vec<(i64, String, i64)>,
    /// The subscriptions.
    pub resources: Vec<ResourceCount>,
    /// The jobs, the latest first.
    pub jobs: Vec<JobGlance>,
    /// How many messages of which database died.
    pub dead: Vec<(DatabaseId, i64)>,
    /// The webhooks whose deliveries failed.
    pub deliveries: Vec<FailedDeliveries>,
}

type PackedDatabase = (i64, String, Vec<(i64, i64)>, Option<i64>);
type PackedResource = (i64, String, i64, i64, i64);

#[derive(Deserialize)]
struct PackedJob(
    i64,
    String,
    i64,
    String,
    String,
    String,
    i64,
    Option<i64>,
    String,
    i64,
    i64,
    i64,
);

/// Reads it.
///
/// # Errors
/// As [`Sql::query`].
pub async fn read(sql: &impl Sql, sight: &Sight<'_>) -> Result<Overview, Error> {
    let only = sight.databases.map(crate::databases::numbers).transpose()?;
    let days_of = sight.days_of.map(|id| crate::databases::numbers(&[id]));
    let kinds: Vec<&str> = sight.jobs.iter().map(|kind| kind.as_str()).collect();
    let parameters = vec![
        Cell::from(only),
        Cell::Integer(sight.from_day),
        Cell::from(days_of.transpose()?),
        Cell::Text(crate::json(&kinds)?),
        Cell::Integer(sight.failed_since.ms()),
        Cell::Integer(sight.messages.into()),
        Cell::Integer(sight.deliveries.into()),
    ];
    let statement = include_str!("sql/overview/all.sql");
    let mut rows = sql.query(statement, parameters).await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no overview"))?;
    let mut databases = list(row, 0, database)?;
    databases.sort_unstable_by_key(|one| one.id);
    let mut days: Vec<(i64, String, i64)> = list(row, 1, Ok)?;
    days.sort_unstable();
    let dead = list(row, 4, |(id, count): (i64, i64)| {
        Ok((database_id(id)?, count))
    })?;
    Ok(Overview {
        databases,
        days,
        resources: list(row, 2, resource)?,
        jobs: list(row, 3, job)?,
        dead,
        deliveries: list(row, 5, deliveries)?,
    })
}

/// The items of a column, which is a JSON array.
fn list<P: DeserializeOwned, T>(
    row: &mut Row,
    column: usize,
    read: impl FnMut(P) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let packed: Vec<P> = serde_json::from_str(&row.text(column)?).map_err(corrupt)?;
    packed.into_iter().map(read).collect()
}

fn database((id, name, counts, control): PackedDatabase) -> Result<DatabaseCounts, Error> {
    Ok(DatabaseCounts {
        id: database_id(id)?,
        name,
        profiles: Counts::new(counts, control)?,
    })
}

fn resource((id, name, channel, status, count): PackedResource) -> Result<ResourceCount, Error> {
    Ok(ResourceCount {
        id: ResourceId::new(id).ok_or_else(|| corrupt("a resource's id"))?,
        name,
        channel: Channel::from_code(channel).ok_or_else(|| corrupt("a channel"))?,
        status: status_of(status)?,
        count,
    })
}

fn job(packed: PackedJob) -> Result<JobGlance, Error> {
    let PackedJob(
        id,
        kind,
        database,
        name,
        state,
        actor,
        created,
        ended,
        phase,
        done,
        total,
        failed,
    ) = packed;
    Ok(JobGlance {
        id: JobId::new(id).ok_or_else(|| corrupt("a job's id"))?,
        kind: Kind::parse(&kind).ok_or_else(|| corrupt("a job's kind"))?,
        database: database_id(database)?,
        name,
        state: State::parse(&state).ok_or_else(|| corrupt("a job's state"))?,
        actor,
        created_at: Timestamp::from_ms(created),
        ended_at: ended.map(Timestamp::from_ms),
        phase,
        done,
        total,
        failed,
    })
}

fn deliveries(
    (hook, database, name, count, last): (String, i64, String, i64, i64),
) -> Result<FailedDeliveries, Error> {
    Ok(FailedDeliveries {
        hook,
        database: database_id(database)?,
        name,
        count,
        last: Timestamp::from_ms(last),
    })
}
