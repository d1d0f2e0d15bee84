//! A device as push services know it: its provider, and the token that the provider gave it.

use super::error::Refusal;
use super::http::Request;
use crate::members::optional_text;
use serde_json::{Map, Value, json};

/// A push subscription's contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Device {
    pub provider: String,
    pub token: String,
}

impl Device {
    /// The device that members name; the query says what they don't.
    pub fn read(
        members: &Map<String, Value>,
        request: &Request<'_>,
    ) -> Result<Option<Self>, Refusal> {
        let text = |name: &str| -> Result<Option<String>, Refusal> {
            let own = optional_text(members, name)?;
            Ok(own.or_else(|| request.query(name).map(str::to_owned)))
        };
        let (provider, token) = (text("provider")?, text("subscription_id")?);
        Ok(provider
            .zip(token)
            .map(|(provider, token)| Device { provider, token }))
    }

    /// What names its subscription to a resource.
    pub fn identity(&self, resource: i64) -> Map<String, Value> {
        let identity = json!({
            "resource_id": resource.to_string(),
            "channel": "push",
            "provider": self.provider,
            "subscription_id": self.token,
        });
        match identity {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }

    /// This device's subscription to a resource among those of a profile.
    pub fn own<'v>(&self, profile: &'v Value, resource: i64) -> Option<&'v Value> {
        subscriptions(profile).find(|one| {
            is_push(one, resource)
                && one["provider"] == *self.provider
                && one["subscription_id"] == *self.token
        })
    }
}

/// Whether a subscription is one by push to a resource that is there.
pub(super) fn is_push(one: &Value, resource: i64) -> bool {
    one["channel"] == "push"
        && one["deleted"] != true
        && crate::members::whole(&one["resource_id"]) == Some(resource)
}

/// The subscriptions of a profile.
pub(super) fn subscriptions(profile: &Value) -> impl Iterator<Item = &Value> {
    profile["subscriptions"].as_array().into_iter().flatten()
}
