//! `profile/update`, and the fields of a profile that apps send with other things too.

use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::person::Person;
use crate::answer::SUCCESS;
use crate::api::{Api, ApiRequest, attempt};
use crate::digest::md5;
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
    let data = fields(api, &person.database, given).await?;
    let write = Write {
        mode: "update",
        skip_subscriptions: true,
        consent: None,
    };
    let result = write.send(api, &request, &person, data).await?;
    Ok(Reply::noting(text(&result, None)))
}

/// Fields in the words of `/v1`. What apps say of a person as a whole, or of other
/// subscriptions, is left out: these are not theirs to say.
pub(super) async fn fields(
    api: &impl Api,
    database: &str,
    mut given: Map<String, Value>,
) -> Result<Map<String, Value>, Refusal> {
    for name in ["_status", "subscriptions"] {
        given.remove(name);
    }
    if given.is_empty() {
        return Ok(given);
    }
    let known = Fields::for_values(api, database, &given).await?;
    let (data, _) = item::data(given, &known, false);
    Ok(data)
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
    ) -> Result<Value, crate::api::Problem> {
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
        // Tried again it counts once. What differs is another request, whatever it is called.
        let key = (!request.call.request_id.is_empty())
            .then(|| md5(&format!("{} {body}", request.call.request_id)));
        let asked = ApiRequest::post(path, body);
        let asked = match key {
            Some(key) => asked.header("idempotency-key", format!("app-{key}")),
            None => asked,
        };
        attempt(api, asked).await
    }
}

/// What an answer says of a write: that it went well, and what was left out of it.
pub(super) fn text(result: &Value, more: Option<&str>) -> String {
    let skipped = result["skipped"].as_array().into_iter().flatten();
    let mut notes: Vec<String> = skipped.take(NOTES).map(sentence).collect();
    notes.extend(more.map(str::to_owned));
    match notes.is_empty() {
        true => SUCCESS.to_owned(),
        false => format!("{SUCCESS}, but not all of it: {}", notes.join(" ")),
    }
}

/// Whether a write left something out for this reason.
pub(super) fn was_skipped(result: &Value, code: &str) -> bool {
    let mut skipped = result["skipped"].as_array().into_iter().flatten();
    skipped.any(|one| one["code"] == code)
}
