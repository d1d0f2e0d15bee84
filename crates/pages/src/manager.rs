//! The subscription manager: a person's details and all their subscriptions.

use crate::action::{Action, DAYS, DO, PAUSE_DAYS, SUBSCRIPTION, TOPIC};
use crate::change::Change;
use crate::control::LabelledInput;
use crate::date::Date;
use crate::input::{Control, Input};
use crate::page::{Form, Frame, Page, Styles, finish, link};
use crate::placeholders::{Html, fill};
use crate::texts::Texts;
use askama::Template;
use roster_model::{Channel, Status};

/// The manager page. Each of its forms posts to `form`, says with
/// [`DO`] which [`Action`] is asked for and, if it is about one, names the
/// subscription as [`SUBSCRIPTION`].
#[derive(Clone, Debug, PartialEq)]
pub struct Manager {
    /// What surrounds it; its title is the page's heading.
    pub frame: Frame,
    /// Where every form posts to.
    pub form: Form,
    /// The person's fields, with complaints after a refused POST.
    pub fields: Vec<Input>,
    /// The person's subscriptions.
    pub subscriptions: Vec<Entry>,
    /// The URL of the page to leave everything; `None` hides it.
    pub leave: Option<String>,
    /// After a POST that was taken: exactly what was changed, which may be
    /// nothing.
    pub notice: Option<Vec<Change>>,
}

/// One subscription in the manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What [`SUBSCRIPTION`] names it by.
    pub id: String,
    /// The resource's name.
    pub resource: String,
    /// What the resource is about; may be empty.
    pub description: String,
    /// How messages come.
    pub channel: Channel,
    /// The contact, as it is shown.
    pub contact: String,
    /// Its status.
    pub status: Status,
    /// Until when it is paused, if it is.
    pub until: Option<Date>,
    /// The resource's active categories, in order.
    pub topics: Vec<Topic>,
    /// What is offered, usually [`Action::usual`].
    pub actions: Vec<Action>,
}

/// A category in the manager.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// What [`TOPIC`] names it by.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Whether the person has it.
    pub chosen: bool,
    /// Whether it can't be left: shown as chosen and disabled.
    pub steady: bool,
}

#[derive(Template)]
#[template(path = "manager.html")]
struct ManagerPage<'a> {
    frame: &'a Frame,
    t: &'static Texts,
    styles: Styles,
    heading: &'a str,
    form: &'a Form,
    fields: Vec<LabelledInput<'a>>,
    /// Whether a field was refused.
    refused: bool,
    rows: Vec<Row<'a>>,
    pauses: Vec<(u32, String)>,
    leave: Option<&'a str>,
    notice: Option<Vec<Html>>,
}

/// What the template needs to know of a subscription.
struct Row<'a> {
    entry: &'a Entry,
    channel: &'static str,
    status: String,
    /// The class that colours the status.
    mood: &'static str,
    resume: &'static str,
}

impl Row<'_> {
    fn offers(&self, action: Action) -> bool {
        self.entry.actions.contains(&action)
    }

    /// Whether the topics can be changed: all of them steady can't.
    fn has_choice(&self) -> bool {
        self.offers(Action::Topics) && self.entry.topics.iter().any(|t| !t.steady)
    }
}

impl Manager {
    /// The page.
    pub fn render(&self) -> Page {
        let frame = &self.frame;
        let language = frame.language;
        let t = language.texts();
        let changes = self.notice.as_ref();
        let template = ManagerPage {
            frame,
            t,
            styles: Styles::of(frame),
            heading: match frame.title.as_str() {
                "" => t.manager_heading,
                title => title,
            },
            form: &self.form,
            fields: LabelledInput::all(&self.fields, "f", language),
            refused: self.fields.iter().any(|f| f.error.is_some()),
            rows: self.subscriptions.iter().map(|e| row(e, frame)).collect(),
            pauses: PAUSE_DAYS.map(|n| (n, language.days(n))).into(),
            leave: self.leave.as_deref().and_then(link),
            notice: changes.map(|all| all.iter().map(|c| c.line(language)).collect()),
        };
        finish(&template, frame)
    }
}

fn row<'a>(entry: &'a Entry, frame: &Frame) -> Row<'a> {
    let language = frame.language;
    let t = language.texts();
    let (mood, status) = match entry.status {
        Status::Subscribed => ("good", t.status_subscribed),
        Status::Unsubscribed => ("over", t.status_unsubscribed),
        Status::Complained => ("over", t.status_complained),
        Status::Hardbounced => ("bad", t.status_hardbounced),
        Status::Unconfirmed => ("wait", t.status_unconfirmed),
        Status::Suspended => ("wait", t.status_suspended),
        Status::Invalid => ("bad", t.status_invalid),
    };
    let until = entry.until.filter(|_| entry.status == Status::Suspended);
    Row {
        entry,
        channel: language.channel(entry.channel),
        status: match until {
            Some(date) => fill(
                t.status_suspended_until,
                &[("date", &date.in_words(language))],
            ),
            None => status.to_owned(),
        },
        mood,
        resume: match entry.status {
            Status::Suspended => t.resume_paused_button,
            Status::Unconfirmed => t.resume_unconfirmed_button,
            _ => t.resume_left_button,
        },
    }
}
