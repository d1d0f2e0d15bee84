//! What became of a file.

use roster_model::Code;
use roster_store::suppressions::changes::AddCounts;
use serde::Serialize;

/// How many rows that were not taken are told, and how many files.
const MOST_ERRORS: usize = 1000;
const MOST_SKIPPED: usize = 100;

/// What became of a file; each value is counted once.
#[derive(Default, Serialize, utoipa::ToSchema)]
#[schema(as = SuppressionImport)]
pub(crate) struct Report {
    /// How many rows there were, without headers and empty ones.
    rows: u64,
    /// How many values were taken from them, and rows that have none.
    total: usize,
    /// How many are new.
    added: usize,
    /// How many were there and have another reason or meaning now.
    updated: usize,
    /// How many were there just so, or stood in the file several times.
    repeated: usize,
    /// How many rows have no value that could be taken.
    failed: usize,
    /// The first thousand of those.
    errors: Vec<WrongRow>,
    /// Files of an archive that were not read, the first hundred.
    skipped: Vec<SkippedFile>,
}

/// A row that was not taken.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = WrongSuppressionRow)]
pub(crate) struct WrongRow {
    /// The file, and the sheet of a workbook.
    pub(crate) file: String,
    /// The line where it begins, from 1; of a sheet the row.
    pub(crate) line: u64,
    /// The stable name of what is wrong.
    #[schema(value_type = String, example = "unrecognised")]
    pub(crate) code: Code,
    /// What is wrong and what would be right.
    pub(crate) detail: String,
}

/// A file of an archive that was not read.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SkippedSuppressionFile)]
struct SkippedFile {
    /// Its name in the archive.
    name: String,
    /// Why.
    reason: String,
}

impl Report {
    /// How many entries are new so far.
    pub(crate) fn added(&self) -> usize {
        self.added
    }

    /// Counts a row that has something in it.
    pub(crate) fn row(&mut self) {
        self.rows += 1;
    }

    /// Counts values that came to the list.
    pub(crate) fn count(&mut self, added: AddCounts, values: usize) {
        self.total += values;
        self.added += added.added;
        self.updated += added.updated;
        self.repeated += added.repeated;
    }

    /// Counts a row without a value.
    pub(crate) fn fail(&mut self, wrong: impl FnOnce() -> WrongRow) {
        self.total += 1;
        self.failed += 1;
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(wrong());
        }
    }

    /// Tells of a file that was not read.
    pub(crate) fn skip(&mut self, name: String, reason: String) {
        if self.skipped.len() < MOST_SKIPPED {
            self.skipped.push(SkippedFile { name, reason });
        }
    }

    #[cfg(test)]
    pub(crate) fn seen(&self) -> (u64, usize, Vec<(&str, u64, &'static str)>) {
        let errors = self.errors.iter();
        let errors = errors
            .map(|e| (&*e.file, e.line, e.code.as_str()))
            .collect();
        (self.rows, self.failed, errors)
    }
}
