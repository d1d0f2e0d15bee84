//! Who has a device: one profile as a rule, several where more than one person signed in on it.

use super::device::Device;
use super::error::Refusal;
use crate::api::{Api, ApiRequest, Problem, attempt};
use serde_json::{Value, json};

/// The ids of all profiles of a database that have a device's subscription to a resource.
pub(super) async fn ids(
    api: &impl Api,
    database: &str,
    device: &Device,
    resource: i64,
) -> Result<Vec<String>, Refusal> {
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
    let texts = ids.iter().filter_map(Value::as_str);
    Ok(texts.map(str::to_owned).collect())
}

fn candidates(problem: &Problem) -> Vec<Value> {
    problem.body["candidates"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}
