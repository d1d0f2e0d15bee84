//! Moving statuses within a write: as the table of moves allows, and asking for a
//! confirmation where one is needed.

use crate::Code;
use crate::barrier::SourceBarrier;
use crate::contact::Contact;
use crate::ending::{Ending, Endings, Reach, against, weight};
use crate::error::Invalid;
use crate::id::{DatabaseId, ResourceId};
use crate::lifecycle::Standing;
use crate::origin::{Origin, Party};
use crate::resource::Resource;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::time::Timestamp;
use crate::write::subscribe::SubscriptionEdit;
use std::sync::Arc;

/// Who changes, and what comes of it beside the profile.
#[derive(Debug)]
pub(crate) struct ChangeContext {
    pub now: Timestamp,
    pub origin: Origin,
    pub party: Party,
    pub database: DatabaseId,
    /// Whether they say that those who left agreed again.
    pub resubscribe: bool,
    /// The status of the profile as a whole.
    pub global: Status,
    /// How contacts stand, no matter who has them.
    pub endings: Arc<Endings>,
    /// What ended by this very write.
    pub ended: Vec<Ending>,
    /// What is lifted: somebody agreed again.
    pub lifted: Vec<Resubscription>,
    /// Who left once more after that was lifted, while their subscription had stayed
    /// as it was.
    pub again: Vec<(ResourceId, Contact, Standing)>,
    /// Statuses that stayed though others were asked for.
    pub kept: Vec<Invalid>,
    /// Contacts that must confirm.
    pub asks: Vec<(ResourceId, Contact)>,
}

/// A contact that agreed again to a resource, and what stood against it.
#[derive(Clone, Debug)]
pub(crate) struct Resubscription {
    pub resource: ResourceId,
    pub ended: Ending,
    pub party: Party,
}

impl ChangeContext {
    /// A status stays: anyone who imports many goes on and is told where, as `place`
    /// says; anyone who asked for just this is refused.
    pub fn keep(
        &mut self,
        kept: Invalid,
        place: impl FnOnce(Invalid) -> Invalid,
        wrong: &mut Vec<Invalid>,
    ) {
        match self.party {
            Party::Api => wrong.push(kept),
            Party::Import | Party::Person | Party::Provider | Party::System => {
                self.kept.push(place(kept));
            }
        }
    }

    /// Whether somebody says it now, and not a file of some day.
    fn is_said(&self) -> bool {
        match self.party {
            Party::Person | Party::Provider | Party::Api => true,
            Party::Import | Party::System => false,
        }
    }

    /// What came of it: statuses that stayed, what was lifted, who is asked.
    pub fn into_parts(
        self,
    ) -> (
        Vec<Invalid>,
        Vec<Resubscription>,
        Vec<(ResourceId, Contact)>,
    ) {
        (self.kept, self.lifted, self.asks)
    }

    /// What stands against a contact's subscription to a resource.
    pub fn against(&self, contact: &Contact, resource: ResourceId) -> Option<Ending> {
        let mut own = self.ended.iter().filter(|one| one.contact.same(contact));
        let own = own.find(|one| one.reach.covers(self.database, resource));
        let known = self.endings.of(contact);
        own.or_else(|| against(known, self.database, resource))
            .cloned()
    }

    /// What stands against a category of a contact's subscription to a resource.
    pub fn against_category(
        &self,
        contact: &Contact,
        resource: ResourceId,
        category: &str,
    ) -> Option<Ending> {
        let known = self.endings.of_category(contact, category);
        against(known, self.database, resource).cloned()
    }

    /// Notes that a contact agreed again, if something stood against it.
    pub fn lift(&mut self, ended: Option<Ending>, resource: ResourceId) {
        let party = self.party;
        self.lifted.extend(ended.map(|ended| Resubscription {
            resource,
            ended,
            party,
        }));
    }

