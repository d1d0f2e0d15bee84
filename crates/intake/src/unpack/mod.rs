//! Stage 1: from the bytes of a file to plain UTF-8 text.

mod archive;
pub(crate) mod encoding;
mod error;
mod event;
mod file;
mod inflate;
mod languages;
mod limits;
mod probe;
mod score;
mod tar;
mod text;
mod utf8;
mod workbook;
mod zip;

use self::tar::TarReader;
use self::zip::ZipReader;
use crate::buffer::Buffer;
use crate::detect::extension;
use crate::settings::FileSettings;
use archive::{Archive, Step, unwanted};
use encoding_rs::Encoding;
pub use error::UnpackError;
use event::Output;
pub use event::{Alternative, Begin, Doubt, End, Event, PIECE_BYTES};
use file::{Context, File};
use inflate::Inflater;
pub use limits::Limits;
use limits::{Meter, size};
use probe::{HEAD_BYTES, sniff};
pub use probe::{Kind, Probe, Prober, probe};
use roster_model::Code;
use workbook::{Collector, Workbook};

/// How many bytes of a file are taken at once.
const PIECE: usize = 64 << 10;

/// Makes plain UTF-8 text of an uploaded file: decompresses it, goes through its
/// archive, turns sheets into CSV, decodes. See the crate's documentation for the
/// way it is driven.
///
/// Holds the piece that was fed last, less than a MiB beside it, and of a workbook
/// what [`Limits`] allow.
pub struct Unpacker {
    name: String,
    sheet: Option<String>,
    encoding: Option<&'static Encoding>,
    limits: Limits,
    meter: Meter,
    input: Buffer,
    /// A gzip file, and what comes out of it.
    gzip: Option<(Gzip, Buffer)>,
    body: Body,
    workbook: Option<Box<Workbook>>,
    out: Output,
    files: usize,
    error: Option<UnpackError>,
}

enum Body {
    /// Nothing is known yet.
    Start,
    File(Box<File>),
    Archive(Box<Archive>, Option<Box<File>>),
    Done,
}

impl Unpacker {
    /// Unpacks a file that is called `name`. Of the settings it heeds `encoding` and
    /// `sheet`.
    ///
    /// # Errors
    /// `unknown_encoding`.
    pub fn new(name: &str, settings: &FileSettings, limits: Limits) -> Result<Self, UnpackError> {
        let label = settings.encoding.as_deref();
        let encoding = label
            .map(|label| {
                let unknown = || format!("no encoding is called \"{label}\"");
                let encoding = encoding::by_label(label);
                encoding.ok_or_else(|| UnpackError::new(Code::UnknownEncoding, unknown()))
            })
            .transpose()?;
        Ok(Unpacker {
            name: name.to_owned(),
            sheet: settings.sheet.clone(),
            encoding,
            limits,
            meter: Meter::default(),
            input: Buffer::default(),
            gzip: None,
            body: Body::Start,
            workbook: None,
            out: Output::default(),
            files: 0,
            error: None,
        })
    }

    /// Takes the next piece of the file; `end` says that it is the last one; it may
    /// be empty. Pieces of any size are right. Call [`Unpacker::next_event`] until
    /// it gives `None` before the next: what was fed and not read is kept in memory.
    pub fn feed(&mut self, piece: &[u8], end: bool) {
        self.input.push(piece, end);
    }

