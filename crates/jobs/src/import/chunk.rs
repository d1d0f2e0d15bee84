//! Some rows of an import that are written together, and what became of them.

use roster_intake::records::WarningPlace;
use roster_intake::{Content, Record, RecordError, RecordWarning};
use roster_model::Code;
use roster_model::import::{self, Plan, RowOutcome};
use roster_model::write::{Command, Mode, OutcomeKind, Refusal, RefusalKind, Schema};
use roster_model::{Invalid, ProfileId, SegmentId};
use roster_store::jobs::{Counts, ReportRow};
use roster_store::write::ItemResult;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The number of an outcome in the stored results: 1 for created, 2 for updated, 3 for
/// unchanged; 10 more where a subscription was left out.
const UNCHANGED: u8 = 3;

/// What is added where a subscription was left out.
const NOT_SUBSCRIBED: u8 = 10;

/// What is told of a row that was not applied as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowReport {
    /// How the row ended, where that isn't said beside it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub outcome: String,
    /// The name of the file that it stands in.
    pub file: String,
    /// The line where it begins, from 1.
    pub line: u64,
    /// Stable name of the reason.
    pub code: String,
    /// The column that it is about; empty for the row.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub column: String,
    /// What is wrong and what would be right.
    pub detail: String,
    /// All that was left out of it, where it was applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<OmittedValue>,
    /// Its cells as they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<String>,
    /// The record as it came, for JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Value>,
    /// How its text begins, where it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// One value that was left out of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OmittedValue {
    /// Stable name of the reason.
    pub code: String,
    /// The column, as a JSON pointer of one step, or the place in the profile.
    pub pointer: String,
}

/// What a chunk of rows came to.
#[derive(Debug, Default)]
pub(super) struct Sum {
    pub counts: Counts,
    pub failures: Vec<ReportRow>,
    pub results: Vec<(i64, u8)>,
    pub members: Vec<(SegmentId, ProfileId)>,
}

/// A row as it was read.
pub(super) type Row = Result<Record, Box<RecordError>>;

/// What is needed to tell of the rows of a chunk.
#[derive(Debug)]
pub(super) struct Chunk {
    pub rows: Vec<Row>,
    /// The name of the file.
    pub file: String,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// How many rows the sources before this one had.
    pub rows_before: i64,
    /// What the import may do.
    pub mode: Mode,
    /// The segment that profiles are put into, and those of which outcomes.
    pub segment: Option<(SegmentId, Vec<RowOutcome>)>,
    /// Nothing is written, so nobody enters a segment.
    pub dry: bool,
}

impl Chunk {
    /// The items of the rows that could be read.
    pub fn prepare(&self, plan: &Plan, schema: &Schema<'_>) -> Vec<Result<Command, Refusal>> {
        let readable = self.rows.iter().filter_map(|row| row.as_ref().ok());
        let items = readable.map(|record| match &record.content {
            Content::Cells(cells) => {
                plan.prepare(import::Row::Cells(&|index| cells.get(index)), schema)
            }
            Content::Object(object) => plan.prepare(import::Row::Record(object), schema),
        });
        items.collect()
    }

    /// Counts and tells what became of the rows. Every row has one result.
    pub fn sum(&self, results: &[ItemResult]) -> Sum {
        let mut sum = Sum::default();
        let mut results = results.iter();
        for row in &self.rows {
            sum.counts.read += 1;
            match row {
                Ok(record) => match results.next() {
                    Some(result) => self.add(record, result, &mut sum),
                    None => {
                        let lost = Refusal::new(
                            RefusalKind::Internal,
                            Code::Internal,
                            "The row has no result.",
                        );
                        self.add(record, &Err(lost), &mut sum);
                    }
                },
                Err(error) => {
                    sum.counts.failed += 1;
                    let told = self.unreadable(error);
                    self.report("failed", error.row, &told, &mut sum);
                }
            }
        }
        sum
    }

