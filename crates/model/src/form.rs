//! A form on a website that subscribes people: what it asks, what they agree to,
//! and what keeps programs from filling it in.

use crate::Code;
use crate::channel::Channel;
use crate::definition::{choice, clean_lines, flag, name_text, text_of};
use crate::error::{Invalid, excerpt};
use crate::id::ResourceId;
use crate::read::Members;
use crate::resource::web_url;
use crate::text::clean;
use crate::value;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most forms of a database.
pub const MAX_FORMS: i64 = 200;
/// The most fields of a form.
pub const MAX_FIELDS: usize = 50;
/// The most websites of a form.
pub const MAX_ORIGINS: usize = 50;
/// The longest wording of a consent, in characters.
pub const MAX_WORDING_CHARS: usize = 5000;

/// What people choose for a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormSettings {
    /// 1 to 200 characters; unique among the forms of a database.
    pub name: String,
    /// Whether it takes anything.
    pub enabled: bool,
    /// What it subscribes to.
    pub resource_id: ResourceId,
    /// By which channel: e-mail or sms.
    pub channel: Channel,
    /// The fields beside the contact, in order.
    pub fields: Vec<FormField>,
    /// What they agree to; empty where the form asks no consent of its own.
    pub consent: String,
    /// Where to read more about it; an http or https URL, or empty.
    pub consent_url: String,
    /// Where browsers go afterwards; empty for a page of our own.
    pub redirect: String,
    /// From which websites it may be sent, such as `https://shop.example`; from
    /// any where none is named.
    pub origins: Vec<String>,
    /// The control that people don't see and leave empty.
    pub honeypot: String,
    /// How many seconds filling it in takes at least; 0 for no such check.
    pub minimum_seconds: i64,
    /// How often one address may send it in an hour.
    pub per_ip_hour: i64,
    /// How often all together may send it in an hour.
    pub per_hour: i64,
    /// What becomes of an optional value that can't be read.
    #[serde(default)]
    pub invalid: Unreadable,
    /// A language tag; empty for the database's.
    pub language: String,
    /// The button's label; empty for the usual one.
    pub button: String,
}

/// What becomes of an optional value that can't be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unreadable {
    /// It is left out, and told.
    #[default]
    Skip,
    /// It refuses what it comes with.
    Refuse,
}

impl Unreadable {
    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Unreadable::Skip => "skip",
            Unreadable::Refuse => "refuse",
        }
    }
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// The database's field.
    pub name: String,
    /// Whether it must be filled.
    pub required: bool,
    /// What people read; empty for the field's title.
    pub label: String,
}

impl FormSettings {
    /// Reads a new form's settings: `name`, `resource_id`, and any of the rest.
    ///
    /// Codes: `required`, `unknown_field`, `not_an_option`, `invalid_url`,
    /// `out_of_range`, `too_many`, `too_long`, and those of names and ids.
    pub fn create(json: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let name = members.required("name", name_text);
        let resource = members.required("resource_id", ResourceId::from_json);
        let Some(resource_id) = resource else {
            members.finish()?;
            let detail = "resource_id must be there.";
            return Err(vec![Invalid::new(Code::Required, detail).at("resource_id")]);
        };
        let mut settings = FormSettings {
            name: name.unwrap_or_default(),
            enabled: true,
            resource_id,
            channel: Channel::Email,
            fields: Vec::new(),
            consent: String::new(),
            consent_url: String::new(),
            redirect: String::new(),
            origins: Vec::new(),
            honeypot: HONEYPOT.to_owned(),
            minimum_seconds: 2,
            per_ip_hour: 20,
            per_hour: 3600,
            invalid: Unreadable::Skip,
            language: String::new(),
            button: String::new(),
        };
        settings.take(&mut members);
        members.finish()?;
        Ok(settings)
    }

    /// The settings as a JSON merge patch (RFC 7396) changes them.
    pub fn patch(&self, patch: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let mut settings = self.clone();
        if let Some(name) = members.not_null("name", name_text) {
            settings.name = name;
        }
        if let Some(id) = members.not_null("resource_id", ResourceId::from_json) {
            settings.resource_id = id;
        }
        settings.take(&mut members);
        members.finish()?;
        Ok(settings)
    }

