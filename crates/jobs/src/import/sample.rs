//! How the first source of an import begins: what a preview looks at.

use super::unpack::{detected, limits, lost, name, probe, unreadable};
use crate::JobError;
use roster_intake::unpack::{Begin, End, Event, UnpackError, Unpacker};
use roster_intake::{Detection, Doubt, FileSettings, detect};
use roster_model::Code;
use roster_model::JobId;
use roster_store::Sql;
use roster_store::jobs::{File, Role, chunk};

/// How much of a source is looked at, in bytes.
const PREVIEWED: usize = 2 << 20;

/// How a source begins.
pub(super) struct Sample {
    pub name: String,
    /// None where only the end of a large file will tell.
    pub encoding: Option<String>,
    pub sheet: bool,
    pub sheets: Vec<String>,
    pub bytes: Vec<u8>,
    /// Whether that is all of it.
    pub whole: bool,
    pub detected: Detection,
    /// What else the encoding may be.
    pub doubt: Option<Doubt>,
}

/// How the first source of the uploads begins.
pub(super) async fn sample(
    sql: &impl Sql,
    job: JobId,
    uploads: &[File],
    settings: &FileSettings,
) -> Result<Sample, JobError> {
    let upload = uploads.iter().find(|file| file.role == Role::Upload);
    let upload = upload.ok_or_else(|| {
        JobError::Failed(Code::NoFile, "The import has no file any more.".to_owned())
    })?;
    let Some(begins) = probe(upload)?.in_place(settings) else {
        return unpacked(sql, job, upload, settings).await;
    };
    let begins = i64::try_from(begins).unwrap_or(i64::MAX);
    let bytes = beginning(sql, job, upload, begins, PREVIEWED).await?;
    let size = upload.size.saturating_sub(begins).max(0);
    let whole = bytes.len() as i64 >= size;
    Ok(Sample {
        name: upload.name.clone(),
        encoding: Some("UTF-8".to_owned()),
        sheet: false,
        sheets: Vec::new(),
        whole,
        detected: detect(&bytes, whole, &upload.name, settings),
        doubt: None,
        bytes,
    })
}

/// How the first source of a file begins that has to be unpacked.
async fn unpacked(
    sql: &impl Sql,
    job: JobId,
    upload: &File,
    settings: &FileSettings,
) -> Result<Sample, JobError> {
    let failed = |error: UnpackError| unreadable(upload, &error);
    let mut unpacker = Unpacker::new(&upload.name, settings, limits()).map_err(failed)?;
    let mut begun: Option<Begin> = None;
    let mut bytes = Vec::new();
    let mut end: Option<End> = None;
    let mut next = 0;
    'reading: loop {
        while let Some(event) = unpacker.next_event().map_err(failed)? {
            match event {
                Event::Begin(begin) => begun = Some(begin),
                Event::Bytes(some) => bytes.extend_from_slice(&some),
                Event::End(ended) => {
                    end = Some(ended);
                    break 'reading;
                }
                Event::Skipped { .. } => {}
            }
            if bytes.len() >= PREVIEWED {
                break 'reading;
            }
        }
        if unpacker.finished() || next >= upload.size {
            break;
        }
        let piece = chunk(sql, job, upload.file, next).await?;
        let piece = piece.ok_or_else(|| lost(upload))?;
        next = piece.begins.saturating_add(piece.bytes.len() as i64);
        unpacker.feed(&piece.bytes, next >= upload.size);
    }
    let begin = begun.ok_or_else(|| {
        let detail = format!(
            "{}: there is nothing in it that can be imported.",
            upload.name
        );
        JobError::Failed(Code::NothingToImport, detail)
    })?;
    let whole = end.is_some();
    let doubt = end.as_ref().and_then(|end| end.doubt.clone());
    let encoding = match end {
        Some(end) => Some(end.encoding.unwrap_or("UTF-8").to_owned()),
        None => settings.encoding.clone(),
    };
    Ok(Sample {
        name: name(upload, &begin),
        encoding,
        sheet: begin.sheet.is_some(),
        whole,
        detected: detected(&bytes, whole, &begin, settings),
        doubt,
        sheets: begin.sheets,
        bytes,
    })
}

/// How a file goes on from a byte: some `most` bytes, in whole pieces.
pub(super) async fn beginning(
    sql: &impl Sql,
    job: JobId,
    file: &File,
    from: i64,
    most: usize,
) -> Result<Vec<u8>, JobError> {
    let mut bytes = Vec::new();
    let mut next = from;
    while bytes.len() < most
        && let Some(piece) = chunk(sql, job, file.file, next).await?
    {
        let from = usize::try_from(next - piece.begins).unwrap_or(usize::MAX);
        let some = piece.bytes.get(from..).unwrap_or_default();
        bytes.extend_from_slice(some);
        next += some.len() as i64;
    }
    Ok(bytes)
}
