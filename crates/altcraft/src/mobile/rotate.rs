//! `subscription/push/update`: a device has another token. Its subscription goes over to that,
//! as it stands.

use super::choice::place;
use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::person::Person;
use crate::api::{Api, ApiRequest, attempt};
use crate::members::optional_text;
use serde_json::{Map, Value, json};

/// What a subscription keeps when its token changes.
const KEPT: [&str; 5] = [
    "priority",
    "cats",
    "left_cats",
    "custom_fields",
    "suspended_until",
];

/// Moves a subscription to a new token.
///
/// Where the old token is nobody's there is nothing to move, and that is no error: with the token
/// of a resource some SDKs subscribe nobody until this goes well.
pub(super) async fn update(
    api: &impl Api,
    app: &AppContext,
    request: Request<'_>,
) -> Result<Reply, Refusal> {
    let body = request.json()?;
    let text = |name: &str| optional_text(&body, name);
    let new_provider =
        text("new_provider")?.or_else(|| request.query("provider").map(str::to_owned));
    let old_token =
        text("old_token")?.or_else(|| request.query("subscription_id").map(str::to_owned));
    let new = device(new_provider.clone(), text("new_token")?);
    let new = new.ok_or_else(|| {
        Refusal::member("new_token", "this member is needed, and new_provider too.")
    })?;
    let old = device(text("old_provider")?.or(new_provider), old_token);
    let Some(old) = old.filter(|old| *old != new) else {
        return Ok(Reply::noting(
            "There is no old token that could be replaced.",
        ));
    };
    let (person, profile) = Person::find(api, app, Some(&old)).await?;
    let nothing = || Reply::noting("Nobody has the old token: nothing is changed.");
    let Some(profile) = profile else {
        return Ok(nothing());
    };
    let Some(before) = old.own(&profile, app.resource) else {
        return Ok(nothing());
    };
    let id = profile["id"].as_str().unwrap_or_default();
    let place = format!("{}/subscriptions", place(&person.database, id));
    // Where the new one is there it stands as it stands; else it is made as the old one is.
    if new.own(&profile, app.resource).is_none() && !is_taken(api, app, &new).await? {
        carry(api, &place, before, &new, app.resource).await?;
    }
    let mut gone = ApiRequest::delete(place);
    for (name, value) in [
        ("resource_id", app.resource.to_string()),
        ("channel", "push".to_owned()),
        ("provider", old.provider),
        ("subscription_id", old.token),
    ] {
        gone = gone.with(name, value);
    }
    match attempt(api, gone).await {
        Ok(_) => {}
        // Another request did the same.
        Err(problem) if problem.is_no_profile() => {}
        Err(problem) => return Err(problem.into()),
    }
    Ok(Reply::done())
}

fn device(provider: Option<String>, token: Option<String>) -> Option<Device> {
    let (provider, token) = provider.zip(token)?;
    let is_said = !provider.is_empty() && !token.is_empty();
    is_said.then_some(Device { provider, token })
}

/// Whether somebody has the new token already where tokens alone say who is meant: a second one
/// with it would leave nobody to be meant.
async fn is_taken(api: &impl Api, app: &AppContext, new: &Device) -> Result<bool, Refusal> {
    if app.person.is_some() {
        return Ok(false);
    }
    let (_, other) = Person::find(api, app, Some(new)).await?;
    Ok(other.is_some())
}

async fn carry(
    api: &impl Api,
    place: &str,
    before: &Value,
    new: &Device,
    resource: i64,
) -> Result<(), Refusal> {
    let body = Value::Object(carried(before, new, resource));
    let status = body["status"].clone();
    let done = attempt(api, ApiRequest::put(place, body)).await?;
    // Where new subscriptions must be confirmed: this one is not new.
    let made = new.own(&done, resource);
    if status == "subscribed" && made.is_some_and(|one| one["status"] == "unconfirmed") {
        let mut body = new.identity(resource);
        body.insert("status".to_owned(), status);
        attempt(api, ApiRequest::put(place, Value::Object(body))).await?;
    }
    Ok(())
}

/// The subscription with another token: with all that was known of it, and no nearer to getting
/// messages. A bounce was the old token's own; the new one has not bounced, and waits for its
/// owner to subscribe.
fn carried(before: &Value, new: &Device, resource: i64) -> Map<String, Value> {
    let mut body = new.identity(resource);
    let mut put = |name: &str, value: &Value| {
        if !value.is_null() {
            body.insert(name.to_owned(), value.clone());
        }
    };
    let is_bounce = before["status"] == "hardbounced";
    match is_bounce {
        true => put("status", &json!("unsubscribed")),
        false => {
            put("status", &before["status"]);
            put("left_by", &before["left_by"]);
            put("left_at", &before["left_at"]);
        }
    }
    for name in KEPT {
        put(name, &before[name]);
    }
    for name in ["date", "ip", "url"] {
        put(name, &before["reg_info"][name]);
    }
    body
}
