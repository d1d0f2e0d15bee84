//! A profile: what one database knows about one person.

use crate::control::ControlState;
use crate::id::{DatabaseId, ProfileId};
use crate::lifecycle::Standing;
use crate::matching::MatchKey;
use crate::origin::Party;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::time::Timestamp;
use crate::value::json_size;
use serde::Serialize;
use serde_json::{Map, Value};

/// The largest data of one profile, in bytes of compact JSON (100 KB).
pub const MAX_DATA_BYTES: usize = 100 * 1024;
/// The most fields one profile may have a value of.
pub const MAX_DATA_FIELDS: usize = 500;
/// The most subscriptions one profile may have, deleted ones included.
pub const MAX_SUBSCRIPTIONS: usize = 1000;
/// The most keys of profiles that were merged into it by which one profile is found.
pub const MAX_FORMER_KEYS: usize = 1000;
/// The largest sum of contacts, URLs, categories and fields of one profile's
/// subscriptions, in bytes.
pub const MAX_SUBSCRIPTION_BYTES: usize = 400 * 1024;

/// A profile as it is stored and shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Its id.
    pub id: ProfileId,
    /// The database it belongs to.
    #[serde(rename = "database_id")]
    pub database: DatabaseId,
    /// 1 when it was created, one more with every change.
    pub revision: i64,
    /// The global status (`_status` in data that is written).
    pub status: Status,
    /// Whose will the global status is.
    pub status_by: Party,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed, a subscription of it included.
    pub updated_at: Timestamp,
    /// Canonical values by field name. A field without a value isn't here; nor
    /// is an empty list, which means the same.
    pub data: Map<String, Value>,
    /// Its subscriptions in the order they were made, soft-deleted ones
    /// included.
    pub subscriptions: Vec<Subscription>,
    /// By what profiles were found that were merged into it: it is found by the same.
    #[serde(skip)]
    pub former_keys: Vec<MatchKey>,
    /// Where it stands in the control group: no part of the profile, which it has no
    /// revision of.
    #[serde(skip)]
    pub control: ControlState,
}

impl Profile {
    /// Its global status and whose will it is.
    pub fn standing(&self) -> Standing {
        Standing {
            status: self.status,
            by: self.status_by,
        }
    }

    /// The subscription as it is here, given one of another state of the profile and its
    /// place there: most keep their places.
    pub fn subscription(&self, other: &Subscription, place: usize) -> Option<&Subscription> {
        let is = |one: &&Subscription| one.is(other.resource, &other.contact);
        let there = self.subscriptions.get(place).filter(is);
        there.or_else(|| self.subscriptions.iter().find(is))
    }

    /// How many bytes its data has as compact JSON.
    pub fn data_size(&self) -> usize {
        map_size(&self.data)
    }

    /// How many bytes its subscriptions have: contacts, URLs, categories and
    /// fields, the last as compact JSON.
    pub fn subscriptions_size(&self) -> usize {
        let one = |s: &Subscription| {
            let names = s.categories.iter().chain(s.left_categories.keys());
            let categories: usize = names.map(|name| name.len() + 3).sum();
            let url = s.url.as_ref().map_or(0, String::len);
            s.contact.key().len() + url + categories + map_size(&s.custom_fields)
        };
        self.subscriptions.iter().map(one).sum()
    }
}

/// Field names need no escapes, so each member is its name in quotation marks,
/// a colon, its value and a comma (or the closing brace).
fn map_size(map: &Map<String, Value>) -> usize {
    let members = map.iter().map(|(name, v)| name.len() + 4 + json_size(v));
    1 + members.sum::<usize>().max(1)
}
