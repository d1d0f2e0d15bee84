//! The page that a message's unsubscribe link opens.

use crate::card::{Button, Card, Icon};
use crate::page::{Form, Frame, Page, SubscriptionLabel};
use crate::placeholders::rich;

/// The unsubscribe page. Opening it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsubscribe {
    /// What surrounds it.
    pub frame: Frame,
    /// Which subscription it is about; none where only the link knows.
    pub named: Option<SubscriptionLabel>,
    /// The subscription manager's URL, if this person may be shown it.
    pub manager: Option<String>,
    /// Where the person is.
    pub state: UnsubscribeState,
}

/// The states of the unsubscribe page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnsubscribeState {
    /// Asks for one press on the button.
    Ask(Form),
    /// The person has just left.
    Done,
    /// The person had left before.
    Already,
}

impl Unsubscribe {
    /// The page.
    pub fn render(&self) -> Page {
        let t = self.frame.language.texts();
        let manager = self.manager.as_deref();
        let values = self
            .named
            .as_ref()
            .map(SubscriptionLabel::values)
            .unwrap_or_default();
        let lead = |named: &'static str, unnamed: &'static str| match self.named {
            Some(_) => rich(named, &values),
            None => rich(unnamed, &[]),
        };
        match &self.state {
            UnsubscribeState::Ask(form) => {
                Card::new(&self.frame, Icon::Letter, t.unsubscribe_heading)
                    .say(lead(t.unsubscribe_lead, t.unsubscribe_unnamed))
                    .button(Button {
                        ends: true,
                        ..Button::new(form, t.unsubscribe_confirm_button)
                    })
                    .link(manager, t.manage_link)
                    .render()
            }
            UnsubscribeState::Done => Card::new(&self.frame, Icon::Done, t.unsubscribed_heading)
                .say(lead(t.unsubscribed_lead, t.unsubscribed_unnamed))
                .link(manager, t.unsubscribed_resume_link)
                .render(),
            UnsubscribeState::Already => {
                Card::new(&self.frame, Icon::Done, t.already_unsubscribed_heading)
                    .say(lead(t.already_unsubscribed_lead, t.unsubscribed_unnamed))
                    .link(manager, t.unsubscribed_resume_link)
                    .render()
            }
        }
    }
}
