//! Double opt-in of a resource: who has to confirm, and how they are asked
//! (spec/altcraft.md 13).

use crate::Code;
use crate::email::Email;
use crate::error::{Invalid, excerpt};
use crate::origin::Origin;
use crate::read::Members;
use crate::readers::{clean_lines, flag, text_of};
use crate::resource::web_url;
use crate::text::clean;
use crate::value;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// How long a confirmation link lives unless said otherwise, in days.
pub const LINK_DAYS: i64 = 7;
/// The longest life of a confirmation link, in days.
pub const MAX_LINK_DAYS: i64 = 90;
/// The most reminders of one confirmation.
pub const MAX_REMINDERS: usize = 5;
/// The longest wait before a reminder, in hours.
pub const MAX_REMINDER_HOURS: i64 = 24 * 60;
/// The most languages that texts may be given in.
pub const MAX_LANGUAGES: usize = 50;
/// The longest text of a message or page, in characters.
pub const MAX_TEXT_CHARS: usize = 5000;
/// The longest subject or label, in characters.
pub const MAX_LINE_CHARS: usize = 200;

/// How new subscriptions of a resource are confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = DoubleOptIn)]
pub struct OptIn {
    /// Whether new subscriptions are confirmed at all; false if absent.
    #[schema(required = false)]
    pub enabled: bool,
    /// From which doors, distinct: `form`, `webhook`, `api`; all if absent.
    #[schema(required = false)]
    pub sources: Vec<Source>,
    /// How long a link lives, in days; 7 if absent.
    #[schema(minimum = 1, maximum = 90, required = false)]
    pub link_days: i64,
    /// After how many hours without an answer they are reminded, ascending; never if
    /// absent.
    #[schema(max_items = 5, required = false)]
    pub reminder_hours: Vec<i64>,
    /// Whether opening the link confirms, without a button. Programs that look
    /// into mail open links too, so this gives proof away.
    #[schema(required = false)]
    pub confirm_on_open: bool,
    /// Where they go afterwards; empty for a page of our own.
    #[schema(required = false)]
    pub redirect: String,
    /// The sender's address; empty for the application's.
    #[schema(required = false)]
    pub from: String,
    /// The sender's name.
    #[schema(required = false)]
    pub from_name: String,
    /// Own wording by language tag: `subject`, `message`, `reminder_subject`,
    /// `reminder`, `page`, `button`, `thanks`, with `{resource}`, `{link}`, `{contact}`
    /// and `{days}` in it; what is absent or empty is the default.
    #[schema(value_type = BTreeMap<String, Texts>, required = false)]
    pub texts: BTreeMap<String, Texts>,
}

impl Default for OptIn {
    fn default() -> Self {
        OptIn {
            enabled: false,
            sources: Source::ALL.to_vec(),
            link_days: LINK_DAYS,
            reminder_hours: Vec::new(),
            confirm_on_open: false,
            redirect: String::new(),
            from: String::new(),
            from_name: String::new(),
            texts: BTreeMap::new(),
        }
    }
}

/// A door whose new subscriptions may have to be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OptInSource)]
pub enum Source {
    /// A form on a website.
    Form,
    /// Another system's webhook.
    Webhook,
    /// A request with an API token.
    Api,
}

impl Source {
    /// All doors.
    pub const ALL: [Source; 3] = [Source::Form, Source::Webhook, Source::Api];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Form => "form",
            Source::Webhook => "webhook",
            Source::Api => "api",
        }
    }
}

/// Wording in one language. `{resource}`, `{link}`, `{contact}` and `{days}` in
/// it stand for what they name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
#[schema(as = OptInTexts)]
pub struct Texts {
    /// The message's subject.
    pub subject: String,
    /// The message; must have `{link}`.
    pub message: String,
    /// The reminder's subject.
    pub reminder_subject: String,
    /// The reminder; must have `{link}`.
    pub reminder: String,
    /// What the page asks.
    pub page: String,
    /// The page's button.
    pub button: String,
    /// What the page says afterwards.
    pub thanks: String,
}

