//! What an import is asked to do.

use crate::words::{
    Apostrophes, DecimalMark, EmptyCells, InvalidValues, LineBreaks, MatchingMode, OtherColumns,
    WholeRecords, WriteMode,
};
use roster_http::openapi::Consent;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// How a file is read, where detection is wrong; what is absent is detected.
#[derive(ToSchema)]
#[schema(example = json!({"delimiter": ";", "encoding": "windows-1252"}))]
#[allow(dead_code, reason = "describes intake's FileSettings")]
pub(crate) struct ImportFile {
    /// `csv` (also `tsv`, `txt`, `xlsx`, `xls`, `ods`), `json` or `json_lines` (also
    /// `jsonl`, `ndjson`).
    #[schema(example = "csv")]
    format: Option<String>,
    /// A label of the WHATWG Encoding Standard.
    #[schema(example = "windows-1251")]
    encoding: Option<String>,
    /// One ASCII character between cells.
    #[schema(example = ";", max_length = 1)]
    delimiter: Option<String>,
    /// `double`, `single` or `none`.
    #[schema(example = "double")]
    quote: Option<String>,
    /// How a quote stands inside quotes: `doubled` or `backslash`.
    #[schema(example = "doubled")]
    escape: Option<String>,
    /// Whether the first row holds the columns' names.
    header: Option<bool>,
    /// The sheet of a workbook, by name; the first that isn't empty otherwise.
    #[schema(example = "Sheet1")]
    sheet: Option<String>,
    /// How many lines (of a sheet: rows) are left out before the header.
    #[schema(minimum = 0, maximum = 4_294_967_295_u32, example = 0)]
    skip_rows: Option<i64>,
    /// Cells like `="01067"`: `text` takes the text inside, `keep` leaves them as they
    /// are; `text` if it is detected.
    #[schema(example = "text")]
    formulas: Option<String>,
}

/// What one column of a file becomes.
#[derive(ToSchema)]
#[schema(example = json!({"column": "E-mail", "to": {"field": "email"}}))]
#[allow(dead_code, reason = "describes model's Mapping")]
pub(crate) struct ColumnRule {
    /// Its header, or its place counted from 1; of JSON a member or a JSON pointer.
    #[schema(schema_with = crate::words::column)]
    column: Value,
    /// `"ignore"`, `{field, action, submatch}`, `{subscription, part, label}`,
    /// `{relation, part, label}`, or a list of these; see docs/MAPPING.md. Relations need
    /// the scope `relations:write` too.
    #[schema(example = json!({"field": "email"}))]
    to: Value,
}

/// Which column becomes what, or `"data"`, which takes JSON records as they are.
#[derive(ToSchema)]
#[schema(example = json!([{"column": "E-mail", "to": {"field": "email"}}]))]
#[serde(untagged)]
#[allow(dead_code, reason = "describes model's Mapping")]
pub(crate) enum MappingRules {
    /// `data`.
    Whole(WholeRecords),
    /// A rule for each column.
    Columns(Vec<ColumnRule>),
}