    /// Notes that an address is bad, or its owner complained: for what else the
    /// same write says of it.
    pub fn end_everywhere(&mut self, subscription: &Subscription) {
        self.ended.push(Ending {
            contact: subscription.contact.clone(),
            category: None,
            reach: Reach::EVERYTHING,
            standing: subscription.standing(),
            at: self.now,
            noted_at: self.now,
            how: String::new(),
            told_in: Some(self.database),
        });
    }
}

/// The standing that counts: the subscription's own, or that of its contact where it
/// says more.
pub(crate) fn effective(subscription: &Subscription, against: Option<&Ending>) -> Standing {
    let own = subscription.standing();
    match against {
        Some(ending) if ending.weight() > weight(own) => ending.standing,
        _ => own,
    }
}

/// Moves the status as it may be moved, and asks for a confirmation where one
/// is needed.
pub(crate) fn move_status(
    subscription: &mut Subscription,
    edit: &SubscriptionEdit,
    resource: &Resource,
    is_new: bool,
    by: &mut ChangeContext,
    wrong: &mut Vec<Invalid>,
) {
    let against = by.against(&edit.contact, edit.resource);
    let resubscribe = edit.resubscribe || by.resubscribe;
    if is_withheld(edit, by) && !resubscribe {
        let returned = is_new || subscription.deleted;
        if let Some(told) = withhold(subscription, edit, against.as_ref(), returned, by) {
            return by.kept.push(edit.place(told.at("withheld")));
        }
    }
    // Nothing is known of it, or nothing that counts any more.
    let fresh = is_new && (against.is_none() || resubscribe);
    let returned = is_new || subscription.deleted;
    let ended = match &against {
        Some(ending) if returned && !fresh => end(subscription, ending),
        _ => false,
    };
    let from = effective(subscription, against.as_ref());
    let wished = edit.status.or(is_new.then_some(Status::Subscribed));
    let confirms = resource.double_opt_in.applies(by.origin);
    // A form is filled in by somebody: they who left may come back by it.
    let returns = by.origin == Origin::Form
        && matches!(from.status, Status::Unsubscribed | Status::Unconfirmed);
    let asks = confirms
        && matches!(wished, Some(Status::Subscribed | Status::Unconfirmed))
        && (fresh || returns);
    if asks {
        if fresh {
            subscription.status = Status::Unconfirmed;
            subscription.status_by = by.party;
            by.lift(against, edit.resource);
        }
        by.asks.push((edit.resource, subscription.contact.clone()));
        return;
    }
    if confirms
        && fresh
        && let Some(to @ (Status::Suspended | Status::Invalid)) = edit.status
    {
        // What it would come back to was never confirmed.
        subscription.status = Status::Unconfirmed;
        subscription.status_by = by.party;
        let detail = format!(
            "It is unconfirmed, and not {to}: the resource asks for a confirmation, and there is none."
        );
        let told = Invalid::new(Code::StatusProtected, detail).at("status");
        return by.kept.push(edit.place(told));
    }
    let Some(to) = edit.status else {
        if fresh {
            by.lift(against, edit.resource);
        } else if ended {
            // Nothing was said of the status: it is as the contact stands.
            by.kept.push(edit.place(kept(from).at("status")));
        }
        return;
    };
    if fresh {
        subscription.status = to;
        set_by(subscription, edit, true, by);
        if !subscription.standing().is_protected() {
            by.lift(against, edit.resource);
        }
    } else {
        match from.moved(to, by.party, resubscribe) {
            Ok(standing) => {
                let moved = standing != subscription.standing();
                if moved {
                    let same = against.as_ref().filter(|ended| ended.standing == standing);
                    subscription.status_at = Some(same.map_or(by.now, |ended| ended.at));
                }
                (subscription.status, subscription.status_by) = (standing.status, standing.by);
                set_by(subscription, edit, moved && !from.is_protected(), by);
                if !standing.is_protected() {
                    by.lift(against, edit.resource);
                } else if !moved && against.is_none() && by.is_said() {
                    let (resource, contact) = (edit.resource, edit.contact.clone());
                    by.again.push((resource, contact, subscription.standing()));
                }
            }
            // It is as they say already, and its contact stands as it stood.
            Err(_) if to == subscription.status => {}
            Err(kept) => return by.keep(kept.at("status"), |kept| edit.place(kept), wrong),
        }
    }
    let was = subscription.suspended_until;
    subscription.suspended_until = match to {
        // Saying again that it is suspended doesn't make it last for ever.
        Status::Suspended => edit.suspended_until.or(was),
        _ => None,
    };
}

