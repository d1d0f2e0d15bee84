//! Bodies of schedules.

use crate::imports::openapi::StartImport;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// When a schedule runs: `cron`, or one of the others.
#[derive(ToSchema)]
#[schema(example = json!({"cron": "30 6 * * 1-5", "time_zone": "Europe/Berlin"}))]
#[allow(dead_code, reason = "describes model's Timing")]
pub(crate) struct SchedulePlan {
    /// Minute, hour, day of the month, month, day of the week.
    cron: Option<String>,
    /// The zone of `cron`; the database's otherwise.
    time_zone: Option<String>,
    /// Every so many minutes.
    #[schema(minimum = 1)]
    every_minutes: Option<i64>,
    /// Every so many hours.
    #[schema(minimum = 1)]
    every_hours: Option<i64>,
}

/// How a secret is sent.
#[derive(ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(example = json!({"type": "bearer"}))]
#[allow(dead_code, reason = "describes model's Auth")]
pub(crate) enum ScheduleAuth {
    /// As HTTP's basic authentication.
    Basic {
        /// Who logs in.
        user: String,
    },
    /// As a bearer token.
    Bearer {},
    /// As a header of its own.
    Header {
        /// The header's name.
        name: String,
    },
}

/// Where a schedule gets its file.
#[derive(ToSchema)]
#[schema(example = json!({"url": "https://files.example.org/people.csv"}))]
#[allow(dead_code, reason = "describes model's Source")]
pub(crate) struct ScheduleSource {
    /// An http or https URL whose host the variable `import_hosts` allows.
    url: String,
    /// Headers that are sent; `null` takes one away.
    headers: Option<BTreeMap<String, Option<String>>>,
    /// How the secret is sent.
    auth: Option<ScheduleAuth>,
    /// The secret, which is never shown.
    secret: Option<String>,
}

/// A scheduled import.
#[derive(ToSchema)]
#[schema(example = json!({
    "name": "nightly",
    "plan": {"cron": "30 6 * * 1-5", "time_zone": "Europe/Berlin"},
    "source": {"url": "https://files.example.org/people.csv"},
    "settings": {"mapping": [{"column": "E-mail", "to": {"field": "email"}}]}
}))]
#[allow(dead_code, reason = "describes ScheduleSettings::create")]
pub(crate) struct NewSchedule {
    /// 1 to 200 characters.
    #[schema(max_length = 200)]
    name: String,
    /// Whether it runs by itself; true if absent.
    enabled: Option<bool>,
    /// When it runs.
    plan: SchedulePlan,
    /// What it fetches.
    source: ScheduleSource,
    /// Whether a file that is as it was the last time (by ETag, Last-Modified or
    /// its bytes) is noted and not imported.
    skip_unchanged: Option<bool>,
    /// The body that starts the import, or `{settings: NAME}` of saved ones.
    settings: StartImport,
}

/// A changed schedule: what is absent stays; `plan` and `settings` are replaced whole,
/// `source` is merged.
#[derive(ToSchema)]
#[schema(example = json!({"enabled": false, "plan": {"every_hours": 12}}))]
#[allow(dead_code, reason = "describes ScheduleSettings::patch")]
pub(crate) struct SchedulePatch {
    /// 1 to 200 characters.
    #[schema(max_length = 200, nullable = false)]
    name: Option<String>,
    /// Whether it runs by itself.
    enabled: Option<bool>,
    /// When it runs.
    #[schema(nullable = false)]
    plan: Option<SchedulePlan>,
    /// What it fetches. A secret, and values of headers, must be given again for
    /// another host.
    #[schema(nullable = false)]
    source: Option<ScheduleSource>,
    /// Whether a file that is as it was is noted and not imported.
    skip_unchanged: Option<bool>,
    /// The body that starts the import, or `{settings: NAME}` of saved ones.
    #[schema(nullable = false)]
    settings: Option<StartImport>,
}
