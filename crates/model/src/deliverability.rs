//! Whether somebody gets messages, and if not, why not: every reason, not only
//! the first.

use crate::barrier::CONTROL_GROUP;
use crate::channel::Channel;
use crate::control::ControlGroupSettings;
use crate::ending::Ending;
use crate::id::SuppressionId;
use crate::origin::Party;
use crate::profile::Profile;
use crate::resource::Resource;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::suppression::{Entry, GLOBAL, is_hit};
use crate::time::Timestamp;
use serde::Serialize;

/// One reason why nothing is sent: in words, and in parts from which it can be said in any
/// language. Which parts there are follows from the code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DeliverabilityReason)]
pub struct Reason {
    /// The stable name of the reason: `deleted`, `global_status`, `subscription_status`,
    /// `suspended`, `category`, `suppressed`, `left_elsewhere`, `control_group`, `channel_gone`,
    /// `resource_not_for_database`.
    #[schema(value_type = String, example = "suspended")]
    pub code: &'static str,
    /// The same for people.
    pub detail: String,
    /// The status that is in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "unsubscribed")]
    pub status: Option<Status>,
    /// Whose will that is: `api`, `import`, `person`, `provider` or `system`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "person")]
    pub status_by: Option<Party>,
    /// Since when, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub since: Option<Timestamp>,
    /// Until when; a suspension without it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub until: Option<Timestamp>,
    /// The suppression list that has the contact or its domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub list: Option<ReasonSource>,
    /// Why it is on that list, if somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Asked by letter.")]
    pub note: Option<String>,
    /// The category that the subscription doesn't have.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "news")]
    pub category: Option<String>,
    /// The resource that doesn't serve the database, or has the channel no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub resource: Option<ReasonSource>,
    /// The channel that it has no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "email")]
    pub channel: Option<Channel>,
}

/// What a reason comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ReasonSource {
    /// Its id.
    #[schema(example = "1")]
    pub id: String,
    /// Its name.
    #[schema(example = "Complaints")]
    pub name: String,
}

/// Something on a suppression list.
#[derive(Clone, Debug)]
pub struct SuppressionHit {
    /// The list.
    pub list: SuppressionId,
    /// Its name.
    pub name: String,
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
        ..Reason::default()
    }
}

fn source(resource: &Resource) -> ReasonSource {
    ReasonSource {
        id: resource.id.to_string(),
        name: resource.name.clone(),
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
        reasons.push(Reason {
            status: Some(profile.status),
            status_by: Some(profile.status_by),
            ..reason("global_status", detail)
        });
    }
    match subscription.effective_status(now) {
        Status::Subscribed => {}
        Status::Suspended => {
            let detail = match subscription.suspended_until {
                Some(until) => format!("The subscription is suspended until {until}."),
                None => "The subscription is suspended.".to_owned(),
            };
            reasons.push(Reason {
                status_by: Some(subscription.status_by),
                since: subscription.status_at,
                until: subscription.suspended_until,
                ..reason("suspended", detail)
            });
        }
        status => {
            let detail = format!(
                "The subscription is {status} (set by: {}).",
                subscription.status_by.as_str()
            );
            reasons.push(Reason {
                status: Some(status),
                status_by: Some(subscription.status_by),
                since: subscription.status_at,
                ..reason("subscription_status", detail)
            });
        }
    }
    if !resource.databases.contains(&profile.database) {
        let detail = "The resource doesn't serve the database any more.";
        reasons.push(Reason {
            resource: Some(source(resource)),
            ..reason("resource_not_for_database", detail)
        });
    }
    if !resource.channels.contains(&subscription.contact.channel()) {
        let detail = "The resource doesn't have the channel any more.";
        reasons.push(Reason {
            resource: Some(source(resource)),
            channel: Some(subscription.contact.channel()),
            ..reason("channel_gone", detail)
        });
    }
    if let Some(name) = category {
        let known = resource.category(name);
        let steady = known.is_some_and(|category| category.steady);
        if !steady && !subscription.categories.iter().any(|own| own == name) {
            let detail = format!("The subscription doesn't have the category {name}.");
            reasons.push(Reason {
                category: Some(name.to_owned()),
                ..reason("category", detail)
            });
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
            reasons.push(Reason {
                since: Some(one.at),
                list: Some(ReasonSource {
                    id: one.list.to_string(),
                    name: one.name.clone(),
                }),
                note: (!one.reason.is_empty()).then(|| one.reason.clone()),
                ..reason("suppressed", detail)
            });
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
        reasons.push(Reason {
            status: Some(ending.standing.status),
            status_by: Some(ending.standing.by),
            since: Some(ending.at),
            ..reason("left_elsewhere", detail)
        });
    }
    if let Some(control) = obstacles.control
        && let Some(since) = profile.control.entered_at
        && control.holds_back(subscription.resource, subscription.contact.channel())
    {
        let detail = format!("The profile is in the control group since {since}.");
        reasons.push(Reason {
            since: Some(since),
            ..reason(CONTROL_GROUP, detail)
        });
    }
    reasons
}
