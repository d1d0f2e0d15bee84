//! `subscriptions/suspend_all`, `unsuspend_all`, and their like of v1.0: bulk updates, which
//! go on after the answer. `updated` says for how many profiles there is something to do.

use crate::answer::{Outcome, payload};
use crate::api::{Api, ApiRequest, ask};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::members::{id, id_of, optional_id, optional_text};
use crate::subscriptions::resources_of;
use serde_json::{Value, json};

/// From which status to which.
fn statuses(suspends: bool) -> (&'static str, &'static str) {
    match suspends {
        true => ("subscribed", "suspended"),
        false => ("suspended", "subscribed"),
    }
}

/// Suspends the subscriptions of a database, or wakes them.
pub(crate) async fn subscriptions(api: &impl Api, call: AltCall, suspends: bool) -> Outcome {
    let database = id(&call.members, "db_id")?;
    let channel = optional_text(&call.members, "channel")?;
    let resource = optional_id(&call.members, "resource_id")?;
    let (from, to) = statuses(suspends);
    let pairs: Vec<(String, String)> = match (resource, channel) {
        (Some(resource), Some(channel)) => vec![(resource, channel)],
        (resource, channel) => {
            let all = resources_of(api, &database).await?;
            if let Some(resource) = &resource
                && !all.iter().any(|one| one["id"] == **resource)
            {
                let text =
                    format!("resource_id: there is no resource {resource} of this database.");
                return Err(Failure::not_found(text));
            }
            let meant = all.iter().filter(|one| {
                resource
                    .as_ref()
                    .is_none_or(|resource| one["id"] == **resource)
            });
            let pairs = meant.flat_map(|one| {
                let channels = one["channels"].as_array().into_iter().flatten();
                channels.filter_map(Value::as_str).filter_map(|name| {
                    let is_meant = channel.as_ref().is_none_or(|channel| channel == name);
                    is_meant.then(|| Some((one["id"].as_str()?.to_owned(), name.to_owned())))?
                })
            });
            pairs.collect()
        }
    };
    if pairs.is_empty() {
        return Ok(payload("updated", 0));
    }
    let tests = pairs.iter().map(|(resource, channel)| {
        json!({"subscription": {"resource_id": resource, "channel": channel, "status": from}})
    });
    let condition = json!({"any": tests.collect::<Vec<_>>()});
    let templates = pairs.iter().map(|(resource, channel)| {
        json!({"resource_id": resource, "channel": channel, "status": to, "where": {"status": [from]}})
    });
    let update = json!({"subscriptions": templates.collect::<Vec<_>>(), "condition": condition});
    start(api, &database, update).await
}

/// The same of the global status of all profiles of a database.
pub(crate) async fn profiles(api: &impl Api, call: AltCall, suspends: bool) -> Outcome {
    let given = call.path_id.map(Value::from).unwrap_or_default();
    let database = id_of(&given, "list_id")?;
    let (from, to) = statuses(suspends);
    let update = json!({"status": to, "condition": {"status": [from]}});
    start(api, &database, update).await
}

async fn start(api: &impl Api, database: &str, update: Value) -> Outcome {
    let base = format!("/v1/databases/{database}");
    let count = json!({"condition": update["condition"]});
    let counted = ask(
        api,
        ApiRequest::post(format!("{base}/profiles/count"), count),
    )
    .await?;
    if counted["count"] != 0 {
        ask(api, ApiRequest::post(format!("{base}/updates"), update)).await?;
    }
    Ok(payload("updated", counted["count"].clone()))
}
