//! What a link may be used for.

/// The one thing that a link may be used for. Each purpose has a key of its
/// own, so a link for one never passes as a link for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Says yes to a subscription (double opt-in).
    Confirm,
    /// Opens the page where somebody sees and changes their subscriptions.
    Manage,
    /// Ends a subscription, or all of them.
    Unsubscribe,
    /// The picture whose loading shows that a message was opened.
    Open,
    /// Notes a click and sends the reader on.
    Click,
    /// Accompanies a form, and says when it was shown.
    Fill,
}

impl Purpose {
    /// All purposes, in the order of their codes.
    pub const ALL: [Purpose; 6] = [
        Purpose::Confirm,
        Purpose::Manage,
        Purpose::Unsubscribe,
        Purpose::Open,
        Purpose::Click,
        Purpose::Fill,
    ];

    /// The byte that stands in tokens; never changed, never used twice.
    pub const fn code(self) -> u8 {
        match self {
            Purpose::Confirm => 1,
            Purpose::Manage => 2,
            Purpose::Unsubscribe => 3,
            Purpose::Open => 4,
            Purpose::Click => 5,
            Purpose::Fill => 6,
        }
    }

    /// The purpose with this code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_what_old_links_have() {
        assert_eq!(Purpose::ALL.map(Purpose::code), [1, 2, 3, 4, 5, 6]);
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::from_code(purpose.code()), Some(purpose));
        }
        assert_eq!(Purpose::from_code(0), None);
        assert_eq!(Purpose::from_code(7), None);
    }
}
