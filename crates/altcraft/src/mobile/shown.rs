//! A profile as an app sees it: its id, its status, and one push subscription.

use super::error::Refusal;
use crate::api::{Api, ApiRequest, ask};
use crate::members::whole;
use crate::profile::known_id;
use serde_json::{Value, json};

/// The resource of an app, which has the titles of categories.
pub(super) async fn resource(api: &impl Api, id: i64) -> Result<Value, Refusal> {
    Ok(ask(api, ApiRequest::get(format!("/v1/resources/{id}"))).await?)
}

/// A profile with one of its subscriptions, if there is one.
pub(super) fn profile(profile: &Value, one: Option<&Value>, resource: &Value) -> Value {
    json!({
        "id": known_id(profile),
        "status": profile["status"],
        "is_test": false,
        "subscription": one.map(|one| subscription(one, resource)),
    })
}

/// All members are there, since some SDKs read no profile without them.
fn subscription(one: &Value, resource: &Value) -> Value {
    let has = |name: &Value| {
        let own = one["cats"].as_array().into_iter().flatten();
        own.into_iter().any(|own| own == name)
    };
    let all = resource["categories"].as_array().into_iter().flatten();
    let cats = all.map(|category| {
        json!({
            "name": category["name"],
            "title": category["title"],
            "steady": category["steady"] == true,
            "active": has(&category["name"]),
        })
    });
    json!({
        "subscription_id": one["subscription_id"],
        "hash_id": one["id"],
        "provider": one["provider"],
        "status": one["status"],
        "fields": one["custom_fields"],
        "cats": cats.collect::<Vec<Value>>(),
    })
}

/// The names of a resource's categories.
pub(super) fn has_category(resource: &Value, name: &str) -> bool {
    let all = resource["categories"].as_array().into_iter().flatten();
    all.into_iter().any(|category| category["name"] == name)
}

/// The revision of a profile, for a change of no other.
pub(super) fn revision(profile: &Value) -> Result<Value, Refusal> {
    let revision = whole(&profile["revision"]);
    revision.map(Value::from).ok_or_else(Refusal::later)
}
