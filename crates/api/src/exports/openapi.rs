//! What the OpenAPI document says of bodies and parameters of exports.

use crate::words::{LineEnds, Quotes, StatusWord, TableFormat};
use roster_http::openapi::{Condition, Range};
use roster_http::query;
use roster_model::Channel;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Which part of a file.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "describes headers")]
pub(crate) struct RangeHeaders {
    /// One range of bytes.
    #[param(rename = "Range", example = "bytes=0-99")]
    range: Option<String>,
    /// The `ETag` of the file that the range is of; the whole file comes if it
    /// is another.
    #[param(rename = "If-Range")]
    if_range: Option<String>,
    /// An `ETag`: 304 if it is still the file's.
    #[param(rename = "If-None-Match")]
    if_none_match: Option<String>,
}

/// The contacts of subscriptions to a resource by a channel, in columns of an export.
#[derive(ToSchema)]
#[schema(example = json!({"resource_id": "1", "channel": "email", "deliverable": true}))]
#[allow(dead_code, reason = "describes model's Column::Contacts")]
pub(crate) struct ExportedContacts {
    /// The resource.
    resource_id: String,
    /// The channel.
    channel: Channel,
    /// The provider, for `push`.
    provider: Option<String>,
    /// Only subscriptions with this status.
    status: Option<StatusWord>,
    /// Only subscriptions by which messages may be sent now.
    deliverable: Option<bool>,
    /// Three more columns beside the contacts: `status`, `left_by` (`person`,
    /// `provider`, `operator`) and `left_at`.
    statuses: Option<bool>,
}

/// What an export has of subscriptions.
#[derive(ToSchema)]
#[schema(example = "none")]
#[serde(untagged)]
#[allow(dead_code, reason = "describes model's take_columns")]
pub(crate) enum ExportedSubscriptions {
    /// `none`, or `json`: one column with all.
    Word(String),
    /// A column of contacts each.
    Contacts(Vec<ExportedContacts>),
}

/// Which profiles, which columns, and in what format: see docs/EXPORTS.md.
#[derive(ToSchema)]
#[schema(example = json!({
    "condition": {"status": ["subscribed"]}, "fields": ["id", "email", "_fname", "_status"],
    "subscriptions": [
        {"resource_id": "1", "channel": "email", "deliverable": true, "statuses": true}
    ],
    "format": "csv", "delimiter": "semicolon", "gzip": false
}))]
#[allow(dead_code, reason = "describes a streamed export's body")]
pub(crate) struct StreamedExport {
    /// A saved view: its condition must hold too, and its columns are shown unless `fields`
    /// are given. Takes the scope `views:read` too.
    #[schema(example = json!(null))]
    view: Option<String>,
    /// Only profiles that meet this condition.
    condition: Option<Condition>,
    /// Only members of this segment.
    segment: Option<String>,
    /// A window of the database, chosen before the condition.
    range: Option<Range>,
    /// At most so many profiles, the oldest ones.
    #[schema(minimum = 1)]
    limit: Option<i64>,
    /// Names in the order of the columns: fields, `id`, `_status`,
    /// `created_at`, `updated_at`, `control_group`, and `relations/<type>`, with `/a` or
    /// `/b` for the side and `/count` for how many there are; that takes the scope
    /// `relations:read` too.
    #[schema(example = json!(["id", "email", "_fname", "_status"]))]
    fields: Option<Vec<String>>,
    /// What of subscriptions; `none` if absent.
    subscriptions: Option<ExportedSubscriptions>,
    /// What it is written as; `csv` if absent.
    format: Option<TableFormat>,
    /// A character, or `comma`, `semicolon`, `tab`, `pipe`, `space`.
    #[schema(example = ",")]
    delimiter: Option<String>,
    /// Whether a CSV begins with the mark by which Excel knows UTF-8.
    bom: Option<bool>,
    /// Which cells stand in quotation marks; `minimal` if absent.
    quote: Option<Quotes>,
    /// How lines end; `crlf` if absent.
    line_end: Option<LineEnds>,
    /// Leave cells that could be formulas as they are.
    raw: Option<bool>,
    /// Between the values of a cell that holds several.
    #[schema(example = ",")]
    separator: Option<String>,
    /// Whether the file is gzipped.
    gzip: Option<bool>,
}

/// An export that is kept, as a file to be fetched: what a streamed one has, and a name.
#[derive(ToSchema)]
#[schema(example = json!({"name": "Readers", "fields": ["email", "_fname"], "format": "xlsx"}))]
#[allow(dead_code, reason = "describes a kept export's body")]
pub(crate) struct KeptExport {
    /// What it is called; at most 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[serde(flatten)]
    export: StreamedExport,
}

