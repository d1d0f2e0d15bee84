//! Makes plain texts of an import's uploads.
//!
//! A file that is plain text in UTF-8 already is its own source. Any other one
//! is unpacked in one go, since a decompressor can't be stopped and taken up
//! again: its pieces are written one by one, and should it be cut off, it begins
//! again and passes the pieces that are there already, which are the same bytes.

use super::sample::beginning;
use super::source::{Source, SourceInfo, number};
use super::{Checkpoint, source, split};
use crate::{JobError, LeasedJob};
use roster_intake::unpack::{Begin, End, Event, Limits, UnpackError, Unpacker};
use roster_intake::{FileSettings, Format, Formulas, Probe, Quote, Reading, detect};
use roster_model::Code;
use roster_model::Timestamp;
use roster_store::Sql;
use roster_store::jobs::{File, Piece, chunk};
use serde_json::{Value, json};

/// How much of a source's beginning is looked at to find out how it is read.
const SAMPLE: usize = roster_intake::detect::SAMPLE_BYTES;

/// How many bytes of a source are kept in one piece.
const PIECE: usize = 512 * 1024;

/// The most bytes that one upload may become: 4 GiB.
const UNPACKED: u64 = 4 << 30;

/// How long nothing is written at the most, so that the lease lasts, in
/// milliseconds.
const SILENT_MS: i64 = 3000;

/// The most files left out of an archive that are told of.
const TOLD: usize = 100;

/// Unpacks uploads until all are or the time is up; whether all are.
pub(super) async fn run(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    at: &mut Checkpoint,
) -> Result<bool, JobError> {
    let (uploads, _) = source::all(sql, held.job.id).await?;
    let settings = file_settings(held)?;
    held.job.progress.total = uploads.iter().map(|upload| upload.size).sum();
    while let Some(place) = at.unpacking {
        let Some(upload) = uploads.get(place) else {
            at.unpacking = None;
            break;
        };
        if !held.env.has_time() {
            return Ok(false);
        }
        held.job.progress.phase = "unpacking".to_owned();
        let before = uploads.iter().take(place).map(|upload| upload.size);
        held.job.progress.done = before.sum();
        match probe(upload)?.in_place(&settings) {
            Some(begins) => in_place(sql, held, at, place, upload, begins, &settings).await?,
            None => {
                UploadUnpacker::new(held, at, place, upload, &settings)?
                    .run(sql)
                    .await?
            }
        }
    }
    Ok(true)
}

fn file_settings(held: &LeasedJob<'_>) -> Result<FileSettings, JobError> {
    let split = split(&held.job.settings);
    let (settings, _) =
        split.map_err(|invalid| JobError::Failed(Code::SettingsInvalid, invalid.to_string()))?;
    Ok(settings)
}

/// What was found out about an upload while it came.
pub(super) fn probe(upload: &File) -> Result<Probe, JobError> {
    let known = upload.about.get("probe").cloned().unwrap_or_default();
    serde_json::from_value(known).map_err(|error| {
        JobError::Failed(Code::Corrupt, format!("The file {}: {error}.", upload.name))
    })
}

pub(super) fn limits() -> Limits {
    Limits {
        unpacked_bytes: UNPACKED,
        ..Limits::default()
    }
}

pub(super) fn unreadable(upload: &File, error: &UnpackError) -> JobError {
    JobError::Failed(error.code, format!("{}: {error}.", upload.name))
}

/// A file that is plain text in UTF-8 already is its own source.
async fn in_place(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    at: &mut Checkpoint,
    place: usize,
    upload: &File,
    begins: u64,
    settings: &FileSettings,
) -> Result<(), JobError> {
    let begins = i64::try_from(begins).unwrap_or(i64::MAX);
    let sample = beginning(sql, held.job.id, upload, begins, SAMPLE).await?;
    let size = upload.size.saturating_sub(begins).max(0);
    let whole = sample.len() as i64 >= size;
    let source = Source {
        name: upload.name.clone(),
        size,
        about: SourceInfo {
            lies_in: upload.file,
            begins,
            reading: detect(&sample, whole, &upload.name, settings).reading,
            encoding: "UTF-8".to_owned(),
            sheet: false,
            replaced: 0,
            doubt: None,
        },
    };
    at.unpacking = Some(place + 1);
    at.pieces = 0;
    let mut progress = held.job.progress.clone();
    progress.at = at.write();
    let step = held.step(progress);
    let files = [source.to_file(number(place, 0))];
    held.write(sql, step, &files, None).await?;
    Ok(())
}

