//! `subscription/push/subscribe`: subscribing, unsubscribing and suspending, which differ by the
//! status alone.

use super::choice::Choice;
use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::person::Person;
use super::profile::{Write, Written, fields, left_out_of, text, was_skipped};
use super::wish::{self, Wish};
use super::{others, shown};
use crate::api::Api;
use crate::members::{flag, is_blank, object};
use roster_model::Status;
use serde_json::{Map, Value, json};

/// The member that says it.
const AT: &str = "subscription";

/// Subscribes a device, or says that its owner wants messages no more, or not now.
pub(super) async fn subscribe(
    api: &impl Api,
    app: &AppContext,
    request: Request<'_>,
) -> Result<Reply, Refusal> {
    let mut body = request.json()?;
    let given = object(&mut body, "subscription")?;
    let mut given = given.ok_or_else(|| missing("subscription"))?;
    if let Some(token) = body.get("subscription_id").filter(|token| !is_blank(token)) {
        given
            .entry("subscription_id")
            .or_insert_with(|| token.clone());
    }
    let device = Device::read(&given, &request)?;
    let device = device.ok_or_else(|| missing("subscription.subscription_id"))?;
    let status = wish::status(&given, AT)?.ok_or_else(|| missing("subscription.status"))?;
    let replace = flag(&body, "replace")? == Some(true);
    let profile_fields = object(&mut body, "profile_fields")?.unwrap_or_default();

    let people = match wish::is_no(status) {
        true => Person::everyone(api, app, &device).await?,
        false => vec![Person::of_write(api, app, Some(&device)).await?],
    };
    let resource = shown::resource(api, app.resource).await?;
    let wish = Wish::read(&mut given, &resource, AT)?;
    let chosen = wish.chosen();
    let one = wish.subscription(device.identity(app.resource));
    let mut first = None;
    let by_device = app.person.is_none();
    let mut of_profile = profile_fields;
    for person in people {
        // What is said of the profile is said of one; what is said of the device, of all.
        let own = std::mem::take(&mut of_profile);
        let (data, left_out) = fields(api, app, &person.database, own).await?;
        let (done, taken) = write(api, &request, (&person, by_device), data, &one, status).await?;
        let notes: Vec<String> = left_out.into_iter().chain(taken).collect();
        first.get_or_insert((person, done, notes));
    }
    let (person, done, mut notes) = first.ok_or_else(Refusal::later)?;
    let Written { result, replayed } = done;
    let id = result["id"].as_str().ok_or_else(Refusal::later)?.to_owned();

    let wants = status == Status::Subscribed;
    let chosen_again = wants && was_skipped(&result, "category_left");
    let choice = Choice {
        database: &person.database,
        id: &id,
        device: &device,
        resource: app.resource,
        cats: chosen.filter(|_| chosen_again),
    };
    let profile = match (wants, replayed) {
        (true, false) => choice.settle(api).await?,
        (true, true) => choice.settle_if_at(api, &result).await?,
        (false, _) => choice.look(api).await?,
    };
    let own = device.own(&profile, app.resource);
    let is_so = own.is_some_and(|one| one["status"] == status.as_str());
    if replace {
        let meant = (&device, app.resource);
        others::suspend(api, &request, &person.database, meant, &id).await?;
    }
    let reply = match is_so && notes.is_empty() && !has_other_notes(&result) {
        true => Reply::done(),
        false => {
            notes.extend(left_out_of(&result));
            if replayed && !is_so {
                notes.push(
                    "This request was answered before: what was said since holds.".to_owned(),
                );
            }
            Reply::noting(text(notes))
        }
    };
    Ok(reply.with(shown::profile(&profile, own, &resource)))
}

/// Whether a write left out more than what the person's choice settled since.
fn has_other_notes(result: &Value) -> bool {
    let settled = |one: &Value| one["code"] == "status_protected" || one["code"] == "category_left";
    let mut skipped = result["skipped"].as_array().into_iter().flatten();
    skipped.any(|one| !settled(one))
}

/// Writes; once more without the fields of the profile where one of them is somebody else's, and
/// says so then. A subscription isn't lost by an address that is taken.
async fn write(
    api: &impl Api,
    request: &Request<'_>,
    (person, by_device): (&Person, bool),
    data: Map<String, Value>,
    subscription: &Value,
    status: Status,
) -> Result<(Written, Option<String>), Refusal> {
    let has_fields = !data.is_empty();
    let send = |mut data: Map<String, Value>| {
        let all = Value::Array(vec![subscription.clone()]);
        data.insert("subscriptions".to_owned(), all);
        let write = Write {
            mode: "import",
            skip_subscriptions: false,
            consent: (status == Status::Subscribed).then(|| json!({"act": "app"})),
        };
        write.send(api, request, person, data)
    };
    match send(data).await {
        Err(problem) if has_fields && problem.code() == "duplicate" => {
            let note = "profile_fields: a value is another profile's.".to_owned();
            Ok((send(Map::new()).await?, Some(note)))
        }
        // Who had the device by a resource's token has gone since: they may be looked for once more.
        Err(problem) if by_device && problem.is_no_profile() => Err(Refusal::later()),
        done => Ok((done?, None)),
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::member(name, "this member is needed.")
}
