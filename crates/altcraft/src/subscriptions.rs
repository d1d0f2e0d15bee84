//! `subscriptions/*`: what one profile is subscribed to, and who is subscribed to a resource.

use crate::answer::{Outcome, Payload, SUCCESS, data, payload};
use crate::api::{Api, ApiRequest, ask_all};
use crate::call::AltCall;
use crate::failure::{Failure, sentence};
use crate::fields::Fields;
use crate::members::{id, profile_id};
use crate::reference::ask_of;
use crate::subscription::{
    flat, has_numeric_phone, is_deleted, is_named, members, members_in, shown,
};
use serde_json::{Map, Value};

/// What a subscription is named by.
const NAMES: [&str; 14] = [
    "resource_id",
    "channel",
    "email",
    "phone",
    "provider",
    "subscription_id",
    "cc_data",
    "email_data",
    "sms_data",
    "push_data",
    "telegram_bot_data",
    "whatsapp_data",
    "viber_data",
    "notify_data",
];
/// What is said of it.
const VALUES: [&str; 7] = [
    "status",
    "priority",
    "custom_fields",
    "cats",
    "date",
    "ip",
    "url",
];

/// The members of a call that are about one subscription.
async fn one(
    api: &impl Api,
    call: &AltCall,
    values: &[&str],
) -> Result<Map<String, Value>, Failure> {
    // That it is there is asked here, since `/v1` would say it of another place.
    id(&call.members, "resource_id")?;
    let is_its = |name: &&String| NAMES.contains(&name.as_str()) || values.contains(&name.as_str());
    let its = call.members.iter().filter(|(name, _)| is_its(name));
    let its = its.map(|(name, value)| (name.clone(), value.clone()));
    let its: Map<String, Value> = its.collect();
    let one = match has_numeric_phone(&its) {
        true => {
            let fields = Fields::current(api, &id(&call.members, "db_id")?).await?;
            members_in(its, &fields)
        }
        false => members(its),
    };
    match one.contains_key("channel") {
        true => Ok(one),
        false => Err(Failure::missing("channel")),
    }
}

fn place(call: &AltCall) -> Result<(String, String), Failure> {
    Ok((
        id(&call.members, "db_id")?,
        profile_id(&call.members, "profile_id")?,
    ))
}

/// `subscriptions/set`.
pub(crate) async fn set(api: &impl Api, call: AltCall) -> Outcome {
    let (database, profile) = place(&call)?;
    let named = one(api, &call, &VALUES).await?;
    match is_deleted(&call.members) {
        Some(false) => {}
        Some(true) => return left_alone(api, &database, &profile).await,
        None => return Err(Failure::member("is_delete", "it must be true or false.")),
    }
    let body = Value::Object(named);
    let request = |base| ApiRequest::put(format!("{base}/subscriptions"), body.clone());
    let done = ask_of(api, &database, &profile, request).await?;
    let skipped = done["skipped"].as_array().into_iter().flatten();
    let notes: Vec<String> = skipped.map(sentence).collect();
    let mut answer = Payload::new();
    if !notes.is_empty() {
        let text = format!("{SUCCESS}, but not all of it: {}", notes.join(" "));
        answer.insert("error_text".to_owned(), text.into());
    }
    Ok(answer)
}

/// One that an answer showed as deleted and that comes back: a write would restore it.
async fn left_alone(api: &impl Api, database: &str, profile: &str) -> Outcome {
    // Who may not see the profile learns nothing of it.
    all(api, database, profile).await?;
    let text = format!(
        "{SUCCESS}, but not all of it: is_delete: The subscription is left alone; subscriptions/undelete restores one."
    );
    Ok(payload("error_text", text))
}

/// `subscriptions/delete`: it stays, marked as deleted.
pub(crate) async fn delete(api: &impl Api, call: AltCall) -> Outcome {
    let (database, profile) = place(&call)?;
    let named = one(api, &call, &[]).await?;
    let request = |base| {
        let request = ApiRequest::delete(format!("{base}/subscriptions"));
        parameters(&named)
            .into_iter()
            .fold(request, |request, (name, value)| request.with(name, value))
    };
    ask_of(api, &database, &profile, request).await?;
    Ok(Payload::new())
}

/// `subscriptions/undelete`.
pub(crate) async fn undelete(api: &impl Api, call: AltCall) -> Outcome {
    let (database, profile) = place(&call)?;
    let body = Value::Object(one(api, &call, &[]).await?);
    let request = |base| ApiRequest::post(format!("{base}/subscriptions/restore"), body.clone());
    ask_of(api, &database, &profile, request).await?;
    Ok(Payload::new())
}

/// What names a subscription, as parameters of a query.
fn parameters(named: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let flat = [
        "resource_id",
        "channel",
        "email",
        "phone",
        "provider",
        "subscription_id",
    ];
    let flat = flat
        .into_iter()
        .filter_map(|name| Some((name, text(named.get(name)?))));
    let data = named.get("cc_data");
    let inner = [("chat_id", "id"), ("phone", "phone")].into_iter();
    let inner = inner.filter_map(|(ours, theirs)| Some((ours, text(data?.get(theirs)?))));
    let mut all: Vec<(&'static str, String)> = flat.collect();
    for (name, value) in inner {
        if !all.iter().any(|(known, _)| *known == name) {
            all.push((name, value));
        }
    }
    all
}

async fn all(api: &impl Api, database: &str, profile: &str) -> Result<Vec<Value>, Failure> {
    let request = |base| ApiRequest::get(format!("{base}/subscriptions"));
    match ask_of(api, database, profile, request).await?["items"].take() {
        Value::Array(all) => Ok(all),
        _ => Ok(Vec::new()),
    }
}

/// `subscriptions/list`: those that aren't deleted.
pub(crate) async fn list(api: &impl Api, call: AltCall) -> Outcome {
    let (database, profile) = place(&call)?;
    let all = all(api, &database, &profile).await?.into_iter();
    let live = all.filter(|one| one["deleted"] != true);
    Ok(data(live.map(flat).collect::<Vec<Value>>()))
}

/// `subscriptions/get`: one, deleted or not.
pub(crate) async fn get(api: &impl Api, call: AltCall) -> Outcome {
    let (database, profile) = place(&call)?;
    let named = one(api, &call, &[]).await?;
    let all = all(api, &database, &profile).await?.into_iter();
    let mut found =
        all.filter(|one| one["resource_id"] == named["resource_id"] && is_named(one, &named));
    match found.next() {
        Some(one) => Ok(data(shown(one))),
        None => Err(Failure::not_found("The profile has no such subscription.")),
    }
}

/// All resources that serve a database.
pub(crate) async fn resources_of(api: &impl Api, database: &str) -> Result<Vec<Value>, Failure> {
    let all = ask_all(api, "/v1/resources").await?.into_iter();
    let serves = |one: &Value| {
        let databases = one["databases"].as_array();
        databases.is_some_and(|all| all.iter().any(|id| *id == *database))
    };
    Ok(all.filter(serves).collect())
}
