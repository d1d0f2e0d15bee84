//! `GET /v1/databases/{db}/profiles/{id}/deliverability`

use crate::profiles::get::gone;
use roster_http::{Call, Problem, Reply, route};
use roster_model::deliverability::{Obstacles, Reason, SuppressionHit, reasons};
use roster_model::suppression::keys;
use roster_model::{Channel, ProfileId, ResourceId, Status, Subscription, SuppressionId};
use roster_store::suppressions::{AttachedList, attached, entries};
use roster_store::{control, profiles, standing};
use serde::Serialize;
use std::collections::BTreeSet;

/// Whether somebody gets messages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Deliverability {
    /// The profile.
    #[schema(value_type = String)]
    profile_id: ProfileId,
    /// Its global status.
    #[schema(value_type = String, example = "subscribed")]
    status: Status,
    /// Whether any of the contacts gets messages.
    deliverable: bool,
    /// One answer for each subscription that was asked about.
    items: Vec<Item>,
}

/// Whether one subscription gets messages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = DeliverabilityItem)]
pub(crate) struct Item {
    /// Yes or no.
    deliverable: bool,
    /// Why not: every reason.
    reasons: Vec<Reason>,
    /// The subscription.
    #[schema(value_type = crate::profiles::ShownSubscription)]
    subscription: Subscription,
}

/// Whether, and why not, somebody gets messages, for each subscription; of one
/// resource, channel or category where asked.
#[route(
    get, "/v1/databases/{db}/profiles/{id}/deliverability", ProfilesRead, id = "getDeliverability",
    query = crate::consent::openapi::DeliverabilityQuery,
    answer = Deliverability,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let id: ProfileId = call.id("id", "profile")?;
    let resource = asked::<ResourceId>(&call, "resource")?;
    let channel = asked::<Channel>(&call, "channel")?;
    let definitions = call.current(database).await?;
    let sql = call.pool.lend().await?;
    let found = profiles::many(&sql, &[id.pk()]).await?;
    let profile = found.into_iter().find(|one| one.database == database);
    let Some(profile) = profile else {
        return Err(gone(&call, &sql, database, id).await?);
    };
    // The lists as they are now, not as this instance remembers them.
    let lists = attached(&sql, database).await?;
    let mut wanted = BTreeSet::new();
    for list in &lists {
        for one in &profile.subscriptions {
            wanted.extend(keys(&one.contact, list.forms));
        }
    }
    let wanted: Vec<String> = wanted.into_iter().collect();
    let ids: Vec<_> = lists.iter().map(|one| one.list).collect();
    let kept = entries::find(&sql, &ids, &wanted).await?.into_iter();
    let suppressing: Vec<SuppressionHit> = kept
        .map(|kept| SuppressionHit {
            list: kept.list,
            name: name_of(&lists, kept.list),
            entry: kept.entry,
            reason: kept.reason,
            at: kept.at,
        })
        .collect();
    let all = profile.subscriptions.iter();
    let all = all.map(|one| (one.resource, &one.contact));
    // As it is now, too.
    let keys = standing::load(&sql).await?;
    let endings = standing::of_subscriptions(&sql, &keys, all).await?;
    let control = control::in_force(&sql, database).await?;
    let mut items = Vec::new();
    for subscription in &profile.subscriptions {
        let meant = resource.is_none_or(|resource| resource == subscription.resource)
            && channel.is_none_or(|channel| channel == subscription.contact.channel());
        let mut resources = definitions.resources.iter();
        let resource = resources.find(|resource| resource.id == subscription.resource);
        let (true, Some(resource)) = (meant, resource) else {
            continue;
        };
        let against = endings.against(&subscription.contact, database, subscription.resource);
        let reasons = reasons(
            &profile,
            subscription,
            resource,
            call.query("category"),
            Obstacles {
                suppressing: &suppressing,
                ending: against,
                control: control.as_ref(),
            },
            call.now,
        );
        items.push(Item {
            deliverable: reasons.is_empty(),
            reasons,
            subscription: subscription.clone(),
        });
    }
    Ok(Reply::ok(&Deliverability {
        profile_id: profile.id,
        status: profile.status,
        deliverable: items.iter().any(|item| item.deliverable),
        items,
    }))
}

/// The name of one of the lists.
fn name_of(lists: &[AttachedList], id: SuppressionId) -> String {
    let found = lists.iter().find(|one| one.list == id);
    found.map(|one| one.name.clone()).unwrap_or_default()
}

fn asked<T: std::str::FromStr<Err = roster_model::Invalid>>(
    call: &Call,
    name: &str,
) -> Result<Option<T>, Problem> {
    let parsed = call.query(name).map(str::parse::<T>).transpose();
    parsed.map_err(|invalid| Problem::parameter(name, format!("{name}: {}", invalid.detail)))
}
