//! A subscription that comes with an event (`sn`): read by the same fixed list of members as one
//! that is subscribed to, and of nobody but whom the token is for.

use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Request};
use super::shown;
use super::wish::{self, Wish};
use crate::api::Api;
use crate::members::{flag, whole};
use crate::subscription;
use serde_json::{Map, Value};

/// The member of an event that it is.
const AT: &str = "sn";

/// What an event says of a subscription.
pub(super) struct Companion {
    members: Map<String, Value>,
    is_deleted: bool,
}

impl Companion {
    /// Puts it into the words of `/v1`, the contact flat.
    pub fn of(given: Map<String, Value>) -> Self {
        Companion {
            // What is no flag says nothing that makes anybody reachable.
            is_deleted: flag(&given, "is_delete").unwrap_or(Some(true)) == Some(true),
            members: subscription::members(given),
        }
    }

    /// The device that it names.
    pub fn device(&self, request: &Request<'_>) -> Result<Option<Device>, Refusal> {
        Device::read(&self.members, request)
    }

    /// Whether it says that its owner wants no messages.
    pub fn is_no(&self) -> bool {
        matches!(wish::status(&self.members, AT), Ok(Some(status)) if wish::is_no(status))
    }

    /// The subscription as it is written. With the token of a resource it is that of `device`
    /// alone: whose address another would be, nobody said. A JWT is for the resource of its key.
    pub async fn subscription(
        mut self,
        api: &impl Api,
        app: &AppContext,
        device: Option<&Device>,
        request: &Request<'_>,
    ) -> Result<Value, Refusal> {
        if self.is_deleted {
            return Err(Refusal::member(AT, "it is deleted."));
        }
        let resource = self.members.get("resource_id");
        if resource.is_some_and(|id| whole(id) != Some(app.resource)) {
            let text = "this token is for another resource.";
            return Err(Refusal::member(AT, text));
        }
        let named = self.device(request)?;
        let identity = match (device, self.channel()) {
            (Some(own), "push" | "") if app.person.is_none() => {
                let is_own = named.is_none_or(|named| named == *own);
                is_own.then(|| own.identity(app.resource))
            }
            _ if app.person.is_none() => None,
            (_, "push") => {
                let device = named.ok_or_else(|| {
                    let text = "provider and subscription_id are needed.";
                    Refusal::member(AT, text)
                })?;
                Some(device.identity(app.resource))
            }
            _ => Some(self.identity(app.resource)),
        };
        let identity = identity.ok_or_else(|| {
            let text = "with the token of a resource it must be the device's own, by push.";
            Refusal::member(AT, text)
        })?;
        let resource = match self.members.contains_key("cats") {
            true => shown::resource(api, app.resource).await?,
            false => Value::Null,
        };
        Ok(Wish::read(&mut self.members, &resource, AT)?.subscription(identity))
    }

    fn channel(&self) -> &str {
        let channel = self.members.get("channel").and_then(Value::as_str);
        channel.unwrap_or_default()
    }

    /// What names one by another channel.
    fn identity(&self, resource: i64) -> Map<String, Value> {
        let mut identity = Map::new();
        identity.insert("resource_id".to_owned(), resource.to_string().into());
        for name in ["channel", "email", "phone", "cc_data"] {
            if let Some(value) = self.members.get(name) {
                identity.insert(name.to_owned(), value.clone());
            }
        }
        identity
    }
}
