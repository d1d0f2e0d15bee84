//! The page that most steps are: one card with a heading, what it means, and
//! at most one button and one link.

use crate::action::{Action, DO};
use crate::page::{Form, Frame, Page, Styles, finish, link};
use crate::placeholders::Html;
use askama::Template;

/// The picture above the heading.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    /// A letter: something is asked, or on its way.
    Letter,
    /// A tick: something is done.
    Done,
    /// A clock: something is over, or later.
    Clock,
    /// An exclamation mark: something doesn't work.
    Alert,
}

/// A card's one form.
pub(crate) struct Button<'a> {
    pub(crate) form: &'a Form,
    pub(crate) label: &'a str,
    /// What is posted as [`DO`], if the form asks for one of several things.
    pub(crate) action: Option<Action>,
    /// Whether it ends something.
    pub(crate) ends: bool,
}

impl<'a> Button<'a> {
    pub(crate) fn new(form: &'a Form, label: &'a str) -> Self {
        Button {
            form,
            label,
            action: None,
            ends: false,
        }
    }
}

#[derive(Template)]
#[template(path = "card.html")]
pub(crate) struct Card<'a> {
    frame: &'a Frame,
    styles: Styles,
    icon: Icon,
    heading: &'a str,
    paragraphs: Vec<Html>,
    list: Vec<Html>,
    button: Option<Button<'a>>,
    link: Option<(&'a str, &'a str)>,
}

impl<'a> Card<'a> {
    pub(crate) fn new(frame: &'a Frame, icon: Icon, heading: &'a str) -> Self {
        Card {
            frame,
            styles: Styles::of(frame),
            icon,
            heading,
            paragraphs: Vec::new(),
            list: Vec::new(),
            button: None,
            link: None,
        }
    }

    pub(crate) fn say(mut self, paragraph: Html) -> Self {
        self.paragraphs.push(paragraph);
        self
    }

    pub(crate) fn list(mut self, lines: Vec<Html>) -> Self {
        self.list = lines;
        self
    }

    pub(crate) fn button(mut self, button: Button<'a>) -> Self {
        self.button = Some(button);
        self
    }

    /// A link under the rest, left out if pages may not link there.
    pub(crate) fn link(mut self, url: Option<&'a str>, label: &'a str) -> Self {
        self.link = url.and_then(link).map(|url| (url, label));
        self
    }

    pub(crate) fn render(&self) -> Page {
        finish(self, self.frame)
    }
}