/// What an import is to do: see docs/MAPPING.md for every member.
#[derive(ToSchema)]
#[schema(example = json!({
    "mode": "import", "matching": "email",
    "mapping": [
        {"column": "E-mail", "to": [
            {"field": "email"}, {"subscription": {"resource_id": "1", "channel": "email"}}
        ]},
        {"column": "First name", "to": {"field": "_fname"}}
    ],
    "date_formats": ["%d.%m.%Y"], "decimal": ","
}))]
#[allow(dead_code, reason = "describes ImportSettings::parse")]
pub(crate) struct StartImport {
    /// How the file is read, where detection is wrong.
    file: Option<ImportFile>,
    /// `import` (add and change; the default), `add` (only add) or `update` (only change).
    mode: Option<WriteMode>,
    /// How the profile of a row is found; `email` if absent.
    matching: Option<MatchingMode>,
    /// The field that `custom` matches by.
    field_name: Option<String>,
    /// The resource that modes of subscriptions look at.
    #[schema(example = "1")]
    resource_id: Option<String>,
    /// Which column becomes what.
    mapping: Option<MappingRules>,
    /// Columns that the mapping does not name; `ignore` if absent.
    others: Option<OtherColumns>,
    /// Data that every row gets.
    #[schema(example = json!({"_vendor": "fair 2026"}))]
    constants: Option<Map<String, Value>>,
    /// Between the values of a cell that holds several.
    #[schema(example = ",")]
    separator: Option<String>,
    /// As of strptime, tried in order before ISO 8601.
    #[schema(example = json!(["%d.%m.%Y"]))]
    date_formats: Option<Vec<String>>,
    /// Of times without an offset, instead of the database's.
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
    /// Of phone numbers without a `+`, instead of the database's.
    #[schema(example = "DE")]
    region: Option<String>,
    /// `.` or `,` before fractions; the other one may group digits.
    decimal: Option<DecimalMark>,
    /// Words that mean true, in any case.
    #[schema(example = json!(["ja"]))]
    true_values: Option<Vec<String>>,
    /// Words that mean false, in any case.
    #[schema(example = json!(["nein"]))]
    false_values: Option<Vec<String>>,
    /// An empty cell: `skip` leaves the value as it is, `clear` clears it.
    empty: Option<EmptyCells>,
    /// Texts that count as empty.
    #[schema(example = json!(["NULL"]))]
    empty_values: Option<Vec<String>>,
    /// Whether white space around texts is dropped.
    trim: Option<bool>,
    /// Inside texts, which can have none: `space` or `refuse`.
    line_breaks: Option<LineBreaks>,
    /// Before what could be a formula: `restore` takes away what our own exports
    /// put there, `keep`.
    apostrophes: Option<Apostrophes>,
    /// Optional values that can't be read: `skip` leaves them out and tells,
    /// `refuse` refuses the row; `skip` otherwise.
    invalid: Option<InvalidValues>,
    /// Leave invalid subscriptions out instead of refusing the row; as `invalid`
    /// has it otherwise.
    skip_invalid_subscriptions: Option<bool>,
    /// Whether those who left, complained or bounced agreed again.
    resubscribe: Option<bool>,
    /// How that is known, or why else something changes; history keeps it.
    #[schema(example = "They signed at the fair.")]
    reason: Option<String>,
    /// What was agreed to, and how; history keeps it.
    consent: Option<Consent>,
    /// Kept and shown; there are no triggers yet.
    skip_triggers: Option<bool>,
    /// The static segment that profiles are put into.
    segment: Option<IntoSegmentBody>,
    /// Check and count everything, write nothing.
    dry_run: Option<bool>,
    /// The import whose failed rows these are, mended: the overview counts as many rows of that
    /// less as this one reads.
    mends: Option<String>,
}

/// Files in a form, of any names, at most 100; together they are one import.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what the handler reads")]
pub(crate) struct UploadForm {
    /// Starts the import at once; JSON.
    #[schema(nullable = false)]
    settings: Option<StartImport>,
    /// A file.
    #[schema(value_type = String, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// The segment, by `id`, or by `create` with the name of a new one.
#[derive(ToSchema)]
#[schema(example = json!({"create": "Guests of the fair", "outcomes": ["created", "updated"]}))]
#[allow(dead_code, reason = "describes model's SegmentGoal")]
pub(crate) struct IntoSegmentBody {
    /// A segment that is there.
    id: Option<String>,
    /// The name of a new one.
    create: Option<String>,
    /// Some of `created`, `updated`, `unchanged`, `failed_to_subscribe`, or `"all"`.
    #[schema(schema_with = crate::words::chosen_outcomes)]
    outcomes: Option<Value>,
}

/// Settings that were saved.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes start::ImportRequest")]
pub(crate) struct SavedSettings {
    /// Their name.
    #[schema(example = "newsletter")]
    settings: String,
}

/// What an import is to do, said here or by the name of saved settings.
#[derive(ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes start::ImportRequest")]
#[allow(clippy::large_enum_variant, reason = "no value is ever made")]
pub(crate) enum StartOrSaved {
    /// Said here.
    Start(StartImport),
    /// Saved.
    Saved(SavedSettings),
}