impl OptIn {
    /// Whether a new subscription that comes from there must be confirmed.
    pub fn applies(&self, origin: Origin) -> bool {
        let source = match origin {
            Origin::Form => Source::Form,
            Origin::Webhook => Source::Webhook,
            Origin::Api => Source::Api,
            Origin::Import | Origin::Person | Origin::Provider | Origin::System => return false,
        };
        self.enabled && self.sources.contains(&source)
    }

    /// The wording in a language: the tag's own, else its language's alone.
    pub fn texts(&self, tag: &str) -> Option<&Texts> {
        let language = tag.split('-').next().unwrap_or(tag);
        self.texts.get(tag).or_else(|| self.texts.get(language))
    }

    /// The settings as a JSON merge patch (RFC 7396) of `self` changes them;
    /// `null` goes back to the default.
    ///
    /// Codes: `wrong_type`, `not_an_option`, `out_of_range`, `too_many`,
    /// `too_long`, `invalid_url`, `invalid_email`, `no_link`, `unknown_field`.
    pub fn patch(&self, patch: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let mut new = self.clone();
        let usual = OptIn::default();
        members.put("enabled", &mut new.enabled, flag);
        if let Some(given) = members.take("sources", sources) {
            new.sources = given.unwrap_or(usual.sources);
        }
        if let Some(given) = members.take("link_days", |v| within(v, 1, MAX_LINK_DAYS)) {
            new.link_days = given.unwrap_or(usual.link_days);
        }
        if let Some(given) = members.take("reminder_hours", reminders) {
            new.reminder_hours = given.unwrap_or_default();
        }
        members.put("confirm_on_open", &mut new.confirm_on_open, flag);
        members.put("redirect", &mut new.redirect, |v| web_url(text_of(v)?));
        members.put("from", &mut new.from, |v| match text_of(v)?.trim() {
            "" => Ok(String::new()),
            text => Email::parse(text).map(|email| email.given().to_owned()),
        });
        members.put("from_name", &mut new.from_name, |v| {
            clean(text_of(v)?.trim(), MAX_LINE_CHARS)
        });
        if let Some(given) = members.take("texts", |v| patched(&self.texts, v)) {
            new.texts = given.unwrap_or_default();
        }
        members.finish()?;
        Ok(new)
    }
}

fn within(value: &Value, least: i64, most: i64) -> Result<i64, Invalid> {
    let number = value::integer(value)?.as_i64();
    number
        .filter(|n| (least..=most).contains(n))
        .ok_or_else(|| {
            let detail = format!("This must lie between {least} and {most}.");
            Invalid::new(Code::OutOfRange, detail)
        })
}

fn array(value: &Value) -> Result<&Vec<Value>, Vec<Invalid>> {
    let wrong = || vec![Invalid::new(Code::WrongType, "This must be an array.")];
    value.as_array().ok_or_else(wrong)
}

