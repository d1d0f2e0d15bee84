//! Others who have the same device: an app in which somebody else signs in (`replace`) goes on
//! for them alone.

use super::choice::{TRIES, place};
use super::device::Device;
use super::error::Refusal;
use super::holders;
use super::http::Request;
use super::shown::revision;
use crate::api::{Api, ApiRequest, attempt, good};
use serde_json::Value;

/// How many others are looked at: a device that more had is none.
const MOST: usize = 20;

/// A move of a device's subscriptions from a status to another.
pub(super) struct Move<'a> {
    pub device: &'a Device,
    pub resource: i64,
    pub from: &'static str,
    pub to: &'static str,
}

/// Suspends the device's subscriptions of all but one profile. Those that get no messages
/// anyway stay as they are, or lifting the suspension would be what they never said.
pub(super) async fn suspend(
    api: &impl Api,
    request: &Request<'_>,
    database: &str,
    (device, resource): (&Device, i64),
    own: &str,
) -> Result<(), Refusal> {
    let ids = holders::ids(api, database, device, resource).await?;
    let others = ids.iter().filter(|id| *id != own);
    let suspension = Move {
        device,
        resource,
        from: "subscribed",
        to: "suspended",
    };
    for id in others.take(MOST) {
        suspension.of(api, request, &place(database, id)).await?;
    }
    Ok(())
}

impl Move<'_> {
    /// Moves that of one profile, if it has the status that it is moved from; once for a request
    /// that is sent again. The profile as it was found then; none if it has gone.
    pub async fn of(
        &self,
        api: &impl Api,
        request: &Request<'_>,
        place: &str,
    ) -> Result<Option<Value>, Refusal> {
        let mut body = self.device.identity(self.resource);
        body.insert("status".to_owned(), self.to.into());
        let body = Value::Object(body);
        let key = request.key(&format!("{place} {body}"));
        for _ in 0..TRIES {
            let profile = match attempt(api, ApiRequest::get(place)).await {
                Ok(profile) => profile,
                Err(problem) if problem.is_no_profile() => return Ok(None),
                Err(problem) => return Err(problem.into()),
            };
            let own = self.device.own(&profile, self.resource);
            if own.is_none_or(|own| own["status"] != self.from) {
                return Ok(Some(profile));
            }
            let put = ApiRequest::put(format!("{place}/subscriptions"), body.clone());
            let put = put.if_match(&revision(&profile)?);
            let put = match &key {
                Some(key) => put.header("idempotency-key", key),
                None => put,
            };
            let answer = api.ask(put).await;
            match (answer.replayed, good(answer)) {
                // It was moved back since.
                (true, Ok(_)) => return Ok(Some(profile)),
                // Read once more: so what is given is what is so.
                (false, Ok(_)) => {}
                (_, Err(problem)) if problem.status == 412 => {}
                (_, Err(problem)) => match Refusal::from(problem) {
                    refused if refused.status == 503 => return Err(refused),
                    // Something holds against it: it stays as it is.
                    _ => return Ok(Some(profile)),
                },
            }
        }
        Err(Refusal::later())
    }
}
