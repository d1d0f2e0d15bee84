//! `GET /v1/suppressions/{id}/export`

use crate::suppressions::entries::kind;
use crate::suppressions::shape::{ListAccess, found, hash_name};
use bytes::Bytes;
use http::header::{self, HeaderValue};
use roster_http::{Call, Problem, Reply, Source, route};
use roster_model::SuppressionId;
use roster_model::suppression::{Entry, Form};
use roster_sheets::{Cell, Csv, Format, Options, Writer, Zip};
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

/// What the file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// All that is known of each entry.
    Csv,
    /// The values alone, one a line.
    Text,
    /// The same in an archive.
    Zip,
}

impl Shape {
    fn of(call: &Call) -> Result<Self, Problem> {
        match call.query("format") {
            None | Some("csv") => Ok(Shape::Csv),
            Some("txt") => Ok(Shape::Text),
            Some("zip") => Ok(Shape::Zip),
            Some(_) => {
                let detail = "format must be csv, txt or zip.";
                Err(Problem::parameter("format", detail))
            }
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Shape::Csv => "csv",
            Shape::Text => "txt",
            Shape::Zip => "zip",
        }
    }
}

/// The entries of a suppression list as a file: as they are, or hashed, so
/// that others can leave them out without learning who they are. What is kept as
/// another hash stays that. As CSV with all that is known of each; as text, one value a line;
/// or that text in a zip archive.
#[route(
    get, "/v1/suppressions/{id}/export", SuppressionsRead, id = "exportSuppressed",
    query = crate::suppressions::openapi::ExportQuery,
    responses((status = 200, description = "The file, as it is made.", content(
        (String = "text/csv"), (String = "text/plain"), (Vec<u8> = "application/zip")
    ))),
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
    let shape = Shape::of(&call)?;
    let asked = EntryFilter {
        kind: kind(&call)?,
        prefix: String::new(),
    };
    let sql = call.pool.lend().await?;
    let list = found(&sql, &call, ListAccess::Read).await?.list.id;
    drop(sql);
    let name = match hashed {
        Form::Plain => format!("suppression-{list}"),
        Form::Md5 => format!("suppression-{list}.md5"),
        Form::Sha256 => format!("suppression-{list}.sha256"),
    };
    let (out, media_type) = ListFile::begin(shape, &name)?;
    let rows = Rows {
        pool: call.pool,
        list,
        asked,
        hashed,
        after: None,
        out: Some(out),
    };
    let name = match shape {
        Shape::Csv => format!("suppression-{list}.csv"),
        Shape::Text | Shape::Zip => format!("{name}.{}", shape.ending()),
    };
    let name = format!("attachment; filename=\"{name}\"");
    let mut reply = Reply::stream(media_type, rows);
    if let Ok(value) = HeaderValue::try_from(name) {
        reply = reply.header(header::CONTENT_DISPOSITION, value);
    }
    Ok(reply)
}

fn unwritable(error: roster_sheets::Error) -> Problem {
    Problem::internal(&error)
}

/// The file as far as it is written.
enum ListFile {
    Table(Box<Writer>),
    Text(Vec<u8>),
    Zip(Box<Zip>),
}

impl ListFile {
    fn begin(shape: Shape, name: &str) -> Result<(Self, &'static str), Problem> {
        Ok(match shape {
            Shape::Csv => {
                let options = Options::new(Format::Csv(Csv::default()));
                let columns = COLUMNS.map(str::to_owned);
                let writer = Writer::begin(&options, &columns).map_err(unwritable)?;
                (ListFile::Table(Box::new(writer)), options.media_type())
            }
            Shape::Text => (ListFile::Text(Vec::new()), "text/plain; charset=utf-8"),
            Shape::Zip => {
                let zip = Zip::begin(&format!("{name}.txt")).map_err(unwritable)?;
                (ListFile::Zip(Box::new(zip)), "application/zip")
            }
        })
    }

    /// Writes a page, and gives what is ready.
    fn write(&mut self, page: Vec<EntryRow>, hashed: Form) -> Result<Vec<u8>, Problem> {
        match self {
            ListFile::Table(writer) => {
                for kept in page {
                    writer.row(&row(kept, hashed)).map_err(unwritable)?;
                }
                Ok(writer.take())
            }
            ListFile::Text(text) => {
                lines(page, hashed, text);
                Ok(std::mem::take(text))
            }
            ListFile::Zip(zip) => {
                let mut text = Vec::new();
                lines(page, hashed, &mut text);
                zip.write(&text).map_err(unwritable)?;
                Ok(zip.take())
            }
        }
    }

    fn finish(self) -> Result<Vec<u8>, Problem> {
        match self {
            ListFile::Table(writer) => writer.finish().map_err(unwritable),
            ListFile::Text(text) => Ok(text),
            ListFile::Zip(zip) => zip.finish().map_err(unwritable),
        }
    }
}

fn lines(page: Vec<EntryRow>, hashed: Form, text: &mut Vec<u8>) {
    for kept in page {
        text.extend_from_slice(value(&shown(kept.entry, hashed)).as_bytes());
        text.push(b'\n');
    }
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
    out: Option<ListFile>,
}

impl Source for Rows {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        let Some(mut out) = self.out.take() else {
            return Ok(None);
        };
        let sql = self.pool.lend_slice().await?;
        let after = self.after.as_deref();
        let page = entries::page(&sql, self.list, &self.asked, after, PAGE).await;
        drop(sql);
        let page = page?;
        let Some(last) = page.last() else {
            return Ok(Some((out.finish()?.into(), self)));
        };
        self.after = Some(last.entry.key.clone());
        let piece = out.write(page, self.hashed)?;
        self.out = Some(out);
        Ok(Some((piece.into(), self)))
    }
}

/// An entry, hashed if it can and is to be.
fn shown(entry: Entry, hashed: Form) -> Entry {
    match entry.form {
        Form::Plain => Entry {
            key: hashed.of(&entry.key).into_owned(),
            form: hashed,
            ..entry
        },
        Form::Md5 | Form::Sha256 => entry,
    }
}

/// As people write it, so that it means the same wherever it is read.
fn value(entry: &Entry) -> String {
    match entry.subdomains && entry.form == Form::Plain {
        true => format!("*.{}", entry.key),
        false => entry.key.clone(),
    }
}

/// An entry as one line.
fn row(kept: EntryRow, hashed: Form) -> [Cell<'static>; 7] {
    let entry = shown(kept.entry, hashed);
    [
        Cell::from(value(&entry)),
        Cell::from(entry.kind.as_str()),
        Cell::from(hash_name(&entry).unwrap_or_default()),
        Cell::Boolean(entry.subdomains),
        Cell::from(kept.at.to_string()),
        Cell::from(kept.reason),
        Cell::from(kept.source),
    ]
}
