//! How many members of a segment can be reached, by channel. Suppression lists may hold hashes,
//! so people are looked at, as far as the time goes.

use std::collections::{BTreeMap, BTreeSet};

use roster_model::condition::is_deliverable;
use roster_model::profile::Profile;
use roster_model::restrictions::Restrictions;
use roster_model::{Channel, Resource, ResourceId, Status, Timestamp};

use crate::catalogue::Definitions;
use crate::conditions::{Limits, Selection};
use crate::pace::{Budget, Pace};
use crate::restrictions::{self, ContactSet};
use crate::{Error, Lend};

/// How many profiles the first slice looks at, and any of them at most.
const FIRST: i64 = 1_000;
const MOST: i64 = 5_000;

/// How many bytes of profiles a slice has at most.
const BYTES: i64 = 2 * 1024 * 1024;

/// How many members have a subscription of a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChannelCounts {
    /// One that is subscribed.
    pub subscribed: i64,
    /// One by which messages may be sent now.
    pub sendable: i64,
    /// One that is yet to be confirmed.
    pub unconfirmed: i64,
}

/// How many members a segment has, and how many by channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SegmentCounts {
    /// How many members were looked at.
    pub members: i64,
    /// By the channel's code.
    pub channels: BTreeMap<i64, ChannelCounts>,
    /// Whether all were looked at; else there are at least so many.
    pub is_whole: bool,
}

/// Counts the members of a segment, and those with subscriptions of one resource or any, until
/// the budget is spent; none when the definitions are of another version.
///
/// # Errors
/// As [`crate::Sql::query`].
pub async fn counters(
    lend: &impl Lend,
    definitions: &Definitions,
    members: &Selection,
    resource: Option<ResourceId>,
    now: Timestamp,
    budget: &Budget,
) -> Result<Option<SegmentCounts>, Error> {
    let database = definitions.database.id;
    let resources: Vec<&Resource> = definitions
        .resources
        .iter()
        .filter(|one| resource.is_none_or(|id| id == one.id))
        .collect();
    let mut counts = SegmentCounts::default();
    let mut pace = Pace::new(FIRST, MOST);
    let mut after = 0;
    loop {
        let sql = lend.lend_slice().await?;
        let rows = pace.rows();
        let limits = Limits {
            take: rows,
            look: rows,
            bytes: BYTES,
        };
        let work = async {
            let slice = members.reachable(&sql, after, limits).await?;
            let mut asked = ContactSet::default();
            let profiles = slice.found.iter();
            for profile in profiles.filter(|one| one.status == Status::Subscribed) {
                for one in &profile.subscriptions {
                    if one.effective_status(now) == Status::Subscribed {
                        asked.subscription(one.resource, &one.contact);
                    }
                }
            }
            let against = restrictions::load(&sql, database, &asked).await?;
            Ok::<_, Error>((slice, against))
        };
        let (slice, against) = pace.slice(work).await?;
        drop(sql);
        if slice.version != definitions.version {
            return Ok(None);
        }
        for profile in &slice.found {
            counts.members += 1;
            add(profile, &resources, &against, now, &mut counts.channels);
        }
        match slice.next {
            Some(next) => after = next,
            None => {
                counts.is_whole = true;
                return Ok(Some(counts));
            }
        }
        if budget.is_spent() {
            return Ok(Some(counts));
        }
    }
}

/// Counts one member, once for each channel.
fn add(
    profile: &Profile,
    resources: &[&Resource],
    against: &Restrictions,
    now: Timestamp,
    channels: &mut BTreeMap<i64, ChannelCounts>,
) {
    let [mut subscribed, mut sendable, mut unconfirmed]: [BTreeSet<i64>; 3] = Default::default();
    for one in profile.subscriptions.iter().filter(|one| !one.deleted) {
        let Some(resource) = resources.iter().find(|known| known.id == one.resource) else {
            continue;
        };
        let code = Channel::code(one.contact.channel());
        match one.effective_status(now) {
            Status::Subscribed => {
                subscribed.insert(code);
                if is_deliverable(profile, one, resource, None, against, now) {
                    sendable.insert(code);
                }
            }
            Status::Unconfirmed => {
                unconfirmed.insert(code);
            }
            _ => {}
        }
    }
    for code in subscribed {
        channels.entry(code).or_default().subscribed += 1;
    }
    for code in sendable {
        channels.entry(code).or_default().sendable += 1;
    }
    for code in unconfirmed {
        channels.entry(code).or_default().unconfirmed += 1;
    }
}
