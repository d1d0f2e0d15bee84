//! That messages to a contact ended, no matter who has the contact: how far, who ended
//! it, when and how. It outlives profiles and subscriptions, so that deleting
//! somebody and writing them again makes nobody reachable who left.

use crate::contact::Contact;
use crate::id::{DatabaseId, ResourceId};
use crate::lifecycle::Standing;
use crate::origin::Party;
use crate::profile::Profile;
use crate::status::Status;
use crate::time::Timestamp;
use serde_json::{Value, json};
use std::collections::HashMap;

/// How far it reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reach {
    /// One database; all of them if none.
    pub database: Option<DatabaseId>,
    /// One resource; all of them if none.
    pub resource: Option<ResourceId>,
}

impl Reach {
    /// Every resource in every database: an address that bounced for good.
    pub const EVERYTHING: Reach = Reach {
        database: None,
        resource: None,
    };

    /// One resource, in every database that it serves.
    pub fn resource(id: ResourceId) -> Self {
        Reach {
            database: None,
            resource: Some(id),
        }
    }

    /// Everything in one database.
    pub fn database(id: DatabaseId) -> Self {
        Reach {
            database: Some(id),
            resource: None,
        }
    }

    /// Whether it holds for a resource in a database.
    pub fn covers(self, database: DatabaseId, resource: ResourceId) -> bool {
        self.database.is_none_or(|own| own == database)
            && self.resource.is_none_or(|own| own == resource)
    }
}

/// How a contact stands: that it ended, or that this was lifted.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// Whose it is.
    pub contact: Contact,
    /// The one category that was left; none if all messages ended.
    pub category: Option<String>,
    /// How far it reaches.
    pub reach: Reach,
    /// The status that ended it, and whose will that was; `subscribed` where it
    /// was lifted since.
    pub standing: Standing,
    /// When it ended, or was lifted.
    pub at: Timestamp,
    /// When that was told: what was told last counts.
    pub noted_at: Timestamp,
    /// Through what it was told, or why it was lifted.
    pub how: String,
    /// The database in which it was told; none if that is not known.
    pub told_in: Option<DatabaseId>,
}

impl Ending {
    /// Whether it was lifted.
    pub fn is_lifted(&self) -> bool {
        !self.standing.is_protected()
    }

    /// Which of two is kept: 0 where it was lifted, more for what says more.
    pub fn weight(&self) -> i64 {
        weight(self.standing)
    }

    /// What history shows of it.
    pub fn to_history(&self) -> Value {
        json!({
            "status": self.standing.status,
            "status_by": self.standing.by,
            "at": self.at,
            "how": self.how,
        })
    }

    /// The name of its changes in the history, like that of a subscription:
    /// `standing/<resource>/<channel>/<contact key>`, with `/<category>` behind it where
    /// one was left.
    pub fn history_field(&self, resource: ResourceId) -> String {
        let (channel, key) = (self.contact.channel(), self.contact.key());
        match &self.category {
            Some(category) => format!("standing/{resource}/{channel}/{key}/{category}"),
            None => format!("standing/{resource}/{channel}/{key}"),
        }
    }
}

/// What a standing weighs against another of the same contact and reach: a
/// complaint more than a bounce, that more than leaving, and leaving by
/// themselves more than being left out by somebody else.
pub fn weight(standing: Standing) -> i64 {
    match (standing.status, standing.by) {
        (Status::Complained, _) => 5,
        (Status::Hardbounced, _) => 4,
        (Status::Unsubscribed, Party::Person | Party::Provider) => 3,
        (Status::Unsubscribed, Party::Import | Party::System) => 2,
        (Status::Unsubscribed, Party::Api) => 1,
        (Status::Subscribed | Status::Unconfirmed | Status::Suspended | Status::Invalid, _) => 0,
    }
}

/// How far it reaches that a subscription has this status: a bad address is bad
/// for every resource, and who complains of one message complains of the sender.
pub(crate) fn reach_of(status: Status, resource: ResourceId) -> Reach {
    match status {
        Status::Complained | Status::Hardbounced => Reach::EVERYTHING,
        _ => Reach::resource(resource),
    }
}

/// What of `endings`, all of one contact, stands against a resource in a
/// database: what weighs most.
pub fn against(endings: &[Ending], database: DatabaseId, resource: ResourceId) -> Option<&Ending> {
    let here = |ending: &&Ending| ending.reach.covers(database, resource);
    let lifted = |ended: &Ending| {
        endings.iter().filter(here).any(|one| {
            // What was lifted for one resource was lifted from all that reaches
            // it; what was lifted for all doesn't undo leaving one.
            let as_near = one.reach.resource.is_some() || ended.reach.resource.is_none();
            one.is_lifted() && as_near && one.noted_at >= ended.noted_at
        })
    };
    endings
        .iter()
        .filter(here)
        .filter(|ending| !ending.is_lifted() && !lifted(ending))
        .max_by_key(|ending| (ending.weight(), -ending.at.ms()))
}

/// Whether anything was lifted for the contact of `endings` at some time or later.
pub(crate) fn is_lifted_since(endings: &[Ending], time: Timestamp) -> bool {
    let mut all = endings.iter();
    all.any(|one| one.is_lifted() && one.noted_at >= time)
}

