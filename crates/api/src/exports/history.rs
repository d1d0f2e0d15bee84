//! `GET /v1/databases/{db}/history/export`

use crate::exports::name::{attachment, file_name, stem};
use crate::exports::query::{format_members, names_of};
use crate::exports::stream::unwritable;
use crate::relations::HistorySight;
use bytes::Bytes;
use http::header;
use roster_http::{Call, Problem, Reply, Source, route};
use roster_jobs::export::{separator, value_cell};
use roster_model::error::excerpt;
use roster_model::history::{KINDS, kind};
use roster_model::read::Members;
use roster_model::{Database, DatabaseId, Invalid, Timestamp, parse_date};
use roster_sheets::{Cell, Format, Options, Writer};
use roster_store::history::{self, Entry, Span};
use roster_store::spin::Pool;
use serde_json::{Value, json};

/// The columns of every entry.
const COLUMNS: [&str; 8] = [
    "id",
    "at",
    "kind",
    "profile_id",
    "actor",
    "interface",
    "changes",
    "about",
];

/// How many entries are read at once, and how many bytes they may have.
const PAGE: i64 = 1000;
const PAGE_BYTES: i64 = 1024 * 1024;

/// The history of a database, oldest first, as a stream.
#[route(
    get, "/v1/databases/{db}/history/export", ExportsRead, id = "exportHistory",
    query = crate::exports::openapi::HistoryQuery,
    query = crate::exports::openapi::FormatQuery,
    responses((status = 200, description = "The file, as it is made.", content( (String = "text/csv"), (String = "application/jsonl"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/gzip"), ))),
)]
pub(crate) async fn history(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let members = Value::Object(format_members(&call)?);
    let mut read = Members::of(&members)?;
    let options = Options::take(&mut read);
    let separator = read.optional("separator", separator);
    read.finish()?;

    let (mut span, name) = call
        .by_definitions(database, |known| {
            Ok::<_, Problem>((asked(&call, &known.database)?, known.database.name.clone()))
        })
        .await?;
    let sql = call.pool.lend().await?;
    span.until = history::newest(&sql, database).await?;
    drop(sql);
    let own = COLUMNS.iter().map(|name| (*name).to_owned());
    let fields = span.fields.iter().map(|name| format!("profile.{name}"));
    let columns: Vec<String> = own.chain(fields).collect();
    let writer = Writer::begin(&options, &columns).map_err(unwritable)?;
    let name = file_name(&stem(&format!("{name} history"), call.now), &options);
    let flat = !matches!(options.format, Format::JsonLines);
    let entries = Entries {
        pool: call.pool,
        sight: HistorySight::of(&call, database).await?,
        database,
        span,
        separator: flat.then(|| separator.unwrap_or_else(|| ",".to_owned())),
        writer: Some(writer),
    };
    Ok(Reply::stream(options.media_type(), entries)
        .header(header::CONTENT_DISPOSITION, attachment(&name)))
}

/// Which entries are asked for.
fn asked(call: &Call, database: &Database) -> Result<Span, Problem> {
    let list = |name: &str| -> Vec<String> {
        let names = call.query(name).map(names_of);
        let names = names.as_ref().and_then(Value::as_array);
        let texts = names.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let (kinds, fields) = (list("kind"), list("fields"));
    for given in &kinds {
        kind(given)
            .map_err(|odd| Problem::parameter("kind", odd.detail).with("allowed", json!(KINDS)))?;
    }
    if let Some(odd) = fields.iter().find(|name| database.field(name).is_none()) {
        let detail = format!("The database has no field {}.", excerpt(odd));
        return Err(Problem::parameter("fields", detail));
    }
    Ok(Span {
        after: 0,
        until: 0,
        from: time(call, "from", database)?,
        to: time(call, "to", database)?,
        kinds,
        fields,
    })
}

/// A time, or the first moment of a day in the database's zone.
fn time(call: &Call, name: &str, database: &Database) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = call.query(name) else {
        return Ok(None);
    };
    let wrong = |invalid: Invalid| Problem::parameter(name, format!("{name}: {}", invalid.detail));
    let zone = &database.time_zone;
    let mut date = parse_date(&Value::from(text), zone).map_err(wrong)?;
    if date.len() == "2001-12-31".len() {
        date.push_str("T00:00:00");
        date = parse_date(&Value::String(date), zone).map_err(wrong)?;
    }
    date.parse().map(Some).map_err(wrong)
}

/// The entries that are still to be sent.
struct Entries {
    pool: &'static Pool,
    sight: HistorySight,
    database: DatabaseId,
    span: Span,
    /// Between the values of a cell, where the format has no lists.
    separator: Option<String>,
    /// None after the last byte.
    writer: Option<Writer>,
}

impl Source for Entries {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        let Some(mut writer) = self.writer.take() else {
            return Ok(None);
        };
        let sql = self.pool.lend_slice().await?;
        let stretch = history::in_order(&sql, self.database, &self.span, PAGE, PAGE_BYTES).await;
        let mut stretch = stretch?;
        let entries = stretch.entries.iter_mut().map(|(entry, _)| entry);
        self.sight.mask(&sql, entries).await?;
        drop(sql);
        let Some(last) = stretch.last else {
            let rest = writer.finish().map_err(unwritable)?;
            return Ok(Some((rest.into(), self)));
        };
        let shown = stretch.entries.into_iter();
        for (entry, values) in shown.filter(|(entry, _)| self.sight.shows(entry)) {
            let row = self.row(entry, values)?;
            writer.row(&row).map_err(unwritable)?;
        }
        self.span.after = last;
        let piece = writer.take();
        self.writer = Some(writer);
        Ok(Some((piece.into(), self)))
    }
}

impl Entries {
    fn row(&self, entry: Entry, values: Vec<Value>) -> Result<Vec<Cell<'static>>, Problem> {
        let parse = |text: &str| -> Result<Value, Problem> {
            serde_json::from_str(text).map_err(|error| Problem::internal(&error))
        };
        let changes = parse(entry.changes.get())?;
        let about = entry.about.map(|about| parse(about.get())).transpose()?;
        let mut row = vec![
            Cell::from(entry.id.to_string()),
            Cell::from(entry.at.to_string()),
            Cell::from(entry.kind),
            match entry.profile {
                Some(profile) => Cell::from(profile.to_string()),
                None => Cell::Empty,
            },
            Cell::from(entry.actor),
            Cell::from(entry.interface),
            Cell::Json(std::borrow::Cow::Owned(changes)),
            match about {
                Some(about) => Cell::Json(std::borrow::Cow::Owned(about)),
                None => Cell::Empty,
            },
        ];
        let separator = self.separator.as_deref();
        row.extend(
            values
                .into_iter()
                .map(|value| value_cell(Some(value), separator)),
        );
        Ok(row)
    }
}