/// Whether messages were kept from the contact where the data comes from, and nothing
/// here keeps them back already.
fn is_withheld(edit: &SubscriptionEdit, by: &ChangeContext) -> bool {
    match edit.withheld {
        Some(SourceBarrier::Contact) => true,
        Some(SourceBarrier::Profile) => by.global == Status::Subscribed,
        None => false,
    }
}

/// Keeps a subscription from which messages were kept back elsewhere from being one
/// here: a new one comes into being ended, another doesn't come nearer to getting
/// messages. Nothing where its own status says enough.
fn withhold(
    subscription: &mut Subscription,
    edit: &SubscriptionEdit,
    against: Option<&Ending>,
    returned: bool,
    by: &ChangeContext,
) -> Option<Invalid> {
    if edit.status.is_some_and(Status::is_end) {
        return None;
    }
    if returned && !subscription.standing().is_protected() {
        match against {
            Some(ending) => {
                end(subscription, ending);
            }
            None => {
                subscription.status = Status::Unsubscribed;
                subscription.status_by = by.party;
                subscription.status_at = Some(by.now);
                subscription.suspended_until = None;
            }
        }
        set_by(subscription, edit, against.is_none(), by);
        let detail = "Messages were kept from it where it comes from, so it is unsubscribed. If they did agree again, say so with resubscribe: true and a reason.";
        return Some(Invalid::new(Code::Withheld, detail));
    }
    let nearer = subscription.status != Status::Subscribed
        && edit.status.is_some_and(|to| to != subscription.status);
    nearer.then(|| {
        let detail = format!(
            "Messages were kept from it where the data comes from, so it stays {}. If they did agree again, say so with resubscribe: true and a reason.",
            subscription.status
        );
        Invalid::new(Code::Withheld, detail)
    })
}

/// Ends a subscription as its contact stands, unless it has ended itself; says
/// whether it did.
pub(crate) fn end(subscription: &mut Subscription, ending: &Ending) -> bool {
    if subscription.standing().is_protected() {
        return false;
    }
    subscription.status = ending.standing.status;
    subscription.status_by = ending.standing.by;
    subscription.status_at = Some(ending.at);
    subscription.suspended_until = None;
    true
}

/// That a subscription came into being ended, since its contact had left.
pub(crate) fn kept(standing: Standing) -> Invalid {
    let detail = format!(
        "The contact is {} since before (set by: {}), and stays so. If they did agree again, say so with resubscribe: true and a reason.",
        standing.status,
        standing.by.as_str()
    );
    Invalid::new(Code::StatusProtected, detail)
}

/// Who left, and when, where the write says so. Anyone who left by themselves has
/// left by themselves, whatever is said later.
fn set_by(
    subscription: &mut Subscription,
    edit: &SubscriptionEdit,
    moved: bool,
    by: &ChangeContext,
) {
    if !subscription.standing().is_protected() {
        return;
    }
    if let Some(said) = edit.left_by
        && (moved || matches!(said, Party::Person | Party::Provider))
        && (moved || !subscription.standing().is_own())
    {
        subscription.status_by = said;
    }
    if let Some(at) = edit.left_at {
        let at = at.min(by.now);
        let known = subscription.status_at;
        subscription.status_at = Some(known.map_or(at, |known| known.min(at)));
    }
}
