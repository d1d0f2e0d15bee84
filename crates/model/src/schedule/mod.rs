//! Scheduled imports: what one fetches, when, and what becomes of the file.

mod hosts;
mod retry;
mod source;
mod timing;

pub use hosts::AllowedHosts;
pub use retry::{PAUSES_MS, pause_ms};
pub use source::{Auth, MAX_HEADER_BYTES, MAX_HEADERS, Secret, Source};
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
        /// What it fetches; merged with what there is. A secret, and values of headers, must
        /// be given again for another host.
        #[schema(value_type = ScheduleSource)]
        pub source: Source = merged(Source::parse),
        /// Whether a file that is as it was the last time (by ETag, Last-Modified or its
        /// bytes) is noted and not imported.
        pub skip_unchanged: bool = optional(false, flag),
        /// How the file is imported. It is checked by the caller who knows the database.
        #[schema(schema_with = start_import)]
        pub settings: Value = needed(object),
    }
}

impl ScheduleSettings {
    /// Reads a new schedule. A plan without a zone is for the clock of `zone`.
    ///
    /// Codes: those of [`Timing::parse`] and [`Source::parse`], and `required`,
    /// `wrong_type`, `unknown_field`.
    pub fn create(json: &Value, zone: &Zone) -> Result<(Self, Secret), Vec<Invalid>> {
        let settings = <Self as Settings>::create(&with_zone(json, zone))?;
        Ok((settings, Secret::given(json)))
    }

    /// The schedule as a JSON merge patch changes it: absent members stay. A
    /// plan and settings are replaced as a whole, `source` is merged; so a
    /// secret stays unless one is given, or `null` for none. A source with
    /// another host must bring its secret along, or somebody who may not see it
    /// could have it sent to themselves.
    pub fn patch(&self, patch: &Value, zone: &Zone) -> Result<(Self, Secret), Vec<Invalid>> {
        let patched = Settings::patch(self, &with_zone(patch, zone))?;
        let mut secret = Secret::given(patch);
        if secret == Secret::Keep && patched.source.auth != Auth::None {
            let before = &self.source;
            let same = before.url.origin() == patched.source.url.origin();
            if !same || (before.auth != patched.source.auth && before.auth != Auth::None) {
                let detail = "The secret must be given again for another host or another way to send it; null for none.";
                let invalid = Invalid::new(Code::SecretNeeded, detail);
                return Err(vec![invalid.at("secret").at("source")]);
            }
        }
        let (before, after) = (&self.source, &patched.source);
        let moved = before.url.origin() != after.url.origin();
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
        if patched.source.auth == Auth::None {
            secret = Secret::Clear;
        }
        Ok((patched, secret))
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
    headers
        .any(|(other, value)| other.trim().eq_ignore_ascii_case(name) && *value != source::HIDDEN)
}
