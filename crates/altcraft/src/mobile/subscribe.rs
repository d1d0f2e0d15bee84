//! `subscription/push/subscribe`: subscribing, unsubscribing and suspending, which differ by the
//! status alone.

use super::choice::Choice;
use super::device::Device;
use super::error::Refusal;
use super::http::{AppContext, Reply, Request};
use super::person::Person;
use super::profile::{Write, fields, text, was_skipped};
use super::{others, shown};
use crate::api::Api;
use crate::members::{flag, is_blank, object, optional_text, whole};
use roster_model::Status;
use serde_json::{Map, Value, json};

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
    let status = status(&given)?;
    let replace = flag(&body, "replace")? == Some(true);
    let profile_fields = object(&mut body, "profile_fields")?.unwrap_or_default();

    let person = Person::of_write(api, app, Some(&device)).await?;
    let resource = shown::resource(api, app.resource).await?;
    let cats = Cats::read(&given, &resource)?;
    let subscription = subscription(&device, app.resource, status, &cats, &mut given)?;
    let data = fields(api, &person.database, profile_fields).await?;
    let (result, more) = write(api, &request, &person, data, subscription, status).await?;
    let id = result["id"].as_str().ok_or_else(Refusal::later)?.to_owned();

    let wants = status == Status::Subscribed;
    let chosen = (wants && was_skipped(&result, "category_left")).then(|| cats.chosen());
    let choice = Choice {
        database: &person.database,
        id: &id,
        device: &device,
        resource: app.resource,
        cats: chosen.flatten(),
    };
    let profile = match wants {
        true => choice.settle(api).await?,
        false => choice.look(api).await?,
    };
    if replace {
        others::suspend(api, &person.database, &device, app.resource, &id).await?;
    }
    let own = device.own(&profile, app.resource);
    let is_so = own.is_some_and(|one| one["status"] == status.as_str());
    let reply = match is_so && more.is_none() && !has_other_notes(&result) {
        true => Reply::done(),
        false => Reply::noting(text(&result, more)),
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
    person: &Person,
    data: Map<String, Value>,
    subscription: Value,
    status: Status,
) -> Result<(Value, Option<&'static str>), Refusal> {
    let has_fields = !data.is_empty();
    let all = Value::Array(vec![subscription]);
    let send = |mut data: Map<String, Value>| {
        data.insert("subscriptions".to_owned(), all.clone());
        let write = Write {
            mode: "import",
            skip_subscriptions: false,
            consent: (status == Status::Subscribed).then(|| json!({"act": "app"})),
        };
        write.send(api, request, person, data)
    };
    match send(data).await {
        Err(problem) if has_fields && problem.code() == "duplicate" => {
            let result = send(Map::new()).await?;
            Ok((
                result,
                Some("profile_fields: a value is another profile's."),
            ))
        }
        done => Ok((done?, None)),
    }
}

/// The status that an app says; there is no subscription without one.
fn status(given: &Map<String, Value>) -> Result<Status, Refusal> {
    const NAME: &str = "subscription.status";
    let wrong = || Refusal::member(NAME, "it must be subscribed, unsubscribed or suspended.");
    let said = given.get("status").filter(|value| !is_blank(value));
    let said = said.ok_or_else(|| missing(NAME))?;
    let status = match (whole(said), said.as_str()) {
        (Some(number), _) => Status::ALL.into_iter().find(|one| one.number() == number),
        (None, Some(word)) => Status::ALL
            .into_iter()
            .find(|one| one.as_str() == word.trim()),
        (None, None) => None,
    };
    match status {
        Some(status @ (Status::Subscribed | Status::Unsubscribed | Status::Suspended)) => {
            Ok(status)
        }
        _ => Err(wrong()),
    }
}

fn subscription(
    device: &Device,
    resource: i64,
    status: Status,
    cats: &Cats,
    given: &mut Map<String, Value>,
) -> Result<Value, Refusal> {
    let mut one = device.identity(resource);
    one.insert("status".to_owned(), status.as_str().into());
    if status == Status::Unsubscribed {
        one.insert("left_by".to_owned(), "person".into());
    }
    for name in ["fields", "custom_fields"] {
        let Some(mut custom) = object(given, name)? else {
            continue;
        };
        custom.retain(|_, value| !value.is_null());
        if !custom.is_empty() {
            one.insert("custom_fields".to_owned(), Value::Object(custom));
        }
    }
    if let Some(chosen) = cats.chosen() {
        one.insert("cats".to_owned(), chosen);
        if !cats.left.is_empty() {
            one.insert("left_cats".to_owned(), cats.left());
        }
    }
    Ok(Value::Object(one))
}

/// The categories of a subscription: all that it has, and those that were turned off. An empty
/// list says nothing, since SDKs send one where nothing was said.
struct Cats {
    chosen: Vec<String>,
    left: Vec<String>,
}

impl Cats {
    fn read(given: &Map<String, Value>, resource: &Value) -> Result<Self, Refusal> {
        const NAME: &str = "subscription.cats";
        let mut cats = Cats {
            chosen: Vec::new(),
            left: Vec::new(),
        };
        let all = match given.get("cats") {
            None | Some(Value::Null) => return Ok(cats),
            Some(Value::Array(all)) => all,
            Some(_) => return Err(Refusal::member(NAME, "it must be a list.")),
        };
        for one in all {
            let (name, is_on) = match one {
                Value::String(name) => (Some(name.trim().to_owned()), true),
                Value::Object(one) => (
                    optional_text(one, "name")?,
                    flag(one, "active")?.unwrap_or(true),
                ),
                _ => (None, true),
            };
            let name = name.filter(|name| !name.is_empty());
            let name = name.ok_or_else(|| Refusal::member(NAME, "a category has a name."))?;
            match is_on {
                true => cats.chosen.push(name),
                // What the resource doesn't have can't be left.
                false if shown::has_category(resource, &name) => cats.left.push(name),
                false => {}
            }
        }
        Ok(cats)
    }

    fn chosen(&self) -> Option<Value> {
        let is_said = !self.chosen.is_empty() || !self.left.is_empty();
        is_said.then(|| self.chosen.iter().map(String::as_str).collect())
    }

    fn left(&self) -> Value {
        let one = |name: &String| json!({"name": name, "left_by": "person"});
        self.left.iter().map(one).collect()
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::member(name, "this member is needed.")
}
