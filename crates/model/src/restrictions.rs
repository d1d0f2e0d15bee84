//! What stands against contacts, whatever their subscriptions say: suppression lists,
//! and that the same contact left in another profile. The store finds it out for some
//! contacts at a time: hashed entries can't be asked for in SQL.

use crate::barrier::Barrier;
use crate::channel::Channel;
use crate::contact::Contact;
use crate::control::ControlGroupSettings;
use crate::ending::{ContactKey, key};
use crate::export::RelationSummary;
use crate::id::{ProfileId, RelationTypeId, ResourceId};
use crate::lifecycle::Standing;
use crate::profile::Profile;
use crate::relation::Side;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::time::Timestamp;
use std::collections::{HashMap, HashSet};

/// What stands against some contacts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restrictions {
    suppressed: HashSet<ContactKey>,
    left: HashMap<(ResourceId, ContactKey), (Standing, Timestamp)>,
    /// The control group in force, no matter who is in it.
    control: Option<ControlGroupSettings>,
}

/// What is known of some profiles and their subscriptions beside what they say themselves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlook {
    sendable: HashSet<Place>,
    barriers: HashMap<Place, Barrier>,
    relations: HashMap<(RelationTypeId, Side, ProfileId), RelationSummary>,
}

/// Whose subscription, to what, with which contact.
type Place = (ProfileId, ResourceId, ContactKey);

fn place(profile: ProfileId, one: &Subscription) -> Place {
    (profile, one.resource, key(&one.contact))
}

impl Outlook {
    /// Messages may be sent by a subscription now.
    pub fn add_sendable(&mut self, profile: ProfileId, one: &Subscription) {
        self.sendable.insert(place(profile, one));
    }

    /// Whether messages may be sent by a subscription now.
    pub fn is_sendable(&self, profile: ProfileId, one: &Subscription) -> bool {
        self.sendable.contains(&place(profile, one))
    }

    /// Notes what keeps messages from a subscription that doesn't say so itself.
    pub fn add_barrier(&mut self, profile: &Profile, one: &Subscription, against: &Restrictions) {
        if let Some(barrier) = against.barrier(profile, one) {
            self.barriers.insert(place(profile.id, one), barrier);
        }
    }

    /// Notes the relations of a type in which a profile stands on a side.
    pub fn add_relations(
        &mut self,
        (relation_type, side): (RelationTypeId, Side),
        profile: ProfileId,
        held: RelationSummary,
    ) {
        self.relations.insert((relation_type, side, profile), held);
    }

    /// The relations of a type in which a profile stands on a side; none if it has none.
    pub fn relations(
        &self,
        relation_type: RelationTypeId,
        side: Side,
        profile: ProfileId,
    ) -> Option<&RelationSummary> {
        self.relations.get(&(relation_type, side, profile))
    }

    /// What keeps messages from a subscription that doesn't say so itself.
    pub fn barrier(&self, profile: ProfileId, one: &Subscription) -> Option<&Barrier> {
        self.barriers.get(&place(profile, one))
    }
}

impl Restrictions {
    /// A contact stands on a suppression list.
    pub fn suppress(&mut self, contact: &Contact) {
        self.suppressed.insert(key(contact));
    }

    /// A contact left a resource, complained or bounced, in whatever profile.
    pub fn leave(
        &mut self,
        resource: ResourceId,
        contact: &Contact,
        standing: Standing,
        at: Timestamp,
    ) {
        self.left.insert((resource, key(contact)), (standing, at));
    }

    /// A control group is in force.
    pub fn hold_back(&mut self, control: ControlGroupSettings) {
        self.control = Some(control);
    }

    /// The control group in force.
    pub fn control(&self) -> Option<&ControlGroupSettings> {
        self.control.as_ref()
    }

    /// Whether messages of a resource by a channel are held back from a profile, if it is
    /// in the control group.
    pub fn holds_back(&self, is_member: bool, resource: ResourceId, channel: Channel) -> bool {
        let control = self.control.as_ref().filter(|_| is_member);
        control.is_some_and(|control| control.holds_back(resource, channel))
    }

    /// Whether a contact stands on a suppression list.
    pub fn is_suppressed(&self, contact: &Contact) -> bool {
        !self.suppressed.is_empty() && self.suppressed.contains(&key(contact))
    }

    /// Whether anything stands against a subscription's contact.
    pub fn stands(&self, one: &Subscription) -> bool {
        self.ends(one.resource, &one.contact)
    }

    /// Whether anything stands against a contact's subscription to a resource.
    pub fn ends(&self, resource: ResourceId, contact: &Contact) -> bool {
        self.is_suppressed(contact)
            || (!self.left.is_empty() && self.left.contains_key(&(resource, key(contact))))
    }

    /// What keeps messages from a subscription of a profile, beside its own status;
    /// none where the status says by itself that they ended.
    fn barrier(&self, profile: &Profile, one: &Subscription) -> Option<Barrier> {
        if one.standing().is_protected() {
            return None;
        }
        let left = match self.left.is_empty() {
            true => None,
            false => self.left.get(&(one.resource, key(&one.contact))),
        };
        match left {
            Some((standing, at)) => Some(Barrier::LeftElsewhere {
                by: standing.by,
                at: *at,
            }),
            None if self.is_suppressed(&one.contact) => Some(Barrier::Suppressed),
            None if profile.status != Status::Subscribed => Some(Barrier::GlobalStatus),
            None => {
                let (is_member, channel) = (profile.control.is_member(), one.contact.channel());
                let is_held = self.holds_back(is_member, one.resource, channel);
                is_held.then_some(Barrier::ControlGroup)
            }
        }
    }
}
