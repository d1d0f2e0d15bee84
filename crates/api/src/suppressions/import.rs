//! `POST /v1/suppressions/{id}/import`
//!
//! The body is a file. It is read as it comes, and its entries are put on the
//! list 20,000 at a time; nothing of it is kept.

mod report;
mod rows;
mod table;

use crate::suppressions::add::put;
use crate::suppressions::shape::{ListAccess, found};
use crate::suppressions::values::{noted, region_of};
use report::Report;
use roster_http::{Call, Problem, Reply, kinds, route};
use roster_intake::{FileSettings, Limits, UnpackError, Unpacker};
use roster_store::suppressions::changes::{ChangeContext, SLICE};
use roster_store::suppressions::history::Action;
use rows::Rows;

/// The largest file, in bytes.
pub(crate) const MOST_BYTES: u64 = 32 << 20;

/// What a file may become.
const LIMITS: Limits = Limits {
    unpacked_bytes: 512 << 20,
    ratio: 250,
    free_bytes: 64 << 20,
    files: 100,
    workbook_bytes: 16 << 20,
    strings_bytes: 12 << 20,
};

/// The name of a file that has none.
const NAMELESS: &str = "import";

/// Puts what a file has on a suppression list: CSV, TXT, TSV, JSON, XLSX, XLS, ODS,
/// also with gzip or several in a zip or tar archive, 32 MiB at most. Each value
/// is taken for what it looks like; a row without any is told. See
/// docs/SUPPRESSIONS.md for the columns.
///
/// Entries come 20,000 at a time. If the file can't be read to its end, those
/// before stay; repeating it does no harm.
#[route(
    post, "/v1/suppressions/{id}/import", SuppressionsWrite, id = "importSuppressed",
    query = crate::suppressions::openapi::ImportQuery,
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    upload = MOST_BYTES,
    answer = Report,
)]
pub(crate) async fn import(mut call: Call) -> Result<Reply, Problem> {
    let name = clean(call.query("filename").unwrap_or_default());
    let region = region_of(call.query("region"))?;
    let reason = noted("reason", call.query("reason"))?;
    let source = match noted("source", call.query("source"))? {
        source if source.is_empty() => name.clone(),
        source => source,
    };
    let sql = call.pool.lend().await?;
    found(&sql, &call, ListAccess::Change).await?;
    drop(sql);
    let mut upload = call.take_upload()?;
    let why = ChangeContext {
        action: Action::Imported,
        reason: &reason,
        author: call.author(),
    };
    let mut report = Report::default();
    let unpacker = Unpacker::new(&name, &FileSettings::default(), LIMITS);
    let mut unpacker = unpacker.map_err(|error| unreadable(&error, &report))?;
    let mut rows = Rows::new(region);
    let mut entries = Vec::new();
    loop {
        let piece = upload.next().await?;
        unpacker.feed(piece.as_deref().unwrap_or_default(), piece.is_none());
        loop {
            let event = unpacker.next_event();
            let Some(event) = event.map_err(|error| unreadable(&error, &report))? else {
                break;
            };
            rows.take(event, &mut entries, &mut report);
            if entries.len() >= SLICE {
                let added = call
                    .change(async |sql| put(sql, &call, &entries, &source, &why).await)
                    .await?;
                report.count(added, entries.len());
                entries.clear();
            }
        }
        if piece.is_none() {
            break;
        }
    }
    if !entries.is_empty() {
        let added = call
            .change(async |sql| put(sql, &call, &entries, &source, &why).await)
            .await?;
        report.count(added, entries.len());
    }
    Ok(Reply::ok(&report))
}

fn unreadable(error: &UnpackError, report: &Report) -> Problem {
    let problem = Problem::new(kinds::UNREADABLE_FILE, format!("{error}."));
    problem
        .with("reason", error.code.as_str())
        .with("added", report.added())
}

/// A file's name without path and control characters, at most 200 characters.
fn clean(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = name.chars().filter(|c| !c.is_control());
    let shown: String = shown.take(200).collect();
    match shown.trim() {
        "" => NAMELESS.to_owned(),
        shown => shown.to_owned(),
    }
}
