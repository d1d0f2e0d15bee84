//! Whether a question is still to be asked: the last look before it is sent.

use crate::letter::expires_at;
use crate::question::Question;
use roster_model::suppression::keys;
use roster_model::{Contact, Profile, Resource, Status, SuppressionId, Timestamp};
use roster_store::catalogue::Definitions;
use roster_store::outbox::Message;
use roster_store::standing::of_subscriptions;
use roster_store::suppressions::entries;
use roster_store::{Error, Sql};

/// Why a question is no longer asked, as a stable code; none if it is.
///
/// # Errors
/// What the store meets.
pub(crate) async fn reason_not_to_ask(
    sql: &impl Sql,
    definitions: &Definitions,
    resource: &Resource,
    profile: Option<&Profile>,
    question: &Question,
    message: &Message,
    now: Timestamp,
) -> Result<Option<&'static str>, Error> {
    let Some(profile) = profile else {
        return Ok(Some("profile_gone"));
    };
    if let Some(reason) = standing(profile, question, message) {
        return Ok(Some(reason));
    }
    if expires_at(message, resource.double_opt_in.link_days) <= now {
        return Ok(Some("link_expired"));
    }
    // They left since, through whatever profile or link.
    let asked = [(question.resource, &question.contact)];
    let endings = of_subscriptions(sql, &definitions.standing, asked).await?;
    let against = endings.against(&question.contact, profile.database, question.resource);
    if against.is_some_and(|ended| ended.noted_at > message.created_at) {
        return Ok(Some("status_changed"));
    }
    let suppressed = suppressed(sql, definitions, &question.contact).await?;
    Ok(suppressed.then_some("suppressed"))
}

/// What the subscription itself says against asking.
fn standing(profile: &Profile, question: &Question, message: &Message) -> Option<&'static str> {
    let mut subscriptions = profile.subscriptions.iter();
    let subscription = subscriptions.find(|s| s.is(question.resource, &question.contact));
    let Some(subscription) = subscription.filter(|s| !s.deleted) else {
        return Some("subscription_gone");
    };
    // Nobody can be written to there, or wants to be.
    let dead = [Status::Complained, Status::Hardbounced, Status::Invalid];
    if dead.contains(&profile.status) {
        return Some("status_changed");
    }
    let since = subscription
        .status_at
        .is_some_and(|at| at > message.created_at);
    match subscription.status {
        Status::Subscribed => Some("confirmed"),
        Status::Unconfirmed => None,
        // They left before, and somebody filled a form in for them since.
        Status::Unsubscribed if !since => None,
        Status::Unsubscribed
        | Status::Complained
        | Status::Hardbounced
        | Status::Suspended
        | Status::Invalid => Some("status_changed"),
    }
}

/// Whether a contact stands on a list that is attached to the database.
async fn suppressed(
    sql: &impl Sql,
    definitions: &Definitions,
    contact: &Contact,
) -> Result<bool, Error> {
    let mut lists: Vec<SuppressionId> = Vec::new();
    let mut asked = Vec::new();
    for (list, forms) in &definitions.suppression {
        let keys = keys(contact, *forms);
        if !keys.is_empty() {
            lists.push(*list);
            asked.extend(keys);
        }
    }
    let found = entries::find(sql, &lists, &asked).await?;
    Ok(found.iter().any(|kept| kept.entry.hits(contact)))
}
