//! Where a change of a profile comes from: the door, and whose will it is.

use serde::Serialize;

/// The door through which a change comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A request with an API token.
    #[default]
    Api,
    /// A file, a schedule, a bulk update.
    Import,
    /// A form on a website.
    Form,
    /// Another system's webhook.
    Webhook,
    /// The person: a link of theirs, the subscription manager.
    Person,
    /// The service that delivers messages, telling what became of one.
    Provider,
    /// Roster itself, when a time has come.
    System,
}

impl Origin {
    /// Whose will it is. An act that names one profile and what to change in it
    /// is `explicit`; an import says how things were when its data was made.
    pub fn party(self, explicit: bool) -> Party {
        match self {
            Origin::Api if explicit => Party::Api,
            Origin::Api | Origin::Import | Origin::Form | Origin::Webhook => Party::Import,
            Origin::Person => Party::Person,
            Origin::Provider => Party::Provider,
            Origin::System => Party::System,
        }
    }
}

/// Whose will a change of a status is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Somebody with a token, about one profile.
    #[default]
    Api,
    /// Data from elsewhere: imports of one or many, files, webhooks, forms.
    Import,
    /// The person.
    Person,
    /// The service that delivers messages.
    Provider,
    /// Roster itself.
    System,
}

impl Party {
    /// All parties in the order of their codes.
    pub const ALL: [Party; 5] = [
        Party::Api,
        Party::Import,
        Party::Person,
        Party::Provider,
        Party::System,
    ];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Party::Api => "api",
            Party::Import => "import",
            Party::Person => "person",
            Party::Provider => "provider",
            Party::System => "system",
        }
    }

    /// The party with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|party| party.as_str() == name)
    }

    /// The party that `left_by` names: `person`, `provider`, or `operator` for
    /// [`Party::Api`].
    pub fn left_by(name: &str) -> Option<Self> {
        let named = [Party::Person, Party::Provider, Party::Api].into_iter();
        let mut named = named.filter(|party| {
            party
                .as_left_by()
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
        });
        named.next()
    }

    /// The word for `left_by`; none where nobody said who it was.
    pub fn as_left_by(self) -> Option<&'static str> {
        match self {
            Party::Person => Some("person"),
            Party::Provider => Some("provider"),
            Party::Api => Some("operator"),
            Party::Import | Party::System => None,
        }
    }

    /// The number that the store keeps.
    pub fn code(self) -> i64 {
        self as i64
    }

    /// The party with this code.
    pub fn from_code(code: i64) -> Option<Self> {
        usize::try_from(code)
            .ok()
            .and_then(|code| Self::ALL.get(code).copied())
    }
}