    fn take(&mut self, members: &mut Members) {
        if let Some(enabled) = members.not_null("enabled", flag) {
            self.enabled = enabled;
        }
        if let Some(channel) = members.not_null("channel", channel) {
            self.channel = channel;
        }
        members.put("fields", &mut self.fields, fields);
        members.put("consent", &mut self.consent, |v| {
            clean_lines(text_of(v)?, MAX_WORDING_CHARS)
        });
        members.put("consent_url", &mut self.consent_url, |v| {
            web_url(text_of(v)?)
        });
        members.put("redirect", &mut self.redirect, |v| web_url(text_of(v)?));
        members.put("origins", &mut self.origins, origins);
        if let Some(name) = members.take("honeypot", |v| clean(text_of(v)?.trim(), 64)) {
            self.honeypot = name.unwrap_or_else(|| HONEYPOT.to_owned());
        }
        for (name, place, most) in [
            ("minimum_seconds", &mut self.minimum_seconds, 60),
            ("per_ip_hour", &mut self.per_ip_hour, 100_000),
            ("per_hour", &mut self.per_hour, 1_000_000),
        ] {
            if let Some(number) = members.not_null(name, |v| within(v, most)) {
                *place = number;
            }
        }
        members.put("invalid", &mut self.invalid, |v| {
            let all = [Unreadable::Skip, Unreadable::Refuse];
            choice(v, &all.map(|one| (one.as_str(), one)))
        });
        members.put("language", &mut self.language, |v| {
            clean(text_of(v)?.trim(), 35)
        });
        members.put("button", &mut self.button, |v| {
            clean(text_of(v)?.trim(), 200)
        });
    }

    /// The name of the control for the contact.
    pub fn contact_name(&self) -> &'static str {
        match self.channel {
            Channel::Email => "email",
            _ => "phone",
        }
    }

    /// Whether it may be sent from a website; `None` is a client that doesn't
    /// say.
    pub fn allows(&self, origin: Option<&str>) -> bool {
        self.origins.is_empty()
            || origin.is_some_and(|origin| {
                let mut origins = self.origins.iter();
                origins.any(|own| own.eq_ignore_ascii_case(origin))
            })
    }
}

/// A name that programs like to fill.
const HONEYPOT: &str = "website";

fn within(value: &Value, most: i64) -> Result<i64, Invalid> {
    let number = value::integer(value)?.as_i64();
    number.filter(|n| (0..=most).contains(n)).ok_or_else(|| {
        let detail = format!("This must lie between 0 and {most}.");
        Invalid::new(Code::OutOfRange, detail)
    })
}

fn channel(value: &Value) -> Result<Channel, Invalid> {
    match text_of(value)?.parse()? {
        channel @ (Channel::Email | Channel::Sms) => Ok(channel),
        other => {
            let detail = format!("Nobody types a contact of {other}: it must be email or sms.");
            Err(Invalid::new(Code::NotAnOption, detail))
        }
    }
}

fn items(value: &Value, most: usize) -> Result<&[Value], Invalid> {
    match value {
        Value::Array(items) if items.len() <= most => Ok(items),
        _ => {
            let detail = format!("This must be an array of at most {most}.");
            Err(Invalid::new(Code::WrongType, detail))
        }
    }
}

fn fields(value: &Value) -> Result<Vec<FormField>, Invalid> {
    let mut fields: Vec<FormField> = Vec::new();
    for (index, item) in items(value, MAX_FIELDS)?.iter().enumerate() {
        let field = field(item).map_err(|invalid| invalid.at_index(index))?;
        if fields.iter().any(|other| other.name == field.name) {
            let detail = format!("{} stands in the form twice.", excerpt(&field.name));
            return Err(Invalid::new(Code::Repeated, detail).at_index(index));
        }
        fields.push(field);
    }
    Ok(fields)
}

/// A field: its name alone, or `{name, required, label}`.
fn field(value: &Value) -> Result<FormField, Invalid> {
    if let Value::String(name) = value {
        return Ok(FormField {
            name: name.clone(),
            required: false,
            label: String::new(),
        });
    }
    let first = |wrong: Vec<Invalid>| {
        let none = || Invalid::new(Code::Invalid, "This is not as it should be.");
        wrong.into_iter().next().unwrap_or_else(none)
    };
    let mut members = Members::of(value).map_err(first)?;
    let mut field = FormField {
        name: String::new(),
        required: false,
        label: String::new(),
    };
    let name = members.required("name", |v| clean(text_of(v)?.trim(), 64));
    field.name = name.unwrap_or_default();
    members.put("required", &mut field.required, flag);
    members.put("label", &mut field.label, |v| {
        clean(text_of(v)?.trim(), 200)
    });
    members.finish().map_err(first)?;
    Ok(field)
}

fn origins(value: &Value) -> Result<Vec<String>, Invalid> {
    let mut origins = Vec::new();
    for (index, item) in items(value, MAX_ORIGINS)?.iter().enumerate() {
        let url = web_url(text_of(item)?).map_err(|invalid| invalid.at_index(index))?;
        let origin = url.trim_end_matches('/');
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        if host.is_empty() || host.contains(['/', '?', '#']) {
            let detail = format!(
                "{} is no origin: it must be like https://shop.example.",
                excerpt(&url)
            );
            return Err(Invalid::new(Code::InvalidUrl, detail).at_index(index));
        }
        origins.push(origin.to_ascii_lowercase());
    }
    Ok(origins)
}
