//! This component's part of the OpenAPI document.

use serde_json::Value;
use utoipa::{IntoParams, OpenApi, ToSchema};

/// The database.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes a path")]
pub(crate) struct DatabasePath {
    /// The database's id.
    db: String,
}

/// An import of a database.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes a path")]
pub(crate) struct ImportPath {
    /// The database's id.
    db: String,
    /// The import's id.
    id: String,
}

/// A file that is put under its name.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes a path")]
pub(crate) struct FilePath {
    /// The database's id.
    db: String,
    /// The file's name.
    id: String,
}

/// Saved import settings.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes a path")]
pub(crate) struct SettingsPath {
    /// The database's id.
    db: String,
    /// Their name.
    name: String,
}

/// What happens after the upload.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct UploadQuery {
    /// The file's name, for people and as a hint at what it is.
    name: Option<String>,
    /// The name of saved settings: the import starts at once.
    settings: Option<String>,
    /// Answer with lines of progress until the import ends.
    wait: Option<bool>,
}

/// Whether to wait for the end.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct WaitQuery {
    /// Answer with lines of progress until the import ends.
    wait: Option<bool>,
}

/// A schedule of a database.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes a path")]
pub(crate) struct SchedulePath {
    /// The database's id.
    db: String,
    /// The schedule's id.
    id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes a path")]
pub(crate) struct RunPath {
    /// The database's id.
    db: String,
    /// The schedule's id.
    id: String,
    /// The run's id.
    run: String,
}

/// A scheduled import; a patch has some of it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a body")]
pub(crate) struct ScheduleBody {
    /// 1 to 200 characters.
    #[schema(example = "nightly")]
    name: Option<String>,
    /// Whether it runs by itself; true if absent.
    enabled: Option<bool>,
    /// `{cron, time_zone}` (five fields; the zone is the database's if absent),
    /// `{every_minutes}` or `{every_hours}`.
    #[schema(example = json!({"cron": "30 6 * * 1-5", "time_zone": "Europe/Berlin"}))]
    plan: Option<Value>,
    /// `{url, headers, auth, secret}`; `auth` is `{type: "basic", user}`,
    /// `{type: "bearer"}` or `{type: "header", name}` and says how the secret is
    /// sent. The URL's host must be allowed by the variable `import_hosts`.
    #[schema(example = json!({"url": "https://files.example.org/people.csv"}))]
    source: Option<Value>,
    /// Whether a file that is as it was the last time (by ETag, Last-Modified or
    /// its bytes) is noted and not imported.
    skip_unchanged: Option<bool>,
    /// The body that starts the import, or `{settings: NAME}` of saved ones.
    settings: Option<StartImport>,
}

/// A page of saved import settings.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes Page")]
pub(crate) struct ImportSettingsPage {
    /// By name.
    items: Vec<crate::settings::ShownSettings>,
    /// The cursor of the next page; `null` after the last.
    next: Option<String>,
}

/// A page of schedules.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes Page")]
pub(crate) struct SchedulePage {
    /// In order of creation.
    items: Vec<crate::schedules::shape::ShownSchedule>,
    /// The cursor of the next page; `null` after the last.
    next: Option<String>,
}

/// A page of a schedule's runs.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes Page")]
pub(crate) struct ScheduleRunPage {
    /// Newest first.
    items: Vec<crate::schedules::shape::ShownRun>,
    /// The cursor of the next page; `null` after the last.
    next: Option<String>,
}

/// How progress is told.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct WorkQuery {
    /// `events` (server-sent events) or `lines` (text for a terminal).
    form: Option<String>,
}

/// Which rows.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct ReportQuery {
    /// `failed`, `skipped`, `warning` or `all`.
    #[param(example = "failed")]
    outcome: Option<String>,
}