/// Channel and key of a contact.
pub(crate) type ContactKey = (i64, String);

/// A contact as a whole, or what it has to do with one category.
type Subject = (ContactKey, Option<String>);

/// How contacts stand, as far as is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Endings(HashMap<Subject, Vec<Ending>>);

/// What was known of a contact before a change, to go back to.
#[derive(Debug)]
pub(crate) struct EndingSnapshot(Subject, Option<Vec<Ending>>);

fn subject(ending: &Ending) -> Subject {
    (key(&ending.contact), ending.category.clone())
}

/// What tells contacts apart.
pub(crate) fn key(contact: &Contact) -> ContactKey {
    (contact.channel().code(), contact.key().into_owned())
}

impl Endings {
    /// Whether nothing is known of anybody.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All that is known of a contact, but for categories that it left.
    pub fn of(&self, contact: &Contact) -> &[Ending] {
        self.of_subject(contact, None)
    }

    /// All that is known of a contact and a category.
    pub fn of_category(&self, contact: &Contact, category: &str) -> &[Ending] {
        self.of_subject(contact, Some(category))
    }

    fn of_subject(&self, contact: &Contact, category: Option<&str>) -> &[Ending] {
        if self.0.is_empty() {
            return &[];
        }
        let subject = (key(contact), category.map(str::to_owned));
        self.0.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// What stands against a contact's subscription to a resource in a database.
    pub fn against(
        &self,
        contact: &Contact,
        database: DatabaseId,
        resource: ResourceId,
    ) -> Option<&Ending> {
        against(self.of(contact), database, resource)
    }

    /// Takes one in as the store does: of an end and what lifted it the one that was
    /// told last counts, of two ends the one that weighs more. An end that is told
    /// again after something was lifted stands from then on.
    pub fn put(&mut self, ending: Ending) {
        let all = self.0.entry(subject(&ending)).or_default();
        let Some(place) = all.iter().position(|old| old.reach == ending.reach) else {
            return all.push(ending);
        };
        let old = &all[place];
        let (told, before) = (ending.noted_at, old.noted_at);
        let kept = match (ending.is_lifted(), old.is_lifted()) {
            (false, false) if ending.weight() > old.weight() => Ending {
                noted_at: told.max(before),
                ..ending
            },
            (false, false) if told > before && is_lifted_since(all, before) => Ending {
                noted_at: told,
                ..old.clone()
            },
            (false, false) => return,
            _ if told >= before => ending,
            _ => return,
        };
        all[place] = kept;
    }

    /// Takes a change in as the store does.
    pub fn take(&mut self, change: &EndingChange) {
        let ending = &change.ending;
        let known = self.of_subject(&ending.contact, ending.category.as_deref());
        let may = change.at_most.is_none_or(|most| {
            let here = |one: &&Ending| {
                let database = one.reach.database;
                one.reach.resource.is_none()
                    && (database.is_none() || database == ending.reach.database)
            };
            known.iter().any(|one| one.reach == ending.reach)
                && known.iter().filter(here).all(|one| one.weight() <= most)
        });
        if may {
            self.put(ending.clone());
        }
    }

    pub(crate) fn apply(&mut self, change: &EndingChange) -> EndingSnapshot {
        let ending = &change.ending;
        let subject = subject(ending);
        let known = self.0.get(&subject).cloned();
        let before = EndingSnapshot(subject, known);
        self.take(change);
        before
    }

    pub(crate) fn undo(&mut self, before: EndingSnapshot) {
        match before.1 {
            Some(all) => self.0.insert(before.0, all),
            None => self.0.remove(&before.0),
        };
    }
}

/// Something that a write says of how a contact stands.
#[derive(Clone, Debug, PartialEq)]
pub struct EndingChange {
    /// How it stands now.
    pub ending: Ending,
    /// Of one that lifts what may have ended: how much that may weigh. Where nothing
    /// ended, or more stands against the contact as a whole, nothing changes.
    pub at_most: Option<i64>,
}

/// The contacts by which a person can be reached: those in the profile's data and
/// in its subscriptions, deleted ones too. A number is one of every channel that
/// has numbers.
pub fn contacts_of(profile: &Profile) -> Vec<Contact> {
    let mut contacts: Vec<Contact> = Vec::new();
    let mut add = |contact: Contact| {
        if !contacts.iter().any(|one| one.same(&contact)) {
            contacts.push(contact);
        }
    };
    if let Some(Value::String(email)) = profile.data.get("email")
        && let Ok(email) = crate::email::Email::parse(email)
    {
        add(Contact::Email(email));
    }
    if let Some(Value::Array(phones)) = profile.data.get("phones") {
        for text in phones.iter().filter_map(Value::as_str) {
            let phone = || crate::phone::Phone::stored(text.to_owned());
            add(Contact::Sms(phone()));
            add(Contact::Whatsapp(phone()));
            add(Contact::Viber(phone()));
            add(Contact::Notify(phone()));
        }
    }
    for subscription in &profile.subscriptions {
        add(subscription.contact.clone());
    }
    contacts
}

#[cfg(test)]
mod tests;