    /// What comes next. `None` means that more has to be fed, or, after the end was
    /// fed, that there is nothing more. Does a bounded piece of work: some 64 KiB, a
    /// few thousand cells.
    ///
    /// # Errors
    /// See the crate's documentation for the codes. The same error comes again after
    /// that.
    pub fn next_event(&mut self) -> Result<Option<Event>, UnpackError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let event = self.advance();
        if let Err(error) = &event {
            self.error = Some(error.clone());
        }
        event
    }

    /// Whether everything was unpacked.
    pub fn finished(&self) -> bool {
        matches!(self.body, Body::Done) && self.workbook.is_none()
    }

    fn advance(&mut self) -> Result<Option<Event>, UnpackError> {
        loop {
            if let Some(event) = self.out.next() {
                return Ok(Some(event));
            }
            if let Some(workbook) = &mut self.workbook {
                let sheet = self.sheet.as_deref();
                if workbook.step(sheet, &mut self.out, &self.limits)? {
                    self.workbook = None;
                }
                continue;
            }
            if matches!(self.body, Body::Done) {
                return Ok(None);
            }
            if self.step()? {
                continue;
            }
            let Some((gzip, plain)) = &mut self.gzip else {
                return Ok(None);
            };
            if !gzip.step(&mut self.input, plain, &mut self.meter, &self.limits)? {
                return Ok(None);
            }
        }
    }

    /// Goes on; `false` where more is needed.
    fn step(&mut self) -> Result<bool, UnpackError> {
        let in_gzip = self.gzip.is_some();
        let buffer = match &mut self.gzip {
            Some((_, plain)) => plain,
            None => &mut self.input,
        };
        let mut cx = Context {
            out: &mut self.out,
            meter: &mut self.meter,
            limits: &self.limits,
            encoding: self.encoding,
        };
        match &mut self.body {
            Body::Start => {
                let head = buffer.rest();
                if head.len() < HEAD_BYTES && !buffer.ended() {
                    return Ok(false);
                }
                match sniff(head) {
                    Kind::Gzip if !in_gzip => {
                        self.name = without_gz(&self.name);
                        self.gzip = Some((Gzip::default(), Buffer::default()));
                        return Ok(true);
                    }
                    Kind::Zip if !Collector::is_office(&self.name, head) => {
                        // A zip inside gzip is an archive in an archive.
                        if in_gzip {
                            return Err(UnpackError::nested());
                        }
                        let zip = Archive::Zip(ZipReader::new());
                        self.body = Body::Archive(Box::new(zip), None);
                    }
                    Kind::Tar => {
                        let tar = Archive::Tar(TarReader::default());
                        self.body = Body::Archive(Box::new(tar), None);
                    }
                    _ => self.body = Body::File(Box::new(File::new(self.name.clone(), false))),
                }
                Ok(true)
            }
            Body::File(file) => {
                let piece = buffer.rest();
                let piece = piece.get(..PIECE).unwrap_or(piece);
                if !piece.is_empty() {
                    file.push(piece, &mut cx)?;
                    buffer.consume(piece.len());
                    return Ok(true);
                }
                if !buffer.ended() {
                    return Ok(false);
                }
                self.workbook = file.finish(&mut cx)?.map(Box::new);
                self.body = Body::Done;
                Ok(true)
            }
            Body::Archive(archive, current) => {
                match archive.step(buffer, cx.meter, cx.limits)? {
                    Step::More => return Ok(false),
                    Step::Skipped(name, reason) => {
                        cx.out.skipped(&name, reason);
                    }
                    Step::Entry(name) => {
                        self.files += 1;
                        if self.files > cx.limits.files {
                            let most = cx.limits.files;
                            let detail = format!("the archive has more than {most} files");
                            return Err(UnpackError::new(Code::TooManyFiles, detail));
                        }
                        // Directories are no loss, so nobody is told.
                        let directory = name.ends_with('/');
                        match unwanted(&name) {
                            _ if directory => {}
                            Some(reason) => cx.out.skipped(&name, reason),
                            None => *current = Some(Box::new(File::new(name, true))),
                        }
                    }
                    Step::Data => {
                        if let Some(file) = current {
                            file.push(archive.data(), &mut cx)?;
                        }
                    }
                    Step::EntryEnd => {
                        if let Some(mut file) = current.take() {
                            self.workbook = file.finish(&mut cx)?.map(Box::new);
                        }
                    }
                    Step::End => {
                        self.body = Body::Done;
                        if cx.out.sources == 0 {
                            let detail = "there is no file in the archive that can be read";
                            return Err(UnpackError::new(Code::NothingToRead, detail));
                        }
                    }
                }
                Ok(true)
            }
            Body::Done => Ok(true),
        }
    }
}

/// A gzip file of one or more members.
#[derive(Default)]
struct Gzip {
    /// The present member.
    member: Option<Inflater>,
    begun: bool,
}

impl Gzip {
    /// Decompresses a piece of `input` into `plain`; `false` where more is needed.
    fn step(
        &mut self,
        input: &mut Buffer,
        plain: &mut Buffer,
        meter: &mut Meter,
        limits: &Limits,
    ) -> Result<bool, UnpackError> {
        if plain.ended() {
            return Ok(false);
        }
        let Some(inflater) = &mut self.member else {
            let rest = input.rest();
            let padding = rest.iter().take_while(|&&b| b == 0).count();
            if self.begun && padding > 0 {
                input.consume(padding);
                return Ok(true);
            }
            if rest.is_empty() {
                if input.ended() {
                    plain.push(&[], true);
                }
                return Ok(input.ended());
            }
            self.begun = true;
            self.member = Some(Inflater::gzip());
            return Ok(true);
        };
        let progress = inflater.step(input.rest())?;
        let idle = progress.read == 0 && inflater.out.is_empty() && !progress.ended;
        if idle && input.ended() {
            return Err(UnpackError::cut_off());
        }
        meter.take(size(progress.read));
        meter.make(size(inflater.out.len()), limits, Code::ArchiveBomb)?;
        plain.push(&inflater.out, false);
        input.consume(progress.read);
        if progress.ended {
            self.member = None;
        }
        Ok(!idle)
    }
}

/// A file's name without what says that it is compressed.
fn without_gz(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match extension(name).as_str() {
        "gz" | "gzip" => stem.to_owned(),
        "tgz" => format!("{stem}.tar"),
        _ => name.to_owned(),
    }
}