/// What an import is to do: see docs/IMPORTS.md for every member.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a body")]
pub(crate) struct StartImport {
    /// How the file is read, where detection is wrong: `format`, `encoding`,
    /// `delimiter`, `quote`, `escape`, `header`, `sheet`, `skip_rows`.
    file: Option<Value>,
    /// `import` (add and update), `add` (only add) or `update` (only update).
    #[schema(example = "import")]
    mode: Option<String>,
    /// The matching mode.
    #[schema(example = "email")]
    matching: Option<String>,
    /// The field that `custom` matches by.
    field_name: Option<String>,
    /// The resource that modes of subscriptions look at.
    resource_id: Option<String>,
    /// Which column becomes what.
    #[schema(example = json!([{"column": "E-mail", "to": {"field": "email"}}]))]
    mapping: Option<Value>,
    /// Columns that the mapping does not name: `ignore` or `refuse`.
    #[schema(example = "ignore")]
    others: Option<String>,
    /// Data that every row gets.
    constants: Option<Value>,
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
    #[schema(example = ",")]
    decimal: Option<String>,
    /// Words that mean true, in any case.
    #[schema(example = json!(["ja"]))]
    true_values: Option<Vec<String>>,
    /// Words that mean false, in any case.
    #[schema(example = json!(["nein"]))]
    false_values: Option<Vec<String>>,
    /// An empty cell: `skip` leaves the value as it is, `clear` clears it.
    #[schema(example = "skip")]
    empty: Option<String>,
    /// Texts that count as empty.
    #[schema(example = json!(["NULL"]))]
    empty_values: Option<Vec<String>>,
    /// Whether white space around texts is dropped.
    trim: Option<bool>,
    /// Inside texts, which can have none: `space` or `refuse`.
    #[schema(example = "space")]
    line_breaks: Option<String>,
    /// Before what could be a formula: `restore` takes away what our own exports
    /// put there, `keep`.
    #[schema(example = "restore")]
    apostrophes: Option<String>,
    /// Optional values that can't be read: `skip` leaves them out and tells,
    /// `refuse` refuses the row; `skip` otherwise.
    invalid: Option<String>,
    /// Leave invalid subscriptions out instead of refusing the row; as `invalid`
    /// has it otherwise.
    skip_invalid_subscriptions: Option<bool>,
    /// Whether whoever left, complained or bounced agreed anew.
    resubscribe: Option<bool>,
    /// How that is known; history keeps it.
    reason: Option<String>,
    /// What was agreed to: `act`, `ip`, `user_agent`, `url`, `wording`.
    consent: Option<Value>,
    /// Kept and shown; there are no triggers yet.
    skip_triggers: Option<bool>,
    /// The static segment that profiles are put into: `{id | create, outcomes}`.
    segment: Option<Value>,
    /// Check and count everything, write nothing.
    dry_run: Option<bool>,
    /// Instead of all others: the name of saved settings.
    settings: Option<String>,
}

/// The segment, by `id` or `create` with the name of a new one.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a body")]
pub(crate) struct IntoSegmentBody {
    /// A segment that is there.
    id: Option<String>,
    /// The name of a new one.
    create: Option<String>,
    /// `all`, or some of `created`, `updated`, `unchanged`, `failed_to_subscribe`.
    outcomes: Option<Value>,
}

#[derive(OpenApi)]
#[openapi(
    tags(
        (name = "imports", description = "Files into profiles"),
        (name = "schedules", description = "Files that are fetched and imported by a plan"),
        (name = "jobs", description = "Work that outlives a request"),
    ),
    paths(
        crate::tick::tick,
        crate::upload::upload,
        crate::upload::put,
        crate::preview::preview,
        crate::start::start,
        crate::control::list,
        crate::control::get,
        crate::control::pause,
        crate::control::resume,
        crate::control::cancel,
        crate::control::delete,
        crate::control::events,
        crate::report::failed,
        crate::segment::segment,
        crate::settings::list,
        crate::settings::get,
        crate::settings::put,
        crate::settings::delete,
        crate::schedules::list::list,
        crate::schedules::create::create,
        crate::schedules::get::get,
        crate::schedules::update::update,
        crate::schedules::delete::delete,
        crate::schedules::run::run,
        crate::schedules::runs::list,
        crate::schedules::cancel::cancel,
    )
)]
struct Document;

/// This component's paths and schemas.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
