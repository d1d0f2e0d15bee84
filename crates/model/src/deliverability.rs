//! Whether somebody gets messages, and if not, why not: every reason, not only
//! the first.

use crate::barrier::CONTROL_GROUP;
use crate::control::ControlGroupSettings;
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

/// What keeps messages back beside the profile and its subscription.
#[derive(Clone, Copy, Debug, Default)]
pub struct Obstacles<'a> {
    /// Entries of suppression lists that may mean the contact.
    pub suppressing: &'a [SuppressionHit],
    /// What stands against the contact, no matter who has it: in another profile, or in
    /// one that is gone.
    pub ending: Option<&'a Ending>,
    /// The control group that is in force.
    pub control: Option<&'a ControlGroupSettings>,
}

/// Why a subscription gets no messages; nothing if it gets them. Confirmations and other
/// messages about the subscription itself are another matter.
///
/// `category` asks about messages of one category of the resource.
///
/// Codes: `deleted`, `global_status`, `subscription_status`, `suspended`,
/// `category`, `suppressed`, `left_elsewhere`, `control_group`, `channel_gone`,
/// `resource_not_for_database`.
pub fn reasons(
    profile: &Profile,
    subscription: &Subscription,
    resource: &Resource,
    category: Option<&str>,
    obstacles: Obstacles<'_>,
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
    for one in obstacles.suppressing {
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
    if let Some(ending) = obstacles.ending
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
    if let Some(control) = obstacles.control
        && let Some(since) = profile.control.entered_at
        && control.holds_back(subscription.resource, subscription.contact.channel())
    {
        let detail = format!("The profile is in the control group since {since}.");
        reasons.push(reason(CONTROL_GROUP, detail));
    }
    reasons
}
