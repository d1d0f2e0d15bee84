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
use crate::definition::{flag, name_text};
use crate::error::{Invalid, excerpt_json};
use crate::read::Members;
use crate::time::Zone;
use serde_json::{Value, json};

/// How many of the next runs are shown.
pub const SHOWN_RUNS: usize = 5;

/// What people choose for a scheduled import. The secret is kept apart.
#[derive(Clone, Debug, PartialEq)]
pub struct ScheduleSettings {
    /// 1 to 200 characters.
    pub name: String,
    /// Whether it runs by itself; it can be run by hand either way.
    pub enabled: bool,
    /// When it runs.
    pub timing: Timing,
    /// What it fetches.
    pub source: Source,
    /// Whether a file that is as it was the last time is not imported.
    pub skip_unchanged: bool,
    /// How the file is imported: the body that starts an import, an object. It
    /// is checked by the caller who knows the database.
    pub settings: Value,
}

impl ScheduleSettings {
    /// Reads a new schedule: `{name, enabled, plan, source, skip_unchanged,
    /// settings}`. A plan without a zone is for the clock of `zone`.
    ///
    /// Codes: those of [`Timing::parse`] and [`Source::parse`], and `required`,
    /// `wrong_type`, `unknown_field`.
    pub fn create(json: &Value, zone: &Zone) -> Result<(Self, Secret), Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let name = members.required("name", name_text);
        let given = (
            required(&mut members, json, "plan", |v| Timing::parse(v, zone)),
            required(&mut members, json, "source", |v| Source::parse(v, None)),
            required(&mut members, json, "settings", settings),
        );
        let enabled = members.optional("enabled", flag);
        let skip_unchanged = members.optional("skip_unchanged", flag);
        members.finish()?;
        let (Some(name), (Some(timing), Some((source, secret)), Some(settings))) = (name, given)
        else {
            // Each of them was found missing or wrong above.
            return Err(vec![Invalid::new(Code::Required, "Something is missing.")]);
        };
        let created = ScheduleSettings {
            name,
            enabled: enabled.unwrap_or(true),
            timing,
            source,
            skip_unchanged: skip_unchanged.unwrap_or_default(),
            settings,
        };
        Ok((created, secret))
    }

    /// The schedule as a JSON merge patch changes it: absent members stay. A
    /// plan and settings are replaced as a whole, `source` is merged; so a
    /// secret stays unless one is given, or `null` for none. A source with
    /// another host must bring its secret along, or somebody who may not see it
    /// could have it sent to themselves.
    pub fn patch(&self, patch: &Value, zone: &Zone) -> Result<(Self, Secret), Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let mut patched = self.clone();
        let mut secret = Secret::Keep;
        if let Some(name) = members.not_null("name", name_text) {
            patched.name = name;
        }
        if let Some(timing) = given(&mut members, "plan", |v| Timing::parse(v, zone)) {
            patched.timing = timing;
        }
        let source = given(&mut members, "source", |v| {
            Source::parse(v, Some(&self.source))
        });
        if let Some((source, given)) = source {
            (patched.source, secret) = (source, given);
        }
        if let Some(settings) = given(&mut members, "settings", settings) {
            patched.settings = settings;
        }
        if let Some(enabled) = members.take("enabled", flag) {
            patched.enabled = enabled.unwrap_or(true);
        }
        if let Some(skip) = members.take("skip_unchanged", flag) {
            patched.skip_unchanged = skip.unwrap_or_default();
        }
        members.finish()?;
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

    /// What the store keeps beside name and whether it is enabled.
    pub fn definition(&self) -> Value {
        json!({
            "plan": self.timing.to_json(),
            "source": self.source.to_json(),
            "skip_unchanged": self.skip_unchanged,
            "settings": self.settings,
        })
    }

    /// Reads what [`ScheduleSettings::definition`] gave.
    pub fn stored(name: String, enabled: bool, definition: &Value) -> Result<Self, Vec<Invalid>> {
        let part = |name: &str| definition.get(name).unwrap_or(&Value::Null);
        Ok(ScheduleSettings {
            name,
            enabled,
            timing: Timing::parse(part("plan"), &Zone::utc())?,
            source: Source::parse(part("source"), None)?.0,
            skip_unchanged: part("skip_unchanged").as_bool().unwrap_or_default(),
            settings: part("settings").clone(),
        })
    }
}

/// A member that must be there and not `null`, in which several things can be
/// wrong.
fn required<T>(
    members: &mut Members<'_>,
    json: &Value,
    name: &'static str,
    read: impl FnOnce(&Value) -> Result<T, Vec<Invalid>>,
) -> Option<T> {
    if json.get(name).is_none() {
        let detail = format!("{name} must be there.");
        members.refuse(name, Invalid::new(Code::Required, detail));
    }
    given(members, name, read)
}

/// A member that can't be `null`.
fn given<T>(
    members: &mut Members<'_>,
    name: &'static str,
    read: impl FnOnce(&Value) -> Result<T, Vec<Invalid>>,
) -> Option<T> {
    let taken = members.take(name, read);
    if let Some(None) = taken {
        let detail = format!("{name} must be there.");
        members.refuse(name, Invalid::new(Code::Required, detail));
    }
    taken.flatten()
}

fn settings(value: &Value) -> Result<Value, Vec<Invalid>> {
    if value.is_object() {
        return Ok(value.clone());
    }
    let detail = format!("This must be an object, not {}.", excerpt_json(value));
    Err(vec![Invalid::new(Code::WrongType, detail)])
}

/// Whether a patch gives a header's value itself.
fn is_given(patch: &Value, name: &str) -> bool {
    let headers = patch.pointer("/source/headers").and_then(Value::as_object);
    let mut headers = headers.into_iter().flatten();
    headers
        .any(|(other, value)| other.trim().eq_ignore_ascii_case(name) && *value != source::HIDDEN)
}
