//! `profiles/message_unsub`: somebody leaves by a message that they got.

use crate::answer::{Outcome, payload};
use crate::api::{Api, ApiRequest, Problem, attempt};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::members::{list, optional_id, present, text};
use serde_json::{Value, json};

/// Ends the subscription that a message was sent to, or leaves some of its categories. `smid`
/// is the message that events carried, or the link of a message, or its last part.
pub(crate) async fn message_unsub(api: &impl Api, mut call: AltCall) -> Outcome {
    let message = text(&call.members, "smid")?;
    let mut body = json!({"message_id": message});
    if let Some(resource) = optional_id(&call.members, "resource_id")? {
        body["resource_id"] = resource.into();
    }
    if let Some(database) = optional_id(&call.members, "db_id")? {
        body["database_id"] = database.into();
    }
    let mut categories = Vec::new();
    if present(&call.members, "categories").is_some() {
        categories = list(&mut call.members, "categories")?;
    }
    // None is named: the subscription itself is meant.
    if !categories.is_empty() {
        body["categories"] = categories.into();
    }
    let ended = match leave(api, body.clone()).await {
        // No event told of such a message: a link says by itself whose it is.
        Err(problem) if problem.status == 404 => {
            let mut by_link = json!({"link": message});
            if let Some(names) = body.get("categories") {
                by_link["categories"] = names.clone();
            }
            let first = problem;
            leave(api, by_link)
                .await
                .map_err(|problem| match problem.status {
                    400 | 422 => unknown(&first),
                    _ => problem.into(),
                })?
        }
        ended => ended?,
    };
    Ok(payload("profile_id", ended["profile_id"].clone()))
}

async fn leave(api: &impl Api, body: Value) -> Result<Value, Problem> {
    attempt(api, ApiRequest::post("/v1/unsubscribe", body)).await
}

fn unknown(problem: &Problem) -> Failure {
    let detail = problem.body["detail"].as_str().unwrap_or_default();
    Failure::not_found(format!("smid: {detail}"))
}
