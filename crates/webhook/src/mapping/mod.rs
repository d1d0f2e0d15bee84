//! What write of a profile a delivery becomes, as people define it.
//!
//! A [`Mapping`] finds values in a payload ([`place`]), turns them into what
//! fields take ([`rule`], [`transform`]) and puts them together into what
//! `POST /v1/databases/{db}/profiles` takes. Whether the database has such
//! fields and takes such values is the write's own business.

mod apply;
mod condition;
mod definition;
mod place;
mod rule;
mod subscription;
mod transform;

pub use apply::MappingOutcome;

use condition::Condition;
use place::Pointer;
use roster_model::Channel;
use rule::Rule;
use serde_json::{Map, Value};
use subscription::Subscription;

/// The most rules of a mapping, those of subscriptions included.
pub const MAX_RULES: usize = 200;
/// The most subscriptions of a mapping.
pub const MAX_SUBSCRIPTIONS: usize = 20;
/// The largest definition, in bytes of compact JSON.
pub const MAX_BYTES: usize = 64 * 1024;
/// The longest JSON pointer, in bytes.
pub const MAX_POINTER: usize = 256;

/// What to make of a delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// What is the same in all requests: mode, matching, …
    request: Map<String, Value>,
    /// Whether what can't be read is left out, not a reason to refuse.
    lenient: bool,
    /// Match values that stand beside the data.
    matched_by: Vec<(&'static str, Rule)>,
    condition: Option<Condition>,
    id: Option<Rule>,
    at: Option<Rule>,
    all: Option<AllMembers>,
    fields: Vec<(String, Rule)>,
    subscriptions: Vec<Subscription>,
}

/// An object of which every member becomes the field of that name.
#[derive(Clone, Debug, PartialEq)]
struct AllMembers {
    from: Pointer,
    except: Vec<String>,
}

impl Mapping {
    /// The members beside `data` that all its requests have: mode, matching,
    /// `field_name`, `resource_id` and so on. With them
    /// `roster_model::write::Request::parse` can tell in advance what a
    /// database would refuse.
    pub fn request(&self) -> &Map<String, Value> {
        &self.request
    }

    /// The fields that it names. With `"*"` others may come.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }

    /// Resource and channel of the subscriptions that it makes.
    pub fn subscriptions(&self) -> impl Iterator<Item = (&Value, Channel)> {
        self.subscriptions
            .iter()
            .map(|subscription| (&subscription.resource, subscription.channel))
    }
}