    fn add(&self, record: &Record, result: &ItemResult, sum: &mut Sum) {
        match result {
            Ok(outcome) => {
                let (row_outcome, code) = match outcome.kind {
                    OutcomeKind::Created => (RowOutcome::Created, 1),
                    OutcomeKind::Updated => (RowOutcome::Updated, 2),
                    OutcomeKind::Unchanged | OutcomeKind::Deleted => {
                        (RowOutcome::Unchanged, UNCHANGED)
                    }
                };
                match row_outcome {
                    RowOutcome::Created => sum.counts.created += 1,
                    RowOutcome::Updated => sum.counts.updated += 1,
                    _ => sum.counts.unchanged += 1,
                }
                let left_out = outcome.not_subscribed;
                let told = if outcome.skipped.is_empty() {
                    let first = record.warnings.first();
                    first.map(|first| self.of_warning(record, first))
                } else {
                    sum.counts.skipped_values +=
                        i64::try_from(outcome.skipped.len()).unwrap_or(i64::MAX);
                    Some(self.of_skipped(record, &outcome.skipped))
                };
                if let Some(told) = told {
                    sum.counts.warnings += 1;
                    self.report("warning", record.row, &told, sum);
                }
                if self.dry {
                    return;
                }
                let code = if left_out {
                    code + NOT_SUBSCRIBED
                } else {
                    code
                };
                sum.results.push((outcome.id.pk(), code));
                if let Some((segment, outcomes)) = &self.segment
                    && (outcomes.contains(&row_outcome)
                        || (left_out && outcomes.contains(&RowOutcome::FailedToSubscribe)))
                {
                    sum.members.push((*segment, outcome.id));
                }
            }
            Err(error) => {
                // Whom the import's method leaves alone is no mistake of the row.
                let skipped = match error.code {
                    Code::Exists => true,
                    Code::NotFound => self.mode == Mode::Update,
                    _ => false,
                };
                let outcome = if skipped {
                    sum.counts.skipped += 1;
                    "skipped"
                } else {
                    sum.counts.failed += 1;
                    "failed"
                };
                let told = self.of_error(record, error);
                self.report(outcome, record.row, &told, sum);
            }
        }
    }

    fn report(&self, outcome: &str, row: u64, told: &RowReport, sum: &mut Sum) {
        let row = i64::try_from(row).unwrap_or(i64::MAX);
        sum.failures.push(ReportRow {
            row: self.rows_before.saturating_add(row),
            outcome: outcome.to_owned(),
            // Texts and numbers can't fail to serialise.
            body: serde_json::to_value(told).unwrap_or(Value::Null),
        });
    }

    fn unreadable(&self, error: &RecordError) -> RowReport {
        RowReport {
            file: self.file.clone(),
            line: error.line,
            code: error.code.as_str().to_owned(),
            detail: error.detail.clone(),
            cells: error
                .cells
                .iter()
                .flat_map(|cells| cells.iter().map(str::to_owned))
                .collect(),
            text: error.text.clone(),
            ..RowReport::default()
        }
    }

    fn of_record(&self, record: &Record) -> RowReport {
        let mut told = RowReport {
            file: self.file.clone(),
            line: record.line,
            ..RowReport::default()
        };
        match &record.content {
            Content::Cells(cells) => told.cells = cells.iter().map(str::to_owned).collect(),
            Content::Object(object) => told.record = Some(Value::Object(object.clone())),
        }
        told
    }

    /// What was left out of a row: the first by itself, all of it in words.
    fn of_skipped(&self, record: &Record, skipped: &[Invalid]) -> RowReport {
        let mut told = self.of_record(record);
        for invalid in skipped {
            let column = column(&invalid.pointer);
            if told.code.is_empty() {
                told.code = invalid.code.as_str().to_owned();
                told.detail.clone_from(&invalid.detail);
                told.column = column;
            } else {
                let more = format!(" {column}: {} ({}).", invalid.detail, invalid.code);
                told.detail.push_str(&more);
            }
            told.skipped.push(OmittedValue {
                code: invalid.code.as_str().to_owned(),
                pointer: invalid.pointer.clone(),
            });
        }
        told
    }

    fn of_warning(&self, record: &Record, warning: &RecordWarning) -> RowReport {
        let column = match &warning.place {
            Some(WarningPlace::Column(index)) => self.columns.get(*index).cloned(),
            Some(WarningPlace::Pointer(pointer)) => Some(column(pointer)),
            None => None,
        };
        RowReport {
            code: warning.code.as_str().to_owned(),
            column: column.unwrap_or_default(),
            detail: warning.detail.clone(),
            ..self.of_record(record)
        }
    }

    fn of_error(&self, record: &Record, error: &Refusal) -> RowReport {
        let mut detail = error.detail.clone();
        let more = error.errors.len().saturating_sub(1);
        if more > 0 {
            detail = format!("{detail} ({more} more)");
        }
        if error.code == Code::AmbiguousMatch || error.code == Code::Duplicate {
            let ids: Vec<String> = error
                .candidates
                .iter()
                .take(5)
                .map(ToString::to_string)
                .collect();
            detail = format!("{detail} Profiles: {}.", ids.join(", "));
        }
        RowReport {
            code: error.code.as_str().to_owned(),
            column: column(&error.pointer),
            detail,
            ..self.of_record(record)
        }
    }
}

/// The column that a pointer names.
fn column(pointer: &str) -> String {
    let name = pointer.strip_prefix('/').unwrap_or(pointer);
    let name = name.split('/').next().unwrap_or_default();
    name.replace("~1", "/").replace("~0", "~")
}

/// What a stored number of an outcome means.
#[must_use]
pub fn outcomes_of(code: u8) -> (RowOutcome, bool) {
    let outcome = match code % NOT_SUBSCRIBED {
        1 => RowOutcome::Created,
        2 => RowOutcome::Updated,
        _ => RowOutcome::Unchanged,
    };
    (outcome, code >= NOT_SUBSCRIBED)
}
