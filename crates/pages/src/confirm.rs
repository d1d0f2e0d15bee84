//! The page that a link in a double opt-in message opens.

use crate::card::{Button, Card, Icon};
use crate::page::{Form, Frame, Page, SubscriptionLabel};
use crate::placeholders::rich;
use crate::problem::{Problem, ProblemKind};

/// The confirm page. Opening it changes nothing: mail scanners open links too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// What surrounds it.
    pub frame: Frame,
    /// Where the person is.
    pub state: ConfirmState,
}

/// The states of the confirm page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfirmState {
    /// Asks for one press on the button that posts `form`.
    Ask {
        /// What is to be confirmed.
        named: SubscriptionLabel,
        /// Where the button posts to.
        form: Form,
        /// The resource's own question, with `{resource}` and `{contact}`; empty
        /// for the usual one.
        lead: String,
        /// The resource's own label of the button; empty for the usual one.
        button: String,
    },
    /// Thanks: it has just been confirmed.
    Confirmed {
        /// What was confirmed.
        named: SubscriptionLabel,
        /// Where to go on, usually the resource's website.
        next: Option<String>,
        /// The resource's own thanks; empty for the usual ones.
        lead: String,
    },
    /// It had been confirmed before.
    AlreadyConfirmed {
        /// What is confirmed.
        named: SubscriptionLabel,
        /// Where to go on.
        next: Option<String>,
    },
    /// The link is too old; the button asks for a new one.
    Expired {
        /// What was to be confirmed.
        named: SubscriptionLabel,
        /// Where the button posts to.
        form: Form,
    },
    /// A link is on its way, a first one or a new one.
    Sent {
        /// Where to.
        contact: String,
    },
    /// The link was never one.
    Invalid,
    /// No further link is sent for now.
    LimitReached {
        /// Where the earlier ones went.
        contact: String,
    },
}

impl Confirm {
    /// The page.
    pub fn render(&self) -> Page {
        let frame = &self.frame;
        let t = frame.language.texts();
        match &self.state {
            ConfirmState::Ask {
                named,
                form,
                lead,
                button,
            } => Card::new(frame, Icon::Letter, t.confirm_heading)
                .say(rich(own(lead, t.confirm_lead), &named.values()))
                .say(rich(t.confirm_note, &[]))
                .button(Button::new(form, own(button, t.confirm_button)))
                .render(),
            ConfirmState::Confirmed { named, next, lead } => {
                Card::new(frame, Icon::Done, t.confirmed_heading)
                    .say(rich(own(lead, t.confirmed_lead), &named.values()))
                    .link(next.as_deref(), t.next_link)
                    .render()
            }
            ConfirmState::AlreadyConfirmed { named, next } => {
                Card::new(frame, Icon::Done, t.already_confirmed_heading)
                    .say(rich(t.already_confirmed_lead, &named.values()))
                    .link(next.as_deref(), t.next_link)
                    .render()
            }
            ConfirmState::Expired { named, form } => {
                Card::new(frame, Icon::Clock, t.confirm_expired_heading)
                    .say(rich(t.confirm_expired_lead, &named.values()))
                    .button(Button::new(form, t.confirm_expired_button))
                    .render()
            }
            ConfirmState::Sent { contact } => Card::new(frame, Icon::Letter, t.sent_heading)
                .say(rich(t.sent_lead, &[("contact", contact)]))
                .say(rich(t.sent_note, &[]))
                .render(),
            ConfirmState::Invalid => Problem::page(frame, ProblemKind::InvalidLink),
            ConfirmState::LimitReached { contact } => {
                Card::new(frame, Icon::Clock, t.limit_heading)
                    .say(rich(t.limit_lead, &[("contact", contact)]))
                    .render()
            }
        }
    }
}

/// A resource's own wording, else the usual one.
fn own<'a>(own: &'a str, usual: &'a str) -> &'a str {
    if own.trim().is_empty() { usual } else { own }
}
