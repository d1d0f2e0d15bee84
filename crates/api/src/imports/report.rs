//! `GET /v1/databases/{db}/imports/{id}/failed.csv`
//!
//! The rows that were not applied, each with the line, the reason and its own
//! cells as they came: a person mends them and imports the file again.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, Reply, Source, route};
use roster_intake::report;
use roster_jobs::import::{RowReport, columns};
use roster_model::JobId;
use roster_sheets::{Cell, Csv, Format, Options, Writer};
use roster_store::Sql;
use roster_store::jobs::{Job, Kind, failures};
use roster_store::spin::Pool;

/// How many rows are read at a time.
const PAGE: i64 = 500;

/// The rows that were not applied as a CSV file.
#[route(
    get, "/v1/databases/{db}/imports/{id}/failed.csv", ImportsRead, id = "failedRows",
    query = crate::imports::openapi::ReportQuery,
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(crate) async fn failed(call: Call) -> Result<Reply, Problem> {
    let outcomes = call.reported()?;
    let job = call.job(Kind::Import).await?;
    let sql = call.pool.lend().await?;
    let mut columns: Vec<String> = report::COLUMNS.map(str::to_owned).to_vec();
    columns.extend(own_columns(&sql, &job).await?);
    drop(sql);
    let options = Options::new(Format::Csv(Csv::default()));
    let writer = Writer::begin(&options, &columns).map_err(|error| Problem::internal(&error))?;
    let report = Report {
        pool: call.pool,
        job: job.id,
        outcomes,
        columns: columns.len(),
        writer: Some(writer),
        after: 0,
    };
    let name = format!("attachment; filename=\"import-{}-rows.csv\"", job.id);
    let mut reply = Reply::stream(options.media_type(), report);
    if let Ok(value) = HeaderValue::try_from(name) {
        reply = reply.header(header::CONTENT_DISPOSITION, value);
    }
    Ok(reply)
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
        .map_or(0, |told| told.cells.len());
    if cells == 0 {
        return Ok(vec![report::RECORD.to_owned()]);
    }
    Ok((1..=cells).map(|place| format!("column {place}")).collect())
}

/// A report that is being sent.
struct Report {
    pool: &'static Pool,
    job: JobId,
    outcomes: &'static [&'static str],
    columns: usize,
    /// None after the last row.
    writer: Option<Writer>,
    after: i64,
}

impl Source for Report {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        let Some(mut writer) = self.writer.take() else {
            return Ok(None);
        };
        let sql = self.pool.lend_slice().await?;
        let rows = failures(&sql, self.job, self.outcomes, self.after, PAGE).await?;
        drop(sql);
        let broken = |error: roster_sheets::Error| Problem::internal(&error);
        let Some(last) = rows.last() else {
            let end = writer.finish().map_err(broken)?;
            return Ok(Some((Bytes::from(end), self)));
        };
        self.after = last.row;
        for row in rows {
            let told: RowReport =
                serde_json::from_value(row.body).map_err(|error| Problem::internal(&error))?;
            let cells = cells(&row.outcome, told, self.columns);
            writer.row(&cells).map_err(broken)?;
        }
        let piece = Bytes::from(writer.take());
        self.writer = Some(writer);
        Ok(Some((piece, self)))
    }
}

/// A row of the report. A row that had more cells than there are columns has
/// the others in its last one.
fn cells(outcome: &str, told: RowReport, columns: usize) -> Vec<Cell<'static>> {
    let mut row: Vec<Cell<'static>> = vec![
        Cell::from(outcome.to_owned()),
        Cell::from(told.file),
        Cell::from(told.line.to_string()),
        Cell::from(told.code),
        Cell::from(told.column),
        Cell::from(told.detail),
    ];
    if let Some(record) = told.record {
        row.push(Cell::from(record.to_string()));
    } else if let Some(text) = told.text {
        row.push(Cell::from(text));
    } else {
        let room = columns.saturating_sub(row.len());
        if told.cells.len() > room
            && let Some((kept, rest)) = told.cells.split_at_checked(room.saturating_sub(1))
        {
            row.extend(kept.iter().cloned().map(Cell::from));
            row.push(Cell::from(rest.join(" | ")));
        } else {
            row.extend(told.cells.into_iter().map(Cell::from));
        }
    }
    row.truncate(columns);
    row.resize(columns, Cell::Empty);
    row
}
