//! `subscription/push/unsuspend`: somebody signs in on a device. Their subscription goes on, and
//! those that others have by it are suspended.

use super::choice::place;
use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::others::{self, Move};
use super::person::Person;
use super::shown;
use crate::api::Api;
use crate::members::{flag, object};
use serde_json::Value;

/// Lifts a suspension, and nothing but that. Somebody who isn't known yet has none; others'
/// subscriptions by the device are suspended all the same.
pub(super) async fn unsuspend(
    api: &impl Api,
    app: &AppContext,
    request: Request<'_>,
) -> Result<Reply, Refusal> {
    let mut body = request.json()?;
    let given = object(&mut body, "subscription")?.unwrap_or_default();
    let device = Device::read(&given, &request)?;
    let device = device
        .ok_or_else(|| Refusal::member("subscription.subscription_id", "this member is needed."))?;
    let replace = flag(&body, "replace")?.unwrap_or(true);
    let (person, profile) = Person::find(api, app, Some(&device)).await?;
    let id = profile.as_ref().and_then(|profile| profile["id"].as_str());
    if replace {
        let own = id.unwrap_or_default();
        let meant = (&device, app.resource);
        others::suspend(api, &request, &person.database, meant, own).await?;
    }
    let Some(id) = id else {
        return Ok(Reply::done().with(Value::Null));
    };
    let place = place(&person.database, id);
    let resumption = Move {
        device: &device,
        resource: app.resource,
        from: "suspended",
        to: "subscribed",
    };
    let profile = resumption.of(api, &request, &place).await?;
    let profile = profile.unwrap_or_default();
    let own = device.own(&profile, app.resource);
    let resource = shown::resource(api, app.resource).await?;
    Ok(Reply::done().with(shown::profile(&profile, own, &resource)))
}