/// One upload that is being unpacked.
struct UploadUnpacker<'a, 'b> {
    held: &'a mut LeasedJob<'b>,
    at: &'a mut Checkpoint,
    place: usize,
    upload: &'a File,
    settings: &'a FileSettings,
    unpacker: Unpacker,
    /// How many sources it has given.
    sources: usize,
    /// How many pieces it has given.
    pieces: i64,
    source: Option<SourceWriter>,
    left_out: Vec<Value>,
    /// When something was written last.
    written: Timestamp,
}

/// A source that is being written.
struct SourceWriter {
    begin: Begin,
    number: i64,
    sample: Vec<u8>,
    buffer: Vec<u8>,
    kept: i64,
}

impl<'a, 'b> UploadUnpacker<'a, 'b> {
    fn new(
        held: &'a mut LeasedJob<'b>,
        at: &'a mut Checkpoint,
        place: usize,
        upload: &'a File,
        settings: &'a FileSettings,
    ) -> Result<Self, JobError> {
        let unpacker = Unpacker::new(&upload.name, settings, limits());
        let unpacker = unpacker.map_err(|error| unreadable(upload, &error))?;
        let written = (held.env.now)();
        Ok(UploadUnpacker {
            held,
            at,
            place,
            upload,
            settings,
            unpacker,
            sources: 0,
            pieces: 0,
            source: None,
            left_out: Vec::new(),
            written,
        })
    }

    async fn run(mut self, sql: &impl Sql) -> Result<(), JobError> {
        let before = self.held.job.progress.done;
        let mut next = 0;
        loop {
            while let Some(event) = self
                .unpacker
                .next_event()
                .map_err(|error| unreadable(self.upload, &error))?
            {
                self.take(sql, event).await?;
            }
            if self.unpacker.finished() || next >= self.upload.size {
                break;
            }
            let piece = chunk(sql, self.held.job.id, self.upload.file, next).await?;
            let piece = piece.ok_or_else(|| lost(self.upload))?;
            next = piece.begins.saturating_add(piece.bytes.len() as i64);
            self.unpacker.feed(&piece.bytes, next >= self.upload.size);
            self.held.job.progress.done = before.saturating_add(next);
            self.stay(sql).await?;
        }
        if self.sources == 0 {
            let detail = format!(
                "{}: there is nothing in it that can be imported.",
                self.upload.name
            );
            return Err(JobError::Failed(Code::NothingToImport, detail));
        }
        self.at.unpacking = Some(self.place + 1);
        self.at.pieces = 0;
        let mut upload = self.upload.clone();
        if let (Some(about), false) = (upload.about.as_object_mut(), self.left_out.is_empty()) {
            about.insert("left_out".to_owned(), Value::Array(self.left_out.clone()));
        }
        self.write(sql, &[upload], None).await
    }

    async fn take(&mut self, sql: &impl Sql, event: Event) -> Result<(), JobError> {
        match event {
            Event::Begin(begin) => {
                self.source = Some(SourceWriter {
                    begin,
                    number: number(self.place, self.sources),
                    sample: Vec::new(),
                    buffer: Vec::new(),
                    kept: 0,
                });
                self.sources += 1;
                Ok(())
            }
            Event::Bytes(bytes) => {
                let Some(source) = &mut self.source else {
                    return Err(lost(self.upload));
                };
                let missing = SAMPLE.saturating_sub(source.sample.len());
                let some = bytes.get(..missing).unwrap_or(&bytes);
                source.sample.extend_from_slice(some);
                source.buffer.extend_from_slice(&bytes);
                if source.buffer.len() >= PIECE {
                    self.flush(sql, &[]).await?;
                }
                Ok(())
            }
            Event::End(end) => {
                let Some(source) = &self.source else {
                    return Err(lost(self.upload));
                };
                let file = finished(source, &end, self.upload, self.settings);
                let file = file.to_file(source.number);
                self.flush(sql, &[file]).await?;
                self.source = None;
                Ok(())
            }
            Event::Skipped { name, reason } => {
                if self.left_out.len() < TOLD {
                    self.left_out
                        .push(json!({ "name": name, "reason": reason }));
                }
                Ok(())
            }
        }
    }

