//! The step between wanting to leave everything and having left it.

use crate::action::Action;
use crate::card::{Button, Card, Icon};
use crate::page::{Form, Frame, Page, SubscriptionLabel};
use crate::placeholders::rich;

/// The page of leaving all subscriptions at once. Opening it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leave {
    /// What surrounds it.
    pub frame: Frame,
    /// The subscription manager's URL, the way back.
    pub manager: String,
    /// Where the person is.
    pub state: LeaveState,
}

/// The states of leaving everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaveState {
    /// Lists what would end, and asks for one press on the button. It posts
    /// [`Action::Leave`] as [`crate::action::DO`].
    Ask {
        /// What would end.
        subscriptions: Vec<SubscriptionLabel>,
        /// Where the button posts to.
        form: Form,
    },
    /// All of these have ended.
    Done {
        /// What has ended.
        subscriptions: Vec<SubscriptionLabel>,
    },
}

impl Leave {
    /// The page.
    pub fn render(&self) -> Page {
        let t = self.frame.language.texts();
        let manager = Some(self.manager.as_str());
        let lines = |of: &[SubscriptionLabel]| {
            let lines = of.iter().map(|n| rich(t.leave_line, &n.values()));
            lines.collect()
        };
        match &self.state {
            LeaveState::Ask {
                subscriptions,
                form,
            } => Card::new(&self.frame, Icon::Alert, t.leave_heading)
                .say(rich(t.leave_lead, &[]))
                .list(lines(subscriptions))
                .button(Button {
                    action: Some(Action::Leave),
                    ends: true,
                    ..Button::new(form, t.leave_button)
                })
                .link(manager, t.leave_back_link)
                .render(),
            LeaveState::Done { subscriptions } => {
                Card::new(&self.frame, Icon::Done, t.left_heading)
                    .say(rich(t.left_lead, &[]))
                    .list(lines(subscriptions))
                    .link(manager, t.unsubscribed_resume_link)
                    .render()
            }
        }
    }
}
