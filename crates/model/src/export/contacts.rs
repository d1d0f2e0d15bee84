//! What a column of contacts has, and a subscription as an export writes it.

use super::plain;
use crate::barrier::Barrier;
use crate::channel::Channel;
use crate::id::ResourceId;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// What a column has of each subscription.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactPart {
    /// The contact.
    #[default]
    Contact,
    /// The status.
    Status,
    /// Who ended it: `person`, `provider` or `operator`; empty where it did not end,
    /// or nobody said.
    LeftBy,
    /// When it ended, if that is known.
    LeftAt,
    /// What keeps messages from it beside its status, a [`Barrier`]'s word; empty where
    /// nothing does.
    Withheld,
}

impl ContactPart {
    /// All parts, in the order of their columns.
    pub const ALL: [ContactPart; 5] = [
        ContactPart::Contact,
        ContactPart::Status,
        ContactPart::LeftBy,
        ContactPart::LeftAt,
        ContactPart::Withheld,
    ];

    /// What stands at the end of the column's name.
    pub(crate) fn suffix(self) -> Option<&'static str> {
        match self {
            ContactPart::Contact => None,
            ContactPart::Status => Some("status"),
            ContactPart::LeftBy => Some("left_by"),
            ContactPart::LeftAt => Some("left_at"),
            ContactPart::Withheld => Some("withheld"),
        }
    }

    /// What a subscription has.
    pub(super) fn of(
        self,
        one: &Subscription,
        barrier: Option<&Barrier>,
        contact: String,
    ) -> String {
        let left = || left(one, barrier);
        match self {
            ContactPart::Contact => contact,
            ContactPart::Status => one.status.as_str().to_owned(),
            ContactPart::LeftBy => {
                let by = left().and_then(|(by, _)| by);
                by.unwrap_or_default().to_owned()
            }
            ContactPart::LeftAt => left().map(|(_, at)| at.to_string()).unwrap_or_default(),
            ContactPart::Withheld => barrier.map_or("", |one| one.as_str()).to_owned(),
        }
    }
}

/// Who left, as a write takes it, and when: by the subscription itself, or by whatever
/// else ended messages to its contact.
fn left(
    one: &Subscription,
    barrier: Option<&Barrier>,
) -> Option<(Option<&'static str>, Timestamp)> {
    let elsewhere = || {
        let (by, at) = barrier?.left()?;
        Some((by.as_left_by(), at))
    };
    one.left().or_else(elsewhere)
}

/// A subscription as a write takes it: everything but what the system keeps, with what
/// keeps messages from it.
pub(super) fn writable(one: &Subscription, barrier: Option<&Barrier>) -> Value {
    let mut shown = match one.to_json() {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for kept in ["id", "status_by", "deleted", "created_at", "updated_at"] {
        shown.remove(kept);
    }
    if let Some(barrier) = barrier {
        shown.insert("withheld".to_owned(), json!(barrier.as_str()));
        if let Some((by, at)) = left(one, Some(barrier)) {
            shown.insert("left_by".to_owned(), json!(by));
            shown.insert("left_at".to_owned(), json!(at));
        }
    }
    if let Some(fields) = shown
        .get_mut("custom_fields")
        .and_then(Value::as_object_mut)
    {
        for value in fields.values_mut() {
            *value = plain(value.take());
        }
    }
    Value::Object(shown)
}

/// A column of contacts, by its name alone: what another installation means by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContactHeader {
    /// The resource's number there.
    pub resource: ResourceId,
    /// The channel.
    pub channel: Channel,
    /// The service whose devices are meant, for push.
    pub provider: Option<String>,
    /// What of each subscription.
    pub part: ContactPart,
    /// The name of the column with the contacts themselves.
    pub contacts: String,
}

impl ContactHeader {
    /// Reads a column's name as [`super::Column::name`] writes it; nothing if it is
    /// another.
    pub fn read(name: &str) -> Option<Self> {
        let mut rest = name.trim().strip_prefix("subscriptions/")?;
        let mut contacts = name.trim();
        let mut part = ContactPart::Contact;
        for one in ContactPart::ALL {
            let suffix = one.suffix().map(|suffix| format!("/{suffix}"));
            if let Some(suffix) = suffix
                && let Some(before) = rest.strip_suffix(suffix.as_str())
            {
                (rest, part) = (before, one);
                contacts = contacts.strip_suffix(suffix.as_str())?;
                break;
            }
        }
        let mut names = rest.split('/');
        let resource = names.next()?;
        let channel: Channel = names.next()?.parse().ok()?;
        let mut names: Vec<&str> = names.collect();
        // A provider comes first, and may be called like anything.
        let least = usize::from(channel == Channel::Push);
        let mut drop_last = |is: &dyn Fn(&str) -> bool| {
            if names.len() > least && names.last().is_some_and(|last| is(last)) {
                names.pop();
            }
        };
        drop_last(&|name| name == "deliverable");
        drop_last(&|name| Status::ALL.iter().any(|status| status.as_str() == name));
        let provider = match (channel, names.is_empty()) {
            (Channel::Push, false) => Some(names.join("/")),
            (Channel::Push, true) => return None,
            (_, true) => None,
            (_, false) => return None,
        };
        Some(ContactHeader {
            resource: resource.parse().ok().and_then(ResourceId::new)?,
            channel,
            provider,
            part,
            contacts: contacts.to_owned(),
        })
    }
}
