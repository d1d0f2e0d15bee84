//! `GET /v1/suppressions/{id}/export`

use crate::suppressions::entries::kind;
use crate::suppressions::shape::{ListAccess, found, hash_name};
use bytes::Bytes;
use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, Reply, Source, route};
use roster_model::SuppressionId;
use roster_model::suppression::{Entry, Form};
use roster_sheets::{Cell, Csv, Format, Options, Writer};
use roster_store::spin::Pool;
use roster_store::suppressions::entries::{self, EntryFilter, EntryRow};

/// The columns.
const COLUMNS: [&str; 7] = [
    "value",
    "type",
    "hash",
    "subdomains",
    "added_at",
    "reason",
    "source",
];

/// How many entries are read at a time.
const PAGE: i64 = 1000;

/// The entries of a suppression list as a CSV file: as they are, or hashed, so
/// that others can leave them out without learning who they are. What is kept as
/// another hash stays that.
#[route(
    get, "/v1/suppressions/{id}/export", SuppressionsRead, id = "exportSuppressed",
    query = crate::suppressions::openapi::ExportQuery,
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(crate) async fn export(call: Call) -> Result<Reply, Problem> {
    let hashed = match call.query("hashed") {
        None | Some("no") => Form::Plain,
        Some("md5") => Form::Md5,
        Some("sha256") => Form::Sha256,
        Some(_) => {
            let detail = "hashed must be md5, sha256 or no.";
            return Err(Problem::parameter("hashed", detail));
        }
    };
    let asked = EntryFilter {
        kind: kind(&call)?,
        prefix: String::new(),
    };
    let sql = call.pool.lend().await?;
    let list = found(&sql, &call, ListAccess::Read).await?.list.id;
    drop(sql);
    let options = Options::new(Format::Csv(Csv::default()));
    let columns = COLUMNS.map(str::to_owned);
    let writer = Writer::begin(&options, &columns).map_err(unwritable)?;
    let rows = Rows {
        pool: call.pool,
        list,
        asked,
        hashed,
        after: None,
        writer: Some(writer),
    };
    let name = format!("attachment; filename=\"suppression-{list}.csv\"");
    let mut reply = Reply::stream(options.media_type(), rows);
    if let Ok(value) = HeaderValue::try_from(name) {
        reply = reply.header(header::CONTENT_DISPOSITION, value);
    }
    Ok(reply)
}

fn unwritable(error: roster_sheets::Error) -> Problem {
    Problem::internal(&error)
}

/// The rows that are still to be sent.
struct Rows {
    pool: &'static Pool,
    list: SuppressionId,
    asked: EntryFilter,
    hashed: Form,
    /// The last key that was sent.
    after: Option<String>,
    /// None after the last byte.
    writer: Option<Writer>,
}

impl Source for Rows {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        let Some(mut writer) = self.writer.take() else {
            return Ok(None);
        };
        let sql = self.pool.lend_slice().await?;
        let after = self.after.as_deref();
        let page = entries::page(&sql, self.list, &self.asked, after, PAGE).await;
        drop(sql);
        let page = page?;
        let Some(last) = page.last() else {
            let rest = writer.finish().map_err(unwritable)?;
            return Ok(Some((rest.into(), self)));
        };
        self.after = Some(last.entry.key.clone());
        for kept in page {
            writer.row(&row(kept, self.hashed)).map_err(unwritable)?;
        }
        let piece = writer.take();
        self.writer = Some(writer);
        Ok(Some((piece.into(), self)))
    }
}

/// An entry as one line, hashed if it can and is to be.
fn row(kept: EntryRow, hashed: Form) -> [Cell<'static>; 7] {
    let entry = match kept.entry.form {
        Form::Plain => Entry {
            key: hashed.of(&kept.entry.key).into_owned(),
            form: hashed,
            ..kept.entry
        },
        Form::Md5 | Form::Sha256 => kept.entry,
    };
    // As people write it, so that it means the same wherever it is read.
    let all_below = entry.subdomains && entry.form == Form::Plain;
    let value = if all_below {
        format!("*.{}", entry.key)
    } else {
        entry.key.clone()
    };
    [
        Cell::from(value),
        Cell::from(entry.kind.as_str()),
        Cell::from(hash_name(&entry).unwrap_or_default()),
        Cell::Boolean(entry.subdomains),
        Cell::from(kept.at.to_string()),
        Cell::from(kept.reason),
        Cell::from(kept.source),
    ]
}
