//! What stands against contacts, whatever their subscriptions say: suppression lists,
//! and that the same contact left in another profile. The store finds it out for some
//! contacts at a time: hashed entries can't be asked for in SQL.

use crate::contact::Contact;
use crate::id::{ProfileId, ResourceId};
use crate::subscription::Subscription;
use std::collections::HashSet;

/// Channel and key of a contact.
type ContactKey = (i64, String);

/// What stands against some contacts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Against {
    suppressed: HashSet<ContactKey>,
    left: HashSet<(ResourceId, ContactKey)>,
}

/// The subscriptions of some profiles by which messages may be sent now.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sendable(HashSet<(ProfileId, ResourceId, ContactKey)>);

impl Sendable {
    /// Adds one.
    pub fn add(&mut self, profile: ProfileId, one: &Subscription) {
        self.0.insert((profile, one.resource, key(&one.contact)));
    }

    /// Whether a subscription is one of them.
    pub fn has(&self, profile: ProfileId, one: &Subscription) -> bool {
        self.0.contains(&(profile, one.resource, key(&one.contact)))
    }
}

fn key(contact: &Contact) -> ContactKey {
    (contact.channel().code(), contact.key().into_owned())
}

impl Against {
    /// A contact stands on a suppression list.
    pub fn suppress(&mut self, contact: &Contact) {
        self.suppressed.insert(key(contact));
    }

    /// A contact left a resource, complained or bounced, in whatever profile.
    pub fn leave(&mut self, resource: ResourceId, contact: &Contact) {
        self.left.insert((resource, key(contact)));
    }

    /// Whether a contact stands on a suppression list.
    pub fn is_suppressed(&self, contact: &Contact) -> bool {
        !self.suppressed.is_empty() && self.suppressed.contains(&key(contact))
    }

    /// Whether anything stands against a subscription's contact.
    pub fn stands(&self, one: &Subscription) -> bool {
        self.is_suppressed(&one.contact)
            || (!self.left.is_empty() && self.left.contains(&(one.resource, key(&one.contact))))
    }
}
