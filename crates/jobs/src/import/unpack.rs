//! Makes plain texts of an import's uploads.

use super::source::{About, Source, number};
use super::{At, source, split};
use crate::{Held, Why};
use roster_intake::{FileSettings, Probe, detect};
use roster_model::JobId;
use roster_store::Sql;
use roster_store::jobs::{File, chunk};

/// How much of a source's beginning is looked at to find out how it is read.
const SAMPLE: usize = roster_intake::detect::SAMPLE_BYTES;

/// Unpacks uploads until all are or the time is up; whether all are.
pub(super) async fn run(sql: &impl Sql, held: &mut Held<'_>, at: &mut At) -> Result<bool, Why> {
    let (uploads, _) = source::all(sql, held.job.id).await?;
    let (settings, _) = split(&held.job.settings)
        .map_err(|invalid| Why::Failed("settings_invalid", invalid.to_string()))?;
    while let Some(place) = at.unpacking {
        let Some(upload) = uploads.get(place) else {
            at.unpacking = None;
            break;
        };
        if !held.env.has_time() {
            return Ok(false);
        }
        let probe = probe(upload)?;
        match probe.in_place(&settings) {
            Some(begins) => in_place(sql, held, at, place, upload, begins, &settings).await?,
            None => {
                return Err(Why::Failed(
                    "not_supported",
                    format!("The file {} has to be unpacked.", upload.name),
                ));
            }
        }
    }
    Ok(true)
}

/// What was found out about an upload while it came.
fn probe(upload: &File) -> Result<Probe, Why> {
    let known = upload.about.get("probe").cloned().unwrap_or_default();
    serde_json::from_value(known)
        .map_err(|error| Why::Failed("corrupt", format!("The file {}: {error}.", upload.name)))
}

/// A file that is plain text in UTF-8 already is its own source.
async fn in_place(
    sql: &impl Sql,
    held: &mut Held<'_>,
    at: &mut At,
    place: usize,
    upload: &File,
    begins: u64,
    settings: &FileSettings,
) -> Result<(), Why> {
    let begins = i64::try_from(begins).unwrap_or(i64::MAX);
    let sample = beginning(sql, held.job.id, upload, begins, SAMPLE).await?;
    let size = upload.size.saturating_sub(begins).max(0);
    let whole = sample.len() as i64 >= size;
    let detected = detect(&sample, whole, &upload.name, settings);
    let source = Source {
        name: upload.name.clone(),
        size,
        about: About {
            lies_in: upload.file,
            begins,
            reading: detected.reading,
            encoding: "UTF-8".to_owned(),
            sheet: false,
            replaced: 0,
        },
    };
    at.unpacking = Some(place + 1);
    at.pieces = 0;
    let mut progress = held.job.progress.clone();
    progress.phase = "unpacking".to_owned();
    progress.at = at.write();
    let step = held.step(progress);
    let files = [source.to_file(number(place, 0))];
    held.write(sql, step, &files, None).await?;
    Ok(())
}

/// How a source begins.
pub(super) struct Sample {
    pub name: String,
    pub encoding: String,
    pub sheet: bool,
    pub bytes: Vec<u8>,
    /// Whether that is all of it.
    pub whole: bool,
}

/// How much of a source is looked at for a preview, in bytes.
const PREVIEWED: usize = 4 << 20;

/// How the first source of the uploads begins.
pub(super) async fn sample(
    sql: &impl Sql,
    job: JobId,
    uploads: &[File],
    settings: &FileSettings,
) -> Result<Sample, Why> {
    let Some(upload) = uploads.first() else {
        let detail = "The import has no file any more.".to_owned();
        return Err(Why::Failed("no_file", detail));
    };
    let Some(begins) = probe(upload)?.in_place(settings) else {
        return Err(Why::Failed(
            "not_supported",
            format!("The file {} has to be unpacked.", upload.name),
        ));
    };
    let begins = i64::try_from(begins).unwrap_or(i64::MAX);
    let bytes = beginning(sql, job, upload, begins, PREVIEWED).await?;
    let size = upload.size.saturating_sub(begins).max(0);
    Ok(Sample {
        name: upload.name.clone(),
        encoding: "UTF-8".to_owned(),
        sheet: false,
        whole: bytes.len() as i64 >= size,
        bytes,
    })
}

/// How a file goes on from a byte: some `most` bytes, in whole pieces.
async fn beginning(
    sql: &impl Sql,
    job: JobId,
    file: &File,
    from: i64,
    most: usize,
) -> Result<Vec<u8>, Why> {
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
