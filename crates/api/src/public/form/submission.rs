//! What was sent to a form, as an HTML form or as JSON.

use crate::public::form_data::{FormData, ticked, typed, value};
use http::header;
use roster_http::{Call, Problem, kinds};
use roster_model::Code;
use roster_model::form::InvalidValuePolicy;
use roster_model::{Database, Invalid};
use roster_pages::subscribe::{CONSENT, SHOWN};
use roster_pages::{Control, Subscribe};
use roster_store::forms::Form;
use serde_json::{Map, Value};

/// What was sent.
pub(super) struct FormSubmission {
    /// Whether JSON is spoken.
    pub json: bool,
    /// The contact as it was typed.
    pub contact: String,
    /// Values of the form's fields; what was left empty isn't here.
    pub data: Map<String, Value>,
    /// Members that are nothing of the form's, left out.
    pub left_out: Vec<Invalid>,
    /// Fields that the form insists on and that were left empty.
    pub missing: Vec<String>,
    /// Whether consent was given.
    pub consent: bool,
    /// The token that says when the form was shown, if it came along.
    pub shown: Option<String>,
    /// Whether what people don't see was filled in.
    pub trapped: bool,
    /// The page that the form stood on, as the browser says.
    pub page: Option<String>,
    posted: Option<FormData>,
}

impl FormSubmission {
    /// Reads a body. As JSON its members are the contact (`email` or `phone`), the
    /// form's fields by name, `consent` and `shown`.
    pub fn of(call: &Call, form: &Form, database: &Database) -> Result<Self, Problem> {
        let text = |name| call.headers.get(name).and_then(|value| value.to_str().ok());
        let kind = text(header::CONTENT_TYPE).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        let page = text(header::REFERER);
        let page = page.map(|url| url.chars().take(2000).collect());
        let settings = &form.settings;
        let mut sent = FormSubmission {
            json: false,
            contact: String::new(),
            data: Map::new(),
            left_out: Vec::new(),
            missing: Vec::new(),
            consent: false,
            shown: None,
            trapped: false,
            page,
            posted: None,
        };
        if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let posted = FormData::of(&call.body);
            let one = |name: &str| posted.one(name).unwrap_or_default().trim().to_owned();
            sent.contact = one(settings.contact_name());
            for field in &settings.fields {
                let Some(defined) = database.field(&field.name) else {
                    continue;
                };
                // A control that isn't there says nothing, a box neither.
                let Some(given) = posted.field(defined) else {
                    continue;
                };
                let value = value(defined, given);
                // A box that must be ticked is no answer until it is.
                let unticked = field.required && value == Value::Bool(false);
                if !value.is_null() && !unticked {
                    sent.data.insert(field.name.clone(), value);
                }
            }
            sent.consent = posted.last(CONSENT).is_some_and(ticked);
            sent.shown = posted.one(SHOWN).map(str::to_owned);
            sent.trapped = !one(&settings.honeypot).is_empty();
            sent.posted = Some(posted);
        } else if essence.eq_ignore_ascii_case("application/json") {
            sent.json = true;
            sent.take_json(call.json()?, form)?;
        } else {
            let detail = "A form is sent as application/x-www-form-urlencoded or application/json.";
            return Err(Problem::new(kinds::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        // What a form insists on is more than what the database does.
        let required = settings.fields.iter().filter(|field| field.required);
        let missing = required.filter(|field| !sent.data.contains_key(&field.name));
        sent.missing = missing.map(|field| field.name.clone()).collect();
        Ok(sent)
    }

    fn take_json(&mut self, members: Map<String, Value>, form: &Form) -> Result<(), Problem> {
        let settings = &form.settings;
        let mut wrong = Vec::new();
        for (name, value) in members {
            let text = value.as_str().unwrap_or_default().trim().to_owned();
            match name.as_str() {
                name if name == settings.contact_name() => self.contact = text,
                CONSENT if value.is_null() => {}
                CONSENT => match roster_model::value::boolean(&value) {
                    Ok(given) => self.consent = given == Value::Bool(true),
                    Err(invalid) => wrong.push(invalid.at(CONSENT)),
                },
                SHOWN => self.shown = Some(text),
                name if name == settings.honeypot => self.trapped = !text.is_empty(),
                _ if value.is_null() => {}
                _ if settings.fields.iter().any(|field| field.name == name) => {
                    self.data.insert(name, value);
                }
                _ => {
                    let detail = "The form has no such field.";
                    let invalid = Invalid::new(Code::UnknownField, detail).at(&name);
                    match settings.invalid {
                        InvalidValuePolicy::Skip => self.left_out.push(invalid),
                        InvalidValuePolicy::Refuse => wrong.push(invalid),
                    }
                }
            }
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(Problem::from(wrong))
        }
    }

    /// Puts what was typed back into the form.
    pub fn fill(&self, view: &mut Subscribe) {
        let Some(posted) = &self.posted else {
            return;
        };
        for input in &mut view.fields {
            let given = posted.one(&input.name);
            let control = std::mem::replace(&mut input.control, Control::Checkbox(false));
            input.control = typed(control, given);
        }
    }
}
