//! The page for what doesn't work, in words that help.

use crate::card::{Card, Icon};
use crate::page::{Frame, Page};
use crate::placeholders::rich;

/// An error page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What surrounds it.
    pub frame: Frame,
    /// What the matter is.
    pub kind: ProblemKind,
}

/// What the matter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The link was never one: cut off, or made up.
    InvalidLink,
    /// The link is too old, and no new one is offered here.
    ExpiredLink,
    /// What the link is about no longer exists.
    Gone,
    /// Too many attempts, or the service is busy.
    TryLater,
    /// The form can't be taken as it was posted; going back helps.
    BadForm,
}

impl Problem {
    /// The page.
    pub fn render(&self) -> Page {
        Self::page(&self.frame, self.kind)
    }

    pub(crate) fn page(frame: &Frame, kind: ProblemKind) -> Page {
        let t = frame.language.texts();
        let (icon, heading, lead) = match kind {
            ProblemKind::InvalidLink => (Icon::Alert, t.invalid_heading, t.invalid_lead),
            ProblemKind::ExpiredLink => (Icon::Clock, t.expired_heading, t.expired_lead),
            ProblemKind::Gone => (Icon::Alert, t.gone_heading, t.gone_lead),
            ProblemKind::TryLater => (Icon::Clock, t.later_heading, t.later_lead),
            ProblemKind::BadForm => (Icon::Alert, t.bad_form_heading, t.bad_form_lead),
        };
        Card::new(frame, icon, heading)
            .say(rich(lead, &[]))
            .render()
    }
}
