//! The sources of an import: the plain texts that its records stand in.

use roster_intake::{Doubt, Reading};
use roster_model::{Code, JobId};
use roster_store::jobs::{File, Role, files};
use roster_store::{Error, Sql};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is known of a source beside its name and size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// The file whose bytes it is: itself, or an upload that is read in place.
    pub lies_in: i64,
    /// The byte of that file where it begins.
    pub begins: i64,
    /// How its records are read.
    pub reading: Reading,
    /// The encoding that it had.
    pub encoding: String,
    /// Whether it was a sheet of a workbook, whose cells have types.
    pub sheet: bool,
    /// How many invalid bytes were replaced while it was unpacked.
    pub replaced: u64,
    /// What else its encoding may be, where that is nearly as likely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
}

/// A source of an import.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name: the file's, or the one in the archive.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// What else is known.
    pub about: SourceInfo,
}

impl Source {
    /// As it is stored.
    pub(crate) fn to_file(&self, number: i64) -> File {
        File {
            file: number,
            role: Role::Source,
            name: self.name.clone(),
            size: self.size,
            // Numbers and texts can't fail to serialise.
            about: serde_json::to_value(&self.about).unwrap_or(Value::Null),
        }
    }
}

/// The number of an upload's source, by their places.
pub(crate) fn number(upload: usize, source: usize) -> i64 {
    let number = upload.saturating_add(1).saturating_mul(10_000);
    i64::try_from(number.saturating_add(source)).unwrap_or(i64::MAX)
}

/// Whether more of an upload comes while it is read, and why none comes any more before its end:
/// a code and a sentence.
pub(crate) fn growth(upload: &File) -> (bool, Option<(Code, String)>) {
    let open = upload.about.get("open").and_then(Value::as_bool);
    let failed = upload.about.get("failed").and_then(|why| {
        let text = |name: &str| why.get(name).and_then(Value::as_str);
        let code = Code::ALL
            .iter()
            .find(|code| Some(code.as_str()) == text("code"));
        Some((*code?, text("detail")?.to_owned()))
    });
    (open.unwrap_or_default(), failed)
}

/// The uploads of an import in order, and its sources.
pub(crate) async fn all(sql: &impl Sql, job: JobId) -> Result<(Vec<File>, Vec<Source>), Error> {
    let mut uploads = Vec::new();
    let mut sources = Vec::new();
    for file in files(sql, job).await? {
        match file.role {
            Role::Upload => uploads.push(file),
            Role::Source => {
                let about = serde_json::from_value(file.about)
                    .map_err(|error| Error::Corrupt(format!("a source: {error}")))?;
                sources.push(Source {
                    name: file.name,
                    size: file.size,
                    about,
                });
            }
            Role::Result => {}
        }
    }
    // A file that is read where it lies may have grown.
    for source in &mut sources {
        let upload = uploads
            .iter()
            .find(|file| file.file == source.about.lies_in);
        if let Some(upload) = upload {
            source.size = upload.size.saturating_sub(source.about.begins).max(0);
        }
    }
    Ok((uploads, sources))
}
