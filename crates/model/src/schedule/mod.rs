//! Scheduled imports: what one fetches, when, and what becomes of it.

mod file;
mod hosts;
mod retry;
mod secret;
mod source;
mod table;
mod timing;

pub use file::{Auth, FileSource, MAX_HEADER_BYTES, MAX_HEADERS};
pub use hosts::AllowedHosts;
pub use retry::{PAUSES_MS, pause_ms};
pub use secret::SecretChange;
pub use source::Source;
pub use table::{
    MAX_NAME_BYTES, MAX_PAGE_ROWS, MAX_QUERY_CHARS, MAX_ROWS_WITHOUT_KEY, PAGE_ROWS, Relation,
    TableSource,
};
pub use timing::{Expression, MAX_CRON_CHARS, MAX_INTERVAL_MINUTES, Timing};

use crate::Code;
use crate::define::{Settings, settings};
use crate::error::Invalid;
use crate::readers::{flag, name_text};
use crate::schemas::{SchedulePlan, ScheduleSource, start_import};
use crate::time::Zone;
use serde_json::{Value, json};

/// How many of the next runs are shown.
pub const SHOWN_RUNS: usize = 5;

settings! {
    /// What people choose for a scheduled import. The secret is kept apart.
    #[schema(example = json!({
        "name": "nightly",
        "plan": {"cron": "30 6 * * 1-5", "time_zone": "Europe/Berlin"},
        "source": {"url": "https://files.example.org/people.csv"},
        "skip_unchanged": true,
        "settings": {"mapping": [{"column": "E-mail", "to": {"field": "email"}}]}
    }))]
    pub struct ScheduleSettings {
        /// 1 to 200 characters.
        #[schema(max_length = 200)]
        pub name: String = needed(name_text),
        /// Whether it runs by itself; it can be run by hand either way.
        pub enabled: bool = optional(true, flag),
        /// When it runs; replaced as a whole.
        #[schema(value_type = SchedulePlan)]
        pub plan: Timing = needed(|v| Timing::parse(v, &Zone::utc())),
        /// What it fetches: a file, or rows of a table or a query; merged with what there is.
        /// A file's secret, and values of headers, must be given again for another host.
        #[schema(value_type = ScheduleSource)]
        pub source: Source = merged(Source::parse),
        /// Whether a file that is as it was the last time (by ETag, Last-Modified or its
        /// bytes) is noted and not imported; of a table, rows that are as they were.
        pub skip_unchanged: bool = optional(false, flag),
        /// Whether it also runs now; said of one change, and not kept.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub run_on_save: bool = special(false, Optional),
        /// How its rows are imported. It is checked by the caller who knows the database.
        #[schema(schema_with = start_import)]
        pub settings: Value = needed(object),
    }
}

impl ScheduleSettings {
    /// Reads a new schedule. A plan without a zone is for the clock of `zone`.
    ///
    /// Codes: those of [`Timing::parse`] and [`Source::parse`], and `required`,
    /// `wrong_type`, `unknown_field`.
    pub fn create(json: &Value, zone: &Zone) -> Result<(Self, SecretChange), Vec<Invalid>> {
        let (body, runs) = split_run(with_zone(json, zone))?;
        let settings = <Self as Settings>::create(&body)?;
        Ok((settings.with_run(runs), given(json)))
    }

    /// The schedule as a JSON merge patch changes it: absent members stay. A
    /// plan and settings are replaced as a whole, `source` is merged; so a
    /// secret stays unless one is given, or `null` for none. A source with
    /// another host must bring its secret along, or somebody who may not see it
    /// could have it sent to themselves.
    pub fn patch(&self, patch: &Value, zone: &Zone) -> Result<(Self, SecretChange), Vec<Invalid>> {
        let (body, runs) = split_run(with_zone(patch, zone))?;
        let patched = Settings::patch(self, &body)?.with_run(runs);
        let secret = match (&self.source, &patched.source) {
            (Source::File(before), Source::File(after)) => file_secret(before, after, patch)?,
            (_, Source::File(after)) if after.auth != Auth::None => given(patch),
            // A table's secret is the connector's.
            _ => SecretChange::Clear,
        };
        Ok((patched, secret))
    }
}

impl ScheduleSettings {
    fn with_run(self, run_on_save: bool) -> Self {
        ScheduleSettings {
            run_on_save,
            ..self
        }
    }
}

/// The body without `run_on_save`, and what that says.
fn split_run(mut body: Value) -> Result<(Value, bool), Vec<Invalid>> {
    let given = body
        .as_object_mut()
        .and_then(|members| members.remove("run_on_save"));
    let runs = given
        .filter(|given| !given.is_null())
        .map(|given| flag(&given));
    let runs = runs
        .transpose()
        .map_err(|invalid| vec![invalid.at("run_on_save")])?;
    Ok((body, runs.unwrap_or_default()))
}

/// What becomes of the secret of a file that a patch leads elsewhere.
fn file_secret(
    before: &FileSource,
    after: &FileSource,
    patch: &Value,
) -> Result<SecretChange, Vec<Invalid>> {
    let secret = given(patch);
    let moved = before.url.origin() != after.url.origin();
    if secret == SecretChange::Keep
        && after.auth != Auth::None
        && (moved || (before.auth != after.auth && before.auth != Auth::None))
    {
        let detail = "The secret must be given again for another host or another way to send it; null for none.";
        let invalid = Invalid::new(Code::SecretNeeded, detail);
        return Err(vec![invalid.at("secret").at("source")]);
    }
    if let Some((name, _)) = after
        .headers
        .iter()
        .find(|one| before.headers.contains(one))
        && moved
        && !is_given(patch, name)
    {
        let detail = "Values of headers, which nobody is shown, must be given again for another host; null for none.";
        let invalid = Invalid::new(Code::SecretNeeded, detail);
        return Err(vec![invalid.at(name).at("headers").at("source")]);
    }
    Ok(match after.auth {
        Auth::None => SecretChange::Clear,
        _ => secret,
    })
}

/// What a body says of the source's secret, as it is sent in a header.
fn given(body: &Value) -> SecretChange {
    match SecretChange::given(body.pointer("/source/secret")) {
        SecretChange::Set(text) => SecretChange::Set(text.trim().to_owned()),
        other => other,
    }
}

/// The same body, whose cron expression is for the clock of `zone` unless it names another.
fn with_zone(body: &Value, zone: &Zone) -> Value {
    let mut body = body.clone();
    if let Some(Value::Object(plan)) = body.get_mut("plan")
        && plan.get("cron").is_some_and(|cron| !cron.is_null())
        && plan.get("time_zone").is_none_or(Value::is_null)
    {
        plan.insert("time_zone".to_owned(), json!(zone));
    }
    body
}

fn object(value: &Value) -> Result<Value, Invalid> {
    if value.is_object() {
        return Ok(value.clone());
    }
    Err(Invalid::wrong_type(value, "an object"))
}

/// Whether a patch gives a header's value itself.
fn is_given(patch: &Value, name: &str) -> bool {
    let headers = patch.pointer("/source/headers").and_then(Value::as_object);
    let mut headers = headers.into_iter().flatten();
    headers.any(|(other, value)| other.trim().eq_ignore_ascii_case(name) && *value != file::HIDDEN)
}
