//! `profile/update`, and the fields of a profile that apps send with other things too.

use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::person::Person;
use crate::answer::SUCCESS;
use crate::api::{Api, ApiRequest, Problem, good};
use crate::failure::sentence;
use crate::fields::Fields;
use crate::item;
use crate::members::object;
use serde_json::{Map, Value};

/// How many notes the text of an answer has.
const NOTES: usize = 3;

/// Changes fields of a profile that is there.
pub(super) async fn update(
    api: &impl Api,
    app: &AppContext,
    request: Request<'_>,
) -> Result<Reply, Refusal> {
    let mut body = request.json()?;
    let device = Device::read(&body, &request)?;
    let given = object(&mut body, "profile_fields")?.unwrap_or_default();
    if given.is_empty() {
        return Ok(Reply::done());
    }
    let person = Person::of_write(api, app, device.as_ref()).await?;
    let (data, left_out) = fields(api, app, &person.database, given).await?;
    let write = Write {
        mode: "update",
        skip_subscriptions: true,
        consent: None,
    };
    let done = write.send(api, &request, &person, data).await?;
    let notes = left_out.into_iter().chain(left_out_of(&done.result));
    Ok(Reply::noting(text(notes.collect())))
}

/// Fields in the words of `/v1`, and what was left out. What apps say of a person as a whole, or
/// of other subscriptions, is not theirs to say. The token of a resource, which anybody may have,
/// changes nothing by which profiles are found: somebody else's writes would end in this one.
pub(super) async fn fields(
    api: &impl Api,
    app: &AppContext,
    database: &str,
    mut given: Map<String, Value>,
) -> Result<(Map<String, Value>, Option<String>), Refusal> {
    let mut notes = Vec::new();
    for name in ["_status", "subscriptions"] {
        if given.remove(name).is_some() {
            notes.push(format!("{name}: this is no field that apps write."));
        }
    }
    if !given.is_empty() {
        let known = Fields::for_values(api, database, &given).await?;
        if app.person.is_none() {
            given.retain(|name, _| {
                let is_key = known.is_key(name);
                if is_key {
                    notes.push(format!(
                        "{name}: profiles are found by it, so a resource's token doesn't write it."
                    ));
                }
                !is_key
            });
        }
        given = item::data(given, &known, false).0;
    }
    notes.truncate(NOTES);
    Ok((given, (!notes.is_empty()).then(|| notes.join(" "))))
}

/// A write for one person. Values that can't be read are left out and told: an app that can't
/// be changed loses no more by them.
pub(super) struct Write {
    pub mode: &'static str,
    /// Whether subscriptions that can't be read are left out too.
    pub skip_subscriptions: bool,
    /// What was agreed to.
    pub consent: Option<Value>,
}

impl Write {
    pub async fn send(
        self,
        api: &impl Api,
        request: &Request<'_>,
        person: &Person,
        data: Map<String, Value>,
    ) -> Result<Written, Problem> {
        let mut body = person.reference.members.clone();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        put("mode", self.mode.into());
        put("invalid", "skip".into());
        put("skip_invalid_subscriptions", self.skip_subscriptions.into());
        if let Some(consent) = self.consent {
            put("consent", consent);
        }
        put("data", Value::Object(data));
        let body = Value::Object(body);
        let path = format!("/v1/databases/{}/profiles", person.database);
        let key = request.key(&body.to_string());
        let asked = ApiRequest::post(path, body);
        let asked = match key {
            Some(key) => asked.header("idempotency-key", key),
            None => asked,
        };
        let answer = api.ask(asked).await;
        let replayed = answer.replayed;
        good(answer).map(|result| Written { result, replayed })
    }
}

/// What came of a write.
pub(super) struct Written {
    /// As `/v1` answered.
    pub result: Value,
    /// Whether that is the answer to the same request before: nothing was written now.
    pub replayed: bool,
}

/// What an answer says of a write: that it went well, and what was left out of it.
pub(super) fn text(notes: Vec<String>) -> String {
    match notes.is_empty() {
        true => SUCCESS.to_owned(),
        false => format!("{SUCCESS}, but not all of it: {}", notes.join(" ")),
    }
}

/// What `/v1` left out of a write.
pub(super) fn left_out_of(result: &Value) -> Vec<String> {
    let skipped = result["skipped"].as_array().into_iter().flatten();
    skipped.take(NOTES).map(sentence).collect()
}

/// Whether a write left something out for this reason.
pub(super) fn was_skipped(result: &Value, code: &str) -> bool {
    let mut skipped = result["skipped"].as_array().into_iter().flatten();
    skipped.any(|one| one["code"] == code)
}
