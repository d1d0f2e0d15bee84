//! Whether somebody gets messages, and if not, why not: every reason, not only
//! the first.

use crate::ending::Ending;
use crate::id::SuppressionId;
use crate::profile::Profile;
use crate::resource::Resource;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::suppression::{Entry, GLOBAL, is_hit};
use crate::time::Timestamp;
use serde::Serialize;

/// One reason why nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The stable name of the reason.
    pub code: &'static str,
    /// The same for people.
    pub detail: String,
}

/// Something on a suppression list.
#[derive(Clone, Debug)]
pub struct SuppressionHit {
    /// The list.
    pub list: SuppressionId,
    /// The entry.
    pub entry: Entry,
    /// Why it is there; may be empty.
    pub reason: String,
    /// Since when.
    pub at: Timestamp,
}

fn reason(code: &'static str, detail: impl Into<String>) -> Reason {
    Reason {
        code,
        detail: detail.into(),
    }
}

/// Why a subscription gets no messages; nothing if it gets them.
///
/// `category` asks about messages of one category of the resource.
/// `suppressing` are entries that may mean the contact; `against` is what stands
/// against the contact, no matter who has it: in another profile, or in one that is gone.
///
/// Codes: `deleted`, `global_status`, `subscription_status`, `suspended`,
/// `category`, `suppressed`, `left_elsewhere`, `channel_gone`,
/// `resource_not_for_database`.
pub fn reasons(
    profile: &Profile,
    subscription: &Subscription,
    resource: &Resource,
    category: Option<&str>,
    suppressing: &[SuppressionHit],
    against: Option<&Ending>,
    now: Timestamp,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if subscription.deleted {
        reasons.push(reason("deleted", "The subscription was deleted."));
    }
    if profile.status != Status::Subscribed {
        let detail = format!(
            "The profile's global status is {} (set by: {}).",
            profile.status,
            profile.status_by.as_str()
        );
        reasons.push(reason("global_status", detail));
    }
    match subscription.effective_status(now) {
        Status::Subscribed => {}
        Status::Suspended => {
            let detail = match subscription.suspended_until {
                Some(until) => format!("The subscription is suspended until {until}."),
                None => "The subscription is suspended.".to_owned(),
            };
            reasons.push(reason("suspended", detail));
        }
        status => {
            let detail = format!(
                "The subscription is {status} (set by: {}).",
                subscription.status_by.as_str()
            );
            reasons.push(reason("subscription_status", detail));
        }
    }
    if !resource.databases.contains(&profile.database) {
        let detail = "The resource doesn't serve the database any more.";
        reasons.push(reason("resource_not_for_database", detail));
    }
    if !resource.channels.contains(&subscription.contact.channel()) {
        let detail = "The resource doesn't have the channel any more.";
        reasons.push(reason("channel_gone", detail));
    }
    if let Some(name) = category {
        let known = resource.category(name);
        let steady = known.is_some_and(|category| category.steady);
        if !steady && !subscription.categories.iter().any(|own| own == name) {
            let detail = format!("The subscription doesn't have the category {name}.");
            reasons.push(reason("category", detail));
        }
    }
    for one in suppressing {
        let entry = &one.entry;
        let contact = &subscription.contact;
        if is_hit(
            &entry.key,
            entry.kind,
            entry.form,
            entry.subdomains,
            contact,
        ) {
            let why = match one.reason.as_str() {
                "" => String::new(),
                reason => format!(", {reason}"),
            };
            let list = if one.list.get() == GLOBAL {
                "the global suppression list".to_owned()
            } else {
                format!("the suppression list {}", one.list)
            };
            let detail = format!("It is on {list} since {}{why}.", one.at);
            reasons.push(reason("suppressed", detail));
        }
    }
    // The subscription's own status says it already where it ended itself.
    if let Some(ending) = against
        && !subscription.standing().is_protected()
    {
        let detail = format!(
            "The contact is {} since {} (set by: {}), no matter who has it.",
            ending.standing.status,
            ending.at,
            ending.standing.by.as_str()
        );
        reasons.push(reason("left_elsewhere", detail));
    }
    reasons
}
