//! A file import: unpacks what was uploaded, then applies its rows.
//!
//! Unpacking makes plain texts in UTF-8 ("sources") of whatever came; a file
//! that is one already is read where it lies. Applying reads records from a
//! byte of a source on, makes items of them, and writes them in chunks, each
//! in one statement with the byte that it ends at. So an import that was cut
//! off at any moment goes on at the right row, and a row that was unpacked
//! twice is the same bytes in the same place.

mod apply;
mod chunk;
mod pace;
mod preview;
mod reader;
mod sample;
mod source;
mod take;
mod unpack;

pub use chunk::{OmittedValue, RowReport, outcomes_of};
pub use preview::{Check, FileWarning, Preview, check_columns, preview};
pub use reader::Reader;
pub use source::{Source, SourceInfo};
pub use take::{PIECE, UploadWriter};

use crate::{JobError, LeasedJob};
use roster_intake::{FileSettings, Position};
use roster_model::Code;
use roster_model::Invalid;
use roster_model::import::ImportSettings;
use roster_model::write::Schema;
use roster_store::jobs::Job;
use roster_store::{Lend, Sql};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where an import is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Checkpoint {
    /// The upload that is being unpacked, by its place; `None` when all are.
    unpacking: Option<usize>,
    /// How many pieces of it are written already.
    pieces: i64,
    /// The source that is being applied, by its place.
    source: usize,
    /// Where in it; `None` at its beginning.
    position: Option<Position>,
    /// The names of its columns, once they are known.
    columns: Vec<String>,
    /// How many rows the sources before it had.
    rows_before: i64,
    /// How many bytes they had.
    bytes_before: i64,
}

impl Checkpoint {
    fn read(stored: &Value) -> Result<Self, JobError> {
        if stored.is_null() {
            return Ok(Checkpoint {
                unpacking: Some(0),
                ..Checkpoint::default()
            });
        }
        serde_json::from_value(stored.clone()).map_err(|error| {
            JobError::Failed(
                Code::Corrupt,
                format!("The progress can't be read: {error}."),
            )
        })
    }

    fn write(&self) -> Value {
        // Numbers and texts can't fail to serialise.
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// The columns of the source that an import reads or read last; none before
/// that, and for JSON.
#[must_use]
pub fn columns(job: &Job) -> Vec<String> {
    Checkpoint::read(&job.progress.at).map_or_else(|_| Vec::new(), |at| at.columns)
}

/// The settings of an import: those about the file, and those about its rows.
///
/// # Errors
/// `invalid` and the codes of [`ImportSettings::parse`], with pointers into
/// `settings`.
pub fn settings(
    settings: &Value,
    schema: &Schema<'_>,
) -> Result<(FileSettings, ImportSettings), Vec<Invalid>> {
    let (file, rest) = split(settings)?;
    file.check().map_err(|invalid| invalid.at("file"))?;
    Ok((file, ImportSettings::parse(&rest, schema)?))
}

/// Splits settings into those about the file (`file`) and the others.
///
/// # Errors
/// `wrong_type`, `invalid`.
pub fn split(settings: &Value) -> Result<(FileSettings, Value), Invalid> {
    let mut rest = settings.clone();
    let Some(members) = rest.as_object_mut() else {
        let detail = "Settings are an object: file, mapping, matching and so on.";
        return Err(Invalid::new(Code::WrongType, detail));
    };
    let file = match members.remove("file") {
        None | Some(Value::Null) => FileSettings::default(),
        Some(file) if !file.is_object() => {
            return Err(Invalid::wrong_type(&file, "an object").at("file"));
        }
        Some(file) => serde_json::from_value(file)
            .map_err(|error| Invalid::new(Code::Invalid, error.to_string()).at("file"))?,
    };
    Ok((file, rest))
}

/// Does steps until the import ends or the time is up.
///
/// # Errors
/// [`JobError`] the work stopped.
pub async fn run(
    sql: &impl Sql,
    lend: &impl Lend,
    held: &mut LeasedJob<'_>,
) -> Result<(), JobError> {
    let mut at = Checkpoint::read(&held.job.progress.at)?;
    if at.unpacking.is_some() && !unpack::run(sql, held, &mut at).await? {
        return Ok(());
    }
    apply::run(sql, lend, held, at).await
}

/// One refusal for several complaints, for a job's `problem`.
fn sentences(wrong: &[Invalid]) -> String {
    let sentences: Vec<String> = wrong.iter().take(10).map(ToString::to_string).collect();
    sentences.join(" ")
}
