//! `profiles/segstatic/add` and `/remove`: who is in a static segment.

use crate::answer::{Outcome, Payload};
use crate::api::{Api, ApiRequest, ask, object};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::members::{id, profile_id};
use crate::reference::{Reference, find};
use serde_json::{Value, json};

/// Puts a profile into a segment, or takes it out.
pub(crate) async fn segstatic(api: &impl Api, call: AltCall, enters: bool) -> Outcome {
    let database = id(&call.members, "db_id")?;
    let segment = id(&call.members, "segment_id")?;
    let profile = profile_id(&call.members, "profile_id")?;
    let first = change(api, &database, &segment, &profile, enters).await?;
    if !is_unknown(&first) {
        return Ok(Payload::new());
    }
    // An id from before, perhaps.
    let found = find(api, &database, &Reference::of_id(&profile)).await?;
    let own = found["id"].as_str().unwrap_or_default();
    match is_unknown(&change(api, &database, &segment, own, enters).await?) {
        true => Err(Failure::not_found(format!(
            "profile_id: there is no profile {profile}."
        ))),
        false => Ok(Payload::new()),
    }
}

fn is_unknown(moved: &Value) -> bool {
    moved["unknown"]
        .as_array()
        .is_some_and(|unknown| !unknown.is_empty())
}

async fn change(
    api: &impl Api,
    database: &str,
    segment: &str,
    profile: &str,
    enters: bool,
) -> Result<Value, Failure> {
    let ids = Some(json!([profile]));
    let body = match enters {
        true => object([("add", ids)]),
        false => object([("remove", ids)]),
    };
    let path = format!("/v1/databases/{database}/segments/{segment}/members");
    ask(api, ApiRequest::post(path, body)).await
}
