//! Which statuses a bulk change is about. "Resume" is about what is suspended: what
//! else the same people have is none of its business, whatever they said of it.

use super::subscribe::SubscriptionEdit;
use crate::Code;
use crate::channel::Channel;
use crate::condition::{Condition, Statuses, SubscriptionTest};
use crate::error::Invalid;
use crate::id::ResourceId;
use crate::lifecycle::Standing;
use crate::origin::Party;
use crate::read::Members;
use crate::status::Status;
use crate::subscription::Subscription;
use serde_json::Value;

/// Whether a bulk change to a status is about what stands so, where nobody says more
/// precisely what it is about.
pub(crate) fn is_about(from: Standing, to: Status) -> bool {
    use Status::*;
    let (from, by) = (from.status, from.by);
    from == to
        || match to {
            // A pause that the person chose is theirs to end.
            Subscribed => from == Suspended && by != Party::Person,
            // What is suspended gets resumed: nothing else must come back by that.
            Suspended => from == Subscribed,
            Unconfirmed => matches!(from, Subscribed | Suspended),
            Unsubscribed => matches!(from, Subscribed | Unconfirmed | Suspended | Invalid),
            Invalid => matches!(from, Subscribed | Unconfirmed | Suspended),
            Hardbounced => from != Complained,
            Complained => true,
        }
}

/// What is said of a status that a bulk change is not about.
pub(crate) fn kept(from: Standing, to: Status, by: Party, how: &str) -> Invalid {
    match from.moved(to, by, false) {
        Err(protected) => protected,
        Ok(_) => {
            let detail = format!(
                "The status stays {}: a bulk change to {to} is not about it. To change it too, name it in {how}.",
                from.status
            );
            Invalid::new(Code::StatusKept, detail)
        }
    }
}

/// Which of a profile's subscriptions to a resource by a channel a bulk change is
/// about.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct BulkScope {
    /// What the request names outright.
    statuses: Option<Statuses>,
    /// Tests by which the profiles were chosen, and that are about such
    /// subscriptions.
    tests: Vec<SubscriptionTest>,
}

/// What a bulk change does to a subscription.
pub(crate) enum Verdict {
    /// It is about it.
    Change,
    /// It is about others.
    Leave,
    /// It would be about it, but for its status.
    Keep(Invalid),
}

impl BulkScope {
    /// Reads `where`: `{"status": […]}`. Codes: `wrong_type`, `unknown_field`,
    /// `required`, `invalid_status`, `empty`.
    pub fn parse(given: &Value) -> Result<Self, Vec<Invalid>> {
        if !given.is_object() {
            return Err(vec![Invalid::wrong_type(given, "an object")]);
        }
        let mut members = Members::of(given)?;
        let statuses = members.optional("status", Statuses::parse);
        if statuses.is_none() && given.get("status").is_none_or(Value::is_null) {
            let detail = "Say which subscriptions: {\"status\": […]}.";
            members.refuse("status", Invalid::new(Code::Required, detail));
        }
        members.finish()?;
        Ok(BulkScope {
            statuses,
            tests: Vec::new(),
        })
    }

    /// Takes over what a condition says of such subscriptions.
    pub fn narrow(&mut self, condition: &Condition, resource: ResourceId, channel: Channel) {
        let tests = condition.subscriptions().into_iter();
        let tests = tests.filter(|test| {
            test.resource.is_none_or(|id| id == resource)
                && test.channel.is_none_or(|one| one == channel)
        });
        self.tests = tests.cloned().collect();
    }

    /// What the change does to a subscription. `resubscribe` says that they who left agreed
    /// again.
    pub fn verdict(
        &self,
        one: &Subscription,
        edit: &SubscriptionEdit,
        resubscribe: bool,
        by: Party,
    ) -> Verdict {
        if let Some(statuses) = self.statuses {
            return match statuses.has(one.status) {
                true => Verdict::Change,
                false => Verdict::Leave,
            };
        }
        // What takes somebody's messages away must not miss one because it was paused
        // when people were chosen by those that weren't.
        let raises = matches!(edit.status, None | Some(Status::Subscribed));
        let named = |test: &SubscriptionTest| raises && test.statuses.is_some();
        if self
            .tests
            .iter()
            .any(|test| named(test) && test.accepts(one))
        {
            return Verdict::Change;
        }
        let mut others = self.tests.iter().filter(|test| !named(test));
        if !self.tests.is_empty() && !others.any(|test| test.accepts_but_status(one)) {
            return Verdict::Leave;
        }
        match edit.status {
            Some(to) if !resubscribe && !is_about(one.standing(), to) => {
                Verdict::Keep(kept(one.standing(), to, by, "where").at("status"))
            }
            _ => Verdict::Change,
        }
    }
}
