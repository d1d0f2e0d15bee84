//! `event/post`: something happened in an app. With it may come fields of the profile and a
//! subscription.

use super::companion::Companion;
use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::parts::Parts;
use super::person::{Person, nobody};
use super::profile::{Write, fields, left_out_of, text};
use super::push_event::told;
use crate::api::Api;
use crate::digest::md5;
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
    let companion = parts.object("sn")?.map(Companion::of);
    let device = device(app, &parts, companion.as_ref(), &request)?;
    let mut profile_fields = parts.object("pf")?.unwrap_or_default();

    let mut notes = Vec::new();
    let mut written = None;
    if !profile_fields.is_empty() || companion.is_some() {
        // A no holds for all who have the device.
        let is_no = app.person.is_none() && companion.as_ref().is_some_and(Companion::is_no);
        let people = match device.as_ref().filter(|_| is_no) {
            Some(device) => Person::everyone(api, app, device).await?,
            None => vec![Person::of_write(api, app, device.as_ref()).await?],
        };
        let mut subscriptions = Value::Null;
        if let Some(companion) = companion {
            match companion
                .subscription(api, app, device.as_ref(), &request)
                .await
            {
                Ok(one) => subscriptions = Value::Array(vec![one]),
                Err(refused) if refused.status == 503 => return Err(refused),
                Err(refused) => notes.push(refused.text),
            }
        }
        for person in people {
            let own = std::mem::take(&mut profile_fields);
            let (mut data, left_out) = fields(api, app, &person.database, own).await?;
            notes.extend(left_out);
            if !subscriptions.is_null() {
                data.insert("subscriptions".to_owned(), subscriptions.clone());
            }
            if data.is_empty() {
                continue;
            }
            let write = Write {
                mode: "import",
                skip_subscriptions: true,
                consent: None,
            };
            let sent = write.send(api, &request, &person, data).await;
            match sent.map_err(Refusal::from) {
                Ok(done) => {
                    let id = done.result["id"].as_str().unwrap_or_default().to_owned();
                    notes.extend(left_out_of(&done.result));
                    written.get_or_insert((person.database, id));
                }
                Err(refused) if refused.status == 503 => return Err(refused),
                // They had the device a moment ago.
                Err(refused) if is_no && refused.status == 404 => return Err(Refusal::later()),
                Err(refused) => notes.push(refused.text),
            }
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
        true => Ok(Reply::noting(text(notes))),
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
    companion: Option<&Companion>,
    request: &Request<'_>,
) -> Result<Option<Device>, Refusal> {
    if app.person.is_some() {
        return Ok(None);
    }
    let named = parts.object("ma")?.unwrap_or_default();
    match (Device::read(&named, request)?, companion) {
        (None, Some(companion)) => companion.device(request),
        (device, _) => Ok(device),
    }
}
