//! Pages of rows that runs read of other databases, and rows that are as they were.

use roster_model::{ConnectorId, DatabaseId, JobId, ScheduleId, Timestamp};
use serde_json::Value;
use std::collections::HashMap;

use super::Run;
use crate::packed::{corrupt, database_id};
use crate::{Cell, Error, Sql};

/// A page that a run has read.
#[derive(Debug)]
pub struct SourcePage<'a> {
    /// Until when the run counts as held.
    pub until: Timestamp,
    /// What there is to tell of the run, where it goes on included.
    pub detail: &'a Value,
    /// The import that the rows are of.
    pub job: Option<JobId>,
    /// The rows, and the byte of the import's file where they begin.
    pub bytes: Option<(i64, Vec<u8>)>,
    /// How many bytes of the file there are then for the import.
    pub size: i64,
    /// What is known of the file.
    pub about: &'a Value,
    /// Keys and hashes of the rows that were read.
    pub hashes: &'a [(i64, i64)],
}

/// Keeps a page: with the place where the run goes on, or not at all.
///
/// # Errors
/// [`crate::Guard::Run`] if somebody else has the run, [`crate::Guard::Job`] if its import has
/// ended, and as [`Sql::query`].
pub async fn keep_page(sql: &impl Sql, run: &Run, page: SourcePage<'_>) -> Result<(), Error> {
    let (begins, bytes) = match page.bytes {
        Some((begins, bytes)) => (Cell::Integer(begins), Cell::Blob(bytes)),
        None => (Cell::Null, Cell::Null),
    };
    let parameters = vec![
        Cell::Integer(run.id.get()),
        Cell::Integer(run.tries),
        Cell::Integer(page.until.ms()),
        Cell::Text(crate::json(page.detail)?),
        Cell::from(page.job.map(JobId::get)),
        begins,
        bytes,
        Cell::Integer(page.size),
        Cell::Text(crate::json(page.about)?),
        Cell::Text(crate::json(page.hashes)?),
    ];
    sql.query(include_str!("../sql/schedules/keep_page.sql"), parameters)
        .await?;
    Ok(())
}

/// From which run of a schedule on rows that were met count as known. `rows_of` is what its runs
/// say that they keep rows of. Where rows have a key, those of older runs count, too, unless a
/// run after them imported without keeping which. Without one, only the last run says what is
/// there: what came back to what it was long ago has changed.
///
/// # Errors
/// As [`Sql::query`].
pub async fn known_rows_from(
    sql: &impl Sql,
    schedule: ScheduleId,
    rows_of: &str,
    keyed: bool,
) -> Result<i64, Error> {
    let parameters = vec![
        Cell::Integer(schedule.get()),
        Cell::from(rows_of),
        Cell::Integer(keyed.into()),
    ];
    let rows = sql
        .query(
            include_str!("../sql/schedules/known_rows_from.sql"),
            parameters,
        )
        .await?;
    rows.first().ok_or_else(|| corrupt("no answer"))?.integer(0)
}

/// Forgets what schedules have seen that read by a connector. Part of a transaction.
///
/// # Errors
/// As [`Sql::query`].
pub async fn forget_seen(sql: &impl Sql, connector: ConnectorId) -> Result<(), Error> {
    let parameters = vec![Cell::Text(connector.to_string())];
    sql.query(include_str!("../sql/schedules/forget_seen.sql"), parameters)
        .await?;
    Ok(())
}

/// The hashes of those of these rows that completed runs have met, from the run `from` on, by
/// their keys.
///
/// # Errors
/// As [`Sql::query`].
pub async fn known_rows(
    sql: &impl Sql,
    schedule: ScheduleId,
    keys: &[i64],
    from: i64,
) -> Result<HashMap<i64, i64>, Error> {
    let parameters = vec![
        Cell::Integer(schedule.get()),
        Cell::Text(crate::json(keys)?),
        Cell::Integer(from),
    ];
    let mut rows = sql
        .query(include_str!("../sql/schedules/known_rows.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let known: Vec<(i64, i64)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    Ok(known.into_iter().collect())
}

/// The first schedules that read by a connector, with their databases.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_connector(
    sql: &impl Sql,
    connector: ConnectorId,
    limit: i64,
) -> Result<Vec<(DatabaseId, ScheduleId)>, Error> {
    let parameters = vec![Cell::Text(connector.to_string()), Cell::Integer(limit)];
    let mut rows = sql
        .query(
            include_str!("../sql/schedules/of_connector.sql"),
            parameters,
        )
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let found: Vec<(i64, i64)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    found
        .into_iter()
        .map(|(database, id)| {
            let id = ScheduleId::new(id).ok_or_else(|| corrupt("a schedule's id"))?;
            Ok((database_id(database)?, id))
        })
        .collect()
}
