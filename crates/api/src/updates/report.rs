//! `GET /v1/databases/{db}/updates/{id}/failed.csv`
//!
//! The profiles that were not changed as asked, each with the reason.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, Reply, Source, route};
use roster_jobs::update::ProfileReport;
use roster_model::JobId;
use roster_sheets::{Cell, Csv, Format, Options, Writer};
use roster_store::jobs::{Kind, ReportRow, failures};
use roster_store::spin::Pool;

/// How many profiles are read at a time.
const PAGE: i64 = 500;

/// The columns.
const COLUMNS: [&str; 5] = ["outcome", "profile", "code", "pointer", "reason"];

/// The profiles that were not changed as asked, as a CSV file.
#[route(
    get, "/v1/databases/{db}/updates/{id}/failed.csv", ImportsRead, id = "failedProfiles",
    query = crate::segments::openapi::ReportQuery,
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(crate) async fn failed(call: Call) -> Result<Reply, Problem> {
    let outcomes = call.reported()?;
    let job = call.job(Kind::Update).await?;
    let options = Options::new(Format::Csv(Csv::default()));
    let columns = COLUMNS.map(str::to_owned);
    let writer = Writer::begin(&options, &columns).map_err(|error| Problem::internal(&error))?;
    let report = Report {
        pool: call.pool,
        job: job.id,
        outcomes,
        writer: Some(writer),
        after: 0,
    };
    let name = format!("attachment; filename=\"update-{}-profiles.csv\"", job.id);
    let mut reply = Reply::stream(options.media_type(), report);
    if let Ok(value) = HeaderValue::try_from(name) {
        reply = reply.header(header::CONTENT_DISPOSITION, value);
    }
    Ok(reply)
}

/// A report that is being sent.
struct Report {
    pool: &'static Pool,
    job: JobId,
    outcomes: &'static [&'static str],
    /// None after the last profile.
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
            for cells in lines(row)? {
                writer.row(&cells).map_err(broken)?;
            }
        }
        let piece = Bytes::from(writer.take());
        self.writer = Some(writer);
        Ok(Some((piece, self)))
    }
}

/// A line for each reason.
fn lines(row: ReportRow) -> Result<Vec<[Cell<'static>; 5]>, Problem> {
    let told: ProfileReport =
        serde_json::from_value(row.body).map_err(|error| Problem::internal(&error))?;
    let lines = told.reasons.into_iter().map(|reason| {
        [
            Cell::from(row.outcome.clone()),
            Cell::from(told.profile.clone()),
            Cell::from(reason.code),
            Cell::from(reason.pointer),
            Cell::from(reason.detail),
        ]
    });
    Ok(lines.collect())
}