fn sources(value: &Value) -> Result<Vec<Source>, Vec<Invalid>> {
    let mut sources = Vec::new();
    for (index, given) in array(value)?.iter().enumerate() {
        let found = Source::ALL
            .into_iter()
            .find(|source| given.as_str() == Some(source.as_str()));
        let Some(source) = found else {
            let detail = "This must be form, webhook or api.";
            return Err(vec![
                Invalid::new(Code::NotAnOption, detail).at_index(index),
            ]);
        };
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    Ok(sources)
}

fn reminders(value: &Value) -> Result<Vec<i64>, Vec<Invalid>> {
    let given = array(value)?;
    if given.len() > MAX_REMINDERS {
        let detail = format!("At most {MAX_REMINDERS} reminders are sent.");
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    let mut hours = Vec::with_capacity(given.len());
    for (index, value) in given.iter().enumerate() {
        let read = within(value, 1, MAX_REMINDER_HOURS);
        hours.push(read.map_err(|invalid| vec![invalid.at_index(index)])?);
    }
    hours.sort_unstable();
    hours.dedup();
    Ok(hours)
}

fn patched(
    before: &BTreeMap<String, Texts>,
    value: &Value,
) -> Result<BTreeMap<String, Texts>, Vec<Invalid>> {
    let Some(given) = value.as_object() else {
        let detail = "This must be an object with a member for each language.";
        return Err(vec![Invalid::new(Code::WrongType, detail)]);
    };
    let mut texts = before.clone();
    for (tag, value) in given {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if tag.is_empty() || tag.len() > 35 || !tag.chars().all(plain) {
            let detail = format!("{} is no language tag: it must be like en.", excerpt(tag));
            return Err(vec![Invalid::new(Code::InvalidLanguage, detail).at(tag)]);
        }
        if value.is_null() {
            texts.remove(tag);
            continue;
        }
        let old = texts.get(tag).cloned().unwrap_or_default();
        let new = old.patch(value).map_err(|wrong| {
            let placed = wrong.into_iter().map(|invalid| invalid.at(tag));
            placed.collect::<Vec<_>>()
        })?;
        texts.insert(tag.clone(), new);
    }
    if texts.len() > MAX_LANGUAGES {
        let detail = format!("At most {MAX_LANGUAGES} languages fit.");
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    Ok(texts)
}

impl Texts {
    fn patch(mut self, patch: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let line = |v: &Value| clean(text_of(v)?.trim(), MAX_LINE_CHARS);
        let lines = |v: &Value| clean_lines(text_of(v)?, MAX_TEXT_CHARS);
        let with_link = |v: &Value| {
            let text = lines(v)?;
            if text.is_empty() || text.contains("{link}") {
                return Ok(text);
            }
            let detail = "Without {link} nobody could confirm.";
            Err(Invalid::new(Code::NoLink, detail))
        };
        members.put("subject", &mut self.subject, line);
        members.put("message", &mut self.message, with_link);
        members.put("reminder_subject", &mut self.reminder_subject, line);
        members.put("reminder", &mut self.reminder, with_link);
        members.put("page", &mut self.page, lines);
        members.put("button", &mut self.button, line);
        members.put("thanks", &mut self.thanks, lines);
        members.finish()?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_given_is_changed_and_the_rest_stays() {
        let settings = OptIn::default()
            .patch(&json!({
                "enabled": true, "sources": ["form"], "reminder_hours": [48, 24],
                "texts": {"en": {"subject": "Please confirm", "message": "Go to {link}"}},
            }))
            .unwrap();
        assert!(settings.applies(Origin::Form));
        assert!(!settings.applies(Origin::Api));
        assert!(!settings.applies(Origin::Import));
        assert_eq!(settings.reminder_hours, [24, 48]);
        assert_eq!(settings.link_days, 7);
        assert_eq!(settings.texts("en-GB").unwrap().subject, "Please confirm");
        let again = settings.patch(&json!({"texts": {"en": {"subject": "Confirm"}}}));
        let again = again.unwrap();
        assert_eq!(again.texts("en").unwrap().message, "Go to {link}");
        assert_eq!(again.patch(&json!({})).unwrap(), again);
        let stored = serde_json::to_value(&again).unwrap();
        assert_eq!(serde_json::from_value::<OptIn>(stored).unwrap(), again);
    }

    #[test]
    fn wrong_settings_are_told_with_their_place() {
        let cases = [
            (json!({"link_days": 0}), "out_of_range", "/link_days"),
            (json!({"sources": ["mail"]}), "not_an_option", "/sources/0"),
            (
                json!({"reminder_hours": [1, 0]}),
                "out_of_range",
                "/reminder_hours/1",
            ),
            (
                json!({"redirect": "example.org"}),
                "invalid_url",
                "/redirect",
            ),
            (json!({"from": "nobody"}), "invalid_email", "/from"),
            (
                json!({"texts": {"en": {"message": "hi"}}}),
                "no_link",
                "/texts/en/message",
            ),
            (json!({"enable": true}), "unknown_field", "/enable"),
        ];
        for (patch, code, pointer) in cases {
            let wrong = OptIn::default().patch(&patch).unwrap_err();
            let first = &wrong[0];
            assert_eq!(
                (first.code.as_str(), first.pointer.as_str()),
                (code, pointer),
                "{patch}"
            );
        }
    }
}
