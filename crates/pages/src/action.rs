//! What a person can do with a subscription, and its name in a posted form.

use roster_model::Status;

/// The name of the control that says which [`Action`] a form asks for.
pub const DO: &str = "do";
/// The name of the hidden control that says which subscription it is about.
pub const SUBSCRIPTION: &str = "subscription";
/// The name of each topic's checkbox; its value is the category's name. An
/// unchecked one is not posted, and steady ones never are.
pub const TOPIC: &str = "topic";
/// The name of the choice of how long to pause; its value is one of
/// [`PAUSE_DAYS`].
pub const DAYS: &str = "days";
/// How many days a subscription can be paused for.
pub const PAUSE_DAYS: [u32; 4] = [14, 30, 60, 90];

/// What a form of the subscription manager asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Keep the person's own fields as posted.
    Details,
    /// Keep the topics as posted.
    Topics,
    /// Pause for some days.
    Suspend,
    /// End a pause, subscribe again, or send the confirmation link again.
    Resume,
    /// Leave this one subscription.
    Unsubscribe,
    /// Leave all of them.
    Leave,
}

impl Action {
    /// All actions.
    pub const ALL: [Action; 6] = [
        Action::Details,
        Action::Topics,
        Action::Suspend,
        Action::Resume,
        Action::Unsubscribe,
        Action::Leave,
    ];

    /// Its name, the value of [`DO`].
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Details => "details",
            Action::Topics => "topics",
            Action::Suspend => "suspend",
            Action::Resume => "resume",
            Action::Unsubscribe => "unsubscribe",
            Action::Leave => "leave",
        }
    }

    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.as_str() == name)
    }

    /// What makes sense for a subscription of this status, besides its topics.
    /// Nothing brings back a contact that messages can't reach.
    pub fn usual(status: Status) -> &'static [Action] {
        match status {
            Status::Subscribed => &[Action::Topics, Action::Suspend, Action::Unsubscribe],
            Status::Suspended => &[Action::Topics, Action::Resume, Action::Unsubscribe],
            Status::Unconfirmed => &[Action::Resume, Action::Unsubscribe],
            Status::Unsubscribed | Status::Complained => &[Action::Resume],
            Status::Hardbounced | Status::Invalid => &[Action::Unsubscribe],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_to_one() {
        for action in Action::ALL {
            assert_eq!(Action::named(action.as_str()), Some(action));
        }
        assert_eq!(Action::named("Leave"), None);
    }

    #[test]
    fn what_is_over_can_not_be_left_again() {
        for status in [Status::Unsubscribed, Status::Complained] {
            assert!(!Action::usual(status).contains(&Action::Unsubscribe));
        }
    }
}
