//! A form on a website that subscribes people: what it asks, what they agree to,
//! and what keeps programs from filling it in.

use crate::Code;
use crate::channel::Channel;
use crate::define::settings;
use crate::error::{Invalid, excerpt};
use crate::id::ResourceId;
use crate::read::Members;
use crate::readers::{choice, clean_lines, flag, line_text, name_text, text_of};
use crate::resource::web_url;
use crate::schemas::FormFieldBody;
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

settings! {
    /// What people choose for a form.
    #[derive(Eq)]
    #[schema(example = json!({
        "name": "Footer", "resource_id": "1", "fields": ["_fname"],
        "consent": "I want the newsletter."
    }))]
    pub struct FormSettings {
        /// 1 to 200 characters, unique among the forms of the database.
        #[schema(max_length = 200, example = "Newsletter")]
        pub name: String = needed(name_text),
        /// Whether it takes anything.
        pub enabled: bool = never_null(true, flag),
        /// What it subscribes to.
        #[schema(value_type = String, example = "1")]
        pub resource_id: ResourceId = needed(ResourceId::from_json),
        /// By which channel: `email` or `sms`.
        #[schema(example = "email")]
        pub channel: Channel = never_null(Channel::Email, channel),
        /// The fields beside the contact, in order: names, or `{name, required, label}`.
        #[schema(value_type = Vec<FormFieldBody>)]
        pub fields: Vec<FormField> = optional(Vec::new(), fields),
        /// What they agree to; empty where the form asks for no consent of its own.
        #[schema(max_length = 5000, example = "I want the newsletter.")]
        pub consent: String = optional(String::new(), |v| clean_lines(text_of(v)?, MAX_WORDING_CHARS)),
        /// Where to read more about it; an http or https URL, or empty.
        pub consent_url: String = optional(String::new(), |v| web_url(text_of(v)?)),
        /// Where browsers go afterwards; empty for a page of our own.
        pub redirect: String = optional(String::new(), |v| web_url(text_of(v)?)),
        /// From which websites it may be sent, such as `https://shop.example`; from
        /// any where none is named.
        #[schema(example = json!(["https://shop.example"]))]
        pub origins: Vec<String> = optional(Vec::new(), origins),
        /// The name of the control that people don't see and leave empty.
        #[schema(max_length = 64)]
        pub honeypot: String = optional(HONEYPOT.to_owned(), line_text(64)),
        /// How many seconds filling it in takes at least; 0 for no such check.
        #[schema(minimum = 0, maximum = 60)]
        pub minimum_seconds: i64 = never_null(2, |v| within(v, 60)),
        /// How often one address may send it in an hour.
        #[schema(minimum = 0, maximum = 100_000)]
        pub per_ip_hour: i64 = never_null(20, |v| within(v, 100_000)),
        /// How often all together may send it in an hour.
        #[schema(minimum = 0, maximum = 1_000_000)]
        pub per_hour: i64 = never_null(3600, |v| within(v, 1_000_000)),
        /// What becomes of an optional value that can't be read: `skip` (it is left out,
        /// and the answer says so) or `refuse`.
        #[serde(default)]
        #[schema(value_type = String, example = "skip")]
        pub invalid: InvalidValuePolicy = optional(InvalidValuePolicy::Skip, |v| {
            let all = [InvalidValuePolicy::Skip, InvalidValuePolicy::Refuse];
            choice(v, &all.map(|one| (one.as_str(), one)))
        }),
        /// A language tag; empty for the database's.
        #[schema(max_length = 35, example = "de")]
        pub language: String = optional(String::new(), line_text(35)),
        /// The button's label; empty for the usual one.
        #[schema(max_length = 200)]
        pub button: String = optional(String::new(), line_text(200)),
    }
}

/// What becomes of an optional value that can't be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InvalidValuePolicy {
    /// It is left out, and told.
    #[default]
    Skip,
    /// It refuses what it comes with.
    Refuse,
}

impl InvalidValuePolicy {
    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            InvalidValuePolicy::Skip => "skip",
            InvalidValuePolicy::Refuse => "refuse",
        }
    }
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FormField {
    /// The database's field.
    pub name: String,
    /// Whether it must be filled.
    #[schema(required = false)]
    pub required: bool,
    /// What people read; empty for the field's title.
    #[schema(required = false)]
    pub label: String,
}

impl FormSettings {
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
