//! What is shown of a file before it is imported.

use super::StartImport;
use roster_http::jobs::ShownJob;
use serde_json::Value;
use utoipa::ToSchema;

/// How a file would be read.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes intake's Reading")]
pub(crate) struct FileReading {
    /// `csv`, `json` or `json_lines`.
    #[schema(example = "csv")]
    format: String,
    /// Between cells.
    #[schema(example = ",")]
    delimiter: String,
    /// `double`, `single` or `none`.
    #[schema(example = "double")]
    quote: String,
    /// `doubled` or `backslash`.
    #[schema(example = "doubled")]
    escape: String,
    /// Whether the first row holds the columns' names.
    header: bool,
    /// How many lines are left out first.
    skip_rows: u32,
    /// What becomes of cells like `="01067"`, if it is not `keep`.
    #[schema(example = "text", nullable = false)]
    formulas: Option<String>,
    /// How many columns there are at least, where no header says it.
    #[schema(nullable = false)]
    columns: Option<u32>,
    /// What its rows are, if it is a report of an import: `cells` or `records`.
    #[schema(nullable = false)]
    report: Option<String>,
}

/// Why something was decided.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes intake's Reason")]
pub(crate) struct ReadingReason {
    /// The setting.
    #[schema(example = "delimiter")]
    setting: String,
    /// A sentence for people.
    reason: String,
    /// Stable name of the reason: `json_array`, `json_object`, `named_json`, `not_json`,
    /// `import_report`, `separator_line`, `separator_named`, `rows_alike`, `one_column`,
    /// `quotes_inside`, `none_quoted`, `quoted`, `backslashes`, `no_rows`, `cell_is_value`,
    /// `column_words`, `cell_unlike`, `cell_like_value`, `mostly_empty`, `no_value`.
    #[schema(example = "rows_alike")]
    code: String,
    /// Of `rows_alike`: the delimiter with which rows are alike.
    #[schema(nullable = false, example = ";")]
    delimiter: Option<String>,
    /// How many rows are.
    #[schema(nullable = false)]
    alike: Option<usize>,
    /// Of how many.
    #[schema(nullable = false)]
    rows: Option<usize>,
    /// How many cells those have.
    #[schema(nullable = false)]
    cells: Option<usize>,
    /// Of `quoted`: the quote.
    #[schema(nullable = false)]
    quote: Option<String>,
    /// How many cells are quoted, or words name columns.
    #[schema(nullable = false)]
    count: Option<usize>,
    /// Which cell of the first row is meant, from 1.
    #[schema(nullable = false)]
    cell: Option<usize>,
}

/// A line in another encoding.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes intake's Alternative")]
pub(crate) struct OtherEncoding {
    /// Its name in the WHATWG Encoding Standard.
    #[schema(example = "windows-1251")]
    encoding: String,
    /// The line in it.
    sample: String,
}

/// What is not sure about a file.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the jobs' FileWarning")]
pub(crate) struct FileWarning {
    /// Stable name: `encoding_uncertain`.
    #[schema(example = "encoding_uncertain")]
    code: String,
    /// A sentence for people.
    detail: String,
    /// The encoding that it would be read in.
    #[schema(nullable = false, example = "windows-1251")]
    encoding: Option<String>,
    /// A line as it would be read.
    sample: String,
    /// How it would be read otherwise, the likeliest first.
    alternatives: Vec<OtherEncoding>,
}

/// A part of the reason for a proposal, with what it says; which members there are follows
/// from the code.
#[derive(ToSchema)]
#[schema(example = json!({"code": "values_fit", "count": 3, "total": 3, "look": "email"}))]
#[allow(dead_code, reason = "describes model's Clue")]
pub(crate) struct ProposalReason {
    /// Stable name: `named_like_field`, `usual_name`, `takes_any_text`, `no_values`,
    /// `values_fit`, `half_fit`, `few_fit`, `values_look`, `no_field`, `needs_region`,
    /// `profile_ids`, `foreign_ids`, `kept_by_system`, `names_are_whole`, `whole_name`,
    /// `statuses`, `opt_in`, `opt_in_of_several`, `opt_in_of_none`, `subscriptions`, `contacts`,
    /// `contacts_of_none`, `contacts_without_status`, `no_column`, `relations`,
    /// `relations_of_none`, `relations_counted`, `better_given`, `date_format`,
    /// `date_format_unsure`.
    code: String,
    /// The column that it is about, by its header.
    #[schema(nullable = false)]
    column: Option<String>,
    /// The field.
    #[schema(nullable = false)]
    field: Option<String>,
    /// How many values look so.
    #[schema(nullable = false)]
    count: Option<usize>,
    /// Of how many.
    #[schema(nullable = false)]
    total: Option<usize>,
    /// Like what: `empty`, `email`, `phone`, `ip`, `date`, `integer`, `number`, `boolean`,
    /// `json`, `sex`, `country` or `text`.
    #[schema(nullable = false)]
    look: Option<String>,
    /// The resource.
    #[schema(nullable = false)]
    resource: Option<String>,
    /// Its name.
    #[schema(nullable = false)]
    name: Option<String>,
    /// The channel that it doesn't have.
    #[schema(nullable = false)]
    channel: Option<String>,
    /// Why relations can't be of this database, in a sentence.
    #[schema(nullable = false)]
    problem: Option<String>,
    /// The format of dates.
    #[schema(nullable = false)]
    format: Option<String>,
}

