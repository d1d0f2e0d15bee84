//! Others who have the same device: an app in which somebody else signs in (`replace`) goes on
//! for them alone.

use super::choice::{TRIES, place};
use super::device::Device;
use super::error::Refusal;
use super::shown::revision;
use crate::api::{Api, ApiRequest, Problem, attempt};
use serde_json::{Value, json};

/// How many others are looked at: a device that more had is none.
const MOST: usize = 20;

/// Suspends the device's subscriptions of all but one profile. Those that get no messages
/// anyway stay as they are, or lifting the suspension would be what they never said.
pub(super) async fn suspend(
    api: &impl Api,
    database: &str,
    device: &Device,
    resource: i64,
    own: &str,
) -> Result<(), Refusal> {
    let named = json!({
        "matching": "push_sub",
        "resource_id": resource.to_string(),
        "provider": device.provider,
        "subscription_id": device.token,
    });
    let path = format!("/v1/databases/{database}/profiles/match");
    let ids = match attempt(api, ApiRequest::post(path, named)).await {
        Ok(profile) => vec![profile["id"].clone()],
        Err(problem) if problem.code() == "ambiguous_match" => candidates(&problem),
        Err(problem) if problem.is_no_profile() => Vec::new(),
        Err(problem) => return Err(problem.into()),
    };
    let others = ids.iter().filter_map(Value::as_str).filter(|id| *id != own);
    for id in others.take(MOST) {
        change(
            api,
            &place(database, id),
            device,
            resource,
            "subscribed",
            "suspended",
        )
        .await?;
    }
    Ok(())
}

fn candidates(problem: &Problem) -> Vec<Value> {
    problem.body["candidates"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// Moves a device's subscription of one profile from a status to another, if it has that.
/// The profile as it was found then; none if it has gone.
pub(super) async fn change(
    api: &impl Api,
    place: &str,
    device: &Device,
    resource: i64,
    from: &str,
    to: &str,
) -> Result<Option<Value>, Refusal> {
    for _ in 0..TRIES {
        let profile = match attempt(api, ApiRequest::get(place)).await {
            Ok(profile) => profile,
            Err(problem) if problem.is_no_profile() => return Ok(None),
            Err(problem) => return Err(problem.into()),
        };
        let own = device.own(&profile, resource);
        if own.is_none_or(|own| own["status"] != from) {
            return Ok(Some(profile));
        }
        let mut body = device.identity(resource);
        body.insert("status".to_owned(), to.into());
        let request = ApiRequest::put(format!("{place}/subscriptions"), Value::Object(body));
        match attempt(api, request.if_match(&revision(&profile)?)).await {
            // Read once more: so what is given is what is so.
            Ok(_) => {}
            Err(problem) if problem.status == 412 => {}
            Err(problem) => match Refusal::from(problem) {
                refused if refused.status == 503 => return Err(refused),
                // Something holds against it: it stays as it is.
                _ => return Ok(Some(profile)),
            },
        }
    }
    Err(Refusal::later())
}
