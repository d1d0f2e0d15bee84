//! One thing that was changed at a person's wish, in words.

use crate::language::Language;
use crate::page::SubscriptionLabel;
use crate::placeholders::{Html, rich};

/// What was changed, as the notice after a POST lists it. Texts are shown
/// escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A field has a new value; an empty one means that it was emptied.
    Field {
        /// The field's label.
        label: String,
        /// The value in words.
        value: String,
    },
    /// A topic was chosen.
    TopicAdded {
        /// The resource's name.
        resource: String,
        /// The topic's title.
        topic: String,
    },
    /// A topic is no longer chosen.
    TopicRemoved {
        /// The resource's name.
        resource: String,
        /// The topic's title.
        topic: String,
    },
    /// The subscription was left.
    Unsubscribed(SubscriptionLabel),
    /// It is active again.
    Resumed(SubscriptionLabel),
    /// It was paused.
    Suspended {
        /// Which one.
        named: SubscriptionLabel,
        /// For how many days.
        days: u32,
    },
    /// A new link to confirm it was sent.
    LinkSent {
        /// Where to.
        contact: String,
    },
}

impl Change {
    /// The change as a line of markup.
    pub(crate) fn line(&self, language: Language) -> Html {
        let t = language.texts();
        match self {
            Change::Field { label, value } if value.is_empty() => {
                rich(t.changed_emptied, &[("field", label)])
            }
            Change::Field { label, value } => {
                rich(t.changed_field, &[("field", label), ("value", value)])
            }
            Change::TopicAdded { resource, topic } => rich(
                t.changed_topic_added,
                &[("resource", resource), ("topic", topic)],
            ),
            Change::TopicRemoved { resource, topic } => rich(
                t.changed_topic_removed,
                &[("resource", resource), ("topic", topic)],
            ),
            Change::Unsubscribed(named) => rich(t.changed_unsubscribed, &named.values()),
            Change::Resumed(named) => rich(t.changed_resumed, &named.values()),
            Change::Suspended { named, days } => {
                let [resource, contact] = named.values();
                let days = language.days(*days);
                rich(
                    t.changed_suspended,
                    &[resource, contact, ("days", days.as_str())],
                )
            }
            Change::LinkSent { contact } => rich(t.changed_link_sent, &[("contact", contact)]),
        }
    }
}