/// The same as query parameters.
#[query]
pub(crate) struct ExportQuery {
    /// A saved view: its condition must hold too, and its columns are shown unless `fields`
    /// are given. Takes the scope `views:read` too.
    view: Option<String>,
    /// A condition as JSON.
    condition: Option<String>,
    /// Only members of this segment.
    segment: Option<String>,
    /// A window of the database as JSON: `{"from": 0, "to": 10}` in percent.
    range: Option<String>,
    /// At most so many profiles, the oldest ones.
    #[param(minimum = 1)]
    limit: Option<i64>,
    /// Names of columns between commas.
    #[param(example = "id,email,_fname")]
    fields: Option<String>,
    /// `none`, `json`, or an array of `{resource_id, channel, provider, status,
    /// deliverable, statuses}` as JSON.
    subscriptions: Option<String>,
}

/// Which entries of a history, and in what format.
#[query]
pub(crate) struct HistoryQuery {
    /// Only entries at or after this time, or this day in the database's zone.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Only entries before this time, or this day in the database's zone.
    to: Option<String>,
    /// Kinds between commas.
    #[param(example = "profile.created,profile.updated")]
    kind: Option<String>,
    /// Names of fields between commas: the values that profiles have now, in
    /// columns `profile.<field>`.
    fields: Option<String>,
}

/// How the file is written.
#[query]
pub(crate) struct FormatQuery {
    /// `csv`, `jsonl` or `xlsx`.
    #[param(schema_with = crate::words::format)]
    format: Option<String>,
    /// A character, or `comma`, `semicolon`, `tab`, `pipe`, `space`.
    delimiter: Option<String>,
    /// Whether a CSV begins with the mark by which Excel knows UTF-8.
    bom: Option<bool>,
    /// `minimal` or `all`.
    #[param(schema_with = crate::words::quoted)]
    quote: Option<String>,
    /// `crlf` or `lf`.
    #[param(schema_with = crate::words::line_end)]
    line_end: Option<String>,
    /// Leave cells that could be formulas as they are.
    raw: Option<bool>,
    /// Between the values of a cell that holds several: 1 to 10 characters.
    #[param(min_length = 1, max_length = 10)]
    separator: Option<String>,
    /// Whether the file is gzipped.
    gzip: Option<bool>,
}

/// Everything that is kept about a person.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes an answer")]
pub(crate) struct PersonExport {
    /// When this was read.
    #[schema(format = DateTime)]
    exported_at: String,
    /// The database: `{id, name}`.
    database: Value,
    /// The profile with its values and subscriptions, deleted ones too.
    profile: Value,
    /// The resources that it is subscribed to: `[{id, name}]`.
    resources: Vec<Value>,
    /// The segments that it is in: `[{id, name}]`.
    segments: Vec<Value>,
    /// Its relations by type and side, at most 10,000 of each:
    /// `[{relation_type_id, name, side, total, with: [{profile_id, weights, …}]}]`.
    relations: Vec<Value>,
    /// When it was in the control group, newest first, and what was done by hand:
    /// `{stays: [{entered_at, left_at}], by_hand: {member, reason, actor, at}}`.
    control_group: Value,
    /// By what those were found who were merged into it: `[{by, value}]`, `by` being a field or
    /// the channel of a subscription; a long value is kept as a hash.
    former_keys: Vec<Value>,
    /// Merges into it, the first one first, with the profiles as they were and the relations that
    /// moved: `[{id, at, into, before, sources, relations: [{relation_type_id, a, b, before, after}]}]`.
    merges: Vec<Value>,
    /// The jobs that changed it, as far as their reports are kept.
    jobs: Vec<Value>,
    /// Earlier erasures of its contacts: `[{hash, kind, at, actor}]`.
    erasures: Vec<Value>,
    /// What happened to it, newest first.
    history: Vec<Value>,
}

/// A job that has still a file to read, or whose settings name the person.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the store's")]
pub(crate) struct UnfinishedJob {
    /// Its database.
    database_id: String,
    /// Its id.
    id: String,
    /// `import`, `update` or `export`.
    #[schema(example = "import")]
    kind: String,
    /// What people call it.
    name: String,
    /// Where it stands.
    #[schema(example = "running")]
    state: String,
}

/// Settings in which `***` stands for the person now.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the store's")]
pub(crate) struct MaskedSettings {
    /// The database.
    database_id: String,
    /// `import_settings`, `schedule`, `view`, `segment` or `control_group`.
    #[schema(example = "view")]
    kind: String,
    /// The name of the settings; the id of anything else, of the database for a control group.
    id: String,
}

/// The file that an export made.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes control::shown")]
pub(crate) struct MadeFile {
    /// Its name.
    #[schema(example = "people.csv")]
    name: String,
    /// Its size in bytes.
    size: i64,
    /// What it is.
    #[schema(example = "text/csv")]
    content_type: String,
    /// Where it is; `null` until it is whole.
    #[schema(required)]
    path: Option<String>,
}

/// An export with its file.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes control::shown")]
pub(crate) struct ShownExport {
    #[serde(flatten)]
    job: roster_http::jobs::ShownJob,
    /// The file: `name`, `size`, `content_type`, and `path`, which is `null` until it is
    /// whole; `null` before there is one and once it is removed.
    #[schema(required)]
    file: Option<MadeFile>,
}
