//! This component's part of the OpenAPI document: parameters that the handlers read
//! as text, and the list of handlers.

mod preview;
mod schedule;
mod settings;

pub(crate) use preview::{ImportPreview, StartedImport};
pub(crate) use schedule::{NewSchedule, SchedulePatch};
pub(crate) use settings::{IntoSegmentBody, StartImport, UploadForm};

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

/// A run of a schedule.
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
