//! `subscription/push/status`, in three modes: the newest subscription, the newest by one
//! provider, and that of this device.

use super::device::{Device, is_push, subscriptions};
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::person::{Person, nobody};
use super::shown;
use crate::api::Api;
use serde_json::{Map, Value};

/// Shows how a subscription stands.
pub(super) async fn status(
    api: &impl Api,
    app: &AppContext,
    request: Request<'_>,
) -> Result<Reply, Refusal> {
    let device = Device::read(&Map::new(), &request)?;
    let (_, profile) = Person::find(api, app, device.as_ref()).await?;
    let profile = profile.ok_or_else(nobody)?;
    let is = |name: &str, value: &Value| request.query(name).is_none_or(|said| value == said);
    let is_meant = |one: &&Value| {
        is_push(one, app.resource)
            && is("provider", &one["provider"])
            && is("subscription_id", &one["subscription_id"])
    };
    let when = |one: &&Value| {
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        (text("updated_at"), text("created_at"))
    };
    let newest = subscriptions(&profile).filter(is_meant).max_by_key(when);
    let resource = shown::resource(api, app.resource).await?;
    Ok(Reply::done().with(shown::profile(&profile, newest, &resource)))
}
