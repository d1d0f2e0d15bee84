//! Columns as an export names those of subscriptions.

use super::looks::Looks;
use super::{Confidence, Idea, Proposer};
use crate::error::excerpt;
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
                reason: "The values are whole subscriptions in JSON, as an export writes them: look whether the resources are the same here."
                    .to_owned(),
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
            return Idea::ignore(format!(
                "An export names contacts of a resource so, but the database has no resource {} with {}: say which is meant.",
                read.resource, read.channel
            ));
        };
        let has = |part: &str| self.headers.contains(&*format!("{}/{part}", read.contacts));
        if read.part == ContactPart::Contact && !has("status") {
            return Idea::ignore(format!(
                "An export names contacts of {} so, but no column {}/status says how each of them stands, and nothing said is no yes: map it yourself if they agreed.",
                excerpt(&resource.name),
                read.contacts
            ));
        }
        if read.part != ContactPart::Contact && !self.headers.contains(&*read.contacts) {
            return Idea::ignore(format!("There is no column {}.", excerpt(&read.contacts)));
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
            reason: format!(
                "An export names so what it has of subscriptions to resource {}, which is {} here: look whether it is the same.",
                read.resource,
                excerpt(&resource.name)
            ),
            confidence: Confidence::Medium,
        }
    }
}