    /// Writes what is in the buffer, unless an earlier try has written it.
    async fn flush(&mut self, sql: &impl Sql, files: &[File]) -> Result<(), JobError> {
        let piece = self.source.as_mut().and_then(|source| {
            let bytes = std::mem::take(&mut source.buffer);
            let begins = source.kept;
            source.kept = begins.saturating_add(bytes.len() as i64);
            (!bytes.is_empty()).then_some(Piece {
                file: source.number,
                begins,
                bytes,
            })
        });
        self.pieces += 1;
        if self.pieces <= self.at.pieces {
            return self.stay(sql).await;
        }
        self.at.pieces = self.pieces;
        self.write(sql, files, piece).await
    }

    /// Keeps the lease while nothing is to be written.
    async fn stay(&mut self, sql: &impl Sql) -> Result<(), JobError> {
        let silent = (self.held.env.now)().ms() - self.written.ms();
        if silent < SILENT_MS {
            return Ok(());
        }
        self.write(sql, &[], None).await
    }

    async fn write(
        &mut self,
        sql: &impl Sql,
        files: &[File],
        piece: Option<Piece>,
    ) -> Result<(), JobError> {
        let now = (self.held.env.now)();
        let mut progress = self.held.job.progress.clone();
        progress.at = self.at.write();
        progress.busy_ms += (now.ms() - self.written.ms()).max(0);
        self.written = now;
        let step = self.held.step(progress);
        Ok(self.held.write(sql, step, files, piece).await?)
    }
}

pub(super) fn lost(upload: &File) -> JobError {
    JobError::Failed(
        Code::Corrupt,
        format!("A piece of the file {} is missing.", upload.name),
    )
}

/// A source that was written to its end.
fn finished(writing: &SourceWriter, end: &End, upload: &File, settings: &FileSettings) -> Source {
    let begin = &writing.begin;
    let size = i64::try_from(end.bytes).unwrap_or(i64::MAX);
    let whole = writing.sample.len() as i64 >= size;
    Source {
        name: name(upload, begin),
        size,
        about: SourceInfo {
            lies_in: writing.number,
            begins: 0,
            reading: reading(&writing.sample, whole, begin, settings),
            encoding: end.encoding.unwrap_or("UTF-8").to_owned(),
            sheet: begin.sheet.is_some(),
            replaced: end.replaced,
            doubt: end.doubt.clone(),
        },
    }
}

/// What people know a source by.
pub(super) fn name(upload: &File, begin: &Begin) -> String {
    let file = if begin.name.is_empty() {
        &upload.name
    } else {
        &begin.name
    };
    match &begin.sheet {
        Some(sheet) => format!("{file} / {sheet}"),
        None => file.clone(),
    }
}

/// How a source is read. A sheet was made CSV of our own kind, whatever the
/// settings say of delimiters.
fn reading(sample: &[u8], whole: bool, begin: &Begin, settings: &FileSettings) -> Reading {
    detected(sample, whole, begin, settings).reading
}

/// The same with the reasons.
pub(super) fn detected(
    sample: &[u8],
    whole: bool,
    begin: &Begin,
    settings: &FileSettings,
) -> roster_intake::Detection {
    if begin.sheet.is_none() {
        return detect(sample, whole, &begin.name, settings);
    }
    let of_sheet = Reading::default();
    let settings = FileSettings {
        format: Some(Format::Csv),
        delimiter: Some(of_sheet.delimiter),
        quote: Some(Quote::Double),
        escape: Some(of_sheet.escape),
        header: settings.header,
        skip_rows: settings.skip_rows,
        // A sheet's text that looks like a formula is a text.
        formulas: Some(Formulas::Keep),
        ..FileSettings::default()
    };
    detect(sample, whole, &begin.name, &settings)
}