/// What a column may become, and why.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's Proposal")]
pub(crate) struct ColumnProposal {
    /// The column's place, from 1.
    column: usize,
    /// Its header.
    name: String,
    /// As in a mapping.
    #[schema(example = json!({"field": "email"}))]
    to: Value,
    /// Why, in a sentence or two.
    reason: String,
    /// The same in parts, from which any language can say it.
    reasons: Vec<ProposalReason>,
    /// How sure that is: `high`, `medium` or `low`.
    #[schema(example = "high")]
    confidence: String,
    /// The format of its dates, if it isn't ISO 8601.
    #[schema(example = "%d.%m.%Y", nullable = false)]
    date_format: Option<String>,
}

/// What the columns may be.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's Proposals")]
pub(crate) struct ImportProposals {
    /// One for each column, in order.
    columns: Vec<ColumnProposal>,
    /// All of it as settings, to be looked at and sent back.
    settings: StartImport,
}

/// A value that was left out of a row.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the jobs' OmittedValue")]
pub(crate) struct OmittedValue {
    /// Stable name of the reason.
    #[schema(example = "invalid_phone")]
    code: String,
    /// The column, or the place in the profile, as a JSON pointer.
    #[schema(example = "/Mobile")]
    pointer: String,
}

/// A row that would not be applied as it is.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the jobs' RowReport")]
pub(crate) struct FailedRow {
    /// `failed`, `skipped` or `warning`.
    #[schema(example = "failed")]
    outcome: String,
    /// The name of the file that it stands in.
    file: String,
    /// The line where it begins, from 1.
    line: u64,
    /// Stable name of the reason.
    #[schema(example = "invalid_email")]
    code: String,
    /// The column that it is about; absent for the row.
    #[schema(nullable = false)]
    column: Option<String>,
    /// What is wrong and what would be right.
    detail: String,
    /// All that was left out of it, where it was applied.
    #[schema(nullable = false)]
    skipped: Option<Vec<OmittedValue>>,
    /// Its cells as they came.
    #[schema(nullable = false)]
    cells: Option<Vec<String>>,
    /// The record as it came, for JSON.
    #[schema(value_type = Option<Object>, nullable = false)]
    record: Option<Value>,
    /// How its text begins, where it could not be read.
    #[schema(nullable = false)]
    text: Option<String>,
}

/// What only a person can answer before a file is imported.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes model's Question")]
pub(crate) struct ImportQuestion {
    /// Stable name: `consent_column_has_blanks`, `consent_column_not_mapped`.
    #[schema(example = "consent_column_has_blanks")]
    code: String,
    /// The column.
    column: String,
    /// How many rows say nothing there.
    blanks: usize,
    /// Of how many.
    rows: usize,
    /// Whether the mapping uses it.
    mapped: bool,
    /// What happens, and what else could be meant.
    detail: String,
}

/// What would become of the first rows.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the jobs' Check")]
pub(crate) struct ImportCheck {
    /// By which settings: `given` or `proposed`.
    #[schema(example = "proposed")]
    by: String,
    /// What is wrong with the settings themselves; then no row was checked.
    errors: Vec<roster_model::Invalid>,
    /// How many rows there were, and how they would end.
    counts: roster_http::jobs::JobCounts,
    /// The first of those that would not be applied as they are.
    failures: Vec<FailedRow>,
    /// What only a person can answer.
    questions: Vec<ImportQuestion>,
}

/// What there is to see of a file before it is imported.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the jobs' Preview")]
pub(crate) struct ImportPreview {
    /// The file, or the first of an archive.
    #[schema(example = "people.csv")]
    name: String,
    /// The encoding that it has; `null` where only the end of a large file will tell.
    #[schema(example = "UTF-8")]
    encoding: Option<String>,
    /// The sheets of a workbook, of which `file.sheet` chooses one.
    #[schema(nullable = false)]
    sheets: Option<Vec<String>>,
    /// How it would be read.
    reading: FileReading,
    /// `lf`, `crlf`, `cr` or `mixed`.
    #[schema(example = "lf")]
    line_end: String,
    /// Why it would be read so.
    reasons: Vec<ReadingReason>,
    /// What is not sure about the file.
    warnings: Vec<FileWarning>,
    /// The names of its columns; of JSON those of the first records' members.
    columns: Vec<String>,
    /// The first rows: arrays of cells, or records.
    #[schema(example = json!([["ann@example.org", "Ann"]]))]
    rows: Vec<Value>,
    /// What the columns may be. An import runs with the mapping that it is given,
    /// never by itself with this one.
    proposals: ImportProposals,
    /// What would become of the first rows.
    check: ImportCheck,
}

/// A file of an import.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes with_files")]
pub(crate) struct ImportedFile {
    /// Its name.
    #[schema(example = "people.csv")]
    name: String,
    /// `upload` as it came, `source` for plain text unpacked from it, `result` for what
    /// the job made.
    #[schema(example = "upload")]
    role: String,
    /// Its size in bytes.
    size: i64,
    /// What else is known about it.
    #[schema(value_type = Object)]
    about: Value,
}

/// An import with its files, and what is not sure about them.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes shape::shown")]
pub(crate) struct StartedImport {
    #[serde(flatten)]
    job: ShownJob,
    /// The files.
    files: Vec<ImportedFile>,
    /// What is not sure about the file; absent if all is.
    #[schema(nullable = false)]
    warnings: Option<Vec<FileWarning>>,
}
