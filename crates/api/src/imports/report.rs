//! The rows that an import did not apply, each with the line, the reason and its own
//! cells as they came: a person mends them and imports the file again.

use crate::report::JobReport;
use roster_http::{Call, Problem, Reply, route};
use roster_intake::report;
use roster_jobs::import::{RowReport, columns};
use roster_sheets::Cell;
use roster_store::Sql;
use roster_store::jobs::{Job, Kind, failures};

/// The rows that were not applied as a CSV file.
#[route(
    get, "/v1/databases/{db}/imports/{id}/failed.csv", ImportsRead, id = "failedRows",
    query = crate::queries::ReportQuery,
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(crate) async fn failed(call: Call) -> Result<Reply, Problem> {
    let outcomes = call.reported()?;
    let job = call.job(Kind::Import).await?;
    let sql = call.pool.lend().await?;
    let mut columns: Vec<String> = report::COLUMNS.map(str::to_owned).to_vec();
    columns.extend(own_columns(&sql, &job).await?);
    drop(sql);
    let report = JobReport {
        name: format!("import-{}-rows.csv", job.id),
        job: job.id,
        outcomes,
        columns: &columns,
        lines: |row, columns| {
            let entry: RowReport =
                serde_json::from_value(row.body).map_err(|error| Problem::internal(&error))?;
            Ok(vec![cells(&row.outcome, entry, columns)])
        },
    };
    report.reply(call.pool)
}

/// The columns of the file that the reported rows came from; those of the first
/// one where there were several.
async fn own_columns(sql: &impl Sql, job: &Job) -> Result<Vec<String>, Problem> {
    let columns = columns(job);
    if !columns.is_empty() {
        return Ok(columns);
    }
    // Of JSON the record itself; what could not be read has text alone.
    let first = failures(sql, job.id, &["failed", "skipped", "warning"], 0, 1).await?;
    let cells = first
        .first()
        .and_then(|row| serde_json::from_value::<RowReport>(row.body.clone()).ok())
        .map_or(0, |entry| entry.cells.len());
    if cells == 0 {
        return Ok(vec![report::RECORD.to_owned()]);
    }
    Ok((1..=cells).map(|place| format!("column {place}")).collect())
}

/// A row of the report. A row that had more cells than there are columns has
/// the others in its last one.
fn cells(outcome: &str, entry: RowReport, columns: usize) -> Vec<Cell<'static>> {
    let mut row: Vec<Cell<'static>> = vec![
        Cell::from(outcome.to_owned()),
        Cell::from(entry.file),
        Cell::from(entry.line.to_string()),
        Cell::from(entry.code),
        Cell::from(entry.column),
        Cell::from(entry.detail),
    ];
    if let Some(record) = entry.record {
        row.push(Cell::from(record.to_string()));
    } else if let Some(text) = entry.text {
        row.push(Cell::from(text));
    } else {
        let room = columns.saturating_sub(row.len());
        if entry.cells.len() > room
            && let Some((kept, rest)) = entry.cells.split_at_checked(room.saturating_sub(1))
        {
            row.extend(kept.iter().cloned().map(Cell::from));
            row.push(Cell::from(rest.join(" | ")));
        } else {
            row.extend(entry.cells.into_iter().map(Cell::from));
        }
    }
    row.truncate(columns);
    row.resize(columns, Cell::Empty);
    row
}
