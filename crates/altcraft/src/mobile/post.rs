//! `event/post`: something happened in an app. With it may come fields of the profile and a
//! subscription.

use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::parts::Parts;
use super::person::{Person, nobody};
use super::profile::{Write, fields, text};
use super::push_event::told;
use crate::api::Api;
use crate::digest::md5;
use crate::members::{is_blank, whole};
use crate::subscription;
use roster_model::Timestamp;
use roster_model::write::EventKind;
use serde_json::{Map, Value, json};

/// What an event is called whose own name no type of event can have.
const OTHERWISE: &str = "app_event";
/// The parts of its campaign, by the names that these have elsewhere.
const UTM: [(&str, &str); 6] = [
    ("cn", "campaign"),
    ("cc", "content"),
    ("ck", "keyword"),
    ("cm", "medium"),
    ("cs", "source"),
    ("ct", "temp"),
];

/// Tells of an event. What comes with it is written first; if that can't be, the event is told
/// all the same.
pub(super) async fn post(
    api: &impl Api,
    app: &AppContext,
    request: Request<'_>,
) -> Result<Reply, Refusal> {
    let parts = Parts::read(&request).await?;
    let name = parts.text("wn");
    let name = name.ok_or_else(|| Refusal::member("wn", "an event has a name."))?;
    let event = event(name, &parts, &request)?;
    let given = parts.object("sn")?;
    let device = device(app, &parts, given.as_ref(), &request)?;
    let profile_fields = parts.object("pf")?.unwrap_or_default();

    let mut note = None;
    let mut written = None;
    if !profile_fields.is_empty() || given.is_some() {
        let person = Person::of_write(api, app, device.as_ref()).await?;
        let mut data = fields(api, &person.database, profile_fields).await?;
        match given.map(|given| spelled(app, given)) {
            Some(Some(one)) => {
                data.insert("subscriptions".to_owned(), Value::Array(vec![one]));
            }
            Some(None) => note = Some("sn: this token is for another resource.".to_owned()),
            None => {}
        }
        let write = Write {
            mode: "import",
            skip_subscriptions: true,
            consent: None,
        };
        match write
            .send(api, &request, &person, data)
            .await
            .map_err(Refusal::from)
        {
            Ok(result) => {
                let id = result["id"].as_str().unwrap_or_default().to_owned();
                written = Some((person.database, id));
                note = note.or_else(|| Some(text(&result, None)));
            }
            Err(refused) if refused.status == 503 => return Err(refused),
            Err(refused) => note = Some(refused.text),
        }
    }
    let (database, id) = match written {
        Some(written) => written,
        None => {
            let (person, profile) = Person::find(api, app, device.as_ref()).await?;
            let profile = profile.ok_or_else(nobody)?;
            let id = profile["id"].as_str().unwrap_or_default().to_owned();
            (person.database, id)
        }
    };
    let mut event = event;
    event["id"] = format!("app/{id}/{}", mark(&request, &parts)).into();
    event["profile_id"] = id.into();
    match told(api, &database, event).await? {
        true => Ok(note.map_or_else(Reply::done, Reply::noting)),
        false => Err(nobody()),
    }
}

/// What is the same of an event that is sent again: the id of its request, or all that it says.
fn mark(request: &Request<'_>, parts: &Parts) -> String {
    match request.call.request_id {
        "" => md5(&parts.to_text()),
        id => md5(&format!("{id} {}", parts.to_text())),
    }
}

/// The event without whom it concerns. A name that does something here (`complained`, say) is an
/// app's own word all the same, and does nothing.
fn event(name: &str, parts: &Parts, request: &Request<'_>) -> Result<Value, Refusal> {
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
    let kind = match EventKind::of_own(name) {
        Some(kind) => kind.as_str().to_owned(),
        None => {
            put("name", name.into());
            OTHERWISE.to_owned()
        }
    };
    if let Some(payload) = parts.object("wd")? {
        put("payload", Value::Object(payload));
    }
    let utm = UTM.iter().filter_map(|(part, name)| {
        let text = parts.unquoted(part)?;
        Some(((*name).to_owned(), Value::from(text)))
    });
    let utm: Map<String, Value> = utm.collect();
    if !utm.is_empty() {
        put("utm", Value::Object(utm));
    }
    for (part, name) in [("aci", "client_id"), ("tz", "time_zone")] {
        if let Some(text) = parts.text(part) {
            put(name, text.into());
        }
    }
    if let Some(pixel) = request.query("i") {
        put("pixel", pixel.into());
    }
    let time = parts.text("t").map(Value::from).unwrap_or_default();
    let at = request
        .moment(&time)
        .map(|ms| json!(Timestamp::from_ms(ms)));
    let mut event = json!({"type": kind, "at": at, "data": data});
    if let Some(smid) = parts.unquoted("mi") {
        event["message_id"] = smid.into();
    }
    Ok(event)
}

/// The device that says who it is, where the token doesn't: as the part for matching names it, or
/// the subscription that comes along.
fn device(
    app: &AppContext,
    parts: &Parts,
    given: Option<&Map<String, Value>>,
    request: &Request<'_>,
) -> Result<Option<Device>, Refusal> {
    if app.person.is_some() {
        return Ok(None);
    }
    let named = parts.object("ma")?.unwrap_or_default();
    match Device::read(&named, request)? {
        Some(device) => Ok(Some(device)),
        None => Device::read(given.unwrap_or(&Map::new()), request),
    }
}

/// A subscription that comes with an event, in the words of `/v1`; none where it is to another
/// resource than the one that the token is for. One that says no status makes nothing: what
/// nobody said is not a yes.
fn spelled(app: &AppContext, given: Map<String, Value>) -> Option<Value> {
    let resource = given.get("resource_id").and_then(whole);
    if app.person.is_none() && resource.is_some_and(|id| id != app.resource) {
        return None;
    }
    let is_said = given.get("status").is_some_and(|status| !is_blank(status));
    let mut one = subscription::members(given);
    one.entry("resource_id")
        .or_insert_with(|| app.resource.to_string().into());
    if !is_said {
        one.insert("status".to_owned(), Value::Null);
    }
    Some(Value::Object(one))
}
