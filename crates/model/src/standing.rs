//! Moving statuses within a write: as the table of moves allows, and asking for a
//! confirmation where one is needed.

use crate::contact::Contact;
use crate::error::Invalid;
use crate::id::ResourceId;
use crate::origin::{Origin, Party};
use crate::resource::Resource;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::time::Timestamp;
use crate::write::subscribe::SubscriptionEdit;

/// Who changes, and what comes of it beside the profile.
#[derive(Debug)]
pub(crate) struct By {
    pub now: Timestamp,
    pub origin: Origin,
    pub party: Party,
    /// Whether they say that whoever left agreed anew.
    pub resubscribe: bool,
    /// Statuses that stayed though others were asked for.
    pub kept: Vec<Invalid>,
    /// Contacts that must confirm.
    pub asks: Vec<(ResourceId, Contact)>,
}

impl By {
    /// A status stays: whoever imports many goes on and is told; whoever asked
    /// for just this is refused.
    pub fn keep(&mut self, kept: Invalid, wrong: &mut Vec<Invalid>) {
        match self.party {
            Party::Api => wrong.push(kept),
            Party::Import | Party::Person | Party::Provider | Party::System => {
                self.kept.push(kept);
            }
        }
    }
}

/// Moves the status as it may be moved, and asks for a confirmation where one
/// is needed.
pub(crate) fn move_status(
    subscription: &mut Subscription,
    edit: &SubscriptionEdit,
    resource: &Resource,
    is_new: bool,
    by: &mut By,
    wrong: &mut Vec<Invalid>,
) {
    let wished = edit.status.or(is_new.then_some(Status::Subscribed));
    let confirms = resource.double_opt_in.applies(by.origin);
    // A form is filled in by somebody: they who left may come back by it.
    let returns = by.origin == Origin::Form
        && matches!(
            subscription.status,
            Status::Unsubscribed | Status::Unconfirmed
        );
    let asks = confirms
        && matches!(wished, Some(Status::Subscribed | Status::Unconfirmed))
        && (is_new || returns);
    if asks {
        if is_new {
            subscription.status = Status::Unconfirmed;
            subscription.status_by = by.party;
        }
        by.asks.push((edit.resource, subscription.contact.clone()));
        return;
    }
    let Some(to) = edit.status else {
        return;
    };
    let resubscribe = edit.resubscribe || by.resubscribe;
    if is_new {
        subscription.status = to;
    } else {
        match subscription.standing().moved(to, by.party, resubscribe) {
            Ok(standing) => {
                if standing != subscription.standing() {
                    subscription.status_at = Some(by.now);
                }
                (subscription.status, subscription.status_by) = (standing.status, standing.by);
            }
            Err(kept) => return by.keep(edit.place(kept.at("status")), wrong),
        }
    }
    let was = subscription.suspended_until;
    subscription.suspended_until = match to {
        // Saying again that it is suspended doesn't make it last for ever.
        Status::Suspended => edit.suspended_until.or(was),
        _ => None,
    };
}
