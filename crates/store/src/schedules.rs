//! Scheduled imports: what is kept of them, and what is due.
//!
//! A schedule that is due gets a run ([`begin`]), in one statement that refuses
//! while another run goes on and where the due time has had its run already. So
//! however many ticks look at once, a due time runs once, runs of a schedule
//! never overlap, and what was missed runs once afterwards.

mod pages;
mod runs;

pub use pages::{SourcePage, forget_seen, keep_page, known_rows, known_rows_from, of_connector};
pub use runs::{
    Run, RunState, Turn, begin, cancel, claim, forget_job, give_up, hold, hurry, run,
    runs as runs_of, turn,
};

use roster_model::define::as_json;
use roster_model::history::{Change, Noun};
use roster_model::schedule::{ScheduleSettings, Source};
use roster_model::{DatabaseId, RunId, ScheduleId, Timestamp};
use serde_json::{Map, Value};

use crate::catalogue::Author;
use crate::define::Subject;
use crate::packed::{corrupt, database_id};
use crate::{Cell, Error, Row, Sql};

/// A secret as it is stored: sealed, or as it is. It is never shown, not in logs either.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSecret(pub String);

impl std::fmt::Debug for StoredSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoredSecret(…)")
    }
}

/// A schedule as it is stored.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Its id.
    pub id: ScheduleId,
    /// The database that it imports into.
    pub database: DatabaseId,
    /// Counts its changes from 1.
    pub revision: i64,
    /// What people chose; values of headers are as they are stored, sealed or not.
    pub settings: ScheduleSettings,
    /// What its source is told.
    pub secret: Option<StoredSecret>,
    /// When it runs next, unless it is not enabled.
    pub next_run_at: Option<Timestamp>,
    /// What was seen at the source by the last import that was completed:
    /// `{etag, last_modified, hash}`, as far as there was any.
    pub seen: Value,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who made it: the name of the token. Its imports are this one's.
    pub created_by: String,
    /// Whether the one who changed it last spoke for every database.
    pub speaks_for_all: bool,
}

/// What is written of a schedule.
#[derive(Debug)]
pub struct ScheduleData<'a> {
    /// What people chose.
    pub settings: &'a ScheduleSettings,
    /// The secret.
    pub secret: Option<&'a StoredSecret>,
    /// When it runs next.
    pub next_run_at: Option<Timestamp>,
    /// Whether the writer speaks for every database.
    pub speaks_for_all: bool,
}

/// Makes a schedule. Part of a transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    database: DatabaseId,
    put: &ScheduleData<'_>,
    author: &Author<'_>,
) -> Result<ScheduleId, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::from(put.settings.name.as_str()),
        Cell::Integer(put.settings.enabled.into()),
        Cell::from(put.next_run_at.map(Timestamp::ms)),
        Cell::Text(crate::json(&put.settings)?),
        Cell::from(put.secret.map(|kept| kept.0.as_str())),
        Cell::Integer(author.at.ms()),
        Cell::from(author.actor),
        Cell::Integer(put.speaks_for_all.into()),
    ];
    let rows = sql
        .query(include_str!("sql/schedules/create.sql"), parameters)
        .await?;
    let id = rows.first().ok_or_else(|| corrupt("no id"))?.integer(0)?;
    let id = ScheduleId::new(id).ok_or_else(|| corrupt("a schedule's id"))?;
    subject(database, id)
        .created(sql, &recorded(put.settings), author)
        .await?;
    Ok(id)
}

fn subject(database: DatabaseId, id: ScheduleId) -> Subject {
    Subject::of_database(Noun::Schedule, database, id)
}

/// A schedule's settings as history has them: without its secret, and without the values
/// of headers, which may be secrets.
fn recorded(settings: &ScheduleSettings) -> Value {
    let mut recorded = as_json(settings);
    if let Some(source) = recorded.get_mut("source") {
        *source = settings.source.to_shown();
    }
    recorded
}

/// What history can't show of a change: that the secret or a header is another one says
/// enough.
fn hidden(before: &Schedule, put: &ScheduleData<'_>) -> Vec<Change> {
    let masked = |member: &str, was: bool, is: bool| Change {
        field: member.to_owned(),
        before: if was { MASK.into() } else { Value::Null },
        after: if is { MASK.into() } else { Value::Null },
    };
    let mut changes = Vec::new();
    if put.secret != before.secret.as_ref() {
        let (was, is) = (before.secret.is_some(), put.secret.is_some());
        changes.push(masked("secret", was, is));
    }
    let (old, new) = (&before.settings.source, &put.settings.source);
    let headers = |source: &Source| source.file().map(|file| file.headers.clone());
    if headers(old) != headers(new) && old.to_shown() == new.to_shown() {
        changes.push(masked("source/headers", true, true));
    }
    changes
}

/// A schedule, if there is one with this id.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: ScheduleId) -> Result<Option<Schedule>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/schedules/get.sql"), parameters)
        .await?;
    rows.into_iter().next().map(schedule).transpose()
}

/// The schedules of a database after the one with the id `after` (0 for all),
/// at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    database: DatabaseId,
    after: i64,
    limit: i64,
) -> Result<Vec<Schedule>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(after),
        Cell::Integer(limit),
    ];
    let rows = sql
        .query(include_str!("sql/schedules/page.sql"), parameters)
        .await?;
    rows.into_iter().map(schedule).collect()
}

/// How many schedules a database has.
///
/// # Errors
/// As [`Sql::query`].
pub async fn count(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/schedules/count.sql"), parameters)
        .await?;
    rows.first().ok_or_else(|| corrupt("no count"))?.integer(0)
}

