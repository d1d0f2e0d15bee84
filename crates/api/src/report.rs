//! A job's report: what was not done as asked, as a CSV file that is sent while it is read.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use roster_http::{Problem, Reply, Source};
use roster_model::JobId;
use roster_sheets::{Cell, Csv, Format, Options, Writer};
use roster_store::jobs::{ReportRow, failures};
use roster_store::spin::Pool;

/// How many entries are read at a time.
const PAGE: i64 = 500;

/// The lines of the file that an entry becomes; each has as many cells as there are columns.
type Lines = fn(ReportRow, usize) -> Result<Vec<Vec<Cell<'static>>>, Problem>;

/// Which report, and how it is written.
pub(crate) struct JobReport<'a> {
    /// The file's name.
    pub name: String,
    /// The job.
    pub job: JobId,
    /// Entries of these outcomes.
    pub outcomes: &'static [&'static str],
    /// The first line.
    pub columns: &'a [String],
    /// The others.
    pub lines: Lines,
}

impl JobReport<'_> {
    /// The answer that sends it.
    ///
    /// # Errors
    /// When the first line can't be written.
    pub(crate) fn reply(self, pool: &'static Pool) -> Result<Reply, Problem> {
        let options = Options::new(Format::Csv(Csv::default()));
        let writer = Writer::begin(&options, self.columns);
        let writer = writer.map_err(|error| Problem::internal(&error))?;
        let sending = Sending {
            pool,
            job: self.job,
            outcomes: self.outcomes,
            columns: self.columns.len(),
            lines: self.lines,
            writer: Some(writer),
            after: 0,
        };
        let mut reply = Reply::stream(options.media_type(), sending);
        let file = format!("attachment; filename=\"{}\"", self.name);
        if let Ok(value) = HeaderValue::try_from(file) {
            reply = reply.header(header::CONTENT_DISPOSITION, value);
        }
        Ok(reply)
    }
}

/// A report that is being sent.
struct Sending {
    pool: &'static Pool,
    job: JobId,
    outcomes: &'static [&'static str],
    columns: usize,
    lines: Lines,
    /// None after the last entry.
    writer: Option<Writer>,
    after: i64,
}

impl Source for Sending {
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
            for cells in (self.lines)(row, self.columns)? {
                writer.row(&cells).map_err(broken)?;
            }
        }
        let piece = Bytes::from(writer.take());
        self.writer = Some(writer);
        Ok(Some((piece, self)))
    }
}
