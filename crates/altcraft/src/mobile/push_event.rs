//! `event/push/delivery` and `event/push/open`: what became of a notification.

use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::person::{Person, nobody};
use crate::api::{Api, ApiRequest, attempt};
use crate::digest::md5;
use crate::failure::sentence;
use crate::members::{hex_id, optional_text};
use roster_model::Timestamp;
use serde_json::{Value, json};

/// Tells of a notification. Told again it counts once.
pub(super) async fn tell(
    api: &impl Api,
    app: &AppContext,
    request: Request<'_>,
    kind: &str,
) -> Result<Reply, Refusal> {
    let body = request.json()?;
    let smid = optional_text(&body, "smid")?;
    let smid = smid.ok_or_else(|| Refusal::member("smid", "this member is needed."))?;
    let device = Device::read(&body, &request)?;
    let time = body.get("time").cloned().unwrap_or_default();
    let at = request
        .moment(&time)
        .map(|ms| json!(Timestamp::from_ms(ms)));
    for (database, profile) in whom(api, app, device.as_ref(), &smid).await? {
        let event = json!({
            "id": format!("push/{kind}/{profile}/{}", md5(&smid)),
            "type": kind,
            "at": at,
            "profile_id": profile,
            "channel": "push",
            "resource_id": app.resource.to_string(),
            "message_id": smid,
        });
        if told(api, &database, event).await? {
            return Ok(Reply::done());
        }
    }
    Err(nobody())
}

/// Whom a notification went to, by database: SDKs don't say which device they are on. So with the
/// token of a resource the notification's own id says it, if its sender let it begin with the
/// profile's.
async fn whom(
    api: &impl Api,
    app: &AppContext,
    device: Option<&Device>,
    smid: &str,
) -> Result<Vec<(String, String)>, Refusal> {
    if app.person.is_some() || device.is_some() {
        let (person, profile) = Person::find(api, app, device).await?;
        let profile = profile.ok_or_else(nobody)?;
        let id = profile["id"].as_str().unwrap_or_default().to_owned();
        return Ok(vec![(person.database, id)]);
    }
    let named = smid.get(..24).map(Value::from).and_then(|id| hex_id(&id));
    let is_apart = smid
        .get(24..)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', ':', '_']));
    let named = named.filter(|_| is_apart).ok_or_else(|| {
        let text = "with a resource's token it must begin with the profile's id, or provider and \
                    subscription_id be named.";
        Refusal::member("smid", text)
    })?;
    let all = app.databases.iter();
    Ok(all.map(|id| (id.to_string(), named.clone())).collect())
}

/// Tells `/v1` of an event; false where nobody is known by it.
pub(super) async fn told(api: &impl Api, database: &str, event: Value) -> Result<bool, Refusal> {
    let body = json!({"database_id": database, "events": [event]});
    let done = attempt(api, ApiRequest::post("/v1/events", body)).await?;
    let result = &done["results"][0];
    match result["outcome"].as_str() {
        Some("applied" | "repeated") => Ok(true),
        Some("unknown") => Ok(false),
        _ => {
            let first = &result["errors"][0];
            // An id that none of ours can be.
            match first["code"] == "invalid_profile_id" {
                true => Ok(false),
                false => Err(Refusal::new(400, sentence(first))),
            }
        }
    }
}