/// Changes a schedule; the new revision, or none if it is at another than that of
/// `before` or gone. What was seen at a source means nothing at another one. Part of a
/// transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &Schedule,
    put: &ScheduleData<'_>,
    author: &Author<'_>,
) -> Result<Option<i64>, Error> {
    let forget = !put.settings.source.is_same_place(&before.settings.source);
    let parameters = vec![
        Cell::Integer(before.id.get()),
        Cell::Integer(before.revision),
        Cell::from(put.settings.name.as_str()),
        Cell::Integer(put.settings.enabled.into()),
        Cell::from(put.next_run_at.map(Timestamp::ms)),
        Cell::Text(crate::json(&put.settings)?),
        Cell::from(put.secret.map(|kept| kept.0.as_str())),
        Cell::Integer(author.at.ms()),
        Cell::Integer(forget.into()),
        Cell::Integer(put.speaks_for_all.into()),
    ];
    let rows = sql
        .query(include_str!("sql/schedules/update.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let (old, new) = (recorded(&before.settings), recorded(put.settings));
    subject(before.database, before.id)
        .updated(sql, &old, &new, hidden(before, put), author)
        .await?;
    row.integer(0).map(Some)
}

/// What stands in history for a secret.
const MASK: &str = "…";

/// Forgets a schedule and its runs; their imports stay, and one that waits for more rows makes do
/// with those that came. Part of a transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(sql: &impl Sql, schedule: &Schedule, author: &Author<'_>) -> Result<(), Error> {
    runs::close_files(sql, schedule.id, &RunState::ALL).await?;
    for statement in [
        include_str!("sql/schedules/delete_runs.sql"),
        include_str!("sql/schedules/delete.sql"),
    ] {
        sql.query(statement, vec![Cell::Integer(schedule.id.get())])
            .await?;
    }
    subject(schedule.database, schedule.id)
        .deleted(sql, &recorded(&schedule.settings), author)
        .await
}

/// Notes what was seen at the source of a schedule that is at the revision `revision`; false if
/// it is at another.
///
/// # Errors
/// As [`Sql::query`].
pub async fn saw(
    sql: &impl Sql,
    id: ScheduleId,
    revision: i64,
    seen: &Value,
) -> Result<bool, Error> {
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::Text(crate::json(seen)?),
        Cell::Integer(revision),
    ];
    let rows = sql
        .query(include_str!("sql/schedules/seen.sql"), parameters)
        .await?;
    Ok(!rows.is_empty())
}

/// Moves a schedule on to its next run, if it still is at the one that was due
/// at `due` and that run was made.
///
/// # Errors
/// As [`Sql::query`].
pub async fn advance(
    sql: &impl Sql,
    id: ScheduleId,
    due: Timestamp,
    next: Option<Timestamp>,
) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(id.get()),
        Cell::Integer(due.ms()),
        Cell::from(next.map(Timestamp::ms)),
    ];
    sql.query(include_str!("sql/schedules/advance.sql"), parameters)
        .await?;
    Ok(())
}

/// What is to be done for schedules.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DueWork {
    /// Schedules that are due and have no run that goes on.
    pub schedules: Vec<ScheduleId>,
    /// Runs whose next try is due, the longest due first, and whether they read rows.
    pub tries: Vec<(RunId, bool)>,
    /// Runs whose import waits to be started, is over or gone.
    pub imports: Vec<RunId>,
}

/// What is to be done at `at`, at most `limit` of each.
///
/// # Errors
/// As [`Sql::query`].
pub async fn due(sql: &impl Sql, at: Timestamp, limit: i64) -> Result<DueWork, Error> {
    let parameters = vec![Cell::Integer(at.ms()), Cell::Integer(limit)];
    let mut rows = sql
        .query(include_str!("sql/schedules/due.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let ids = |text: &str| serde_json::from_str::<Vec<i64>>(text).map_err(corrupt);
    let (schedules, imports) = (ids(&row.text(0)?)?, ids(&row.text(2)?)?);
    let tries: Vec<(i64, i64)> = serde_json::from_str(&row.text(1)?).map_err(corrupt)?;
    Ok(DueWork {
        schedules: schedules.into_iter().filter_map(ScheduleId::new).collect(),
        tries: tries
            .into_iter()
            .filter_map(|(id, rows)| Some((RunId::new(id)?, rows != 0)))
            .collect(),
        imports: imports.into_iter().filter_map(RunId::new).collect(),
    })
}

fn schedule(mut row: Row) -> Result<Schedule, Error> {
    let mut definition: Map<String, Value> =
        serde_json::from_str(&row.text(6)?).map_err(corrupt)?;
    // Older definitions lack these two, which are columns.
    definition.insert("name".to_owned(), row.text(2)?.into());
    definition.insert("enabled".to_owned(), (row.integer(4)? != 0).into());
    let settings = serde_json::from_value(Value::Object(definition)).map_err(corrupt)?;
    Ok(Schedule {
        id: ScheduleId::new(row.integer(0)?).ok_or_else(|| corrupt("a schedule's id"))?,
        database: database_id(row.integer(1)?)?,
        revision: row.integer(3)?,
        settings,
        next_run_at: row.optional_integer(5)?.map(Timestamp::from_ms),
        secret: row.optional_text(7)?.map(StoredSecret),
        seen: serde_json::from_str(&row.text(8)?).map_err(corrupt)?,
        created_at: Timestamp::from_ms(row.integer(9)?),
        updated_at: Timestamp::from_ms(row.integer(10)?),
        created_by: row.text(11)?,
        speaks_for_all: row.integer(12)? != 0,
    })
}
