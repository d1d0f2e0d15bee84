//! The form to subscribe with: as a snippet for anybody's website, and as a
//! page of its own.

use crate::control::LabelledInput;
use crate::input::{Control, Input};
use crate::language::Language;
use crate::page::{Form, Frame, Page, Styles, finish, link};
use crate::texts::Texts;
use askama::Template;
use roster_model::{Database, FormId, FormSettings, Resource};

/// A subscription form.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscribe {
    /// The language of its own texts.
    pub language: Language,
    /// What one subscribes to.
    pub resource: String,
    /// What its ids start with, so that several forms fit one page; characters
    /// other than ASCII letters, digits, `-` and `_` are left out.
    pub id: String,
    /// Where it posts to; the fill-time token is one of the hidden values.
    pub form: Form,
    /// The fields, the contact first; with complaints after a refused POST.
    pub fields: Vec<Input>,
    /// The consent that is asked for.
    pub consent: Option<Consent>,
    /// The name of a control that people don't see and leave empty.
    pub honeypot: String,
    /// The button's label; empty for the usual one.
    pub button: String,
}

/// A consent to be given with a checkbox, never checked beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The name it is posted under, with the value `true`.
    pub name: String,
    /// What one agrees to.
    pub wording: String,
    /// Where to read more, an http or https URL.
    pub link: Option<String>,
    /// Whether it was left out in a POST that was refused.
    pub missing: bool,
}

/// What the snippet's template prints, alone or within the page's.
#[derive(Template)]
#[template(path = "snippet.html")]
struct Snippet<'a> {
    /// Whether no style sheet of ours hides the honeypot.
    alone: bool,
    t: &'static Texts,
    language: Language,
    id: String,
    form: &'a Form,
    fields: Vec<LabelledInput<'a>>,
    consent: Option<&'a Consent>,
    /// The consent's link, if it may be one.
    more: Option<&'a str>,
    honeypot: &'a str,
    button: &'a str,
}

#[derive(Template)]
#[template(path = "subscribe.html")]
struct SubscribePage<'a> {
    frame: &'a Frame,
    t: &'static Texts,
    styles: Styles,
    heading: &'a str,
    refused: bool,
    snippet: Snippet<'a>,
}

/// The name of the hidden control that says when the form was shown.
pub const SHOWN: &str = "shown";
/// The name of the control that gives consent.
pub const CONSENT: &str = "consent";

impl Subscribe {
    /// What a form of a database looks like. It posts to `action`, with `shown` as
    /// the token that says when it was shown.
    pub fn of(
        id: FormId,
        settings: &FormSettings,
        database: &Database,
        resource: &Resource,
        action: String,
        shown: String,
    ) -> Self {
        let language = Language::of(match settings.language.as_str() {
            "" => &database.language,
            tag => tag,
        });
        let mut fields = vec![contact(settings, language)];
        for field in &settings.fields {
            let defined = database.field(&field.name);
            if let Some(mut input) = defined.and_then(|one| Input::of(one, None, language)) {
                input.required |= field.required;
                if !field.label.is_empty() {
                    input.label.clone_from(&field.label);
                }
                fields.push(input);
            }
        }
        Subscribe {
            language,
            resource: resource.name.clone(),
            id: id.to_string(),
            form: Form {
                action,
                hidden: vec![(SHOWN.to_owned(), shown)],
            },
            fields,
            consent: (!settings.consent.is_empty()).then(|| Consent {
                name: CONSENT.to_owned(),
                wording: settings.consent.clone(),
                link: Some(settings.consent_url.clone()).filter(|url| !url.is_empty()),
                missing: false,
            }),
            honeypot: settings.honeypot.clone(),
            button: settings.button.clone(),
        }
    }

    /// The form alone: plain HTML without script or style sheet, to be put into
    /// a website. Its classes start with `roster-`. The one inline style moves
    /// the honeypot out of sight; where a website's policy forbids it, its
    /// label still says to leave it empty.
    pub fn snippet(&self) -> String {
        // It can only fail when writing fails, which a String's never does.
        self.template(true).render().unwrap_or_default()
    }

    /// The form as a page, for websites that only link to it and to show what
    /// was refused. The page's style sheet hides the honeypot.
    pub fn page(&self, frame: &Frame) -> Page {
        let t = self.language.texts();
        let missing = self.consent.as_ref().is_some_and(|c| c.missing);
        let template = SubscribePage {
            frame,
            t,
            styles: Styles::of(frame),
            heading: match self.resource.as_str() {
                "" => t.subscribe_button,
                resource => resource,
            },
            refused: missing || self.fields.iter().any(|f| f.error.is_some()),
            snippet: self.template(false),
        };
        finish(&template, frame)
    }

    fn template(&self, alone: bool) -> Snippet<'_> {
        let t = self.language.texts();
        let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let id: String = self.id.chars().filter(plain).collect();
        let consent = self.consent.as_ref();
        Snippet {
            alone,
            t,
            language: self.language,
            form: &self.form,
            fields: LabelledInput::all(&self.fields, &format!("roster-{id}-"), self.language),
            id: format!("roster-{id}"),
            consent,
            more: consent.and_then(|c| c.link.as_deref()).and_then(link),
            honeypot: &self.honeypot,
            button: match self.button.as_str() {
                "" => t.subscribe_button,
                label => label,
            },
        }
    }
}

/// The control for the contact.
fn contact(settings: &FormSettings, language: Language) -> Input {
    let name = settings.contact_name();
    let (control, autocomplete) = match name {
        "email" => (Control::Email(String::new()), "email"),
        _ => (Control::Tel(String::new()), "tel"),
    };
    Input {
        name: name.to_owned(),
        label: language.channel(settings.channel).to_owned(),
        help: String::new(),
        control,
        required: true,
        autocomplete: autocomplete.to_owned(),
        error: None,
    }
}
