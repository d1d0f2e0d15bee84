//! What a person chose in an app holds for that one subscription, also against what was said
//! before: they are back. What a complaint or a bounce says holds against it.

use super::device::Device;
use super::error::Refusal;
use super::shown::revision;
use crate::api::{Api, ApiRequest, attempt};
use crate::members::whole;
use serde_json::{Map, Value};

/// How often a change is tried that others come before.
pub(super) const TRIES: usize = 4;
/// What history keeps of such a change.
const REASON: &str = "The person subscribed in the app.";

/// A profile's place.
pub(super) fn place(database: &str, id: &str) -> String {
    format!("/v1/databases/{database}/profiles/{id}")
}

/// A subscription that its owner chose to have.
pub(super) struct Choice<'a> {
    pub database: &'a str,
    pub id: &'a str,
    pub device: &'a Device,
    pub resource: i64,
    /// Categories that were left before and are chosen again.
    pub cats: Option<Value>,
}

impl Choice<'_> {
    /// The same for a request that was written before, and may have broken off then: only while
    /// the profile is as that write left it. What was said since holds.
    pub async fn settle_if_at(self, api: &impl Api, written: &Value) -> Result<Value, Refusal> {
        let profile = attempt(api, ApiRequest::get(place(self.database, self.id))).await?;
        match whole(&profile["revision"]) == whole(&written["revision"]) {
            true => self.settle(api).await,
            false => Ok(profile),
        }
    }

    /// Makes it so where a write for it was not enough, and gives the profile as it is then.
    ///
    /// Each change is of the revision that was looked at: a complaint that comes in between is
    /// seen before anything is changed.
    pub async fn settle(mut self, api: &impl Api) -> Result<Value, Refusal> {
        for _ in 0..TRIES {
            let place = place(self.database, self.id);
            let profile = attempt(api, ApiRequest::get(&*place)).await?;
            let own = self.device.own(&profile, self.resource);
            let status = own.map_or(&Value::Null, |one| &one["status"]);
            let waits = match status.as_str() {
                Some("unsubscribed" | "unconfirmed") => true,
                Some("subscribed") => self.cats.is_some(),
                // Nothing that the person could change by choosing.
                _ => false,
            };
            if !waits {
                return Ok(profile);
            }
            let request = ApiRequest::put(format!("{place}/subscriptions"), self.body());
            match attempt(api, request.if_match(&revision(&profile)?)).await {
                Ok(_) => self.cats = None,
                Err(problem) if problem.status == 412 => {}
                Err(problem) => return Err(problem.into()),
            }
        }
        Err(Refusal::later())
    }

    /// The profile as it is, where nothing is to be settled.
    pub async fn look(self, api: &impl Api) -> Result<Value, Refusal> {
        let place = place(self.database, self.id);
        Ok(attempt(api, ApiRequest::get(place)).await?)
    }

    fn body(&self) -> Value {
        let mut body: Map<String, Value> = self.device.identity(self.resource);
        body.insert("status".to_owned(), "subscribed".into());
        body.insert("resubscribe".to_owned(), true.into());
        body.insert("reason".to_owned(), REASON.into());
        if let Some(cats) = &self.cats {
            body.insert("cats".to_owned(), cats.clone());
        }
        Value::Object(body)
    }
}
