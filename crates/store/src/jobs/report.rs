//! What a job has to tell afterwards: the rows that it did not apply, and what
//! became of which profile.

use roster_model::JobId;
use serde_json::{Value, json};

use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// A row that was not applied as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportRow {
    /// Its number in the job, from 1.
    pub row: i64,
    /// `failed`, `skipped`, or `warning` for one that was applied all the same.
    pub outcome: String,
    /// What there is to say of it; its shape is the job's.
    pub body: Value,
}

impl ReportRow {
    pub(super) fn to_row(&self) -> Value {
        json!([self.row, self.outcome, self.body.to_string()])
    }
}

/// How many bytes of rows are read at once: a row of a file may have a MiB, and
/// what is read is in memory several times.
const BYTES: i64 = 1024 * 1024;

/// The reported rows of a job with one of the outcomes, after row `after`: some
/// `limit`, fewer where they are large, none after the last. A row that is
/// reported in several ways comes whole, so the next ones are those after the
/// last of these.
///
/// # Errors
/// As [`Sql::query`].
pub async fn failures(
    sql: &impl Sql,
    job: JobId,
    outcomes: &[&str],
    after: i64,
    limit: i64,
) -> Result<Vec<ReportRow>, Error> {
    let parameters = vec![
        Cell::Integer(job.get()),
        Cell::Text(crate::json(outcomes)?),
        Cell::Integer(after),
        Cell::Integer(limit),
        Cell::Integer(BYTES),
    ];
    let mut rows = sql
        .query(include_str!("../sql/jobs/failures.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<(i64, String, Value)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    Ok(packed
        .into_iter()
        .map(|(row, outcome, body)| ReportRow { row, outcome, body })
        .collect())
}

/// What became of the profiles of one step: the keys with the outcomes.
#[derive(Debug)]
pub struct Rows {
    /// The step.
    pub step: i64,
    /// Profiles' keys, each with the number of its outcome.
    pub results: Vec<(i64, u8)>,
}

/// What became of profiles in the first step from `from` on that has any; none
/// after the last.
///
/// # Errors
/// As [`Sql::query`].
pub async fn results(sql: &impl Sql, job: JobId, from: i64) -> Result<Option<Rows>, Error> {
    let parameters = vec![Cell::Integer(job.get()), Cell::Integer(from)];
    let mut rows = sql
        .query(include_str!("../sql/jobs/results.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    let step = row.integer(0)?;
    let results = serde_json::from_str(&row.text(1)?).map_err(corrupt)?;
    Ok(Some(Rows { step, results }))
}
