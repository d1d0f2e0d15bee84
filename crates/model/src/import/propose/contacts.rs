//! Columns as an export names those of subscriptions.

use super::looks::Looks;
use super::{Clue, Confidence, Idea, Proposer};
use crate::export::{ContactHeader, ContactPart};
use crate::import::target::{MAX_LABEL_CHARS, SUBSCRIPTIONS};
use serde_json::{Map, Value, json};

impl Proposer<'_> {
    /// What a column is that an export wrote of subscriptions; nothing if it is none.
    pub(super) fn subscribed(&self, header: &str, looks: &Looks) -> Option<Idea> {
        if self.schema.database.field(header).is_some() {
            return None;
        }
        if header.trim() == SUBSCRIPTIONS && (looks.total == 0 || looks.most(looks.json)) {
            return Some(Idea {
                field: Some(SUBSCRIPTIONS.to_owned()),
                other: None,
                reasons: vec![Clue::Subscriptions],
                confidence: Confidence::Medium,
            });
        }
        ContactHeader::read(header).map(|read| self.contacts(&read))
    }

    fn contacts(&self, read: &ContactHeader) -> Idea {
        let mut resources = self.schema.resources.iter();
        let resource = resources.find(|resource| {
            resource.id == read.resource
                && resource.databases.contains(&self.schema.database.id)
                && resource.channels.contains(&read.channel)
        });
        let Some(resource) = resource else {
            return Idea::ignore(Clue::ContactsOfNone {
                resource: read.resource,
                channel: read.channel,
            });
        };
        let has = |part: &str| self.headers.contains(&*format!("{}/{part}", read.contacts));
        if read.part == ContactPart::Contact && !has("status") {
            return Idea::ignore(Clue::ContactsWithoutStatus {
                name: resource.name.clone(),
                column: format!("{}/status", read.contacts),
            });
        }
        if read.part != ContactPart::Contact && !self.headers.contains(&*read.contacts) {
            return Idea::ignore(Clue::NoColumn {
                column: read.contacts.to_string(),
            });
        }
        let mut subscription = Map::new();
        subscription.insert("resource_id".to_owned(), json!(resource.id));
        subscription.insert("channel".to_owned(), json!(read.channel));
        if let Some(provider) = &read.provider {
            subscription.insert("provider".to_owned(), json!(provider));
        }
        let mut to = json!({ "subscription": Value::Object(subscription) });
        if let Some(part) = read.part.suffix() {
            to["part"] = json!(part);
        }
        // Other columns may be of the same resource and channel.
        let own = format!("subscriptions/{}/{}", read.resource, read.channel);
        let label = read.contacts.strip_prefix(&*own).unwrap_or_default();
        let label: String = label.chars().skip(1).take(MAX_LABEL_CHARS).collect();
        if !label.is_empty() {
            to["label"] = json!(label);
        }
        Idea {
            field: None,
            other: Some(to),
            reasons: vec![Clue::Contacts {
                resource: read.resource,
                name: resource.name.clone(),
            }],
            confidence: Confidence::Medium,
        }
    }
}
